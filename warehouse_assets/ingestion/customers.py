"""Customer observations: canonical text to rows of staging.customers and vault.identities."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warehouse_assets.ingestion.contract import (
    Finding,
    Quality,
    apply_rules,
    customer_rules,
    missing,
    rejected,
    unreadable,
)
from warehouse_assets.ingestion.frame import FrameResult, codes_of, column_of
from warehouse_assets.ingestion.observed import Observed
from warehouse_assets.ingestion.places import countries
from warehouse_assets.ingestion.rejects import Rejects
from warehouse_assets.ingestion.retention import Vaulting
from warehouse_assets.ingestion.source import Source
from warehouse_assets.ingestion.values import parse_dates, parse_numbers, texts

_DATES = ("birth_date", "signup_at", "last_login_at", "last_purchase_at")
_ACTIVITY = _DATES[1:]
_NUMBERS = ("age", "declared_purchase_count")
IDENTIFIERS = ("full_name", "email", "phone", "address")
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
        vaulting: Vaulting,
        observed: Observed,
    ) -> None:
        self._source, self._file_key, self._observed = source, file_key, observed
        self._rules = customer_rules(first_month, exported_on)
        self._declared, self._exported_on, self._vaulting = declared, exported_on, vaulting
        self._vaulted: list[pa.Table] = []

    def read(self, raw: pd.DataFrame, quality: Quality, rejects: Rejects) -> FrameResult:
        """Every row of the frame is either in the result or in the rejects."""
        parsed, findings = self._parse(raw)
        ruled = apply_rules(self._rules, parsed, raw)
        for finding in ruled:
            parsed.loc[finding.mask, finding.column] = None
        findings += ruled
        bad = rejected(findings, len(raw))
        quality.add(findings, None)
        rejects.add("customers", raw, bad, findings, None)
        self._add_age(parsed)
        good = ~bad
        rows = self._rows(raw[good], parsed[good])
        self._keep_identities(raw[good], parsed[good])
        return FrameResult(rows, int(good.sum()), int(bad.sum()))

    def take_vault(self) -> list[tuple[str, pa.Table]]:
        """Rows of vault.identities gathered since the last call."""
        taken, self._vaulted = self._vaulted, []
        return [("vault.identities", rows) for rows in taken]

    def _parse(self, raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
        settings = self._source.settings
        parsed = pd.DataFrame(index=raw.index)
        findings = [missing("customer_id", raw["customer_key"].isna().to_numpy())]
        for name in (*_DATES, "observed_at"):
            dates = parse_dates(column_of(raw, name), settings.date_formats.get(name, ()), settings.time_zone)
            parsed[name] = dates.instant if name == "observed_at" else dates.day
            if name in raw:
                findings.append(unreadable(name, "blank", dates.is_unreadable, raw, "date"))
        for name in _NUMBERS:
            numbers = parse_numbers(column_of(raw, name))
            parsed[name] = np.trunc(numbers.approximate)
            if name in raw:
                findings.append(unreadable(name, "blank", numbers.is_unreadable, raw, "number"))
        findings += self._add_gender(raw, parsed) + self._add_country(raw, parsed)
        return parsed, findings

    def _add_gender(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> list[Finding]:
        given = texts(column_of(raw, "gender"))
        known = {text: _GENDERS.get(str(text).lower()) for text in given.dropna().unique()}
        parsed["gender"] = [known.get(text) for text in given]
        unknown = (given.notna() & parsed["gender"].isna()).to_numpy()
        unknown &= (given.str.lower() != "unknown").to_numpy(dtype=np.bool_, na_value=True)
        return [Finding("unknown_gender", "blank", "gender", "is no known gender", unknown, given)]

    def _add_country(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> list[Finding]:
        given = texts(column_of(raw, "country"))
        parsed["country"] = countries(given, self._source.settings.default_country)
        is_known = np.array([found.iso2 is not None for found in parsed["country"]], dtype=np.bool_)
        unknown = given.notna().to_numpy() & ~is_known
        return [Finding("not_a_country", "blank", "country", "is no known country", unknown, given)]

    def _observation_times(self, parsed: pd.DataFrame) -> pd.Series:
        """observed_at, else the declared day of export, else the newest date in the record."""
        zone = self._source.settings.time_zone
        newest = (
            parsed[list(_ACTIVITY)]
            .max(axis=1)
            .dt.tz_localize(zone, nonexistent="shift_forward", ambiguous=False)
        )
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
        churned = pd.Series(
            codes_of(status, self._source.settings.churned_statuses), index=raw.index, dtype="boolean"
        )
        channel = texts(column_of(raw, "acquisition_channel"))
        region, city = column_of(raw, "region"), column_of(raw, "city")
        return pa.table(
            {
                "file_key": np.full(len(raw), self._file_key),
                "source_line": raw["source_line"].to_numpy(),
                "customer_key": raw["customer_key"].astype("int64").to_numpy(),
                "observed_at": _times(parsed["observation"]),
                "age": _whole(parsed["age"]),
                "gender": pa.array(parsed["gender"], pa.string()),
                "geography_key": self._observed.place_keys(parsed["country"], region, city),
                "channel_key": self._observed.channel_keys(channel),
                "segment": pa.array(texts(column_of(raw, "segment")), pa.string()),
                "status": pa.array(texts(status), pa.string()),
                "is_declared_churned": pa.array(
                    churned.where(status.notna().to_numpy(dtype=np.bool_)), pa.bool_()
                ),
                "purchase_frequency": pa.array(texts(column_of(raw, "purchase_frequency")), pa.string()),
                "declared_purchase_count": _whole(parsed["declared_purchase_count"]),
                "signup_date": _days(parsed["signup_at"]),
                "last_login_date": _days(parsed["last_login_at"]),
                "last_purchase_date": _days(parsed["last_purchase_at"]),
            }
        )

    def _keep_identities(self, raw: pd.DataFrame, parsed: pd.DataFrame) -> None:
        """Identifiers of persons who are not overdue; without any date, the export's day counts."""
        last_seen = parsed[list(_ACTIVITY)].max(axis=1)
        seen = last_seen.fillna(pd.Timestamp(self._exported_on))
        kept = (seen >= pd.Timestamp(self._vaulting.since)).to_numpy()
        if not kept.any():
            return
        who = raw[kept]
        self._vaulted.append(
            pa.table(
                {
                    "file_key": np.full(len(who), self._file_key),
                    "customer_key": who["customer_key"].astype("int64").to_numpy(),
                    "customer_id": pa.array(texts(who["customer_id"]), pa.string()),
                    **{name: pa.array(texts(column_of(who, name)), pa.string()) for name in IDENTIFIERS},
                    "last_seen_date": _days(last_seen[kept]),
                    "observed_at": _times(parsed["observation"][kept]),
                }
            )
        )


def _whole(values: pd.Series) -> pa.Array:
    return pa.array(values.astype("Int64"), pa.int64())


def _times(values: pd.Series) -> pa.Array:
    """Instants as PostgreSQL reads them; an observation without any time is older than all others."""
    text = pc.cast(pa.array(values, pa.timestamp("us", "UTC")), pa.string())
    return pc.fill_null(text, "-infinity")


def _days(values: pd.Series) -> pa.Array:
    return pc.cast(pa.array(values.astype("datetime64[s]")), pa.date32())
