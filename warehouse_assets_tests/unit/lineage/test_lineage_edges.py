"""The proof beyond the models: the sources' SELECTs before them, and the queries of bad rows after them."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse_assets.cli.console import console
from warehouse_assets.cli.source_checks import check
from warehouse_assets.ingestion.errors import SourceError
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.lineage import Model, prove
from warehouse_assets.lineage.deliveries import misused_columns
from warehouse_assets.lineage.models import check_models
from warehouse_assets.lineage.proof import prove_check, source_violations
from warehouse_assets.settings import SQL_ROOT, Settings
from warehouse_assets_tests.unit.lineage.corpus.attacks_on_sources import ATTACKS

CUSTOMERS = 'select source_line, "Nr" as customer_id, "Who" as full_name, "Mail" as email, "Street" as address'
SALES = 'select source_line, "Nr" as customer_id, "No" as order_id, "What" as product_name, "Day" as sold_at'
LEAKING_SOURCES = {
    "a name as segment": ("customers", '"Who" as segment'),
    "part of a name": ("customers", 'left("Who", 1) as segment'),
    "a name behind a query": ("customers", 'x.w as segment from (select *, "Who" as w from export) as x --'),
    "a name behind a cte": ("sales", '(with t as (select "Who" as w from export) select max(w) from t) as category'),
    "a mail's domain": ("customers", "split_part(\"Mail\", '@', 2) as acquisition_channel"),
    "a name as city": ("customers", '"Who" as city'),
    "a mail read for the product": ("sales", '"Mail" as category'),
    "a comment as category": ("sales", '"Text" as category'),
    "a number as status": ("customers", '"Nr" as status'),
    "a number as status, cast": ("customers", 'upper(cast("Nr" as varchar)) as status'),
    "an address as segment": ("customers", '"Street" as segment'),
    "a card as segment": ("customers", '"Pan" as payment_card, "Pan" as segment'),
    "a phone that nobody calls one": ("customers", '"Telephone" as segment'),
    "an e-mail that nobody calls one": ("sales", '"E-Mail" as category'),
    "other capitals": ("customers", "WHO as segment"),
    "a whole row": ("customers", "export as segment"),
    "columns by a pattern": ("customers", "columns('W.*')"),
    "columns replaced": ("customers", '* replace ("Who" as segment)'),
    "columns renamed": ("customers", '* rename ("Who" as segment)'),
}
LEAKING_SOURCES |= ATTACKS
LEAKING_SOURCES |= {
    "an age as segment": ("customers", '"Age" as age, "Age" as segment'),
    "an age in a segment": ("customers", '"Age" as age, concat("Group", \' \', "Age") as segment'),
    "an age in a case": ("customers", "\"Age\" as age, case when \"Age\" = '93' then 'old' end as status"),
    "a birth date as segment": ("customers", '"Born" as birth_date, left("Born", 7) as segment'),
    "a city as country": ("customers", '"Town" as city, "Town" as country'),
    "a city where there is no country": ("customers", '"Town" as city, coalesce("Land", "Town") as country'),
    "a region as channel": ("customers", '"Area" as region, "Area" as acquisition_channel'),
    "a day as status": ("customers", '"Since" as signup_at, "Since" as status'),
    "a buyer's city as category": ("sales", '"Town" as city, "Town" as category'),
    "a day of sale as product": ("sales", '"Day" as product_id'),
    "an address as city": ("customers", '"Street" as city'),
    "an address where there is no city": ("customers", 'coalesce("Town", "Street") as city'),
    "a street of nested data as city": ("customers", "\"Home\" ->> '$.a' as address, \"Home\" ->> '$.a' as city"),
    "rows of one person": ("customers", '"Kind" as segment from export where "Who" = \'Ann\' --'),
    "rows of all but one": ("sales", '"Kind" as category from export where "Nr" <> \'4711\' --'),
    "rows by a start": ("customers", '"Kind" as segment from export where "Mail" like \'ann%\' --'),
    "rows by a length": ("customers", '"Kind" as segment from export where length("Who") = 3 --'),
    "rows of a list": ("customers", '"Kind" as segment from export where "Who" in (select max("Who") from export) --'),
    "rows of a name joined": (
        "customers",
        '"Kind" as segment from export inner join (select \'Ann\' as w) as x on export."Who" = x.w --',
    ),
    "rows of one number beside a join": (
        "sales",
        '"Kind" as category from export inner join (select "Nr" as n from export) as x on x.n = \'4711\' --',
    ),
    "rows by a name that stands for an empty one": (
        "customers",
        '"Kind" as segment from export where coalesce("Kind", "Who") = \'\' or coalesce("Who", \'Ann\') <> \'Ann\' --',
    ),
    "rows by a window": (
        "customers",
        '"Kind" as segment from export qualify max("Mail") over () = \'a\' --',
    ),
}
CLEAN_SOURCES = {
    "a city out of an address": ("customers", "split_part(\"Street\", ',', 2) as city"),
    "a mail as the number": ("customers", '"Age" as age'),
    "a return by the order's number": ("sales", "case when \"No\" like 'C%' then 'returned' end as order_status"),
    "once per order": (
        "sales",
        'case when row_number() over (partition by "No" order by "Day") = 1 then "Tax" end as tax_amount',
    ),
    "the order's first": ("sales", 'max("State") over (partition by "No") as order_status'),
    "a key by the kind of record": ("sales", """case "Kind" when 'sale' then "Ref" end as line_number"""),
    "the kind too": ("sales", """case "Kind" when 'sale' then 'product' else 'fee' end as line_type"""),
    "another column": ("sales", '"Kind" as category'),
    "rows of one number joined": (
        "sales",
        '"Kind" as category from export inner join (select "Nr" as n from export) as x on export."Nr" = x.n --',
    ),
    "rows of a known buyer": (
        "customers",
        "\"Kind\" as segment from export where lower(trim(coalesce(\"Nr\", ''))) not in ('', 'guest') --",
    ),
    "rows with a name": ("customers", '"Kind" as segment from export where trim("Who") <> \'\' --'),
    "rows with a number": ("sales", "\"Kind\" as category from export where \"Nr\" not in ('', '0') --"),
    "the newest of each": (
        "customers",
        '"Kind" as segment from export qualify row_number() over (partition by "Nr" order by "Day" desc) = 1 --',
    ),
    "a day in two": ("sales", '"Day" as updated_at'),
    "a currency by country": ("sales", "\"Land\" as country, case \"Land\" when 'UK' then 'GBP' end as currency_code"),
    "a city's part of nested data": ("customers", '"Home" ->> \'$\' as phone, "Town" as city, "Land" as country'),
    "a part of nested data": ("customers", "\"Buyer\" ->> '$.name' as phone, \"Buyer\" ->> '$.place.city' as city"),
}
LEAKING_CHECKS = {
    "a key": "select customer_key from dw.dim_customer where age < 0",
    "a hidden key": "select md5(customer_key::text) as a from dw.dim_customer",
    "an exact day": "select valid_from from dw.dim_customer_history where valid_from > valid_to",
    "an age": "select segment, age from dw.dim_customer where age < 0",
    "a place": "select g.city from dw.dim_geography as g where g.country = ''",
    "an identity": "select i.file_key from vault.identities as i where i.full_name = ''",
    "an amount": "select net_revenue_amount from dw.agg_customer_month where net_revenue_amount < 0",
    "a record": "select record from staging.rejected_records",
    "a whole row": "select c as a from dw.dim_customer as c",
    "an unknown function": "select leak() as a",
    "an order": "select order_key, count(*) as n from dw.fct_sales group by order_key having count(*) > 99",
}
CLEAN_CHECKS = {
    "a month": "select date_trunc('month', valid_from)::date as month from dw.dim_customer_history",
    "a flag": "select customer_key is null as has_none from dw.fct_customer_lifecycle",
    "figures of marts": "select month, net_revenue_amount from mart_sales.sales_by_month where net_revenue_amount < 0",
    "counts": "select segment, count(*) as n from dw.dim_customer group by 1",
    "the ledger": "select file_name, sales_read from ops.ingested_files where sales_read < 0",
}


def problems(folder: Path, relation: str, fields: str) -> list[tuple[str, str]]:
    home = folder / "shop"
    home.mkdir()
    (home / "source.toml").write_text('description = "a shop"\n[tables.export]\nfiles = ["*.csv"]\n', encoding="utf-8")
    for name, select in (("customers", CUSTOMERS), ("sales", SALES)):
        more = f", {fields}" if name == relation else ""
        more += ', "Text" as comment' if name == "sales" else ""
        (home / f"{name}.sql").write_text(f"{select}{more} from export\n", encoding="utf-8")
    return list(misused_columns(read_source(folder, "shop")))


@pytest.mark.parametrize("name", LEAKING_SOURCES)
def test_an_identifier_of_a_file_goes_to_the_vault_or_nowhere(tmp_path: Path, name: str) -> None:
    relation, fields = LEAKING_SOURCES[name]
    found = problems(tmp_path, relation, fields)
    assert found, fields
    assert {place for place, _ in found} == {f"{relation}.sql"}


@pytest.mark.parametrize("name", CLEAN_SOURCES)
def test_what_a_source_may_make_of_its_columns(tmp_path: Path, name: str) -> None:
    assert problems(tmp_path, *CLEAN_SOURCES[name]) == []


def test_the_shipped_sources_are_clean_and_a_leaking_one_is_named(tmp_path: Path) -> None:
    assert list(source_violations(SQL_ROOT / "sources")) == []
    problems(tmp_path, "customers", '"Who" as segment')
    assert [str(found) for found in source_violations(tmp_path)] == [
        "sql/sources/shop/customers.sql: shop segment is read from who, which is used as an identifier"
    ]


@pytest.mark.parametrize("name", LEAKING_CHECKS)
def test_an_example_of_bad_rows_shows_nobody(name: str) -> None:
    assert prove_check(Model("check", "sql/checks/check.sql", LEAKING_CHECKS[name]))


@pytest.mark.parametrize("name", CLEAN_CHECKS)
def test_what_an_example_may_show(name: str) -> None:
    found = prove_check(Model("check", "sql/checks/check.sql", CLEAN_CHECKS[name]))
    assert [str(each) for each in found] == []


def test_every_query_of_bad_rows_is_read() -> None:
    assert len(list(check_models())) == len(list((SQL_ROOT / "checks").glob("*.sql")))
    assert prove().violations == ()


def test_a_source_that_publishes_a_person_is_refused(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", sources_path=tmp_path / "sources")
    settings.sources_path.mkdir()
    problems(settings.sources_path, "customers", '"Who" as segment')
    file = tmp_path / "people.csv"
    file.write_text(
        "Nr,Who,Mail,Street,What,Day,Text\n1,Ann,a@b.example,1 Road,Lamp,2023-05-01,fine\n", encoding="utf-8"
    )
    with pytest.raises(SourceError, match=r"customers.sql: segment is read from who, which is used as an identifier"):
        check(settings, "shop", [file])


def test_a_name_in_a_public_field_is_not_shown(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", sources_path=tmp_path / "sources")
    home = settings.sources_path / "shop"
    home.mkdir(parents=True)
    (home / "source.toml").write_text(
        'default_currency = "EUR"\n[tables.export]\nfiles = ["*.csv"]\n', encoding="utf-8"
    )
    select = "select source_line, who as product_name, nr as product_id, d as sold_at, q as quantity"
    (home / "sales.sql").write_text(f"{select}, a as unit_price from export\n", encoding="utf-8")
    file = tmp_path / "sales.csv"
    file.write_text("who,nr,d,q,a\nZoe Quill,Zed-77,2023-05-01,2,7.50\n", encoding="utf-8")
    with console.capture() as said:
        assert check(settings, "shop", [file])
    shown = said.get()
    assert "Aaa Aaaaa" in shown
    assert "7.50" in shown
    assert "2023-05-01" in shown
    assert not [word for word in ("Zoe", "Quill", "Zed", "77") if word in shown]
