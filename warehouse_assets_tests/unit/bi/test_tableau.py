"""The Tableau workbooks: Tableau's schema, the same text each time, each class of broken file found by our checks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from warehouse_assets.bi.layout import CHARTS
from warehouse_assets.bi.server import Server
from warehouse_assets.bi.tableau.build import LIVE, PACKAGED, live_workbooks
from warehouse_assets.bi.tableau.checking import package_findings, workbook_findings
from warehouse_assets.bi.tableau.package import packaged, same_extract
from warehouse_assets.bi.tableau.sources import Source
from warehouse_assets.bi.tableau.workbook import workbook
from warehouse_assets.bi.text import LANGUAGES, Language

SERVER = Server("127.0.0.1", 5432, "warehouse")
GOOD = workbook(Source(SERVER), "en")
_USER = "http://www.tableausoftware.com/xml/user"
_XML = "http://www.w3.org/XML/1998/namespace"
_SCHEMA = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{}">{}</xs:schema>'


@pytest.fixture(scope="module")
def schema(report_schemas: Path, tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """Tableau's schema; the two that it imports without saying from where are made here, as little as it asks."""
    folder = tmp_path_factory.mktemp("xsd")
    anything = f'<xs:anyAttribute namespace="{_USER}" processContents="skip"/>'
    group = f'<xs:attributeGroup name="UserAttributes-AG">{anything}</xs:attributeGroup>'
    (folder / "user.xsd").write_text(_SCHEMA.format(_USER, group))
    (folder / "xml.xsd").write_text(_SCHEMA.format(_XML, '<xs:attribute name="base" type="xs:anyURI"/>'))
    text = (report_schemas / "tableau" / "twb_2026.1.0.xsd").read_text("utf-8")
    for namespace, name in ((_USER, "user.xsd"), (_XML, "xml.xsd")):
        text = text.replace(f'namespace="{namespace}"/>', f'namespace="{namespace}" schemaLocation="{name}"/>', 1)
    (folder / "twb.xsd").write_text(text)
    return etree.XMLSchema(etree.parse(str(folder / "twb.xsd")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", [Source(SERVER), Source()], ids=["live", "extract"])
def test_a_workbook_passes_tableaus_schema(source: Source, language: Language, schema: etree.XMLSchema) -> None:
    schema.validate(etree.fromstring(workbook(source, language).encode()))
    assert [f"{error.line}: {error.message}" for error in schema.error_log] == []


def test_the_schema_is_really_asked(schema: etree.XMLSchema) -> None:
    assert not schema.validate(etree.fromstring(GOOD.replace("<simple-id", "<simple-idd", 1).encode()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("source", [Source(SERVER), Source()], ids=["live", "extract"])
@pytest.mark.parametrize("marts", [("mart_sales",), ("mart_customers",), ("mart_sales", "mart_customers")])
def test_our_own_checks_find_nothing(source: Source, language: Language, marts: tuple[str, ...]) -> None:
    text = workbook(source, language, marts)
    assert workbook_findings("w.twb", text) == []
    assert workbook(source, language, marts) == text


def test_every_chart_is_a_sheet_on_a_dashboard() -> None:
    charts = [chart for each in CHARTS.values() for chart in each]
    assert GOOD.count("<worksheet ") == len(charts)
    assert GOOD.count("<dashboard ") == len(CHARTS)
    assert len({chart.name for chart in charts}) == len(charts)


def test_there_are_live_workbooks_of_both_marts_and_packaged_ones_of_each() -> None:
    assert set(live_workbooks(SERVER)) == set(LIVE)
    assert {mart for mart, _ in PACKAGED.values()} == {"mart_sales", "mart_customers"}


def test_a_package_is_the_same_bytes_and_its_extract_is_kept_while_the_rows_are_the_same(tmp_path: Path) -> None:
    archive = packaged("w.twb", workbook(Source(), "en"), b"rows", "abc")
    assert packaged("w.twb", workbook(Source(), "en"), b"rows", "abc") == archive
    path = tmp_path / "w.twbx"
    path.write_bytes(archive)
    assert package_findings("w.twbx", archive) == []
    assert same_extract(path, "abc") == b"rows"
    assert same_extract(path, "abd") is None
    assert same_extract(tmp_path / "none.twbx", "abc") is None


def change(old: str, new: str) -> Callable[[], str]:
    """The workbook with its first such text changed."""

    def broken() -> str:
        assert old in GOOD, old
        return GOOD.replace(old, new, 1)

    return broken


def _of_last_sheet(old: str, new: str) -> Callable[[], str]:
    """The workbook with a text of its worksheets changed, the data sources left as they are."""

    def broken() -> str:
        head, tail = GOOD.split("<worksheets>")
        assert old in tail, old
        return head + "<worksheets>" + tail.replace(old, new, 1)

    return broken


MUTATIONS = {
    "a zone's sheet": (
        change('name="Net revenue by month" />', 'name="Net by month" />'),
        "shows Net by month, which is not a sheet",
    ),
    "a mart table": (change("[mart_sales].[sales_by_month]", "[mart_sales].[sales]"), "which no mart has"),
    "a mart": (change("[mart_sales].[sales_by_month]", "[dw].[fct_sales]"), "which no mart has"),
    "a named connection": (change('<relation connection="postgres.', '<relation connection="pg.'), "is not there"),
    "a column": (change('name="[line_count]"', 'name="[lines]"'), "has no column [lines]"),
    "a column's record": (change("<local-name>[line_count]", "<local-name>[lines]"), "has no column [lines]"),
    "a formula's column": (change("THEN [line_count] END", "THEN [lines] END"), "names [lines]"),
    "a formula's function": (change('formula="IF SUM(IF', 'formula="IF SUMM(IF'), "calls SUMM"),
    "a formula's bracket": (change("THEN [line_count] END)", "THEN [line_count] END"), "is not whole"),
    "a formula's end": (change("THEN SUM([net_revenue_amount]) END", "THEN SUM([net_revenue_amount])"), "is not whole"),
    "a raw figure": (change(' hidden="true"', ""), "offers the raw figure"),
    "a folder's field": (change('folder-item name="[Calculation_', 'folder-item name="[Calculations_'), "in 1 folders"),
    "a field without folder": (
        lambda: re.sub(r'<folder-item name="[^"]+" type="field" />', "", GOOD, count=1),
        "in 0 folders",
    ),
    "a sheet's formula": (
        _of_last_sheet("THEN SUM([net_revenue_amount]) END", "THEN MAX([net_revenue_amount]) END"),
        "has another formula",
    ),
    "a sheet's field": (change(".[usr:Calculation_net_revenue:qk]", ".[usr:Calculation_net:qk]"), "does not declare"),
    "a sheet's column": (_of_last_sheet('name="[month]" role', 'name="[mois]" role'), "which its data source lacks"),
    "a field's kind": (change('name="[none:month:qk]"', 'name="[none:month:nk]"'), "calls [month]"),
    "a sheet's source": (_of_last_sheet("<rows>([federated.", "<rows>([federated.0"), "is no data source"),
    "a sheet without marks": (
        lambda: GOOD.replace("<panes>", "<panels>", 1).replace("</panes>", "</panels>", 1),
        "shows nothing",
    ),
    "a filter's field": (
        change('param="[federated.', 'param="[federated.0'),
        "which it does not declare",
    ),
    "a filter's sheet": (
        lambda: re.sub(r'name="[^"]+" param="', 'name="Nothing" param="', GOOD, count=1),
        "by which Nothing on it is not filtered",
    ),
    "a filter that its sheet lacks": (
        lambda: re.sub(
            r'<filter (class="categorical" column="[^"]+") filter-group="\d+">', r"<sift \1>", GOOD, count=1
        ).replace("</filter>", "</sift>", 1),
        "is not filtered",
    ),
    "a filter's group": (
        lambda: re.sub(r'filter-group="\d+"', 'filter-group="1"', GOOD),
        "the filter group 1 is of",
    ),
    "two zones of a number": (change('id="3" name', 'id="2" name'), "zones 2"),
    "a window's sheet": (change('<window class="worksheet" name="', '<window class="worksheet" name="0'), "no window"),
    "a window's view": (change('<viewpoint name="', '<viewpoint name="0'), "looks at 0"),
    "a dashboard called as a sheet": (
        lambda: GOOD.replace('"Sales dashboard"', '"Net revenue"'),
        "a sheet and a dashboard are both called",
    ),
    "a login": (change('username=""', 'username="somebody"'), "holds a login"),
    "a file cut off": (lambda: GOOD[:-20], "cannot be read"),
}


@pytest.mark.parametrize(("breaks", "told"), MUTATIONS.values(), ids=MUTATIONS.keys())
def test_it_is_found(breaks: Callable[[], str], told: str) -> None:
    found = workbook_findings("w.twb", breaks())
    assert any(told in line for line in found), found


def test_a_broken_package_is_found() -> None:
    text = workbook(Source(), "en")
    good = packaged("w.twb", text, b"rows" * 100, "abc")
    assert "not an archive" in package_findings("w", good[:50])[0]
    assert (
        "not in the archive"
        in package_findings("w", packaged("w.twb", text, b"", "").replace(b"marts.hyper", b"other.hyper"))[0]
    )
    assert "holds 0 workbooks" in package_findings("w", packaged("w.txt", text, b"rows", "abc"))[0]
    place = good.index(b"marts.hyper") + 14
    damaged = good[:place] + bytes([good[place] ^ 255]) + good[place + 1 :]
    assert "damaged" in package_findings("w", damaged)[0]
