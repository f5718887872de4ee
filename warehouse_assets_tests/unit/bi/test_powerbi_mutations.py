"""Each class of broken Power BI project that the schemas let through is found by our own checks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from warehouse_assets.bi.powerbi.checks.project import project_findings
from warehouse_assets.bi.powerbi.marts import MARTS
from warehouse_assets.bi.powerbi.project import project_files
from warehouse_assets.bi.server import Server

GOOD = project_files(Server("127.0.0.1", 5432, "warehouse"), MARTS)
MODEL = "Warehouse.SemanticModel/definition"
Broken = dict[str, str]


def in_file(ending: str, old: str, new: str) -> Callable[[], Broken]:
    """The first file with that ending and text, changed once."""

    def breaks() -> Broken:
        name = next(name for name, text in GOOD.items() if name.endswith(ending) and old in text)
        return {**GOOD, name: GOOD[name].replace(old, new, 1)}

    return breaks


def without(ending: str) -> Callable[[], Broken]:
    """The project less one file."""

    def breaks() -> Broken:
        name = next(name for name in GOOD if name.endswith(ending))
        return {other: text for other, text in GOOD.items() if other != name}

    return breaks


def renamed(ending: str, old: str, new: str) -> Callable[[], Broken]:
    """One file at another path."""

    def breaks() -> Broken:
        name = next(name for name in GOOD if name.endswith(ending) and old in name)
        return {(other.replace(old, new) if other == name else other): text for other, text in GOOD.items()}

    return breaks


MUTATIONS = {
    "a visual's column": (in_file("visual.json", '"Property": "country"', '"Property": "land"'), "[land] is not in"),
    "a visual's measure": (in_file("visual.json", '"Property": "Orders"', '"Property": "Order"'), "[Order] is not in"),
    "a visual's table": (in_file("visual.json", '"Entity": "sales_by_month"', '"Entity": "sales"'), "sales["),
    "a column as measure": (in_file("visual.json", '"Measure": {', '"Column": {'), "the column"),
    "a visual's type": (in_file("visual.json", '"lineChart"', '"linesChart"'), "linesChart is not known"),
    "a visual's role": (in_file("visual.json", '"Y": {', '"Values": {'), "has no role Values"),
    "a role left out": (in_file("visual.json", '"Category": {', '"Series": {'), "lacks the role Category"),
    "a query's name": (in_file("visual.json", '"queryRef": "sales_by_month', '"queryRef": "sales'), "is called sales."),
    "a sort's measure": (lambda: _sorted_by_nothing(), "[Nothing] is not in"),
    "a filter's alias": (in_file("visual.json", '"Source": "t"', '"Source": "u"'), "reads from u"),
    "a filter's column": (in_file("visual.json", '"Property": "period_kind"', '"Property": "kind"'), "[kind]"),
    "a visual off its page": (in_file("visual.json", '"x": 12', '"x": 1200'), "outside its page"),
    "a page that is ordered": (
        in_file("pages.json", '"pageOrder": [\n    "', '"pageOrder": [\n    "0'),
        "orders the page",
    ),
    "a page's name": (in_file("page.json", '"name": "', '"name": "0'), "otherwise than its folder"),
    "a visual's name": (in_file("visual.json", '"name": "', '"name": "0'), "otherwise than its folder"),
    "a report's model": (in_file("definition.pbir", "../Warehouse", "../Lager"), "refers to the model"),
    "a shortcut's report": (in_file(".pbip", '"path": "Entrepot', '"path": "Depot'), "opens Depot.Report"),
    "a table without its file": (without("tables/churn_rates.tmdl"), "churn_rates, which has no file"),
    "a role without its file": (without("roles/country_manager.tmdl"), "there is no role country_manager"),
    "a table that the model forgets": (
        in_file("model.tmdl", "ref table currency\n", ""),
        "does not name the table currency",
    ),
    "a mart table": (
        in_file("tables/churn_rates.tmdl", 'Item = "churn_rates"', 'Item = "churn"'),
        "no table that the model may read",
    ),
    "a mart's schema": (
        in_file("tables/churn_rates.tmdl", '"mart_customers"', '"mart_sales"'),
        "no table that the model may read",
    ),
    "a source column": (
        in_file("tables/churn_rates.tmdl", "sourceColumn: month", "sourceColumn: mois"),
        "comes from mois",
    ),
    "a column not read": (in_file("tables/churn_rates.tmdl", '"new_count", ', ""), "new_count"),
    "a measure's column": (
        in_file("tables/sales_by_month.tmdl", "sales_by_month[line_count]", "sales_by_month[lines]"),
        "[lines]",
    ),
    "a measure's table": (
        in_file("tables/sales_by_month.tmdl", "SUMX ( kept, sales_by_month[", "SUMX ( kept, sales["),
        "names sales[",
    ),
    "a measure's function": (in_file("tables/sales_by_month.tmdl", "SUMX (", "SUMM ("), "calls SUMM"),
    "a bracket": (in_file("tables/sales_by_month.tmdl", "[line_count] )", "[line_count]"), "not a whole expression"),
    "two measures of a name": (
        in_file("tables/sales_by_country.tmdl", "measure 'Country orders'", "measure Orders"),
        "2 measures are called Orders",
    ),
    "a measure called as a column": (
        in_file("tables/sales_by_month.tmdl", "measure Returns", "measure units_sold"),
        "are called units_sold",
    ),
    "a lineage tag twice": (lambda: _tag_twice(), "have the lineage tag"),
    "a calendar's column": (
        in_file("tables/calendar.tmdl", "churn_rates[month]", "churn_rates[mois]"),
        "churn_rates[mois]",
    ),
    "a calendar not marked": (
        in_file("tables/calendar.tmdl", "\tdataCategory: Time\n", ""),
        "not marked as the date table",
    ),
    "a calendar without its key": (in_file("tables/calendar.tmdl", "\t\tisKey\n", ""), "not marked as the date table"),
    "a relationship's end": (
        in_file("relationships.tmdl", "toColumn: calendar.date", "toColumn: calendar.day"),
        "toColumn calendar.day",
    ),
    "a relationship's table": (
        in_file("relationships.tmdl", "fromColumn: sales_by_month.", "fromColumn: sales_of_month."),
        "fromColumn sales_of_month.month is not there",
    ),
    "a column renamed under its measures": (
        in_file("tables/sales_by_month.tmdl", "column line_count", "column sale_line_count"),
        "sales_by_month[line_count], which is not there",
    ),
    "a slicer's column": (
        in_file("visual.json", '"Property": "currency_code"', '"Property": "currency"'),
        "[currency] is not in the model",
    ),
    "a model's path that leaves the project": (
        in_file("definition.pbir", "../Warehouse", "../../Warehouse"),
        "refers to the model ../Warehouse",
    ),
    "a page's file": (without("/page.json"), "stands on a page that has no"),
    "a hierarchy's level": (
        in_file("tables/product_sales.tmdl", "column: subcategory", "column: subclass"),
        "has no column subclass",
    ),
    "a rule left out": (
        in_file("roles/sales_analyst.tmdl", "\ttablePermission churn_rates = FALSE ()\n", ""),
        "shows more of churn_rates",
    ),
    "a rule that lets through": (
        in_file("roles/sales_analyst.tmdl", "churn_rates = FALSE ()", "churn_rates = TRUE ()"),
        "shows more of churn_rates",
    ),
    "a row rule left out": (
        in_file(
            "roles/country_manager.tmdl", "sales_by_country = sales_by_country[country] IN", "country_access = 1 IN"
        ),
        "shows more of sales_by_country",
    ),
    "a role that the database lacks": (
        in_file("roles/sales_analyst.tmdl", "role sales_analyst", "role everybody"),
        "everybody is no role of the database",
    ),
    "a rule's table": (
        in_file("roles/country_manager.tmdl", "Permission churn_rates", "Permission churn"),
        "a rule on churn,",
    ),
    "a rule's column": (
        in_file("roles/country_manager.tmdl", "country_access[country]", "country_access[land]"),
        "country_access[land]",
    ),
    "a translated column": (
        in_file("cultures/fr-FR.tmdl", "column line_count", "column lines"),
        "translates the column",
    ),
    "a translated measure": (
        in_file("cultures/fr-FR.tmdl", "measure Orders", "measure Order"),
        "translates the measure",
    ),
    "another server": (in_file(".pbids", "127.0.0.1:5432", "127.0.0.2:5432"), "names 127.0.0.2:5432"),
    "a password": (in_file(".pbids", '"options": {}', '"options": {"password": "x"}'), "looks like a login"),
    "a theme that is not there": (
        in_file("report.json", '"path": "Warehouse.json"', '"path": "Other.json"'),
        "has no resource",
    ),
    "a theme's name": (
        in_file("report.json", '"customTheme": {\n      "name": "', '"customTheme": {\n      "name": "Other'),
        "wears the theme OtherWarehouse.json",
    ),
    "a theme without colours": (in_file("Warehouse.json", '"dataColors"', '"dataColours"'), "names no colours"),
    "a visual off the phone": (in_file("mobile.json", '"x": 0', '"x": 170'), "stands outside the phone"),
    "a visual on another": (in_file("mobile.json", '"y": 68', '"y": 30'), "stands on another visual"),
    "a colour by nothing": (
        in_file("visual.json", '"metadata": "retention_cohorts.', '"metadata": "retention.'),
        "which it does not show",
    ),
    "a colour's measure": (lambda: _coloured_by_nothing(), "colours by retention_cohorts[Nothing]"),
    "a file cut off": (in_file("report.json", "themeCollection", 'themeCollection"'), "cannot be read"),
}


def _sorted_by_nothing() -> Broken:
    name = next(name for name, text in GOOD.items() if '"sortDefinition"' in text)
    head, tail = GOOD[name].split('"sortDefinition"')
    return {
        **GOOD,
        name: head + '"sortDefinition"' + re.sub(r'"Property": "[^"]+"', '"Property": "Nothing"', tail, count=1),
    }


def _coloured_by_nothing() -> Broken:
    name = next(name for name, text in GOOD.items() if '"FillRule"' in text)
    head, tail = GOOD[name].split('"FillRule"', 1)
    return {
        **GOOD,
        name: head + '"FillRule"' + tail.replace('"Property": "Retention rate"', '"Property": "Nothing"', 1),
    }


def _tag_twice() -> Broken:
    name = f"{MODEL}/tables/currency.tmdl"
    text = GOOD[name]
    first = text.split("lineageTag: ")[1].split("\n")[0]
    second = text.split("lineageTag: ")[2].split("\n")[0]
    return {**GOOD, name: text.replace(second, first)}


MAY_BE_LEFT_OUT = re.compile(r".*/visual\.json|.*\.pbids|.*/cultures/.*")
"""A visual fewer, no connection file, no translations: a project all the same, as far as the files tell."""


@pytest.mark.parametrize("name", [name for name in GOOD if not MAY_BE_LEFT_OUT.fullmatch(name)])
def test_a_file_left_out_is_found(name: str) -> None:
    assert project_findings({other: text for other, text in GOOD.items() if other != name}, MARTS) != []


@pytest.mark.parametrize(("breaks", "told"), MUTATIONS.values(), ids=MUTATIONS.keys())
def test_it_is_found(breaks: Callable[[], Broken], told: str) -> None:
    found = project_findings(breaks(), MARTS)
    assert any(told in line for line in found), found
