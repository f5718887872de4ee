"""Customer observations: canonical text to rows of staging.customers, and identifiers for the vault."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa

from warehouse_assets.ingestion.contract.arrow_columns import constant, days, keys, times, whole
from warehouse_assets.ingestion.contract.dates import parse_dates
from warehouse_assets.ingestion.contract.dimension_members import DimensionMembers
from warehouse_assets.ingestion.contract.frame import FrameResult, arrow, chosen, codes_of, column_of, distinct
from warehouse_assets.ingestion.contract.places import Countries, Country, countries
from warehouse_assets.ingestion.contract.plain_text import PLACES, plain_columns
from warehouse_assets.ingestion.contract.quality import Quality
from warehouse_assets.ingestion.contract.rejects import Rejects
from warehouse_assets.ingestion.contract.rules import (
    Finding,
    apply_rules,
    customer_rules,
    missing,
    rejected,
    rounded_ids,
    shortened,
    unreadable,
)
from warehouse_assets.ingestion.contract.values import parse_numbers
from warehouse_assets.ingestion.sources.settings import NumberSigns
from warehouse_assets.ingestion.sources.source import Source

_DATES = ("birth_date", "signup_at", "last_login_at", "last_purchase_at")
_ACTIVITY = _DATES[1:]
_NUMBERS = ("age", "declared_purchase_count")
IDENTIFIERS = ("full_name", "email", "phone", "address")
_TEXTS = (*PLACES, "segment", "status", "acquisition_channel", "purchase_frequency", "gender")
_GENDERS = {
    **dict.fromkeys(("f", "female", "femme", "woman", "w"), "F"),
    **dict.fromkeys(("m", "male", "homme", "man", "h"), "M"),
    **dict.fromkeys(("other", "autre", "o", "x", "d", "diverse", "non-binary", "nonbinary"), "Other"),
}


class CustomersReader:
    """Takes frames of canonical_customers and gives rows of staging.customers, rejects and counts."""

    table = "staging.customers"

    def __init__(
        self,
        source: Source,
        file_key: int,
        first_month: date,
        exported_on: date,
        declared: date | None,
        members: DimensionMembers,
    ) -> None:
        self._source, self._file_key, self._members = source, file_key, members
        self._rules = customer_rules(first_month, exported_on)
        self._declared = declared
        self._vaulted: list[pa.Table] = []
        self._countries: list[Country] = []

    def read(self, raw: pd.DataFrame, quality: Quality, rejects: Rejects) -> FrameResult:
        """Every row of the frame is either in the result or in the rejects."""
        rounded = rounded_ids("customers", raw)
        raw, too_long = shortened("customers", plain_columns(raw, _TEXTS))
        parsed, findings = self._parse(raw)
        findings += [*too_long, *rounded]
        ruled = apply_rules(self._rules, parsed, raw)
        for finding in ruled:
            if finding.severity == "blank":
                parsed[finding.column] = parsed[finding.column].mask(finding.mask)
        findings += ruled
        bad = rejected(findings, len(raw))
        quality.add(findings, None)
        rejects.add("customers", raw, bad, findings, None)
        self._add_age(parsed)
        accepted, values = chosen(raw, ~bad), chosen(parsed, ~bad)
        self._keep_identities(accepted, values)
        return FrameResult(self._rows(accepted, values), len(accepted), int(bad.sum()))

    def take_vault(self) -> list[tuple[str, pa.Table]]:
        """Identifiers gathered since the last call. `store_identities` decides which of them the vault keeps."""
        taken, self._vaulted = self._vaulted, []
        return [("seen_identities", rows) for rows in taken]

    def _parse(self, raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
        parsed = pd.DataFrame(index=raw.index)
        findings = [missing("customer_id", raw["customer_key"].isna().to_numpy())]
        for name in (*_DATES, "observed_at"):
            findings += self._add_date(raw, parsed, name)
        for name in _NUMBERS:
            findings += _add_whole(raw, parsed, name, self._source.settings.money)
        return parsed, findings + _add_gender(raw, parsed) + self._add_country(raw, parsed)

    def _add_date(self, raw: pd.DataFrame, parsed: pd.DataFrame, name: str) -> list[Finding]:
        settings = self._source.settings
        dates = parse_dates(column_of(raw, name), settings.date_formats.get(name, ()), settings.time_zone)
        parsed[name] = dates.day
        if name == "observed_at":
            parsed["observed_day"], parsed[name] = dates.day, dates.instant
        return [unreadable(name, "blank", dates.is_unreadable, raw, "date")] if name in raw else []

    def _add_country(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> list[Finding]:
        given = column_of(raw, "country")
        settings = self._source.settings
        found, unknown = countries(given, settings.default_country, settings.territories)
        parsed["country"], self._countries = found.codes, found.members
        return [Finding("not_a_country", "blank", "country", "is no known country", unknown, given)]

    def _observation_times(self, parsed: pd.DataFrame) -> pd.Series:
        """observed_at, else the declared day of export, else the newest date in the record."""
        zone = self._source.settings.time_zone
        newest = parsed[list(_ACTIVITY)].max(axis=1).dt.tz_localize(zone, nonexistent="shift_forward", ambiguous=False)
        if self._declared is not None:
            newest = pd.Series(pd.Timestamp(self._declared, tz=zone), index=parsed.index)
        return parsed["observed_at"].where(parsed["observed_at"].notna(), newest.dt.tz_convert("UTC"))

    def _add_age(self, parsed: pd.DataFrame) -> None:
        """The age as given, else whole years from birth to the observation."""
        parsed["observation"] = self._observation_times(parsed)
        born = parsed["birth_date"]
        unknown = parsed["age"].isna() & born.notna() & parsed["observation"].notna()
        if not unknown.any():
            return
        seen = parsed.loc[unknown, "observation"].dt.tz_convert(self._source.settings.time_zone)
        birth = born[unknown]
        before = (seen.dt.month * 100 + seen.dt.day) < (birth.dt.month * 100 + birth.dt.day)
        years = seen.dt.year - birth.dt.year - before.astype("int64")
        parsed.loc[unknown, "age"] = years.where(years.between(13, 120)).astype("float64")

    def _rows(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> pa.Table:
        status = column_of(raw, "status")
        churned = codes_of(status, self._source.settings.churned_statuses)
        region, city = column_of(raw, "region"), column_of(raw, "city")
        country = Countries(self._countries, parsed["country"].to_numpy())
        return pa.table(
            {
                "file_key": constant(self._file_key, len(raw)),
                "source_line": keys(raw["source_line"]),
                "customer_key": keys(raw["customer_key"]),
                "observed_at": times(parsed["observation"], "-infinity"),
                "age": whole(parsed["age"]),
                "birth_month": days(_month_of(parsed["birth_date"])),
                "gender": arrow(parsed["gender"]),
                "geography_key": self._members.place_keys(country, region, city),
                "channel_key": self._members.channel_keys(column_of(raw, "acquisition_channel")),
                "segment": arrow(column_of(raw, "segment")),
                "status": arrow(status),
                "is_declared_churned": pa.array(churned, mask=status.isna().to_numpy()),
                "purchase_frequency": arrow(column_of(raw, "purchase_frequency")),
                "declared_purchase_count": whole(parsed["declared_purchase_count"]),
                "signup_date": days(parsed["signup_at"]),
                "last_login_date": days(parsed["last_login_at"]),
                "last_purchase_date": days(parsed["last_purchase_at"]),
            }
        )

    def _keep_identities(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> None:
        self._vaulted.append(
            pa.table(
                {
                    "customer_key": keys(raw["customer_key"]),
                    "customer_id": arrow(raw["customer_id"]),
                    **{name: arrow(column_of(raw, name)) for name in IDENTIFIERS},
                    "last_seen_date": days(parsed[list(_ACTIVITY)].max(axis=1)),
                    "observed_at": times(parsed["observation"], "-infinity"),
                }
            )
        )


def _month_of(born: pd.Series) -> pd.Series:
    """The first day of each month: the day of birth is not needed, so it is not kept."""
    return pd.Series(born.to_numpy("datetime64[M]").astype("datetime64[s]"), index=born.index)


def _add_whole(raw: pd.DataFrame, parsed: pd.DataFrame, name: str, signs: NumberSigns) -> list[Finding]:
    """Whole numbers; a fraction is not cut off but unreadable."""
    numbers = parse_numbers(column_of(raw, name), signs)
    is_whole = (numbers.approximate % 1 == 0) | numbers.approximate.isna()
    parsed[name] = numbers.approximate.where(is_whole)
    bad = numbers.is_unreadable | ~is_whole.to_numpy()
    return [unreadable(name, "blank", bad, raw, "whole number")] if name in raw else []


def _add_gender(raw: pd.DataFrame, parsed: pd.DataFrame) -> list[Finding]:
    given = column_of(raw, "gender")
    found = distinct(given)
    known = [_GENDERS.get(text.lower()) for text in found.texts]
    parsed["gender"] = found.taken(known)
    unknown = found.marked(
        text.lower() != "unknown" and gender is None for text, gender in zip(found.texts, known, strict=True)
    )
    return [Finding("unknown_gender", "blank", "gender", "is no known gender", unknown, given)]
