"""Expressions that a person has reviewed, matched literally: a changed expression needs a new review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from warehouse_assets.lineage.labels import Flow, Label, Mode, generalised, is_told


@dataclass(frozen=True)
class Review:
    """`gives` a pseudonym (an injective function of one), or a value that reveals no key and singles nobody out.

    A `total` is a detail that stands for all people who share it, as the day of a shop's totals does.
    """

    text: str
    gives: Literal["pseudonym", "nothing", "total"]
    reason: str

    def applied(self, flow: Flow) -> Flow:
        """The flow without the labels that the review covers."""
        if self.gives == "total":
            return generalised(flow)
        others = flow.labels - answerable(flow)
        if self.gives == "pseudonym":
            others |= {replace(label, mode=Mode.COPY) for label in flow.of("pseudonym", Mode.DERIVED)}
        return Flow(frozenset(others), flow.sources, is_key=self.gives == "pseudonym")


def answerable(flow: Flow) -> frozenset[Label]:
    """The labels that a review may cover; never an identity."""
    return flow.of("pseudonym", Mode.DERIVED) | frozenset(filter(is_told, flow.labels))


REVIEWS: Mapping[str, tuple[Review, ...]] = {
    "sql/facts": (
        Review(
            "ROW_NUMBER() OVER (PARTITION BY order_key ORDER BY product_key, geography_key, sale_date, line_type,"
            " currency_code, is_cancelled, gross_amount, quantity, rating, line_key)",
            "nothing",
            "the key orders only lines that are equal in every column that a mart reads; it makes the order total",
        ),
        *(
            Review(
                f"CAST(CAST(('x' || ENCODE(SHA256(INT8SEND({key}) || INT8SEND(identity)"
                " || INT4SEND(CAST(occurrence AS INT))), 'hex')) AS BIT(63)) AS BIGINT)",
                "pseudonym",
                "the key of a repeated record: a hash of its key, its content and the number of the repeat, equal only"
                " if all three are",
            )
            for key in ("line_key", "review_key")
        ),
        Review(
            "CAST(CAST(('x' || ENCODE(SHA256(INT8SEND(lines.line_key) || INT4SEND(-1)), 'hex')) AS BIT(63)) AS BIGINT)",
            "pseudonym",
            "the key of the return of a line that came back: a hash of the line's key, equal only if that is",
        ),
    ),
    "sql/dimensions": (
        *(
            Review(bound, "nothing", "limits the days that are read; the join decides which months are queued")
            for bound in ("MIN(moved_from)", "MAX(moved_to)")
        ),
        Review(
            "CASE WHEN age BETWEEN 13 AND 17 THEN '13-17' WHEN age BETWEEN 18 AND 24 THEN '18-24'"
            " WHEN age BETWEEN 25 AND 34 THEN '25-34' WHEN age BETWEEN 35 AND 44 THEN '35-44'"
            " WHEN age BETWEEN 45 AND 54 THEN '45-54' WHEN age BETWEEN 55 AND 64 THEN '55-64'"
            " WHEN age >= 65 THEN '65+' ELSE 'Unknown' END",
            "nothing",
            "the age bands: the only comparison of ages with constants, and the marts fold small bands",
        ),
    ),
    "sql/marts/customers": tuple(
        Review(
            f"{largest} > 0.85 * {amount}",
            "nothing",
            "one buyer has most of the amount: the group is folded or its amount hidden, so that less is shown",
        )
        for largest, amount in (
            ("largest_amount", "absolute_amount"),
            ("smaller_largest", "smaller_amount"),
            ("grouping_largest", "grouping_amount"),
        )
    ),
    "sql/marts/sales": (
        Review(
            "MIN(days.sale_date)",
            "nothing",
            "the first day of a shop's data: it decides only whether a period is complete",
        ),
        *(
            Review(
                bound,
                "nothing",
                "compares a day with the last day of the shop's own data: later reviews are left out until its sales"
                " reach their day",
            )
            for bound in (
                "days.sale_date <= shops.as_of_date",
                "sold_days.sale_date <= sellers.as_of_date",
                "reviews.reviewed_date <= sellers.as_of_date",
            )
        ),
        Review(
            "CAST(sold_days.sale_date AS TIMESTAMP)",
            "total",
            "the day of a shop's totals over all its buyers, without customer, product or place: a day with one order"
            " tells its amount, as a month with one order does",
        ),
        Review(
            "days.sale_date < GREATEST(CAST(sellers.as_of_date AS TIMESTAMP) - INTERVAL '1 YEAR' + INTERVAL '1 DAY',"
            " CAST(sellers.as_of_date AS TIMESTAMP) + INTERVAL '1 DAY' - INTERVAL '1 YEAR')",
            "nothing",
            "the same days of last year, summed over all buyers: the year to date of the builds on those days showed"
            " the same",
        ),
    ),
}
"""Folder -> the reviewed expressions in its files."""
