"""What the data of the chosen shop cover: all shops together cover a day where each one that still sells does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from warehouse_assets.bi.metrics.shops import ALL_SHOPS
from warehouse_assets.dashboard.view import View
from warehouse_assets.schemas.ddl import next_month


@dataclass(frozen=True)
class Coverage:
    """The first period that each shop has rows of, and the last day that each one that still sells covers."""

    first: date | None
    last: date | None

    def is_over(self, month: date) -> bool:
        """Whether the month ends on or before the last day."""
        return self.last is not None and next_month(month) - timedelta(days=1) <= self.last

    def has(self, month: date) -> bool:
        """Whether each shop has rows since then, and the month is over."""
        return self.first is not None and self.first <= month and self.is_over(month)


def of_choice(view: View) -> str:
    """The SQL condition of the rows of the shop and the currency chosen so far; `shop_values` has its values."""
    shop = "source_name = %(shop)s" if view.one("shop") else "true"
    return f"{shop} and {_of_currency(view)}"


def _of_currency(view: View) -> str:
    return "currency_code = %(currency)s" if view.one("currency") else "true"


def shop_values(view: View) -> dict[str, str]:
    """What the conditions of this module compare with."""
    return {"shop": view.one("shop"), "currency": view.one("currency"), "all_shops": ALL_SHOPS}


def shop_ends(view: View, table: str) -> dict[str, date]:
    """Shops of the choice and the last day that each covers; in the chosen currency where there is one."""
    rows = view.reader.rows(
        f"select source_name, max(as_of_date) as last from {table} where {_of_parts(view)} group by source_name",
        shop_values(view),
    )
    return {row["source_name"]: row["last"] for row in rows}


def _of_parts(view: View) -> str:
    """The rows of the shops that the choice is made of, without those of all together."""
    chosen = of_choice(view) if view.one("shop") != ALL_SHOPS else _of_currency(view)
    return f"source_name <> %(all_shops)s and {chosen}"


def covered(view: View, table: str, period: str = "month") -> Coverage:
    """What the rows of a mart table cover; `period` is its column of the months."""
    rows = view.reader.rows(
        f"select min({period}) as first, max(as_of_date) as last from {table} where {_of_parts(view)}"
        " group by source_name",
        shop_values(view),
    )
    if not rows:
        return Coverage(None, None)
    # Who ends before the month before the newest one has closed: its last month is not where all shops end.
    newest = max(row["last"] for row in rows).replace(day=1)
    still_selling = (newest - timedelta(days=1)).replace(day=1)
    return Coverage(max(row["first"] for row in rows), min(row["last"] for row in rows if row["last"] >= still_selling))


def unfinished_months(view: View, table: str) -> list[date]:
    """Months of a mart table that not every shop of the choice covers to the end."""
    rows = view.reader.rows(
        f"select distinct month from {table} where {of_choice(view)} order by month", shop_values(view)
    )
    known = covered(view, table)
    return [row["month"] for row in rows if not known.has(row["month"])]
