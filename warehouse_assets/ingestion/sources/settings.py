"""`source.toml`, setting by setting: what each takes, and what is refused."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from warehouse_assets.ingestion.sources.currencies import is_currency
from warehouse_assets.ingestion.sources.date_formats import COUNTED, DayOrder, day_order, reads_dates, separator

_OWN_PREFIXES = ("canonical_", "keyed_", "kept_")
"""How the names of the scratch database's own tables begin."""
LineType = Literal["product", "shipping", "fee", "adjustment", "refund", "left out"]
Continent = Literal["Africa", "America", "Antarctica", "Asia", "Europe", "Oceania"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NumberSigns(_Strict):
    """The signs of decimals and thousands."""

    decimal: str = "."
    thousands: str = ","

    @model_validator(mode="after")
    def _told_apart(self) -> NumberSigns:
        if len(self.decimal) != 1 or len(self.thousands) > 1 or self.decimal == self.thousands:
            raise ValueError('decimal takes one character, and thousands another one (or none: "")')
        return self


def _require_currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError(f"{code!r} is no currency code of ISO 4217; write it as in EUR, or XXX for none")
    return code


class MoneySettings(NumberSigns):
    """How amounts are written: signs of decimals and thousands, and the currencies' symbols."""

    symbols: Mapping[str, str] = Field(default_factory=dict)
    currencies: Mapping[str, NumberSigns] = Field(default_factory=dict)
    """Currency -> its own signs, for amounts that name the currency by code or symbol."""

    @model_validator(mode="after")
    def _codes(self) -> MoneySettings:
        for code in (*self.symbols.values(), *self.currencies):
            _require_currency(code)
        return self


class DatabaseSettings(_Strict):
    """The shop's database, by a SQLAlchemy URL; one with a password comes from the environment."""

    url: str | None = None
    url_variable: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> DatabaseSettings:
        if (self.url is None) == (self.url_variable is None):
            raise ValueError("give either url, or url_variable: the environment variable that holds the URL")
        if self.url and re.search(r"://[^/@]*:[^/@]+@", self.url):
            raise ValueError("holds a password; put the URL in an environment variable and name it as url_variable")
        return self


class TableSettings(_Strict):
    """One table that the SELECTs may read: the files, or the table of the database, that hold it."""

    files: tuple[str, ...] = ()
    delimiter: str | None = None
    encoding: str | None = None
    header: bool = True
    skip_lines: int = Field(default=0, ge=0)
    """Titles above the header, of text and sheets."""
    columns: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    """Columns that some exports lack: they are then empty, also where a join or a condition reads them."""
    collapse_spaces: bool = False
    shared: bool = False
    """Whether the table belongs to every delivery: its files are read with each of them."""
    inside: str | None = None
    """Which table, sheet or array, where the files hold several."""
    table: str | None = None
    """Of the database, as `table` or `schema.table`."""
    query: str | None = None
    """A SELECT for the database, where a table is not enough."""
    watermark: str | None = None
    """A column that grows with every new or changed row; what lies beyond its last value is new."""
    watermark_overlap: float = Field(default=0, ge=0)
    """How far below the last value rows are read again: seconds, or numbers."""

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        try:
            codecs.lookup(value or "utf-8")
        except LookupError:
            raise ValueError(f"{value!r} is no encoding; write it as in utf-8, cp1252 or utf-16") from None
        return value

    def patterns(self, name: str) -> tuple[str, ...]:
        """What names its files; those of a database are landed under the name of the table."""
        return self.files or (f"{{delivery}}/{name}.csv",)

    @property
    def is_in_database(self) -> bool:
        return bool(self.table or self.query)

    @model_validator(mode="after")
    def _one_place(self) -> TableSettings:
        if [bool(self.files), bool(self.table), bool(self.query)].count(True) != 1:
            raise ValueError("give one of: files (patterns), table or query (of the source's [database])")
        if self.watermark and not self.is_in_database:
            raise ValueError("watermark belongs to a table of a database")
        if self.shared and (self.is_in_database or any("{delivery}" in pattern for pattern in self.files)):
            raise ValueError("a shared table has files without {delivery} in their patterns: every delivery reads them")
        return self


class SelectSettings(_Strict):
    """What one SELECT does to the rows of its driving table."""

    driving: str | None = None
    may_lose: bool = False
    may_multiply: bool = False


class SourceSettings(_Strict):
    """`source.toml`, setting by setting."""

    description: str = ""
    tables: Mapping[str, TableSettings] = Field(min_length=1)
    database: DatabaseSettings | None = None
    time_zone: str = "UTC"
    date_formats: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    money: MoneySettings = MoneySettings()
    default_currency: Annotated[str, AfterValidator(_require_currency)] = "XXX"
    default_country: str | None = None
    territories: Mapping[str, Continent] = Field(default_factory=dict)
    """Places that are no country and count as one: name -> continent."""
    normalise: Mapping[str, tuple[Literal["nfc", "trim", "lower"], ...]] = Field(default_factory=dict)
    cancelled_statuses: tuple[str, ...] = ()
    churned_statuses: tuple[str, ...] = ()
    returned_statuses: tuple[str, ...] = ()
    """Order statuses of lines that were sold and came back: each counts as a sale and as a return."""
    line_types: Mapping[str, LineType] = Field(default_factory=dict)
    """line_type as exported -> what it is."""
    refund_files: tuple[str, ...] = ()
    """Patterns of files whose lines are all refunds, told above 0."""
    columns: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Column as the SELECTs call it -> what other files call it."""
    discount: Literal["amount", "share", "percent"] = "amount"
    """What discount_amount holds: money, or a part of the line's gross amount."""
    negative_quantity: Literal["reject", "return"] = "reject"
    zero_quantity: Literal["reject", "keep"] = "reject"
    nonpositive_price: Literal["reject", "keep"] = "reject"
    total_of_rows: Literal["reject", "keep"] = "reject"
    """What becomes of rows that say that they are totals of others."""
    duplicates: Literal["drop", "keep"] = "drop"
    same_name: Literal["replace", "append"] = "replace"
    exported_on: date | str | None = None
    whole_orders: bool = False
    """Whether a delivery holds each of its orders whole: that of the latest export replaces the older ones."""
    split_key: tuple[str, ...] = ()
    shares_customers_with: tuple[str, ...] = ()
    never_read: tuple[str, ...] = ()
    customers: SelectSettings = SelectSettings()
    sales: SelectSettings = SelectSettings()
    reviews: SelectSettings = SelectSettings()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no time zone; write it as in Europe/Paris") from None
        return value

    @field_validator("exported_on")
    @classmethod
    def _usable_export_day(cls, value: date | str | None) -> date | str | None:
        try:
            groups = set(re.compile(value).groupindex) if isinstance(value, str) else {"year", "month"}
        except re.error as error:
            raise ValueError(f"{value!r} is no regular expression: {error}") from None
        if not {"year", "month"} <= groups:
            raise ValueError(
                "a date stands without quotes; a pattern needs the groups "
                r"(?P<year>\d{4}), (?P<month>\d{2}) and may have (?P<day>\d{2})"
            )
        return value

    @field_validator("tables")
    @classmethod
    def _usable_names(cls, tables: Mapping[str, TableSettings]) -> Mapping[str, TableSettings]:
        for name in tables:
            if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name) or name.lower().startswith(_OWN_PREFIXES):
                raise ValueError(
                    f"{name!r} cannot be the name of a table; take letters, digits and _, and none of the "
                    f"beginnings {', '.join(_OWN_PREFIXES)}"
                )
        if len({name.lower() for name in tables}) < len(tables):
            raise ValueError("two names differ in capitals only, which SELECTs do not tell apart")
        return tables

    @field_validator("date_formats")
    @classmethod
    def _usable_formats(cls, formats: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        for text in (text for found in formats.values() for text in found):
            if not reads_dates(text):
                raise ValueError(
                    f"{text!r} gives no date; write it with the signs of strptime, as in %d/%m/%Y or %m/%d/%y %H:%M"
                    f", or one of {', '.join(COUNTED)} (ISO 8601 needs none)"
                )
        return formats

    @model_validator(mode="after")
    def _has_deliveries(self) -> SourceSettings:
        if all(table.shared for table in self.tables.values()):
            raise ValueError("all tables are shared, so there is no delivery; leave shared out of at least one")
        return self

    @model_validator(mode="after")
    def _exports_have_days(self) -> SourceSettings:
        if self.whole_orders and self.refund_files:
            raise ValueError("a file of refunds does not hold its orders whole; leave out whole_orders or refund_files")
        if self.whole_orders and not isinstance(self.exported_on, str):
            raise ValueError(
                "whole_orders needs exported_on, a pattern over the deliveries' names: the later export replaces the"
                " orders of the older ones"
            )
        return self

    @model_validator(mode="after")
    def _told_apart(self) -> SourceSettings:
        cancelled = {status.lower() for status in self.cancelled_statuses}
        if both := [status for status in self.returned_statuses if status.lower() in cancelled]:
            raise ValueError(f"{both[0]!r} is in cancelled_statuses and in returned_statuses; leave it in one of them")
        if len({text.lower() for text in self.line_types}) < len(self.line_types):
            raise ValueError("line_types holds one text twice, upper and lower case alike")
        return self

    @model_validator(mode="after")
    def _files_or_database(self) -> SourceSettings:
        inside = [name for name, table in self.tables.items() if table.is_in_database]
        if inside and self.database is None:
            raise ValueError(f"tables.{inside[0]} is of a database; name it under [database]")
        if self.database is not None and len(inside) < len(self.tables):
            raise ValueError("all tables of a source with a [database] are tables or queries of it")
        return self

    @model_validator(mode="after")
    def _one_day_order(self) -> SourceSettings:
        for column, formats in self.date_formats.items():
            orders: dict[str, set[DayOrder]] = {}
            for text in formats:
                if order := day_order(text):
                    orders.setdefault(separator(text), set()).add(order)
            if mixed := [separator for separator, found in orders.items() if len(found) > 1]:
                raise ValueError(
                    f"date_formats.{column} holds day-first and month-first formats with the same separator "
                    f"{mixed[0]!r}, so no date tells them apart; let the SELECT decide by another column and give it "
                    "one of them"
                )
        return self
