"""Files for Power BI and Tableau, generated from the registry of metrics and checked."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg

from warehouse_assets.bi.files import write_files
from warehouse_assets.bi.powerbi.checks.project import project_findings
from warehouse_assets.bi.powerbi.design import Design
from warehouse_assets.bi.powerbi.marts import MARTS
from warehouse_assets.bi.powerbi.project import project_files
from warehouse_assets.bi.powerbi.star.project import star_design
from warehouse_assets.bi.powerbi.star.tables import IMPORTED
from warehouse_assets.bi.server import server_of
from warehouse_assets.bi.tableau.build import PACKAGED, live_workbooks, packaged_workbooks
from warehouse_assets.bi.tableau.checking import package_findings, workbook_findings
from warehouse_assets.bi.tableau.extract import has_library
from warehouse_assets.bi.tableau.package import extract_of
from warehouse_assets.bi.tableau.sources import mart_tables
from warehouse_assets.bi.tableau.totals import ExtractIncomplete, differences, extract_totals, mart_totals
from warehouse_assets.building.marts import MART_SELECTS
from warehouse_assets.orchestration.assets.step_retries import retry_transient_errors
from warehouse_assets.orchestration.assets.table_metadata import OWNER
from warehouse_assets.orchestration.checks import are_checks_alone, asset_key
from warehouse_assets.orchestration.resources import Warehouse

POWERBI, TABLEAU = dg.AssetKey(["reports", "powerbi"]), dg.AssetKey(["reports", "tableau"])
POWERBI_STAR = dg.AssetKey(["reports", "powerbi_star"])
REFERENCES, TOTALS = "references", "totals"
_NO_EXTRACT = "none: install the extra `tableau` of this project (pip install '.[tableau]') and run again"
_MARTS = [asset_key(name) for name in MART_SELECTS]
_SPEC: Mapping[str, Any] = {
    "group_name": "reports",
    "owners": [OWNER],
    "tags": {"layer": "reports"},
    "code_version": "3",
}


def _check(key: dg.AssetKey, name: str, description: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(name, asset=key, description=description)


def _result(key: dg.AssetKey, name: str, findings: list[str]) -> dg.AssetCheckResult:
    shown = {"findings": dg.MetadataValue.json(findings[:50])} if findings else {}
    return dg.AssetCheckResult(
        asset_key=key, check_name=name, passed=not findings, metadata={"count": len(findings), **shown}
    )


@dg.multi_asset(
    name="powerbi",
    specs=[
        dg.AssetSpec(
            POWERBI,
            kinds={"python", "powerbi"},
            description="A Power BI project of both marts: semantic model, and a report in English and in French.",
            deps=_MARTS,
            **_SPEC,
        )
    ],
    check_specs=[_check(POWERBI, REFERENCES, "Every field, role, page, relationship and rule exists")],
    can_subset=True,
)
@retry_transient_errors
def powerbi(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Writes `reports/powerbi` in the warehouse's home; checks executed alone write nothing."""
    yield from _project(context, warehouse, POWERBI, MARTS)


@dg.multi_asset(
    name="powerbi_star",
    specs=[
        dg.AssetSpec(
            POWERBI_STAR,
            kinds={"python", "powerbi"},
            description="A Power BI project of facts and dimensions as a star, for roles that read `dw`.",
            deps=[asset_key(name) for name in IMPORTED],
            **_SPEC,
        )
    ],
    check_specs=[_check(POWERBI_STAR, REFERENCES, "Every reference exists, and the rules of a star are kept")],
    can_subset=True,
)
@retry_transient_errors
def powerbi_star(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Writes `reports/powerbi_star` in the warehouse's home; checks executed alone write nothing."""
    yield from _project(context, warehouse, POWERBI_STAR, star_design(warehouse.settings.minimum_group_size))


def _project(
    context: dg.AssetExecutionContext, warehouse: Warehouse, key: dg.AssetKey, design: Design
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    files = project_files(server_of(warehouse.address), design)
    result = _result(key, REFERENCES, project_findings(files, design))
    if are_checks_alone(context):
        yield result
        return
    folder = warehouse.settings.reports_path / key.path[-1]
    write_files(folder, files)
    yield dg.MaterializeResult(
        asset_key=key,
        metadata={"folder": dg.MetadataValue.path(str(folder)), "files": len(files)},
        check_results=[result],
    )


@dg.multi_asset(
    name="tableau",
    specs=[
        dg.AssetSpec(
            TABLEAU,
            kinds={"python", "tableau"},
            description="Tableau workbooks: live, and with the extra `tableau` with an extract of each mart.",
            deps=_MARTS,
            **_SPEC,
        )
    ],
    check_specs=[
        _check(TABLEAU, REFERENCES, "Every sheet, field and formula exists, and the archives open"),
        *([_check(TABLEAU, TOTALS, "The extracts hold the rows and totals of the marts")] if has_library() else []),
    ],
    can_subset=True,
)
@retry_transient_errors
def tableau(
    context: dg.AssetExecutionContext, warehouse: Warehouse
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Writes `reports/tableau` in the home. Without the extra `tableau`, the live workbooks only, with a warning.

    Checks executed alone make the workbooks again and write nothing.
    """
    folder = warehouse.settings.reports_path / "tableau"
    live = live_workbooks(server_of(warehouse.address))
    archives: Mapping[str, bytes] = {}
    results = []
    if has_library():
        with _one_moment(warehouse) as connection:
            archives = packaged_workbooks(connection, folder)
            results.append(_result(TABLEAU, TOTALS, _differences(connection, archives)))
    else:
        context.log.warning(f"Extracts for Tableau: {_NO_EXTRACT}")
    findings = [found for name, text in live.items() for found in workbook_findings(name, text)]
    findings += [found for name, content in archives.items() for found in package_findings(name, content)]
    results.append(_result(TABLEAU, REFERENCES, findings))
    if are_checks_alone(context):
        chosen = {key.name for key in context.selected_asset_check_keys}
        yield from (result for result in results if result.check_name in chosen)
        return
    write_files(folder, {**live, **archives})
    yield dg.MaterializeResult(
        asset_key=TABLEAU,
        metadata={
            "folder": dg.MetadataValue.path(str(folder)),
            "files": len(live) + len(archives),
            "extracts": ", ".join(archives) or _NO_EXTRACT,
        },
        check_results=results,
    )


@contextmanager
def _one_moment(warehouse: Warehouse) -> Iterator[psycopg.Connection[Any]]:
    """A session that reads all tables in one snapshot, even while another run rebuilds them."""
    with warehouse.connect("transform") as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        yield connection


def _differences(connection: psycopg.Connection[Any], archives: Mapping[str, bytes]) -> list[str]:
    found = []
    one_of_each = {PACKAGED[name][0]: name for name in archives}
    for mart, name in one_of_each.items():
        tables = mart_tables((mart,))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "marts.hyper"
            path.write_bytes(extract_of(archives[name]))
            try:
                here = extract_totals(path, tables)
            except ExtractIncomplete as error:
                found.append(f"{name}: {error}")
                continue
        found += [f"{name}: {each}" for each in differences(tables, here, mart_totals(connection, tables))]
    return found
