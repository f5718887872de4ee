"""What a column is: one name, one definition, wherever it stands."""

from __future__ import annotations

from dataclasses import dataclass

from pandera.pandas import Check

from warehouse_assets.schemas.classification import NOT_PERSONAL, Classification

AMOUNT = "numeric(18,4)"
RATE = "numeric(18,6)"
NOT_NEGATIVE = Check.ge(0)
SHARE = Check.in_range(0, 1)


@dataclass(frozen=True)
class Column:
    """One column name's single definition; `sql_type` is PostgreSQL's, `checks` are Pandera's."""

    name: str
    sql_type: str
    description: str
    classification: Classification = NOT_PERSONAL
    checks: tuple[Check, ...] = ()


def column(name: str, sql_type: str, description: str, klass: Classification = NOT_PERSONAL, *checks: Check) -> Column:
    """Shorthand of the catalogue."""
    return Column(name, sql_type, description, klass, checks)
