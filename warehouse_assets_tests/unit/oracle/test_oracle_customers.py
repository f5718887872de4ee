"""The oracle's customer marts and the smallest group on cases small enough to work out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse_assets_tests.oracle import RawFile, compute_marts, write_flat_export
from warehouse_assets_tests.oracle.folding import fold, fold_countries, fold_pairs
from warehouse_assets_tests.oracle.value import rfm_segment, scores


def mart(tmp_path: Path, name: str, rows: list[dict[str, Any]], **options: Any) -> Any:
    file = RawFile(write_flat_export(tmp_path / "export.csv", rows))
    found = compute_marts([file], loaded_on=date(2024, 1, 1), **{"k": 1, **options})
    return found[f"mart_customers.{name}"]


def person(number: int, signup: str | None, *active: str, **values: Any) -> dict[str, Any]:
    """A customer without an accepted sale; `active` are the last purchase and the last login."""
    purchase, login = (*active, None, None)[:2]
    return {
        "ID": number,
        "UserSignUpDate": signup,
        "UserLastPurchaseDate": purchase,
        "UserLastLoginDate": login,
        "Price": -1,
        **values,
    }


def buyer(number: int, signup: str | None, bought: str, **values: Any) -> dict[str, Any]:
    return person(number, signup, Date_Purchase=bought, **{"Price": 10, **values})


def test_the_smallest_members_are_folded_by_size_then_name() -> None:
    counts = {"a": (20,), "b": (2,), "c": (2,), "d": (4,)}
    assert fold(counts, 3) == {"a": "a", "b": "Other", "c": "Other", "d": "d"}
    assert fold(counts, 5) == {"a": "a", "b": "Other", "c": "Other", "d": "Other"}
    assert fold(counts, 2) == {name: name for name in counts}
    assert fold(counts, 29) == {}


def test_a_member_named_other_is_where_the_others_go() -> None:
    assert fold({"F": (9,), "M": (5,), "Other": (1,)}, 3) == {"F": "F", "M": "Other", "Other": "Other"}
    assert fold({"F": (9,), "M": (2,), "Other": (20,)}, 3) == {"F": "F", "M": "Other", "Other": "Other"}


def test_folding_goes_on_until_active_and_churned_are_safe() -> None:
    counts = {"a": (10, 5, 5), "b": (8, 4, 4), "c": (6, 5, 1)}
    assert fold(counts, 3) == {"a": "a", "b": "Other", "c": "Other"}
    assert fold({"a": (9, 8, 1)}, 3) == {"a": "Other"}


def test_countries_are_folded_within_their_continent() -> None:
    sizes = {("France", "Europe"): 5, ("Malta", "Europe"): 1, ("Spain", "Europe"): 2, ("Mali", "Africa"): 3}
    people = [place for place, size in sizes.items() for _ in range(size)]
    shown = {"Europe": "Europe", "Africa": "Africa"}
    assert fold_countries(people, shown, 3) == {
        "France": "France",
        "Malta": "Other Europe",
        "Spain": "Other Europe",
        "Mali": "Mali",
    }
    folded = {"Europe": "Europe", "Africa": "Other"}
    assert fold_countries(people, folded, 3)["Mali"] == "Other"


def test_a_pair_folds_whole_members_of_its_first_attribute() -> None:
    sizes = {("young", "F"): 4, ("young", "M"): 1, ("old", "F"): 6, ("old", "M"): 6, ("mid", "F"): 3}
    pairs = [pair for pair, size in sizes.items() for _ in range(size)]
    alone = {name: name for name in ("young", "old", "mid")}
    none = [False] * len(pairs)
    assert fold_pairs(pairs, alone, none, 3) == dict.fromkeys(alone, "Other")
    fewer = [pair for pair in pairs if pair != ("young", "M")]
    assert fold_pairs(fewer, alone, none[:-1], 3) == alone
    assert fold_pairs(fewer, {**alone, "mid": "Other"}, none[:-1], 3) == {**alone, "mid": "Other"}
    churned = [pair == ("mid", "F") for pair in fewer]
    assert fold_pairs(fewer, alone, churned, 3) == alone
    churned = [at == fewer.index(("mid", "F")) for at in range(len(fewer))]
    assert fold_pairs(fewer, alone, churned, 3)["mid"] == "Other"


def test_demographics_of_a_tiny_shop(tmp_path: Path) -> None:
    people = [("Active", 20, "F"), ("Active", 31, "F"), ("Churned", 40, "M"), ("Churned", 999, "M")]
    rows = [
        person(n, "2022-01-05", UserStatus=status, Age=age, Gender=gender)
        for n, (status, age, gender) in enumerate(people)
    ]
    found = mart(tmp_path, "customer_demographics", rows, k=2).set_index(["attribute", "member"])
    everybody = found.loc[("All", "All")]
    assert (everybody.customer_count, everybody.active_count, everybody.churned_count) == (4, 2, 2)
    assert everybody.average_age == 30
    women, men = found.loc[("gender", "F")], found.loc[("gender", "M")]
    assert (women.churn_rate, men.churn_rate) == (0, 1)
    assert (women.average_age, men.average_age) == (None, None)
    assert set(found.loc["age_band"].index) == {"Other"}
    assert set(found.loc["age_band×gender"].index) == {"Other × F", "Other × M"}
    assert found.loc[("country", "France")].active_count == 2


def test_without_a_status_inactivity_is_churn(tmp_path: Path) -> None:
    days = ["2022-03-31", "2022-04-01", "2022-06-30"]
    rows = [person(n, "2022-01-05", day, UserStatus=None) for n, day in enumerate(days)]
    everybody = mart(tmp_path, "customer_demographics", [*rows, person(9, None, UserStatus=None)]).iloc[0]
    assert (everybody.churned_count, everybody.active_count, everybody.never_active_count) == (1, 2, 1)
    assert everybody.churn_rate == Decimal("0.25")


def test_signups_are_dense(tmp_path: Path) -> None:
    signups = ["2022-01-01", "2022-01-06", "2022-03-01", "2022-04-30"]
    found = mart(tmp_path, "signup_trends", [person(n, day) for n, day in enumerate(signups)])
    for channel in ("All", "Referral"):
        own = found[found.acquisition_channel == channel]
        assert own.signup_count.tolist() == [2, 0, 1, 1]
        assert own.cumulative_signups.tolist() == [2, 2, 3, 4]
        assert own.growth_vs_previous.tolist() == [None, -1, None, 0]
        assert own.rolling_3m_average.tolist() == [None, None, 1, Decimal("0.666667")]


def test_retention_has_the_full_rectangle(tmp_path: Path) -> None:
    rows = [
        buyer(1, "2022-01-05", "2022-02-10"),
        buyer(1, "2022-01-05", "2022-04-10"),
        buyer(2, "2022-01-06", "2021-12-31"),
        person(3, "2022-03-01", "2022-03-02"),
    ]
    found = mart(tmp_path, "retention_cohorts", rows).set_index(["basis", "cohort_month"])

    def of(basis: str, month: int, column: str, year: int = 2022) -> list[Any]:
        values: list[Any] = found.loc[(basis, date(year, month, 1))].sort_values("months_since")[column].tolist()
        return values

    assert of("last_seen", 1, "retained_count") == [1, 1, 1, None]
    assert of("last_seen", 1, "is_observed") == [True, True, True, False]
    assert of("last_seen", 2, "cohort_size") == [None] * 4
    assert of("last_seen", 3, "retained_count") == [1, None, None, None]
    assert of("purchase", 1, "retention_rate") == [0, Decimal("0.5"), 0, None]
    assert of("repeat_purchase", 2, "retained_count") == [1, 0, None, None, None]
    assert of("repeat_purchase", 12, "retained_count", 2021) == [1, 0, 0, 0, None]


def test_churn_follows_the_last_active_month(tmp_path: Path) -> None:
    rows = [
        person(1, "2022-01-05"),
        person(2, "2022-01-05", "2022-06-01"),
        person(3, "2022-02-01", "2022-04-01", "2022-07-31"),
    ]
    found = mart(tmp_path, "churn_rates", rows)
    total = found[found.attribute == "All"]
    assert total.new_count.tolist() == [2, 1, 0, 0, 0, 0, 0]
    assert total.customers_at_start.tolist() == [0, 2, 3, 3, 1, 1, 2]
    assert total.churned_count.tolist() == [0, 0, 0, 2, 0, 0, 0]
    assert total.reactivated_count.tolist() == [0, 0, 0, 0, 0, 1, 0]
    assert total.churn_rate.tolist()[:4] == [None, 0, 0, Decimal("0.666667")]


def test_scores_are_percent_ranks_in_fifths() -> None:
    assert scores([7]) == [1]
    assert scores([3, 3, 3]) == [1, 1, 1]
    assert scores([10, 20, 30, 40, 50, 60]) == [1, 2, 3, 4, 5, 5]
    assert scores([1, 1, 1, 9]) == [1, 1, 1, 5]


def test_segments_by_recency_and_frequency() -> None:
    often = [rfm_segment(recency, 4) for recency in range(1, 6)]
    seldom = [rfm_segment(recency, 3) for recency in range(1, 6)]
    assert often == ["at risk", "at risk", "loyal", "champion", "champion"]
    assert seldom == ["dormant", "dormant", "needs attention", "promising", "promising"]


def test_value_of_segments_and_cohorts(tmp_path: Path) -> None:
    rows = [
        buyer(1, "2022-01-05", "2022-01-10", Price=30),
        buyer(2, "2022-01-05", "2022-01-20"),
        buyer(2, "2022-01-05", "2022-01-30", Price=20),
        person(3, "2022-01-05"),
        buyer(4, None, "2022-02-09"),
        buyer(5, None, "2022-02-09"),
    ]
    found = mart(tmp_path, "customer_value", rows, k=2).set_index(["grouping", "member"])
    january = found.loc[("cohort_month", "2022-01-01")]
    assert (january.customer_count, january.net_revenue_amount) == (2, 60)
    assert (january.average_lifetime_value, january.orders_per_customer) == (30, 2)
    assert january.average_recency_days == 20
    assert found.loc["rfm_segment"].customer_count.sum() == 4
    assert mart(tmp_path, "customer_value", rows, k=5).grouping.tolist() == ["cohort_month"] * 2
    few = mart(tmp_path, "customer_value", rows[:-1], k=2)
    assert few[few.grouping == "cohort_month"].customer_count.tolist() == [None, None]


def test_nothing_is_shown_of_fewer_than_k_people(tmp_path: Path) -> None:
    rows = [buyer(n, "2022-01-05", "2022-01-10") for n in range(3)]
    for name in ("customer_demographics", "signup_trends", "churn_rates"):
        assert mart(tmp_path, name, rows, k=4).empty
    assert mart(tmp_path, "retention_cohorts", rows, k=4).cohort_size.dropna().empty
