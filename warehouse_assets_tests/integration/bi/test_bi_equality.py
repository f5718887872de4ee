"""Every metric, under many filters, is the same number in SQL, on the dashboard, in DAX and in the Tableau extract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import psycopg
import pytest

from warehouse_assets.bi.files import write_files
from warehouse_assets.bi.metrics import METRICS, Metric
from warehouse_assets.bi.powerbi.marts import mart_design
from warehouse_assets.bi.powerbi.project import project_files
from warehouse_assets.bi.powerbi.tables import DATE_COLUMNS, measures_of
from warehouse_assets.bi.powerbi.tables import MART_TABLES as MODEL_TABLES
from warehouse_assets.bi.query import Between
from warehouse_assets.bi.server import Server
from warehouse_assets.bi.tableau.extract import has_library, write_extract
from warehouse_assets.bi.tableau.sources import Source
from warehouse_assets.bi.tableau.workbook import workbook
from warehouse_assets.dashboard.reader import Reader
from warehouse_assets.database import DatabaseUrls
from warehouse_assets.schemas import TABLES, Table
from warehouse_assets_tests.databases import new_database
from warehouse_assets_tests.integration.bi.evaluators import Filters, PowerBi, Tableau, imported_marts, same
from warehouse_assets_tests.integration.bi.filled_marts import MART_TABLES, fill_marts

PLACES = [(metric, table) for metric in METRICS.values() for table in metric.tables]
EACH_PLACE = pytest.mark.parametrize(("metric", "name"), PLACES, ids=[f"{m.name}-{t}" for m, t in PLACES])


ONE_MONTH_ONLY = {"sales_trends", "sales_forecast", "signup_trends", "retention_cohorts"}
"""Tables whose metrics have no value over a year."""


@dataclass(frozen=True)
class Tools:
    """The marts, and what reads them."""

    connection: psycopg.Connection[Any]
    power_bi: PowerBi
    tableau: Tableau | None

    @property
    def dashboard(self) -> Reader:
        """Through which every page of the dashboard asks for its figures."""
        return Reader(self.connection)


@pytest.fixture(scope="module")
def tools(server: DatabaseUrls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    folder = tmp_path_factory.mktemp("bi")
    write_files(folder / "powerbi", project_files(Server("localhost", 5432, "warehouse"), mart_design()))
    with (
        new_database(server, "bi_equality") as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        fill_marts(connection)
        power_bi = PowerBi(folder / "powerbi", mart_design(), imported_marts(connection, MART_TABLES))
        if not has_library():
            yield Tools(connection, power_bi, None)
            return
        import tableauhyperapi as hyper

        with connection.transaction():
            write_extract(connection, MART_TABLES, folder / "marts.hyper")
        nothing_sent = hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU
        with (
            hyper.HyperProcess(nothing_sent, parameters={"log_config": ""}) as process,
            hyper.Connection(process.endpoint, folder / "marts.hyper") as extract,
        ):
            yield Tools(connection, power_bi, Tableau(workbook(Source(), "en"), extract))


def chosen_filters(connection: psycopg.Connection[Any], table: Table) -> list[Filters]:
    """None; a value or two of each key; pairs; all keys of some rows, and all but one of them."""
    keys = table.primary_key
    rows = connection.execute(
        f"select {', '.join(keys)} from {table.name} order by {', '.join(keys)}".encode()
    ).fetchall()
    first, middle, last = (dict(zip(keys, rows[place], strict=True)) for place in (0, len(rows) // 2, -1))
    filters: list[Filters] = [{}, {keys[0]: [first[keys[0]], last[keys[0]]]}]
    for row in (first, middle, last):
        for size in range(1, len(keys) + 1):
            filters += [{key: [row[key]] for key in some} for some in combinations(keys, size)]
    return filters


def in_sql(connection: psycopg.Connection[Any], metric: Metric, table: Table, filters: Filters) -> float | None:
    """The registry's expression in a plain statement."""
    conditions = " and ".join(f"{column} = any(%s)" for column in filters) or "true"
    statement = f"select {metric.sql} from {table.name} where {conditions}"
    row = connection.execute(statement.encode(), [list(values) for values in filters.values()]).fetchone()
    assert row is not None
    return None if row[0] is None else float(row[0])


@EACH_PLACE
def test_a_metric_is_one_number_everywhere(metric: Metric, name: str, tools: Tools) -> None:
    table = TABLES[name]
    title = next(each.title.en for each in measures_of(table.short_name) if each.name == metric.name)
    seen = 0
    for filters in chosen_filters(tools.connection, table):
        expected = in_sql(tools.connection, metric, table, filters)
        (shown,) = tools.dashboard.metrics([metric.name], where=filters, table=name)
        in_model = {f"{table.short_name}.{column}": values for column, values in filters.items()}
        found = {
            "dashboard": None if shown[metric.name] is None else float(shown[metric.name]),
            "DAX": tools.power_bi.value(title, in_model),
            **({"Tableau": tools.tableau.value(table, metric.name, filters)} if tools.tableau else {}),
        }
        assert {who: value for who, value in found.items() if not same(value, expected)} == {}, (filters, expected)
        seen += expected is not None
    assert seen, "no filter gives the metric a value"


@pytest.mark.parametrize("short", DATE_COLUMNS)
def test_the_calendar_and_the_currencies_filter_every_table_that_refers_to_them(short: str, tools: Tools) -> None:
    """A year and a currency chosen in a slicer reach the rows through the model's relationships."""
    table = MODEL_TABLES[short]
    has_currency = "currency_code" in table.column_names
    rest = {
        key: _first(tools.connection, table, key)
        for key in ("attribute", "basis", "period_kind")
        if key in table.column_names
    }
    where = {DATE_COLUMNS[short]: Between(date(2023, 1, 1), date(2023, 12, 31)), **rest}
    in_model: dict[str, Any] = {"calendar.year": [2023], **{f"{short}.{key}": value for key, value in rest.items()}}
    if has_currency:
        where["currency_code"], in_model["currency.currency_code"] = ["EUR"], ["EUR"]
    values = []
    for metric in measures_of(short):
        (shown,) = tools.dashboard.metrics([metric.name], where=where, table=table.name)
        expected = shown[metric.name]
        assert same(tools.power_bi.value(metric.title.en, in_model), None if expected is None else float(expected)), (
            metric.name
        )
        values.append(expected)
    assert short in ONE_MONTH_ONLY or any(value is not None for value in values)


def _first(connection: psycopg.Connection[Any], table: Table, column: str) -> list[Any]:
    row = connection.execute(f"select min({column}) from {table.name}".encode()).fetchone()
    return list(row or ())
