"""Registers of who may read what, written by the administrator alone."""

from warehouse_assets.schemas.table import Table

ACCESS = (
    Table(
        "governance.login_countries",
        "one row per login and country whose sales it sees",
        "login_name country",
        ("login_name", "country"),
    ),
    Table(
        "governance.access_log",
        "one row per fact created or removed by applying the access policy",
        "applied_at applied_by change_verb fact_kind subject",
        (),
        indexes=(("fact_kind", "subject"),),
    ),
)
