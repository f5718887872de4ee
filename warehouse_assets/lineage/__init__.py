"""Proof that no personal data reaches a data mart, and the lineage of every column, read from the SQL itself.

A label flows from every classified column through each SELECT to the columns and rows of each table; what
may not arrive there is a `Violation`. Whatever the reading does not know is a violation too.

- `prove()` gives the violations of the project, none when the promise holds.
- `column_lineage()` gives, for every table made by a SELECT, the columns that each of its columns is made of;
  the Dagster assets emit it as column lineage and the documentation renders it.
"""

from warehouse_assets.lineage.models import Model, project_models
from warehouse_assets.lineage.proof import Proof, Violation, column_lineage, prove

__all__ = ["Model", "Proof", "Violation", "column_lineage", "project_models", "prove"]
