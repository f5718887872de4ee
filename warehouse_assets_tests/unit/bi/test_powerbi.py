"""The Power BI project: Microsoft's schemas, other readers of TMDL, DAX and M, and the same files each time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from pbix_mcp.dax.engine import evaluate_measure
from pbix_mcp.formats.tmdl_reader import parse_tmdl_folder
from referencing import Registry, Resource

from warehouse_assets.access.policy import read_policy
from warehouse_assets.bi.files import write_files
from warehouse_assets.bi.labels import COLUMN_LABELS, TABLE_LABELS
from warehouse_assets.bi.metrics import METRICS
from warehouse_assets.bi.powerbi.checks.project import project_findings
from warehouse_assets.bi.powerbi.design import Design
from warehouse_assets.bi.powerbi.marts import mart_design
from warehouse_assets.bi.powerbi.project import project_files
from warehouse_assets.bi.powerbi.roles import NOTHING, own_countries, reader_roles, rule_on
from warehouse_assets.bi.powerbi.shared import country_rows
from warehouse_assets.bi.powerbi.star.project import star_design
from warehouse_assets.bi.powerbi.tables import MART_TABLES
from warehouse_assets.bi.powerbi.theme import THEME_PATH
from warehouse_assets.bi.server import Server, server_of
from warehouse_assets_tests.unit.bi.parsing import is_dax, is_power_query

SERVER = Server("127.0.0.1", 5432, "warehouse")
MODEL = mart_design().folder
OWN_COUNTRIES = own_countries("sales_by_country")
BASE = "https://developer.microsoft.com/json-schemas/"


@pytest.fixture(scope="module")
def files() -> Mapping[str, str]:
    return project_files(SERVER, mart_design())


@pytest.fixture(scope="module", params=[mart_design(), star_design(11)], ids=lambda design: design.name)
def design(request: pytest.FixtureRequest) -> Design:
    """Each of the projects."""
    found: Design = request.param
    return found


@pytest.fixture(scope="module")
def registry(report_schemas: Path) -> Registry:  # type: ignore[type-arg]
    """Microsoft's schemas by path: those that are embedded are referred to otherwise than they call themselves."""
    folder = report_schemas / "powerbi"
    return Registry().with_resources(
        (BASE + path.relative_to(folder).as_posix(), Resource.from_contents(json.loads(path.read_text("utf-8"))))
        for path in folder.rglob("*.json")
    )


def schema_errors(name: str, content: object, registry: Registry) -> Iterator[str]:  # type: ignore[type-arg]
    """What the schema that a file names says of it."""
    assert isinstance(content, dict)
    schema = registry.contents(content["$schema"])
    for error in Draft7Validator(schema, registry=registry).iter_errors(content):
        yield f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def test_every_file_passes_microsofts_schema(design: Design, registry: Registry) -> None:  # type: ignore[type-arg]
    """Those of a connection and of a theme have no schema among them."""
    contents = {
        name: json.loads(text)
        for name, text in project_files(SERVER, design).items()
        if not name.endswith((".tmdl", ".pbids", THEME_PATH))
    }
    assert len(contents) > 60
    assert [error for name, content in contents.items() for error in schema_errors(name, content, registry)] == []


def test_the_schemas_are_really_asked(files: Mapping[str, str], registry: Registry) -> None:  # type: ignore[type-arg]
    name = next(name for name in files if name.endswith("/visual.json"))
    visual = json.loads(files[name])
    visual["visual"]["query"]["queryState"]["Values"]["projections"][0]["fieldd"] = 1
    del visual["position"]["x"]
    assert len(list(schema_errors(name, visual, registry))) == 2


def test_our_own_checks_find_nothing(design: Design) -> None:
    assert project_findings(project_files(SERVER, design), design) == []


def test_another_reader_of_tmdl_finds_the_same_model(files: Mapping[str, str], tmp_path: Path) -> None:
    write_files(tmp_path / "project", files)
    model = parse_tmdl_folder(str(tmp_path / "project" / MODEL / "definition"))
    measures = {name: each for table in model["tables"] for name, each in _by_name(table["measures"]).items()}
    assert {metric.title.en for metric in METRICS.values()} <= set(measures)
    assert all(measures[metric.title.en]["expression"] == metric.dax for metric in METRICS.values())
    assert set(MART_TABLES) < {table["name"] for table in model["tables"]}
    assert len(model["relationships"]) == 38
    assert {role["name"] for role in model["roles"]} == {"customer_analyst", "sales_analyst", "country_manager"}


