"""Data mart 1: the SELECT that fills each table of `mart_customers`."""

from __future__ import annotations

from warehouse_assets.building.select import Select

_FOLDER = "marts/customers"
_MEMBERS = ("shops", "known_customers", "customer_groups", "single_members", "group_members")
_RELATIONS = {
    "customer_demographics": (*_MEMBERS, "shown_groups", "group_activity"),
    "signup_trends": (*_MEMBERS, "signup_channels"),
    "retention_cohorts": ("shops", "known_customers", "cohort_activity"),
    "churn_rates": (*_MEMBERS, "activity_steps", "activity_changes"),
    "customer_value": ("shops", "known_customers", "purchasers", "value_groups"),
}

CUSTOMER_SELECTS: dict[str, Select] = {
    f"mart_customers.{name}": Select(f"{_FOLDER}/{name}.sql", relations=relations)
    for name, relations in _RELATIONS.items()
}
"""Table -> the SELECT that fills it, with the parameters of `mart_parameters`."""

CUSTOMER_GROUPS = (
    ("mart_customers.churn_rates", "mart_customers.signup_trends", "mart_customers.customer_demographics"),
    ("mart_customers.customer_value", "mart_customers.retention_cohorts"),
)
"""Tables built together because they read the same relations; two groups keep two workers busy."""

OF_CUSTOMERS = ("known_customers", "purchasers")
"""Relations with rows per customer: a cluster stores them on the nodes of the customers, who are only counted here."""
