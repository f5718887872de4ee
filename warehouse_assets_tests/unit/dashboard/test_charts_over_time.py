"""Charts over time: an even axis, and a mark on what the data cover only partly."""

from __future__ import annotations

from datetime import date

from warehouse_assets.dashboard.charts import PALE, Axis, Series, over_time
from warehouse_assets.dashboard.pages.common import every_month

PLACES = ["Jan", "Feb", "Mar"]
AXIS = Axis("Revenue", "money", "EUR")


def test_months_without_a_row_have_their_place() -> None:
    months = [date(2023, 12, 1), date(2023, 10, 1), date(2024, 2, 1)]
    assert [f"{month:%Y-%m}" for month in every_month(months)] == [
        "2023-10",
        "2023-11",
        "2023-12",
        "2024-01",
        "2024-02",
    ]
    assert every_month([]) == []


def test_the_first_label_does_not_stand_on_that_of_zero() -> None:
    """Both are at the corner of the axes; a label is some ten pixels high."""
    axis = over_time(PLACES, "Month", [Series("a", [1, 2, 3])], AXIS, "en")["layout"]["xaxis"]
    assert (axis["ticks"], axis["tickcolor"]) == ("outside", "rgba(0,0,0,0)")
    assert axis["ticklen"] >= 8


def test_an_unfinished_bar_is_pale() -> None:
    figure = over_time(PLACES, "Month", [Series("a", [1, 2, 3])], AXIS, "en", unfinished=["Mar"])
    [bars] = figure["data"]
    assert bars["marker"]["opacity"] == [1, 1, PALE]


def test_a_line_is_dotted_to_its_unfinished_place_and_named_once() -> None:
    figure = over_time(PLACES, "Month", [Series("a", [1, 2, 3], "line")], AXIS, "en", unfinished=["Mar"])
    solid, dotted = figure["data"]
    assert (solid["y"], dotted["y"]) == ([1, 2, None], [None, 2, 3])
    assert (dotted["line"]["dash"], dotted["showlegend"]) == ("dot", False)


def test_a_series_without_values_has_no_entry_in_the_legend() -> None:
    series = [Series("a", [1, 2, 3]), Series("mean", [None, None, None], "line")]
    figure = over_time(PLACES, "Month", series, AXIS, "en")
    assert [trace["name"] for trace in figure["data"]] == ["a"]
    assert figure["layout"]["showlegend"] is False


def test_the_band_lies_between_its_bounds_and_is_not_in_the_legend() -> None:
    series = [Series("low", [None, 1, 2], "edge", "#112233"), Series("high", [None, 5, 7], "band", "#112233")]
    low, high = over_time(PLACES, "Month", series, AXIS, "en")["data"]
    assert (low["line"]["width"], low.get("fill"), high["fill"], high["fillcolor"]) == (0, None, "tonexty", "#11223340")
    assert not low["showlegend"]
    assert not high["showlegend"]


def test_colours_that_are_used_again_have_another_stroke() -> None:
    lines = over_time(PLACES, "Month", [Series(f"{n}", [1, 2, 3], "line") for n in range(7)], AXIS, "en")["data"]
    assert [line["line"]["dash"] for line in lines] == ["solid"] * 5 + ["dashdot"] * 2
    bars = over_time(PLACES, "Month", [Series(f"{n}", [1, 2, 3]) for n in range(7)], AXIS, "en")["data"]
    assert ["pattern" in bar["marker"] for bar in bars] == [False] * 5 + [True] * 2
    drawn = [(line["line"]["color"], line["line"]["dash"]) for line in lines]
    assert len(set(drawn)) == 7


def test_a_value_that_no_line_reaches_is_a_point() -> None:
    lone, line = over_time(
        PLACES,
        "Month",
        [Series("a", [None, None, 3], "line"), Series("b", [1, 2, None], "line")],
        AXIS,
        "en",
    )["data"]
    assert (lone["mode"], lone["marker"]["size"]) == ("lines+markers", [0, 0, 7])
    assert line["mode"] == "lines"


def test_one_bar_is_not_as_wide_as_the_chart() -> None:
    assert over_time(["Jan"], "Month", [Series("a", [1])], AXIS, "en")["layout"]["bargap"] == 0.88
    assert over_time([*"abcdefgh"], "Month", [Series("a", [1] * 8)], AXIS, "en")["layout"]["bargap"] == 0.25


def test_a_series_with_its_own_colour_takes_none_of_the_others() -> None:
    """Members have the same colours beside a total and without one."""
    members = [Series(name, [1, 2, 3]) for name in "abcde"]
    total = Series("All", [6, 7, 8], "line", "#78838d")
    alone = over_time(PLACES, "Month", members, AXIS, "en")["data"]
    beside = over_time(PLACES, "Month", [total, *members, total], AXIS, "en")["data"]
    assert [bar["marker"]["color"] for bar in beside[1:-1]] == [bar["marker"]["color"] for bar in alone]
    assert beside[-1]["line"] == {"color": "#78838d", "width": 2.5, "dash": "solid"}