def _by_name(entries: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {entry["name"]: entry for entry in entries}


@pytest.mark.parametrize(
    "text", [*(metric.dax for metric in METRICS.values()), OWN_COUNTRIES], ids=[*METRICS, "own_countries"]
)
def test_dax_can_be_parsed(text: str) -> None:
    assert is_dax(text)


@pytest.mark.parametrize("text", ["SUM ( sales[units]", "sales[units] )", "1 +"])
def test_broken_dax_is_refused(text: str) -> None:
    with pytest.raises((ValueError, AssertionError)):
        is_dax(text)


@pytest.mark.parametrize("table", ["calendar", "shop", "currency", "country_access", "signup_trends"])
def test_power_query_can_be_parsed(table: str, files: Mapping[str, str]) -> None:
    """The marts' tables are read in one way, so that one stands for all."""
    source = files[f"{MODEL}/definition/tables/{table}.tmdl"].split("source =\n")[1]
    assert is_power_query(source)


def test_two_builds_are_the_same_and_leave_nothing_of_the_former(design: Design, tmp_path: Path) -> None:
    files = project_files(SERVER, design)
    folder = tmp_path / "powerbi"
    write_files(folder, {"stale/page.json": "{}"})
    write_files(folder, files)
    assert project_files(SERVER, design) == files
    written = {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in _files_in(folder)}
    assert written == files
    assert [path.name for path in tmp_path.iterdir()] == ["powerbi"]


def _files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_every_table_and_column_is_named_in_both_languages() -> None:
    assert set(TABLE_LABELS) == set(MART_TABLES)
    for short, table in MART_TABLES.items():
        unnamed = set(table.column_names) - set(COLUMN_LABELS)
        assert not unnamed, f"name these columns in COLUMN_LABELS of warehouse_assets/bi/labels.py: {sorted(unnamed)}"
        fields = [COLUMN_LABELS[name] for name in table.column_names]
        fields += [metric.title for metric in METRICS.values() if metric.table == table.name]
        for language in ("en", "fr"):
            captions = [text.in_language(language) for text in fields]  # type: ignore[arg-type]
            shared = {caption for caption in captions if captions.count(caption) > 1}
            assert not shared, f"{short} ({language}): two columns, or a column and a metric, are called {shared}"


def test_no_login_leaves_the_connection_url() -> None:
    server = server_of("postgresql://somebody:s3cret@db.example:6543/shop?sslmode=require")
    assert server == Server("db.example", 6543, "shop")
    text = "".join(project_files(server, mart_design()).values())
    assert "db.example:6543" in text
    assert "s3cret" not in text
    assert "somebody" not in text


@pytest.mark.parametrize(
    ("pairs", "orders"),
    [
        ([], None),
        ([["bob@shop.example", "Spain"]], None),
        ([["eve@shop.example", "France"], ["bob@shop.example", "Spain"]], 5),
        ([["eve@shop.example", "Italy"], ["eve@shop.example", "Spain"]], 10),
    ],
)
def test_a_country_manager_meets_her_own_countries_only(pairs: list[list[str]], orders: int | None) -> None:
    rule = OWN_COUNTRIES.replace("USERPRINCIPALNAME ()", '"eve@shop.example"')
    rows = [["France", 1], ["Spain", 2], ["France", 4], ["Italy", 8]]
    tables = {
        "sales_by_country": {"columns": ["country", "order_count"], "rows": rows},
        "country_access": {"columns": ["user_principal_name", "country"], "rows": pairs},
    }
    measure = f"SUMX ( FILTER ( sales_by_country, {rule} ), sales_by_country[order_count] )"
    assert evaluate_measure("seen", tables, {"seen": measure}) == orders


def test_the_model_has_the_databases_roles_and_each_of_its_row_rules() -> None:
    policy = read_policy()
    assert reader_roles() == ["customer_analyst", "sales_analyst", "country_manager"]
    for table, conditions in policy.rows.items():
        if table.startswith("mart_"):
            assert all(rule_on(role, table) not in {None, NOTHING} for role in conditions if role in reader_roles()), (
                table
            )
    assert rule_on("sales_analyst", "mart_sales.sales_by_month") is None
    assert rule_on("sales_analyst", "mart_customers.churn_rates") == NOTHING
    assert rule_on("country_manager", "mart_sales.sales_by_month") == NOTHING
    assert rule_on("country_manager", "mart_sales.sales_by_country") == OWN_COUNTRIES


def test_the_countries_of_managers_take_the_place_of_the_empty_step(files: Mapping[str, str]) -> None:
    step = country_rows([("zoe", 'Île"'), ("anna", "France"), ("anna", "Belgium")], "example.com")
    assert step == (
        'Rows = {{"anna@example.com", "Belgium"}, {"anna@example.com", "France"}, {"zoe@example.com", "Île"""}},'
    )
    assert country_rows([], "example.com") == "Rows = {},"
    name = next(name for name in files if name.endswith("tables/country_access.tmdl"))
    assert project_findings({**files, name: files[name].replace("Rows = {},", step)}, mart_design()) == []
    assert "Rows = {}," in files[name]
