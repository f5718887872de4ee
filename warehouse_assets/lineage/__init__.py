"""Proves from the SQL that no personal data reaches a data mart, and derives the lineage of every column.

A small grammar says what a SELECT may do with a value that tells of a person. Anything else is a `Violation`, unless
a person has reviewed the exact statement (`reviews.py`); so is a label where the declaration of a table has none.

- `prove()` returns the project's violations; none means that the proof holds.
- `column_lineage()` returns, for every table filled by a SELECT, the source columns of each of its columns. The
  documentation renders it.
- `project_lineage()` returns the same as it is stored, with the tables that each SELECT reads. The Dagster assets
  emit it as column lineage.
"""

from warehouse_assets.lineage.models import Model, project_models
from warehouse_assets.lineage.proof import Proof, Violation, column_lineage, prove
from warehouse_assets.lineage.stored import TableLineage, project_lineage

__all__ = [
    "Model",
    "Proof",
    "TableLineage",
    "Violation",
    "column_lineage",
    "project_lineage",
    "project_models",
    "prove",
]
