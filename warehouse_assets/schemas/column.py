"""What a column is: one name, one definition, wherever it stands."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse_assets.schemas.classification import Classification, UnclassifiedError
from warehouse_assets.schemas.predicates import Check

AMOUNT = "numeric(18,4)"
RATE = "numeric(18,6)"
NOT_NEGATIVE = Check.ge(0)
SHARE = Check.in_range(0, 1)


@dataclass(frozen=True)
class Column:
    """One column name's single definition; `sql_type` is PostgreSQL's, `checks` say what its values must be."""

    name: str
    sql_type: str
    description: str
    classification: Classification
    checks: tuple[Check, ...] = ()


def column(name: str, sql_type: str, description: str, klass: Classification | None = None, *checks: Check) -> Column:
    """Shorthand of the catalogue. Raises UnclassifiedError: no class is none by itself."""
    if klass is None:
        raise UnclassifiedError(
            f"column {name} is not classified: say beside its description in warehouse_assets/schemas/columns_*.py "
            "what it is, with a class of warehouse_assets/schemas/classification.py (NOT_PERSONAL if it is none)"
        )
    return Column(name, sql_type, description, klass, checks)
