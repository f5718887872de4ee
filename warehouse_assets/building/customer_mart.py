"""Data mart 1: which SELECT fills each table."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse_assets.building.select import Select

_FOLDER = "marts/customers"


@dataclass(frozen=True)
class SelectOver(Select):
    """A SELECT that reads, as relations of their names, the results of the SELECTs in the files beside it.

    `relations` come in the order in which they read one another. The unfolded groups among them are never
    stored.
    """

    relations: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        texts = {name: Select(f"{_FOLDER}/{name}.sql").text for name in self.relations}
        relations = ",\n".join(f"{name} as (\n{text}\n)" for name, text in texts.items())
        return f"with {relations}\nselect * from (\n{super().text}\n) as mart"


_RELATIONS = {
    "customer_demographics": ("known_customers", "customer_groups", "group_members"),
    "signup_trends": ("known_customers",),
    "retention_cohorts": ("known_customers", "cohort_activity"),
    "churn_rates": ("known_customers", "activity_steps"),
    "customer_value": ("known_customers", "purchasers", "value_groups"),
}

CUSTOMER_SELECTS: dict[str, Select] = {
    f"mart_customers.{name}": SelectOver(f"{_FOLDER}/{name}.sql", relations=relations)
    for name, relations in _RELATIONS.items()
}
"""Table -> the SELECT that fills it; parameters `as_of`, `minimum_group_size`, `inactivity_months`."""
