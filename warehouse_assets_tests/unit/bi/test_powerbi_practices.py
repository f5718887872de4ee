"""Each of the Best Practice Analyzer's rules that we keep finds a model that breaks it."""

from __future__ import annotations

import pytest

from warehouse_assets.bi.charts import AS_OF
from warehouse_assets.bi.layout import CHARTS, CHOICES
from warehouse_assets.bi.powerbi.checks.best_practices import practice_findings
from warehouse_assets.bi.powerbi.checks.reading import read_model
from warehouse_assets.bi.powerbi.marts import MARTS
from warehouse_assets.bi.powerbi.project import project_files
from warehouse_assets.bi.powerbi.tables import DATE_COLUMNS
from warehouse_assets.bi.server import Server

GOOD = project_files(Server("127.0.0.1", 5432, "warehouse"), MARTS)
BREAKS = {
    "a number that adds up": ("summarizeBy: none", "summarizeBy: sum", "tables/churn_rates", "is added up"),
    "a key that is seen": ("\tisHidden\n", "\n", "tables/churn_rates", "the key "),
    "a key that is not marked": ("\tisKey\n", "\n", "tables/currency", "not marked as the key"),
    "two directions": (
        "\ttoColumn: ",
        "\tcrossFilteringBehavior: bothDirections\n\ttoColumn: ",
        "relationships",
        "in both directions",
    ),
    "many to many": ("\ttoColumn: ", "\ttoCardinality: many\n\ttoColumn: ", "relationships", "refers to many"),
    "no format": ("formatString: #,0\n", "\n", "tables/churn_rates", "has no formatString"),
    "no folder": ("displayFolder: Counts\n", "\n", "tables/churn_rates", "has no displayFolder"),
    "no description": ("/// First day of the quarter\n", "\n", "tables/calendar", "quarter has no description"),
    "months by letter": ("\tsortByColumn: month_of_year\n", "\n", "tables/calendar", "come by their letters"),
    "a sort by nothing": ("sortByColumn: month_of_year", "sortByColumn: nothing", "tables/calendar", "not there"),
    "a day without format": ("formatString: mmm yyyy\n", "\n", "tables/calendar", "the day month has no formatString"),
    "keys of two types": ("dataType: string", "dataType: int64", "tables/currency", "and currency.currency_code is"),
    "a table for nothing": (
        "toColumn: currency.currency_code",
        "toColumn: shop.source_name",
        "relationships",
        "the table currency is joined to nothing",
    ),
    "a division": ("DIVIDE ( SUM", "1 / ( SUM", "tables/churn_rates", "divides with /"),
    "a name with a space": ("measure 'New customers'", "measure 'New customers '", "tables/churn_rates", "ends with"),
}


def test_the_model_keeps_all_of_them() -> None:
    assert list(practice_findings(read_model(GOOD))) == []


@pytest.mark.parametrize(("old", "new", "place", "told"), BREAKS.values(), ids=BREAKS.keys())
def test_it_is_found(old: str, new: str, place: str, told: str) -> None:
    name = f"Warehouse.SemanticModel/definition/{place}.tmdl"
    parts = GOOD[name].split(old)
    assert len(parts) > 1
    # The first key that is hidden may be a figure: all places are changed but the last.
    broken = {**GOOD, name: new.join(parts)}
    found = list(practice_findings(read_model(broken)))
    assert any(told in line for line in found), found


@pytest.mark.parametrize(
    "page", [page for page, choices in CHOICES.items() if any(c.column == "year" for c in choices)]
)
def test_a_chosen_year_filters_a_chart_or_its_title_says_that_it_is_of_the_newest_data(page: str) -> None:
    for chart in CHARTS[page]:  # type: ignore[index]
        is_filtered = chart.place.split(".")[1] in DATE_COLUMNS and "all" not in chart.only.get("period_kind", ())
        assert is_filtered != chart.title.en.endswith(AS_OF.en), chart.name
        assert is_filtered != chart.title.fr.endswith(AS_OF.fr), chart.name
