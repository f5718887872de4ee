"""Every loaded record is a row of a fact, superseded, or repeated in another delivery."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from warehouse_assets.building.dimensions import ensure_dates
from warehouse_assets.building.table_checks import bad_row_checks
from warehouse_assets.building.whole_facts import close_books
from warehouse_assets.ingestion.staging.removal import forget_delivery
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.deliveries import build_all
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading, own_source

TOML = """
default_currency = "EUR"
time_zone = "Europe/Paris"
{more}
[tables.lines]
files = ["{{delivery}}/lines.csv"]
[tables.reviews]
files = ["{{delivery}}/reviews.csv"]
[sales]
driving = "lines"
[reviews]
driving = "reviews"
"""
SALES = """-- one row per row of lines
select source_line, o as order_id, n as line_number, p as product_id, p as product_name, day as sold_at, q as quantity,
    price as unit_price, updated as updated_at, state as order_status
from lines"""
REVIEWS = """-- one row per row of reviews
select source_line, id as review_id, p as product_id, who as customer_id, stars as rating, "at" as reviewed_at
from reviews"""
LINES_HEADER, REVIEWS_HEADER = "o,n,p,day,q,price,updated,state", "id,p,who,stars,at"


class Books(Loading):
    """A shop of order lines and reviews, loaded and built."""

    def bring(self, name: str, lines: list[str] | None = None, reviews: list[str] | None = None) -> None:
        self.put(f"{name}/lines.csv", "\n".join([LINES_HEADER, *(lines or [])]) + "\n")
        self.put(f"{name}/reviews.csv", "\n".join([REVIEWS_HEADER, *(reviews or [])]) + "\n")

    def close(self) -> None:
        """Loads what lies there, builds the facts and runs the checks of the books."""
        self.load()
        self.rebuild()

    def rebuild(self) -> None:
        build_all(self.connection)
        close_books(self.connection)
        checks = bad_row_checks()["ops.record_outcomes"]
        assert len(checks) == 2
        for check in checks:
            assert check.run(self.connection, {}).passed, check.rule

    def outcomes(self, kind: str = "sales") -> tuple[int, int, int]:
        [(in_fact, superseded, repeated)] = self.connection.execute(
            "select coalesce(sum(fact_count), 0)::int, coalesce(sum(superseded_count), 0)::int,"
            " coalesce(sum(repeated_count), 0)::int from ops.record_outcomes where record_kind = %s",
            [kind],
        ).fetchall()
        return in_fact, superseded, repeated

    def warned(self, rule: str) -> int:
        return int(self.one(f"select coalesce(sum(record_count), 0) from ops.data_quality where rule_name = '{rule}'"))


def new_books(database: Settings, more: str = "") -> Iterator[Books]:
    settings = own_source(database, "shop", TOML.format(more=more), sales=SALES, reviews=REVIEWS)
    with loading(settings, "shop") as shop:
        ensure_dates(shop.connection, settings.first_month)
        yield Books(settings, shop.connection, "shop")


@pytest.fixture
def books(database: Settings) -> Iterator[Books]:
    yield from new_books(database)


def line(order: int, number: object = "", product: str = "P", price: object = 10, **more: Any) -> str:
    row = {"day": "2023-05-01", "q": 1, "updated": "", "state": ""} | more
    return f"{order},{number},{product},{row['day']},{row['q']},{price},{row['updated']},{row['state']}"


def facts(books: Books, columns: str = "product_name, net_amount::int") -> list[tuple[Any, ...]]:
    query = f"select {columns} from dw.fct_sales as s inner join dw.dim_product as p using (product_key) order by 1, 2"
    return books.connection.execute(query.encode()).fetchall()


def test_a_number_that_several_lines_of_an_order_have_numbers_none(books: Books) -> None:
    books.bring("a", [line(1, 10, "M"), line(1, 10, "T"), line(1, 3, "B"), line(2, 10, "M")])
    books.close()
    assert facts(books) == [("B", 10), ("M", 10), ("M", 10), ("T", 10)]
    assert books.outcomes() == (4, 0, 0)
    assert books.warned("repeated_line_number") == 2


def test_lines_under_a_repeated_number_count_once_over_deliveries_in_any_order(books: Books) -> None:
    books.bring("a", [line(1, 10, "M"), line(1, 10, "T")])
    books.bring("b", [line(1, 10, "T"), line(1, 10, "M"), line(1, 10, "B")])
    books.close()
    together = facts(books, "product_name, line_key")
    assert [name for name, _ in together] == ["B", "M", "T"]
    assert books.outcomes() == (3, 0, 2)
    forget_delivery(books.connection, "shop", "a")
    books.rebuild()
    assert facts(books, "product_name, line_key") == together
    books.bring("a", [line(1, 10, "M"), line(1, 10, "T")])
    books.close()
    assert facts(books, "product_name, line_key") == together


def test_a_newer_version_still_replaces_a_numbered_line(books: Books) -> None:
    books.bring("a", [line(1, 1, "M", updated="2023-05-01"), line(1, 2, "T", updated="2023-05-01")])
    books.bring("b", [line(1, 1, "M", 12, updated="2023-05-02", day="2023-06-01")])
    books.close()
    assert facts(books) == [("M", 12), ("T", 10)]
    assert books.outcomes() == (2, 1, 0)
    assert books.warned("repeated_line_number") == 0


def test_a_newer_delivery_replaces_all_lines_under_a_repeated_number(books: Books) -> None:
    books.bring("a", [line(1, 1, "M", updated="2023-05-01"), line(1, 1, "T", updated="2023-05-01")])
    books.bring("b", [line(1, 1, "M", 12, updated="2023-05-02"), line(1, 1, "T", updated="2023-05-02")])
    books.close()
    assert facts(books) == [("M", 12), ("T", 10)]
    assert books.outcomes() == (2, 2, 0)


def test_versions_of_a_line_within_one_delivery_are_versions(books: Books) -> None:
    books.bring("a", [line(1, 1, "M", updated="2023-05-01"), line(1, 1, "M", 12, updated="2023-05-02")])
    books.close()
    assert facts(books) == [("M", 12)]
    assert books.outcomes() == (1, 1, 0)
    assert books.warned("repeated_line_number") == 0


def test_a_line_number_without_an_order_numbers_nothing(books: Books) -> None:
    books.bring("a", [",1,P,2023-05-01,1,10,,paid", ",1,P,2023-05-01,1,10,,sent"])
    books.close()
    assert len(facts(books)) == 2


def test_repeats_that_are_kept_are_kept_under_a_line_number_too(database: Settings) -> None:
    for books in new_books(database, 'duplicates = "keep"'):
        books.bring("a", [line(1, 1), line(1, 1)])
        books.close()
        assert len(facts(books)) == 2
        assert books.warned("repeated_line_number") == 2


def reviews(books: Books) -> list[tuple[Any, ...]]:
    return books.connection.execute(
        "select rating::int, to_char(reviewed_at at time zone 'Europe/Paris', 'YYYY-MM-DD HH24:MI') from dw.fct_reviews"
        " order by 1, 2"
    ).fetchall()


def test_reviews_are_told_apart_by_time_and_by_id(books: Books) -> None:
    by_time = [",P,,5,2023-05-02 08:00:00", ",P,,5,2023-05-02 19:00:00"]
    books.bring("a", reviews=[*by_time, "7,Q,,4,2023-05-02", "8,Q,,4,2023-05-02"])
    books.bring("b", reviews=[",P,,5,2023-05-02 19:00:00", "8,Q,,3,2023-05-02"])
    books.close()
    assert reviews(books)[1:] == [(4, "2023-05-02 00:00"), (5, "2023-05-02 08:00"), (5, "2023-05-02 19:00")]
    assert books.outcomes("reviews") == (4, 1, 1)


def test_reviews_that_nothing_tells_apart_are_several_within_a_delivery_and_one_over_two(books: Books) -> None:
    books.bring("a", reviews=[",P,,5,2023-05-02", ",P,,5,2023-05-02", ",P,7,5,2023-05-02", ",P,7,5,2023-05-02"])
    books.bring("b", reviews=[",P,,5,2023-05-02"])
    books.close()
    assert len(reviews(books)) == 3
    assert books.outcomes("reviews") == (3, 0, 1)
    assert books.one("select sum(reviews_duplicate) from ops.ingested_files") == 1


def test_an_id_that_several_reviews_have_identifies_none(books: Books) -> None:
    books.bring("a", reviews=["1,P,,5,2023-05-02", "1,P,,3,2023-05-03", "1,Q,,5,2023-05-02"])
    books.close()
    assert len(reviews(books)) == 3
    assert books.warned("repeated_review_id") == 2


def test_a_lost_record_fails_the_books(books: Books) -> None:
    books.bring("a", [line(1, 1), line(2, 1)], [",P,,5,2023-05-02"])
    books.close()
    checks = {check.rule: check for check in bad_row_checks()["ops.record_outcomes"]}
    for change in (
        "update ops.record_outcomes set fact_count = fact_count - 1 where record_kind = 'sales'",
        "update ops.record_outcomes set repeated_count = 1 where record_kind = 'reviews'",
    ):
        with books.connection.transaction(force_rollback=True):
            books.connection.execute(change.encode())
            assert not checks["loaded_is_in_the_facts"].run(books.connection, {}).passed
    books.connection.execute("update ops.table_builds set row_count = 1 where table_name = 'dw.fct_sales'")
    assert not checks["facts_have_their_rows"].run(books.connection, {}).passed


def random_line(chance: random.Random, numbered: bool) -> str:
    order = chance.randrange(1, 5)
    return line(
        order,
        chance.randrange(1, 4) if numbered and order % 2 else "",
        chance.choice("PQ"),
        chance.choice([10, 12]),
        day=f"2023-0{chance.randrange(4, 7)}-01",
        updated=chance.choice(["", "", "2023-06-10", "2023-06-11"]),
        state=chance.choice(["", "paid"]),
    )


def random_review(chance: random.Random) -> str:
    at = chance.choice(["", "2023-05-02", "2023-05-02 08:00:00", "2023-05-02 19:00:00"])
    fields = (chance.choice(["", "", "1", "2"]), chance.choice("PQ"), chance.choice(["", "7"]), chance.choice("45"))
    return ",".join((*fields, at))


@pytest.mark.parametrize("seed", range(6))
def test_the_books_balance_over_random_deliveries(database: Settings, seed: int) -> None:
    chance = random.Random(seed)
    policy = chance.choice(['duplicates = "keep"', 'same_name = "append"', ""])
    for books in new_books(database, policy):
        for number in range(6):
            name = chance.choice([f"d{number}", "d0", "d1"])
            lines = [random_line(chance, numbered=True) for _ in range(chance.randrange(0, 12))]
            books.bring(name, lines, [random_review(chance) for _ in range(chance.randrange(0, 6))])
            books.close()
            loaded = books.connection.execute(
                "select sum(sales_loaded)::int, sum(reviews_loaded)::int from ops.ingested_files"
                " where delivery_status = 'current'"
            ).fetchone()
            assert loaded == (sum(books.outcomes()), sum(books.outcomes("reviews")))
            assert books.outcomes()[0] == books.one("select count(*) from dw.fct_sales")
            assert books.outcomes("reviews")[0] == books.one("select count(*) from dw.fct_reviews")
