"""A review holds for the exact statement and what it reads, and for nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from warehouse_assets.lineage import Model, project_models, prove
from warehouse_assets.lineage import proof as lineage_proof
from warehouse_assets.lineage.names import canonical, digest
from warehouse_assets.lineage.proof import prove_one
from warehouse_assets.lineage.reviews import REVIEWS, Review

MOST = 15


def model(name: str) -> Model:
    return next(found for found in project_models() if found.name == name)


def reasons(changed: Model) -> str:
    return " ".join(found.reason for found in prove_one(changed))


def test_few_statements_are_reviewed_each_with_its_reason() -> None:
    assert len(REVIEWS) <= MOST
    assert all(len(review.reason) > 40 for review in REVIEWS.values())


def test_a_changed_statement_needs_a_new_review() -> None:
    reviewed = model("dw.fct_customer_lifecycle")
    changed = replace(reviewed, text=reviewed.text.replace("max(last_login_date)", "min(last_login_date)"))
    assert "dw.fct_customer_lifecycle or what it reads has changed since it was reviewed" in reasons(changed)


def test_a_change_of_what_a_reviewed_statement_reads_needs_a_new_review() -> None:
    reviewed = model("mart_customers.customer_value")
    people = reviewed.relations["purchasers"].replace("sum(line_order_count)", "max(line_order_count)")
    changed = replace(reviewed, relations={**reviewed.relations, "purchasers": people})
    assert "purchasers or what it reads has changed" in reasons(changed)
    shops = reviewed.relations["shops"].replace("bound.as_of_date", "bound.as_of_date - 1 as as_of_date")
    behind = replace(reviewed, relations={**reviewed.relations, "shops": shops})
    assert "known_customers or what it reads has changed" in reasons(behind)


def test_spaces_and_comments_need_no_new_review() -> None:
    reviewed = model("dw.fct_customer_lifecycle")
    text = "-- per person\n" + reviewed.text.replace("\n    ", "\n\n      ")
    assert prove_one(replace(reviewed, text=text)) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("select 'a  b'", "select 'a b'"),
        ("select a", "select A"),
        ("select 'it''s -- so'", "select 'it''s'"),
        ('select "a b"', "select a b"),
        ("select a - -b", "select a --b"),
    ],
)
def test_what_may_mean_something_else_has_another_hash(one: str, other: str) -> None:
    assert digest([one]) != digest([other])


def test_comments_and_spaces_are_left_out_of_the_hash() -> None:
    assert canonical("select  a -- 'quoted\n, 'b -- c' ;\n") == "select a , 'b -- c'"


def test_a_review_of_nothing_is_a_violation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineage_proof, "REVIEWS", {**REVIEWS, "mart_sales.gone": Review("", "for a former table")})
    assert [str(found) for found in prove().violations] == [
        "warehouse_assets/lineage/reviews.py: mart_sales.gone is reviewed but no statement of the project"
    ]


def test_the_result_of_a_review_keeps_its_labels() -> None:
    people = model("mart_customers.churn_rates")
    leak = replace(people, text="select age, count(*) as n from known_customers group by age")
    assert "groups by the measure of one person dw.dim_customer.age" in reasons(leak)
    by_day = replace(people, text="select source_name from known_customers where signup_date = as_of_date")
    assert "fct_customer_lifecycle.signup_date compared for equality" in reasons(by_day)
    helpers = {**model("mart_customers.customer_value").relations}
    by_recency = "select recency_days, count(*) as n from purchasers group by recency_days"
    assert "groups by the exact date" in reasons(replace(people, text=by_recency, relations=helpers))
    largest = replace(people, text="select member, largest_amount from value_groups", relations=helpers)
    assert "receives the measure of one person" in reasons(replace(largest, name="mart_customers.probe"))
    for figure in ("net_revenue_amount", "absolute_amount", "recency_days_sum"):
        decided = replace(people, text=f"select count(*) as n from value_groups where {figure} > 99", relations=helpers)
        assert "compared with more or less than it may be" in reasons(decided)
