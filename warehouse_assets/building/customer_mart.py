"""Data mart 1: which SELECT fills each table."""

from __future__ import annotations

from warehouse_assets.building.select import Select

_FOLDER = "marts/customers"


_RELATIONS = {
    "customer_demographics": ("known_customers", "customer_groups", "group_members"),
    "signup_trends": ("known_customers",),
    "retention_cohorts": ("known_customers", "cohort_activity"),
    "churn_rates": ("known_customers", "activity_steps"),
    "customer_value": ("known_customers", "purchasers", "value_groups"),
}

CUSTOMER_SELECTS: dict[str, Select] = {
    f"mart_customers.{name}": Select(f"{_FOLDER}/{name}.sql", relations=relations)
    for name, relations in _RELATIONS.items()
}
"""Table -> the SELECT that fills it; parameters `as_of`, `minimum_group_size`, `inactivity_months`."""
