"""The assets that write Power BI's and Tableau's files, on a real server."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import dagster as dg
import psycopg
import pytest

from warehouse_assets.access.review import country_pairs
from warehouse_assets.bi.tableau.extract import fingerprint, has_library, write_extract
from warehouse_assets.bi.tableau.sources import mart_tables
from warehouse_assets.bi.tableau.stable import without_chance
from warehouse_assets.bi.tableau.totals import ExtractIncomplete, differences, extract_totals, mart_totals
from warehouse_assets.orchestration.assets.bi import TOTALS, powerbi, powerbi_star, tableau
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.bi.filled_marts import MART_TABLES, fill_marts

needs_library = pytest.mark.skipif(not has_library(), reason="the extra `tableau` is not installed")


@pytest.fixture
def filled(database: Settings) -> Settings:
    """A warehouse whose marts hold rows."""
    with psycopg.connect(str(database.database_url), autocommit=True) as connection:
        fill_marts(connection)
    return database


def materialise(settings: Settings) -> dg.ExecuteInProcessResult:
    warehouse = Warehouse(home=str(settings.home), database_url=settings.database_url)
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize([powerbi, powerbi_star, tableau], resources={"warehouse": warehouse}, instance=instance)


def digests(folder: Path) -> Mapping[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@needs_library
def test_two_builds_are_the_same_bytes_and_pass_their_checks(filled: Settings) -> None:
    first = materialise(filled)
    checks = {(each.asset_key.path[-1], each.check_name): each.passed for each in first.get_asset_check_evaluations()}
    assert checks == {
        ("powerbi", "references"): True,
        ("powerbi_star", "references"): True,
        ("tableau", "references"): True,
        ("tableau", TOTALS): True,
    }
    built = digests(filled.reports_path)
    assert {"tableau/Sales.twbx", "tableau/Warehouse.twb", "powerbi/Warehouse.pbip", "powerbi_star/Star.pbip"} <= set(
        built
    )
    assert materialise(filled).success
    assert digests(filled.reports_path) == built
    shutil.rmtree(filled.reports_path)
    assert materialise(filled).success
    assert digests(filled.reports_path) == built


@needs_library
def test_an_extract_s_bytes_depend_on_its_rows_alone(filled: Settings, tmp_path: Path) -> None:
    path, made = tmp_path / "marts.hyper", []
    with psycopg.connect(str(filled.database_url)) as connection:
        digest = fingerprint(connection, MART_TABLES)
        for _ in range(2):
            write_extract(connection, MART_TABLES, path)
            made.append(path.read_bytes())
        assert made[0] != made[1]
        assert without_chance(made[0], digest) == without_chance(made[1], digest)
        path.write_bytes(without_chance(made[0], digest))
        totals = extract_totals(path, MART_TABLES)
        assert differences(MART_TABLES, totals, mart_totals(connection, MART_TABLES)) == []
    assert without_chance(made[0], "other rows") != without_chance(made[1], digest)
    other_format = made[0].replace(b"Hyper\x08", b"Hyper\x09")
    assert without_chance(other_format, digest) == other_format


@needs_library
def test_other_rows_make_another_extract_and_only_of_their_mart(filled: Settings) -> None:
    materialise(filled)
    former = digests(filled.reports_path)
    with psycopg.connect(str(filled.database_url), autocommit=True) as connection:
        connection.execute("update mart_sales.sales_by_country set order_count = order_count + 1")
    materialise(filled)
    changed = {name for name, digest in digests(filled.reports_path).items() if former[name] != digest}
    assert changed == {"tableau/Sales.twbx", "tableau/Ventes.twbx"}


@needs_library
def test_a_table_and_a_column_that_an_extract_lacks_are_named(filled: Settings, tmp_path: Path) -> None:
    first, second, *_ = mart_tables(("mart_sales",))
    smaller = replace(first, columns=first.columns.replace(" line_count", ""))
    assert smaller.column_names != first.column_names
    with psycopg.connect(str(filled.database_url)) as connection:
        write_extract(connection, [smaller], tmp_path / "marts.hyper")
    with pytest.raises(ExtractIncomplete, match=f"{first.short_name}.line_count, {second.short_name}."):
        extract_totals(tmp_path / "marts.hyper", [first, second])


@needs_library
def test_a_figure_that_differs_is_named(filled: Settings, tmp_path: Path) -> None:
    with psycopg.connect(str(filled.database_url)) as connection:
        write_extract(connection, MART_TABLES, tmp_path / "marts.hyper")
        held = extract_totals(tmp_path / "marts.hyper", MART_TABLES)
        assert differences(MART_TABLES, held, mart_totals(connection, MART_TABLES)) == []
        connection.execute("update mart_customers.customer_value set net_revenue_amount = net_revenue_amount + 0.0001")
        connection.execute("delete from mart_sales.sales_by_year where currency_code = 'USD'")
        found = differences(MART_TABLES, held, mart_totals(connection, MART_TABLES))
    assert any("customer_value.net_revenue_amount" in line for line in found)
    assert any("sales_by_year.rows" in line for line in found)


def test_the_fingerprint_is_of_the_rows_and_not_of_their_order(filled: Settings) -> None:
    tables = mart_tables(("mart_sales",))
    with psycopg.connect(str(filled.database_url)) as connection:
        former = fingerprint(connection, tables)
        connection.execute("create temporary table kept as select * from mart_sales.sales_by_month order by random()")
        connection.execute("delete from mart_sales.sales_by_month")
        connection.execute("insert into mart_sales.sales_by_month select * from kept")
        assert fingerprint(connection, tables) == former
        connection.execute("update mart_sales.sales_by_month set net_revenue_amount = %s", [Decimal("0.0001")])
        assert fingerprint(connection, tables) != former


_WITHOUT_LIBRARY = """
import sys
sys.modules["tableauhyperapi"] = None
import dagster as dg
from warehouse_assets.orchestration.assets.bi import tableau
from warehouse_assets.orchestration.resources import Warehouse
result = dg.materialize([tableau], resources={"warehouse": Warehouse(home=sys.argv[1], database_url=sys.argv[2])})
(event,) = result.get_asset_materialization_events()
print(event.materialization.metadata["extracts"].value, [e.passed for e in result.get_asset_check_evaluations()])
"""


def test_without_the_extra_the_live_workbooks_are_there_and_it_says_so(filled: Settings) -> None:
    run = [sys.executable, "-c", _WITHOUT_LIBRARY, str(filled.home), str(filled.database_url)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "install the extra `tableau`" in done.stdout
    assert "[True]" in done.stdout
    assert set(digests(filled.reports_path / "tableau")) == {"Warehouse.twb", "Entrepot.twb"}


def test_no_password_is_in_any_file(filled: Settings) -> None:
    materialise(filled)
    password = psycopg.conninfo.conninfo_to_dict(str(filled.database_url))["password"]
    contents = list(_contents(filled.reports_path))
    assert len(contents) > 120
    assert [name for name, content in contents if str(password).encode() in content] == []


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, archives by their members."""
    for path in folder.rglob("*"):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((name, archive.read(name)) for name in archive.namelist())
        elif path.is_file():
            yield path.name, path.read_bytes()


def test_who_sees_which_country_is_printed_for_power_bi_and_is_in_no_file(filled: Settings) -> None:
    with psycopg.connect(str(filled.database_url), autocommit=True) as connection:
        connection.execute("insert into governance.login_countries values ('anna_of_the_test', 'France')")
    assert country_pairs(filled) == [("anna_of_the_test", "France")]
    materialise(filled)
    assert [name for name, content in _contents(filled.reports_path) if b"anna_of_the_test" in content] == []
