"""The star's project: who reads it, what of a person leaves the database, names in two languages, synced choices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from pbix_mcp.formats.tmdl_reader import parse_tmdl_folder

from warehouse_assets.access.policy import Policy, Role, read_policy
from warehouse_assets.bi.files import write_files
from warehouse_assets.bi.metrics import METRICS
from warehouse_assets.bi.powerbi import roles
from warehouse_assets.bi.powerbi.checks.project import project_findings
from warehouse_assets.bi.powerbi.project import project_files
from warehouse_assets.bi.powerbi.star.measures import StarMeasure, star_measures
from warehouse_assets.bi.powerbi.star.project import star_design
from warehouse_assets.bi.powerbi.star.tables import FACTS, KEYS, STAR_TABLES, columns_of
from warehouse_assets.bi.server import Server
from warehouse_assets_tests.unit.bi.parsing import is_dax, is_power_query

SERVER = Server("127.0.0.1", 5432, "warehouse")
DESIGN = star_design(11)
MEASURES = star_measures(11)
OWN = "(country = ANY (( SELECT governance.own_countries() AS own_countries)::text[]))"


@pytest.fixture(scope="module")
def files() -> Mapping[str, str]:
    return project_files(SERVER, DESIGN)


def test_another_reader_finds_facts_that_refer_to_each_dimension(files: Mapping[str, str], tmp_path: Path) -> None:
    write_files(tmp_path / "project", files)
    model = parse_tmdl_folder(str(tmp_path / "project" / DESIGN.folder / "definition"))
    joined = {(each["from_table"], each["to_table"]) for each in model["relationships"]}
    dimensions = set(KEYS)
    assert joined == {("fct_sales", name) for name in dimensions} | {
        ("fct_reviews", name) for name in dimensions - {"currency"}
    }
    assert len(model["relationships"]) == len(joined)
    found = {each["name"]: each["expression"].split() for table in model["tables"] for each in table["measures"]}
    assert found == {measure.title.en: measure.dax.split() for measure in MEASURES}


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_dax_can_be_parsed(measure: StarMeasure) -> None:
    assert is_dax(measure.dax)


@pytest.mark.parametrize("table", ["fct_sales", "fct_reviews", "dim_date", "dim_product", "shop", "currency"])
def test_power_query_can_be_parsed(table: str, files: Mapping[str, str]) -> None:
    source = files[f"{DESIGN.folder}/definition/tables/{table}.tmdl"].split("source =\n")[1]
    assert is_power_query(source)


def test_nothing_that_tells_a_person_apart_leaves_the_database_but_hidden_keys() -> None:
    leaving = {column.name: column.classification for short in STAR_TABLES for column in columns_of(short)}
    apart = {name for name, classification in leaving.items() if classification.treatment != "keep"}
    assert apart == {"customer_key", "order_key", "geography_key"}
    assert not {"age", "birth_month", "city", "region", "line_key", "review_key", "signup_date"} & set(leaving)
    seen = {column.name for column in columns_of("dim_customer")}
    assert seen == {
        "customer_key",
        "age_band",
        "gender",
        "segment",
        "status",
        "purchase_frequency",
        "signup_month",
    }


def test_the_figures_of_a_fact_are_of_its_table_or_its_customer() -> None:
    known = {*STAR_TABLES["dim_customer"].column_names}
    for short, names in FACTS.items():
        assert set(names.split()) <= {*STAR_TABLES[short].column_names, *known}, short


def test_everything_is_named_once_in_both_languages() -> None:
    for language in ("en", "fr"):
        tables = [words.label.in_language(language) for words in DESIGN.words.values()]  # type: ignore[arg-type]
        assert len(tables) == len(set(tables))
        for table, words in DESIGN.words.items():
            texts = [*words.columns.values(), *(measure.title for measure in words.measures)]
            captions = [text.in_language(language) for text in texts]  # type: ignore[arg-type]
            assert len(captions) == len(set(captions)), (table, language)


def test_metrics_of_the_registry_keep_their_names_and_formats() -> None:
    known = [measure for measure in MEASURES if measure.name in METRICS and measure.name != "average_rating"]
    assert len(known) > 12
    for measure in known:
        assert (measure.title, measure.format) == (METRICS[measure.name].title, METRICS[measure.name].format)


def test_the_smallest_group_is_the_warehouses() -> None:
    text = "".join(project_files(SERVER, star_design(29)).values())
    assert "IF ( raters >= 29," in text
    assert ">= 11" not in text


def test_the_roles_are_those_that_read_dw_and_write_nothing() -> None:
    assert DESIGN.roles == {"data_engineer": {}}
    assert not any(name.endswith("country_access.tmdl") for name in project_files(SERVER, DESIGN))


def policy_with(rows: Mapping[str, Mapping[str, str]]) -> Policy:
    """The policy with a role of people that reads `dw`, and these row rules."""
    policy = read_policy()
    manager = Role("manager", "Sees her countries.", {"dw.*": "read"})
    return replace(policy, roles={**policy.roles, "manager": manager}, rows={**policy.rows, **rows})


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (OWN, roles.own_countries("dim_geography")),
        ("(country <> 'France'::text)", roles.NOTHING),
    ],
)
def test_a_row_rule_of_the_database_is_the_models(monkeypatch: pytest.MonkeyPatch, rule: str, said: str) -> None:
    """One that is not said in DAX lets no row through."""
    policy = policy_with({"dw.dim_geography": {"manager": rule}})
    monkeypatch.setattr(roles, "_policy", lambda: policy)
    design = star_design(11)
    assert design.roles["manager"]["dim_geography"] == said
    own = {"country_access": roles.NOTHING} if said != roles.NOTHING else {}
    assert design.roles["data_engineer"] == own
    files = project_files(SERVER, design)
    assert project_findings(files, design) == []
    assert any(name.endswith("country_access.tmdl") for name in files) == bool(own)


def test_a_role_that_may_not_read_one_of_the_tables_is_no_role_of_the_star(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policy_with({})
    partly = Role("partly", "Reads no reviews.", {"dw.*": "read", "dw.fct_reviews": "none"})
    monkeypatch.setattr(roles, "_policy", lambda: replace(policy, roles={**policy.roles, "partly": partly}))
    assert set(star_design(11).roles) == {"data_engineer", "manager"}


def test_one_set_of_choices_holds_for_all_pages(files: Mapping[str, str]) -> None:
    visuals = [json.loads(text) for name, text in files.items() if name.endswith("/visual.json")]
    slicers = [each["visual"] for each in visuals if each["visual"]["visualType"] == "slicer"]
    groups: dict[str, list[str]] = {}
    for slicer in slicers:
        (field,) = slicer["query"]["queryState"]["Values"]["projections"]
        groups.setdefault(slicer["syncGroup"]["groupName"], []).append(field["queryRef"])
    pages = len(DESIGN.pages) * len(DESIGN.reports)
    assert groups == {
        "year": ["dim_date.year"] * pages,
        "month_start": ["dim_date.month_start"] * pages,
        "source_name": ["shop.source_name"] * pages,
        "country": ["dim_geography.country"] * pages,
        "currency_code": ["currency.currency_code"] * pages,
    }


def test_months_are_in_the_readers_language(files: Mapping[str, str]) -> None:
    for report, language in DESIGN.reports.items():
        text = "".join(content for name, content in files.items() if name.startswith(f"{report}.Report/"))
        assert f'"Property": "month_name_{language}"' in text
        assert text.count('"Property": "month_name_') == 1


def test_each_page_says_how_far_the_data_reach(files: Mapping[str, str]) -> None:
    cards = [text for name, text in files.items() if name.endswith("/visual.json") and '"Data up to"' in text]
    assert len(cards) == len(DESIGN.pages) * len(DESIGN.reports)
