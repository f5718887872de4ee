"""Sale lines: canonical text to rows of staging.sales."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_assets.ingestion.contract import (
    Finding,
    Quality,
    apply_rules,
    missing,
    rejected,
    sale_rules,
    unreadable,
)
from warehouse_assets.ingestion.frame import FrameResult, column_of, codes_of, plain_numbers
from warehouse_assets.ingestion.observed import Observed, has_place
from warehouse_assets.ingestion.places import countries
from warehouse_assets.ingestion.rejects import Rejects
from warehouse_assets.ingestion.retention import Vaulting
from warehouse_assets.ingestion.source import Source
from warehouse_assets.ingestion.values import Mask, Money, parse_dates, parse_money, parse_numbers, texts
from warehouse_assets.privacy.hashing import UNKNOWN_KEY, first_63_bits
from warehouse_assets.privacy.secret import Secret
from warehouse_assets.schemas.columns_star import LINE_TYPES

_MONEY = ("unit_price", "line_amount", "discount_amount", "order_discount_amount", "tax_amount")
_PRICES = ("unit_price", "line_amount")
_LARGEST_AMOUNT = 1e14
"""numeric(18,4) holds less than this."""


class SalesReader:
    """Takes frames of canonical_sales and gives rows of staging.sales, rejects and counts."""

    table = "staging.sales"

    def __init__(
        self,
        source: Source,
        file_key: int,
        first_month: date,
        exported_on: date,
        secret: Secret,
        vaulting: Vaulting,
        observed: Observed,
    ) -> None:
        self._source, self._file_key, self._secret, self._observed = source, file_key, secret, observed
        self._vaulting = vaulting
        self._rules = sale_rules(source.settings, first_month, exported_on)
        self._vaulted: list[pa.Table] = []

    def read(self, raw: pd.DataFrame, quality: Quality, rejects: Rejects) -> FrameResult:
        """Every row of the frame is either in the result or in the rejects."""
        parsed, findings = self._parse(raw)
        findings += apply_rules(self._rules, parsed, raw)
        _blank(parsed, findings)
        bad = rejected(findings, len(raw))
        quality.add(findings, parsed["sold_at"].dt.to_period("M").dt.to_timestamp())
        rejects.add("sales", raw, bad, findings, parsed["instant"])
        good = ~bad
        rows = self._rows(raw[good], parsed[good])
        if "order_id" in raw:
            self._keep_order_ids(raw[good], parsed[good])
        return FrameResult(rows, int(good.sum()), int(bad.sum()))

    def take_vault(self) -> list[tuple[str, pa.Table]]:
        """Order numbers gathered since the last call, an order once per line."""
        taken, self._vaulted = self._vaulted, []
        return [("seen_orders", rows) for rows in taken]

    def _parse(self, raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
        settings = self._source.settings
        dates = parse_dates(raw["sold_at"], settings.date_formats.get("sold_at", ()), settings.time_zone)
        quantity = parse_numbers(raw["quantity"])
        rating = parse_numbers(column_of(raw, "rating"))
        money = {name: parse_money(raw[name], settings.money) for name in _MONEY if name in raw}
        parsed = pd.DataFrame(
            {
                "instant": dates.instant,
                "sold_at": dates.day,
                "quantity_text": quantity.text,
                "quantity": quantity.approximate,
                "rating_text": rating.text,
                "rating": rating.approximate,
                **{f"{name}_text": value.text for name, value in money.items()},
            }
        )
        findings = [
            missing("sold_at", raw["sold_at"].isna().to_numpy()),
            unreadable("sold_at", "reject", dates.is_unreadable, raw, "date"),
            missing("quantity", raw["quantity"].isna().to_numpy()),
            unreadable("quantity", "reject", quantity.is_unreadable, raw, "number"),
        ]
        if "rating" in raw:
            findings.append(unreadable("rating", "blank", rating.is_unreadable, raw, "number"))
        findings += _money_findings(raw, money)
        findings += self._add_currency(raw, parsed, money)
        findings += _add_price(raw, parsed, money)
        findings += self._add_updated(raw, parsed)
        findings += self._add_line_type(raw, parsed)
        findings += self._add_place(raw, parsed)
        return parsed, findings

    def _add_currency(
        self, raw: pd.DataFrame, parsed: pd.DataFrame, money: Mapping[str, Money]
    ) -> list[Finding]:
        """The line's currency: its code, else the sign of an amount, else the default; they must agree."""
        named = [texts(column_of(raw, "currency_code").str.upper())] + [
            value.currency for value in money.values()
        ]
        invalid = np.array([code is not None and not _is_code(code) for code in named[0]], dtype=np.bool_)
        currency = named[0].copy()
        disagree = np.zeros(len(raw), dtype=np.bool_)
        for other in named[1:]:
            both = currency.notna() & other.notna()
            disagree |= (both & (currency != other)).to_numpy()
            currency = currency.where(currency.notna(), other)
        parsed["currency_code"] = currency.where(currency.notna(), self._source.settings.default_currency)
        return [
            Finding("unknown_currency", "reject", "currency_code", "is no ISO 4217 code", invalid, named[0]),
            Finding(
                "currency_mismatch", "reject", "currency_code", "and the sign of an amount disagree", disagree
            ),
        ]

    def _add_updated(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> list[Finding]:
        settings = self._source.settings
        updated = parse_dates(
            column_of(raw, "updated_at"), settings.date_formats.get("updated_at", ()), settings.time_zone
        )
        parsed["updated_at"] = updated.instant
        if "updated_at" not in raw:
            return []
        return [unreadable("updated_at", "blank", updated.is_unreadable, raw, "date")]

    def _add_line_type(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> list[Finding]:
        given = column_of(raw, "line_type").str.lower()
        unknown = (given.notna() & ~given.isin(LINE_TYPES)).to_numpy()
        kinds = texts(given).where(~unknown & given.notna().to_numpy(), "product")
        parsed["line_type"] = kinds
        is_nameless = (column_of(raw, "product_name").isna() & (kinds == "product")).to_numpy()
        found = [Finding("missing_product_name", "blank", "product_name", "is missing", is_nameless)]
        if "line_type" in raw:
            problem = f"is none of {', '.join(LINE_TYPES)}"
            found.append(
                Finding("unknown_line_type", "blank", "line_type", problem, unknown, texts(raw["line_type"]))
            )
        return found

    def _add_place(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> list[Finding]:
        """The sale's own place; missing (the customer's counts then) where the row names none."""
        region, city = column_of(raw, "region"), column_of(raw, "city")
        country = countries(column_of(raw, "country"), None)
        own = has_place(country, region, city)
        keys = pd.Series(pd.NA, index=raw.index, dtype="Int64")
        if own.any():
            keys[own] = self._observed.place_keys(country[own], region[own], city[own])
        parsed["geography_key"] = keys
        if "country" not in raw:
            return []
        unknown = (raw["country"].notna() & ~country.map(lambda found: found.iso2 is not None)).to_numpy()
        return [
            Finding(
                "not_a_country", "blank", "country", "is no known country", unknown, texts(raw["country"])
            )
        ]

    def _rows(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> pa.Table:
        """Rows of staging.sales in the table's column order."""
        settings = self._source.settings
        customer = raw["customer_key"].fillna(UNKNOWN_KEY).astype("int64")
        product = self._observed.product_keys(raw, parsed["instant"])
        status = column_of(raw, "order_status")
        columns = {
            "file_key": np.full(len(raw), self._file_key),
            "source_line": raw["source_line"].to_numpy(),
            "sale_date": pc.cast(pa.array(parsed["sold_at"].astype("datetime64[s]")), pa.date32()),
            "sold_at": pa.array(parsed["instant"], pa.timestamp("us", "UTC")),
            "has_order_id": column_of(raw, "order_id_key").notna().to_numpy(dtype=np.bool_),
            "has_line_number": column_of(raw, "line_number").notna().to_numpy(dtype=np.bool_),
            "customer_key": customer.to_numpy(),
            "product_key": product,
            "geography_key": pa.array(parsed["geography_key"], pa.int64()),
            "line_type": pa.array(parsed["line_type"], pa.string()),
            "order_status": pa.array(texts(status), pa.string()),
            "is_cancelled": codes_of(status, settings.cancelled_statuses),
            "quantity": plain_numbers(parsed["quantity_text"]),
            **{name: _amount(parsed, name) for name in _MONEY},
            "currency_code": pa.array(parsed["currency_code"], pa.string()),
            "rating": plain_numbers(parsed["rating_text"]),
            "updated_at": pa.array(parsed["updated_at"], pa.timestamp("us", "UTC")),
        }
        columns["discount_amount"] = pc.fill_null(columns["discount_amount"], "0")
        columns["order_key"], columns["line_key"] = self._keys(raw, columns)
        return pa.table({name: columns[name] for name in SALES_COLUMNS})

    def _keep_order_ids(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> None:
        """Order numbers of known persons, of orders that are not overdue already."""
        kept = raw["order_id"].notna() & raw["customer_key"].notna()
        kept &= parsed["sold_at"] >= pd.Timestamp(self._vaulting.since)
        if kept.any():
            columns = {
                "order_key": raw.loc[kept, "order_id_key"].astype("int64").to_numpy(),
                "customer_key": raw.loc[kept, "customer_key"].astype("int64").to_numpy(),
                "order_id": pa.array(texts(raw.loc[kept, "order_id"]), pa.string()),
                "last_seen_date": pc.cast(
                    pa.array(parsed.loc[kept, "sold_at"].astype("datetime64[s]")), pa.date32()
                ),
            }
            self._vaulted.append(pa.table(columns))

    def _keys(self, raw: pd.DataFrame, columns: Mapping[str, Any]) -> tuple[list[int], list[int]]:
        """(order keys, line keys). A line without an order is an order of its own, known by its content."""
        content = line_content(columns)
        lead = b"line\x1e" + self._source.name.encode() + b"\x1e"
        if not columns["has_order_id"].any():
            own = [self._secret.key(lead + text) for text in content]
            return own, own
        orders = raw["order_id_key"].astype("object").where(raw["order_id_key"].notna(), None).to_list()
        numbers = texts(column_of(raw, "line_number")).to_list()
        order_keys, line_keys = [], []
        for order, number, text in zip(orders, numbers, content, strict=True):
            order_keys.append(self._secret.key(lead + text) if order is None else int(order))
            line_keys.append(order_keys[-1] if order is None else _line_key(order_keys[-1], number, text))
        return order_keys, line_keys


SALES_COLUMNS = (
    "file_key source_line sale_date sold_at order_key line_key has_order_id has_line_number customer_key product_key"
    " geography_key line_type order_status is_cancelled quantity unit_price line_amount discount_amount"
    " order_discount_amount tax_amount currency_code rating updated_at"
).split()
_CONTENT = ("customer_key", "product_key", "sold_at", "line_type", "quantity", *_MONEY, "currency_code")


def _line_key(order_key: int, number: str | None, content: bytes) -> int:
    identity = content if number is None else b"number\x1e" + number.encode()
    return first_63_bits(hashlib.sha256(order_key.to_bytes(8, "big") + identity).digest())


def line_content(columns: Mapping[str, Any]) -> list[bytes]:
    """What makes a line without a number the same line in two deliveries: who, what, when, how much.

    Status, rating and place are not part of it: a later export may tell them anew of the same sale.
    """
    fields = [pc.cast(pa.array(columns[name]), pa.string()) for name in _CONTENT]
    joined = pc.binary_join_element_wise(*fields, "\x1f", null_handling="replace", null_replacement="")
    return [str(text).encode() for text in joined.to_pylist()]


def _amount(parsed: pd.DataFrame, name: str) -> pa.Array:
    if f"{name}_text" not in parsed:
        return pa.nulls(len(parsed), pa.string())
    return plain_numbers(parsed[f"{name}_text"])


def _is_code(code: str) -> bool:
    return len(code) == 3 and code.isascii() and code.isalpha()


def _money_findings(raw: pd.DataFrame, money: Mapping[str, Money]) -> list[Finding]:
    findings = []
    for name, value in money.items():
        severity = "reject" if name in _PRICES else "blank"
        findings.append(unreadable(name, severity, value.is_unreadable, raw, "amount"))  # type: ignore[arg-type]
        problem = "has a sign of money that the source does not declare"
        findings.append(
            Finding("unknown_money_sign", "reject", name, problem, value.is_unknown_sign, texts(raw[name]))
        )
    return findings


def _add_price(raw: pd.DataFrame, parsed: pd.DataFrame, money: Mapping[str, Money]) -> list[Finding]:
    """The sign and size of the price per unit, from unit_price or else line_amount / quantity."""
    given = {
        name: pd.to_numeric(money[name].text, errors="coerce").astype("float64")
        for name in _PRICES
        if name in money
    }
    per_unit = (
        given["line_amount"] / parsed["quantity"].where(parsed["quantity"] != 0)
        if "line_amount" in given
        else None
    )
    price = given.get("unit_price", per_unit)
    if "unit_price" in given and per_unit is not None:
        price = given["unit_price"].where(given["unit_price"].notna(), per_unit)
    assert price is not None  # the SELECT gives one of the two
    parsed["price"] = price
    absent = np.logical_and.reduce([raw[name].isna().to_numpy() for name in given])
    gross = given.get("line_amount", price * parsed["quantity"])
    too_large = (gross.abs() >= _LARGEST_AMOUNT).to_numpy()
    return [
        missing("unit_price", absent, "price"),
        Finding(
            "amount_out_of_range", "reject", next(iter(given)), "is larger than any amount kept", too_large
        ),
    ]


def _blank(parsed: pd.DataFrame, findings: list[Finding]) -> None:
    """Fields whose value breaks a blanking rule become missing."""
    for finding in findings:
        text = f"{finding.column}_text"
        if finding.severity == "blank" and text in parsed and finding.mask.any():
            parsed.loc[finding.mask, text] = None
