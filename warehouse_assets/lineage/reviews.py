"""Statements outside the grammar that a person has reviewed, each with its reason.

A review holds for the exact statement and all named relations that it reads: `digest` is the hash of their texts.
Whatever changes in them needs a new review.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from warehouse_assets.lineage import functions
from warehouse_assets.lineage.relations import Relation
from warehouse_assets.lineage.values import Kind, Value, declared
from warehouse_assets.schemas import TABLES


@dataclass(frozen=True)
class Review:
    """`labels`: result column -> the stored column whose label it keeps, or the parameter whose boundary it is.

    Other columns are generalised, and nobody's if the result has no pseudonym. A stored table needs no labels:
    its declaration has them.
    """

    digest: str
    reason: str
    labels: Mapping[str, str] = field(default_factory=dict)
    one_per: str = ""
    """The key column of which each value has one row."""

    def applied(self, name: str, found: Relation) -> Relation:
        """The result with the labels of the review; only the sources are read from the SQL."""
        labels = {column: _label(label) for column, label in self.labels.items()}
        is_personal = any(value.kind is Kind.KEY for value in labels.values())
        other = Kind.GENERAL if is_personal else Kind.FREE
        columns = tuple(
            (column, replace(labels.get(column, Value(other, origin=f"{name}.{column}")), sources=value.sources))
            for column, value in found.columns
        )
        return Relation(columns, is_personal, found.rows, self.one_per)


def _label(text: str) -> Value:
    if text in functions.BOUNDARIES:
        return Value(side=functions.BOUNDARIES[text])
    table, _, name = text.rpartition(".")
    column = next(column for column in TABLES[table].column_list if column.name == name)
    return declared(TABLES[table], column, is_personal=True)


_CUSTOMER = {"customer_key": "dw.dim_customer.customer_key"}
_TIMELINE = {
    **_CUSTOMER,
    "observed_at": "staging.customers.observed_at",
    "age": "staging.customers.age",
    "birth_month": "staging.customers.birth_month",
    "geography_key": "staging.customers.geography_key",
    "earliest_signup_date": "staging.customers.signup_date",
}
_KNOWN = {
    **_CUSTOMER,
    "as_of_date": "as_of",
    "age": "dw.dim_customer.age",
    **{
        name: f"dw.fct_customer_lifecycle.{name}"
        for name in ("signup_date", "last_login_date", "declared_last_purchase_date", "last_seen_date")
    },
}

REVIEWS: Mapping[str, Review] = {
    "customer_timeline": Review(
        "ac0e07d7456d63fb",
        "versions of people's attributes, by the order of their observations; the age bands; nothing is computed from"
        " a key, and each detail keeps its label",
        _TIMELINE,
    ),
    "inferred_customers": Review(
        "717d993001fee219",
        "people without an observation, with the name of their shop only; the rest decides which are read",
        _CUSTOMER,
    ),
    "staging.pending_months": Review("df6dd72047232fd0", "months to build again: days of moves decide on months only"),
    "dw.fct_sales": Review(
        "db055329c98c63ec",
        "versions of lines, keys of repeated lines and of returns (hashes of keys), shares of discounts: what is sold,"
        " to whom, stays what the declaration says; a line's key orders only lines that are equal in every mart",
    ),
    "dw.fct_reviews": Review(
        "ecad535872b7bc83",
        "versions of reviews and keys of repeated ones (hashes of keys); the newest counts and keeps its labels",
    ),
    "dw.fct_customer_lifecycle": Review(
        "c42b1c5687efc677", "first and last days per person, each in a column declared as an exact day"
    ),
    "known_customers": Review(
        "1b19403f53884fb1",
        "the people of the customer marts as of the shop's day: ages, their bands and the activity are made here and"
        " nowhere else, and every later day is left out",
        _KNOWN,
        "customer_key",
    ),
    "purchasers": Review(
        "95fc3fe1ec066e20",
        "per buyer: amount, orders, days since the last purchase and month of the cohort, for sums over groups",
        {
            **_CUSTOMER,
            "net_revenue_amount": "dw.agg_customer_month.net_revenue_amount",
            "recency_days": "dw.agg_customer_month.last_sale_date",
            "order_count": "dw.agg_customer_month.line_order_count",
        },
    ),
    "value_groups": Review(
        "c91c2f2b55e532d5",
        "five scores of equal numbers of people by recency and by orders, folded into six segments; the largest amount"
        " serves to hide groups that one buyer dominates",
        {
            "net_revenue_amount": "dw.agg_customer_month.net_revenue_amount",
            "absolute_amount": "dw.agg_customer_month.net_revenue_amount",
            "largest_amount": "dw.agg_customer_month.net_revenue_amount",
            "recency_days_sum": "dw.agg_customer_month.last_sale_date",
        },
    ),
    "mart_customers.customer_value": Review(
        "431b4ac5842729c1",
        "groups of few people, and groups of which one buyer has most of the amount, are folded or hidden, so that less"
        " is shown",
    ),
    "sellers": Review(
        "506bfe7ad6dcf1a9",
        "the first day of a shop's data, which decides whether its first month is complete",
        {"as_of_date": "as_of"},
    ),
    "mart_sales.sales_by_day": Review(
        "8a7200da6f712f8e",
        "totals of a shop's day over all its buyers, without customer, product or place: a day with one order tells its"
        " amount, as a month with one order does",
    ),
    "spanning_orders": Review(
        "0dbfa399c9872535",
        "orders of several months or shops, which would count twice; no order is told from another",
        {"order_key": "dw.fct_sales.order_key", "month": "dw.agg_order_month.month"},
    ),
    "last_year_months": Review(
        "2b602b627d2f8f76",
        "the same days of last year, summed over all buyers: the year to date of the builds on those days showed the"
        " same",
    ),
    "dw.dim_customer_history__versions_follow": Review(
        "1efd80c8cec092d0",
        "compares days of one person with each other to find versions with a gap; it shows months of them only",
    ),
}
"""Table or named relation -> its review."""
