"""Forecasts beside a computation without the library, and the rules of when there is one."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from warehouse_assets.building.forecasting import backtest, forecast_parameters, predict
from warehouse_assets_tests.oracle import forecast as oracle
from warehouse_assets_tests.oracle.exact import first_day

START = 2020 * 12


def history(kind: str, size: int) -> list[float]:
    dice = random.Random(f"{kind} {size}")
    level = 1000.0
    found = []
    for month in range(size):
        level += {"drifting": dice.gauss(0, 120), "growing": 25.0}.get(kind, 0.0)
        season = 300 * math.sin(month * math.tau / 12) if kind != "plain" else 0.0
        value = level + season + dice.gauss(0, 60)
        found.append(0.0 if kind == "gaps" and month % 5 == 0 else round(value, 2))
    return found


def parameters(amounts: Sequence[float], shop: str = "shop", currency: str = "EUR") -> dict[str, list[Any]]:
    return forecast_parameters(
        [(shop, currency, first_day(START + month), Decimal(str(amount))) for month, amount in enumerate(amounts)]
    )


@pytest.mark.parametrize("size", [24, 25, 37, 60])
@pytest.mark.parametrize("kind", ["plain", "drifting", "growing", "gaps", "seasonal"])
def test_a_forecast_is_that_of_the_textbook(kind: str, size: int) -> None:
    amounts = history(kind, size)
    width = max(amounts) - min(amounts)
    for found, expected in zip(predict(amounts), oracle.predict(amounts), strict=True):
        assert tuple(found) == pytest.approx(expected, rel=1e-3, abs=width * 1e-3)


def test_the_back_test_knows_only_what_was_known_then() -> None:
    """Two years leave one origin, with three months; its forecasts are those of the 21 months before."""
    amounts = history("seasonal", 24)
    then, came, naive = predict(amounts[:21]), amounts[21:], amounts[9:12]
    test = backtest(amounts)
    error = sum(abs(one.expected - actual) for one, actual in zip(then, came, strict=True)) / 3
    scale = sum(abs(amounts[n] - amounts[n - 12]) for n in range(12, 21)) / 9
    naive_error = sum(abs(one - actual) for one, actual in zip(naive, came, strict=True)) / 3
    assert test.tested == 3
    assert float(test.error) == pytest.approx(error, rel=1e-3)
    assert float(test.mase or 0) == pytest.approx(error / scale, rel=1e-3)
    assert float(test.naive_mase or 0) == pytest.approx(naive_error / scale, rel=1e-3)
    assert test.hit_rate * 3 == pytest.approx(
        sum(one.lower <= actual <= one.upper for one, actual in zip(then, came, strict=True)), rel=1e-3
    )
    assert test.is_better == (error < naive_error)


def test_twelve_origins_are_tested_at_most() -> None:
    assert backtest(history("seasonal", 33)).tested == 3 * 10
    assert backtest(history("seasonal", 60)).tested == 3 * 12


@pytest.mark.parametrize("size", [0, 1, 12, 23])
def test_under_two_years_there_is_no_forecast(size: int) -> None:
    assert set(map(len, parameters(history("seasonal", size)).values())) == {0}


def test_two_years_give_the_three_months_after_the_last() -> None:
    found = parameters(history("seasonal", 24))
    assert found["forecast_month"] == [date(2022, 1, 1), date(2022, 2, 1), date(2022, 3, 1)]
    assert found["forecast_known_months"] == [24] * 3
    assert all(
        low < amount < high
        for low, amount, high in zip(
            found["forecast_lower"], found["forecast_amount"], found["forecast_upper"], strict=True
        )
    )


def test_a_year_that_repeats_the_last_one_to_the_cent_has_no_forecast() -> None:
    assert parameters([100.0, 0.0, 5.5] * 10)["forecast_month"] == []


def test_who_sells_nothing_any_more_has_no_forecast() -> None:
    """Though the data go on, as with customers who still log in. One empty month or two may be a pause."""
    going_on = history("seasonal", 30)
    assert parameters([*going_on, 0.0, 0.0])["forecast_month"]
    assert parameters([*going_on, 0.0, 0.0, 0.0])["forecast_month"] == []


def test_a_shop_that_rests_each_winter_has_a_forecast() -> None:
    seasonal = [0.0 if month % 12 in (0, 1, 11) else amount for month, amount in enumerate(history("drifting", 36))]
    assert parameters(seasonal)["forecast_month"]
    assert parameters(seasonal[:26])["forecast_month"]


def test_months_older_than_five_years_are_left_out() -> None:
    amounts = history("seasonal", 60)
    assert parameters([9e6] * 12 + amounts)["forecast_amount"] == parameters(amounts)["forecast_amount"]


def test_the_same_months_give_the_same_forecast_again() -> None:
    amounts = history("drifting", 40)
    assert parameters(amounts) == parameters(amounts)


def test_no_forecast_is_below_zero_unless_a_month_was() -> None:
    falling = [max(0.0, 600.0 - 25 * month) + 3 * (month % 7) for month in range(30)]
    assert min(one.lower for one in predict(falling)) == 0
    assert min(one.lower for one in predict([-50.0, *falling])) >= -50


@pytest.mark.parametrize("seed", range(10))
def test_odd_histories_give_finite_numbers(seed: int) -> None:
    dice = random.Random(seed)
    amounts = [*(dice.choice([0.0, 0.0, 0.0, 0.01, -20.0, 1e9]) for _ in range(29)), 5.0]
    found = parameters(amounts)
    assert len(found["forecast_month"]) == 3
    assert all(value.is_finite() for name in ("amount", "lower", "upper") for value in found[f"forecast_{name}"])


def test_each_shop_and_currency_is_forecast_by_itself() -> None:
    one, other = history("seasonal", 24), history("drifting", 30)
    rows = [
        (shop, currency, first_day(START + month), Decimal(str(amount)))
        for shop, currency, amounts in (("a", "EUR", one), ("a", "USD", one[:10]), ("b", "EUR", other))
        for month, amount in enumerate(amounts)
    ]
    found = forecast_parameters(rows)
    assert found["forecast_shop"] == ["a"] * 3 + ["b"] * 3
    assert found["forecast_amount"] == [*parameters(one)["forecast_amount"], *parameters(other)["forecast_amount"]]


def test_the_library_is_imported_only_where_something_is_forecast() -> None:
    code = (
        "import sys, warehouse_assets.building.marts; sys.exit('statsmodels' in sys.modules or 'scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
