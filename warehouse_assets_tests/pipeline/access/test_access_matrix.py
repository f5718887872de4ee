"""Every role, every relation, every privilege: tried with a real login, before and after a full rebuild."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from warehouse_assets.access.plan import Change
from warehouse_assets.building.rebuild_queue import rebuild_all
from warehouse_assets.schemas import TABLES
from warehouse_assets.startup.preparation import plan_access
from warehouse_assets_tests.databases import is_cluster
from warehouse_assets_tests.integration.access.logins import GROUPS, PIPELINE, Access, declare_logins
from warehouse_assets_tests.pipeline.shop import Shop
from warehouse_assets_tests.short_exports import generate_short_export

READ, WRITE, OWN = "s", "siud", "siudt"
"""SELECT, INSERT, UPDATE, DELETE, TRUNCATE; only an owner truncates."""
MARTS = {"mart_customers": READ, "mart_sales": READ}
EXPECTED = {
    "ingest": {
        "vault": WRITE,
        "staging": WRITE,
        "ops": READ,
        "ops.ingested_files": WRITE,
        "ops.data_quality": WRITE,
        "ops.fingerprints": WRITE,
        "ops.watermarks": WRITE,
        "ops.file_deletions": WRITE,
        "ops.locks": WRITE,
        "staging.sales": OWN,
    },
    "transform": {
        "staging": READ,
        "staging.pending_months": OWN,
        "staging.pending_customers": OWN,
        "dw": OWN,
        "mart_customers": WRITE,
        "mart_sales": WRITE,
        "ops": WRITE,
        "governance": READ,
    },
    "privacy": {
        "vault": WRITE,
        "staging": WRITE,
        "dw": READ,
        "ops": READ,
        "ops.ingested_files": WRITE,
        "ops.data_quality": WRITE,
        "ops.fingerprints": WRITE,
        "ops.table_builds": WRITE,
        "ops.file_deletions": WRITE,
        "ops.locks": WRITE,
        "governance": WRITE,
        "governance.access_log": "",
        "governance.login_countries": "",
    },
    "data_engineer": {"dw": READ, **MARTS, "ops": READ, "governance": READ},
    "dpo": {
        **MARTS,
        "ops": READ,
        "governance": WRITE,
        "governance.access_log": READ,
        "governance.login_countries": READ,
    },
    "customer_analyst": {"mart_customers": READ},
    "sales_analyst": {"mart_sales": READ},
    "country_manager": {"mart_sales.sales_by_country": READ},
    "bi_customers": {"mart_customers": READ},
    "bi_sales": {"mart_sales": READ},
    "auditor": {"ops": READ, "governance": READ, "governance.restrictions": ""},
}
"""As the design says it: role -> schema or table -> what it may do; all else is refused."""
# Each needs its own privilege alone, and none touches a row. A cluster looks for the column that a table is spread by
# before it looks at rights: an insert names it, an update leaves it alone.
TRIALS = {
    "s": "select from {table} limit 0",
    "i": "insert into {table} ({columns}) select {nulls} where false",
    "u": "update {table} set {column} = null where false",
    "d": "delete from {table} where false",
    "t": "truncate {table}",
}


@pytest.fixture(scope="module")
def access(unprepared_module_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Access:
    export = tmp_path_factory.mktemp("export") / "export.csv"
    generate_short_export(export, rows=60, seed=7, dirt=0)
    made = declare_logins(unprepared_module_shop.settings)
    unprepared_module_shop.deliver(export)
    unprepared_module_shop.run()
    return made


def allowed(connection: psycopg.Connection[tuple[object, ...]], table: str) -> str:
    """The letters of what is not refused; every refusal is 42501, and every trial is rolled back."""
    found = ""
    for letter, trial in TRIALS.items():
        names = TABLES[table].column_names
        columns, nulls = ", ".join(names), ", ".join("null" for _ in names)
        statement = trial.format(table=table, column=names[-1], columns=columns, nulls=nulls)
        try:
            connection.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            pass
        except (psycopg.errors.IntegrityError, psycopg.errors.FeatureNotSupported):
            found += letter  # allowed, and stopped by a constraint or a foreign key only
        else:
            found += letter
        connection.rollback()
    return found


def differences(access: Access, role: str) -> Iterator[str]:
    with access.connect(role) as connection:
        for table in TABLES:
            rights = EXPECTED[role]
            wanted = rights.get(table, rights.get(table.split(".")[0], ""))
            found = allowed(connection, table)
            if found != wanted:
                yield f"{table}: {found or 'nothing'} instead of {wanted or 'nothing'}"


def _planned(access: Access) -> list[Change]:
    """What the policy would change. Other databases of a cluster are of others, and not made by this test."""
    return [change for change in plan_access(access.settings) if not (is_cluster() and change.fact.database)]


def test_every_role_may_do_what_the_design_says_and_nothing_else(access: Access) -> None:
    assert {role: list(differences(access, role)) for role in EXPECTED} == {role: [] for role in EXPECTED}


def test_a_full_rebuild_changes_nothing_of_it(access: Access, unprepared_module_shop: Shop, tmp_path: Path) -> None:
    assert _planned(access) == []
    with access.administrator() as connection:
        rebuild_all(connection)
    late = tmp_path / "late.csv"
    generate_short_export(late, rows=30, seed=8, dirt=0)
    unprepared_module_shop.deliver(late)
    assert unprepared_module_shop.run().months
    assert _planned(access) == []
    assert {role: list(differences(access, role)) for role in EXPECTED} == {role: [] for role in EXPECTED}


def test_partitions_have_no_right_of_their_own_beyond_their_schema(access: Access) -> None:
    with access.administrator() as connection:
        rows = connection.execute(
            "select format('%s.%s', n.nspname, c.relname) from pg_class as c join pg_namespace as n"
            " on c.relnamespace = n.oid where c.relispartition and c.relkind = 'r' and n.nspname = 'staging'"
        ).fetchall()
    assert rows
    for role in (*GROUPS, "transform", "privacy"):
        with access.connect(role) as connection:
            for (partition,) in rows:
                if role in ("transform", "privacy"):
                    connection.execute(f"select from {partition} limit 0".encode())
                else:
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        connection.execute(f"select from {partition} limit 0".encode())
                    connection.rollback()


def test_every_role_of_the_design_is_tried() -> None:
    assert set(EXPECTED) == {*GROUPS, *PIPELINE}
