"""The star's project: facts, dimensions, measures, roles and three pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from warehouse_assets.bi.labels import STAR_TABLE_LABELS
from warehouse_assets.bi.powerbi.design import Design, Words
from warehouse_assets.bi.powerbi.roles import roles_that_read, rules_of
from warehouse_assets.bi.powerbi.shared import ACCESS_LABELS, ACCESS_TABLE, SHARED_TABLES, country_access
from warehouse_assets.bi.powerbi.star.layout import star_pages
from warehouse_assets.bi.powerbi.star.measures import StarMeasure, star_measures
from warehouse_assets.bi.powerbi.star.tables import (
    FACTS,
    KEYS,
    LABELS,
    STAR_TABLES,
    column_names,
    relationships,
    star_tables,
)
from warehouse_assets.bi.text import Language, Text

_SHOP = {name: LABELS[name] for name in ("source_name", "as_of_date")}


@dataclass(frozen=True)
class StarFields:
    """A column is of the dimension that shows it; names of months are in the reader's language."""

    measures: Mapping[str, StarMeasure]

    def column(self, place: str, name: str, language: Language) -> tuple[str, str]:
        """Table and column of a name."""
        if name == "month_name":
            return "dim_date", f"month_name_{language}"
        listed = {"source_name": "shop", "currency_code": "currency"}
        dimensions = (short for short in STAR_TABLES if short not in FACTS and name in column_names(short))
        return listed.get(name) or next(dimensions), name

    def measure(self, place: str, name: str) -> tuple[str, str]:
        """Table and measure of a metric."""
        return self.measures[name].table, self.measures[name].title.en

    def label(self, name: str) -> Text:
        """What readers call a column."""
        return LABELS["month_name_en" if name == "month_name" else name]


def star_design(smallest_group: int) -> Design:
    """The project for a warehouse whose groups have at least so many people."""
    measures = star_measures(smallest_group)
    by_name = {measure.name: measure for measure in measures}
    roles = _roles()
    has_access = any(ACCESS_TABLE in rules for rules in roles.values())
    return Design(
        name="Star",
        reports={"Star": "en", "Etoile": "fr"},
        tables=(*star_tables(measures), *((country_access(),) if has_access else ())),
        relationships=tuple(relationships()),
        words=dict(_words(measures, has_access=has_access)),
        sources=STAR_TABLES,
        schemas=frozenset({"dw"}),
        roles=roles,
        pages=star_pages(by_name),
        fields=StarFields(by_name),
        date_table="dim_date",
        compatibility_level="1601",
        is_star=True,
    )


def _roles() -> dict[str, dict[str, str]]:
    """Who reads `dw` in the database, with the database's row rules; whose countries are whose where a rule asks."""
    roles = {
        role: rules_of(role, STAR_TABLES) for role in roles_that_read(table.name for table in STAR_TABLES.values())
    }
    asks = any(ACCESS_TABLE in rule for rules in roles.values() for name, rule in rules.items() if name != ACCESS_TABLE)
    return {
        role: {name: rule for name, rule in rules.items() if asks or name != ACCESS_TABLE}
        for role, rules in roles.items()
    }


def _words(measures: tuple[StarMeasure, ...], *, has_access: bool) -> Iterator[tuple[str, Words]]:
    for short, label in STAR_TABLE_LABELS.items():
        columns = {name: LABELS[name] for name in column_names(short)}
        yield short, Words(label, columns, tuple(each for each in measures if each.table == short))
    yield "shop", Words(SHARED_TABLES["shop"], _SHOP, tuple(each for each in measures if each.table == "shop"))
    yield "currency", Words(SHARED_TABLES["currency"], {KEYS["currency"]: LABELS[KEYS["currency"]]})
    if has_access:
        yield ACCESS_TABLE, Words(SHARED_TABLES[ACCESS_TABLE], ACCESS_LABELS)
