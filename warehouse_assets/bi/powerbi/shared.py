"""Tables that the marts share in the model: calendar, shops, currencies, and whose country is whose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from warehouse_assets.bi.identity import stable_uuid
from warehouse_assets.bi.powerbi.objects import DAY, column_node, hierarchy_node, m_partition
from warehouse_assets.bi.powerbi.tables import DATE_COLUMNS, MART_TABLES
from warehouse_assets.bi.powerbi.tmdl import Node
from warehouse_assets.bi.text import Text

CALENDAR_LABELS: dict[str, Text] = {
    "date": Text("Date", "Date"),
    "month": Text("Month", "Mois"),
    "quarter": Text("Quarter", "Trimestre"),
    "year": Text("Year", "Année"),
    "month_of_year": Text("Number of the month", "Numéro du mois"),
    "month_name": Text("Month of the year", "Mois de l'année"),
}
ACCESS_TABLE = "country_access"
ACCESS_LABELS = {
    "user_principal_name": Text("User", "Utilisateur"),
    "country": Text("Country", "Pays"),
}
SHARED_TABLES = {
    "calendar": Text("Calendar", "Calendrier"),
    "shop": Text("Shop", "Boutique"),
    "currency": Text("Currency", "Devise"),
    ACCESS_TABLE: Text("Country access", "Accès aux pays"),
}


SHARED_COLUMNS = {"shop": "source_name", "currency": "currency_code"}
"""Shared table -> the column of the marts that refers to it, and that it holds each value of once."""


def shared_tables() -> Iterator[Node]:
    """The tables, in the order of `SHARED_TABLES`."""
    yield _calendar()
    yield _list_of(
        "shop",
        SHARED_COLUMNS["shop"],
        "Shops of the marts; the sales marts have All shops too where several sell",
    )
    yield _list_of(
        "currency",
        SHARED_COLUMNS["currency"],
        "ISO 4217 codes of the marts; amounts of two currencies are never added",
    )
    yield country_access()


def _calendar() -> Node:
    """Every day of every year that the marts touch: a year of it is whole, as time intelligence wants."""
    dates = ", ".join(f"{table}[{column}]" for table, column in DATE_COLUMNS.items())
    return Node(
        "table calendar",
        (("lineageTag", stable_uuid("calendar")), ("dataCategory", "Time")),
        (
            column_node("calendar", "date", "dateTime", "The day", "isKey", DAY),
            column_node("calendar", "month", "dateTime", "First day of the month", ("formatString", "mmm yyyy")),
            column_node("calendar", "quarter", "dateTime", "First day of the quarter", DAY),
            column_node("calendar", "year", "int64", "The year", ("formatString", "0")),
            column_node("calendar", "month_of_year", "int64", "1 to 12", "isHidden", ("formatString", "0")),
            column_node("calendar", "month_name", "string", "Name of the month", ("sortByColumn", "month_of_year")),
            hierarchy_node("calendar", "Periods", ("year", "quarter", "month"), CALENDAR_LABELS),
            m_partition(
                "calendar",
                f"Known = List.Combine({{{dates}}}),",
                "First = Date.StartOfYear(List.Min(Known, #date(2000, 1, 1))),",
                "Last = Date.EndOfYear(List.Max(Known, #date(2000, 1, 1))),",
                "Days = List.Dates(First, Duration.Days(Last - First) + 1, #duration(1, 0, 0, 0)),",
                "Dated = Table.FromColumns({Days}, type table [date = date]),",
                'Months = Table.AddColumn(Dated, "month", each Date.StartOfMonth([date]), type date),',
                'Quarters = Table.AddColumn(Months, "quarter", each Date.StartOfQuarter([date]), type date),',
                'Years = Table.AddColumn(Quarters, "year", each Date.Year([date]), Int64.Type),',
                'Numbered = Table.AddColumn(Years, "month_of_year", each Date.Month([date]), Int64.Type),',
                'Named = Table.AddColumn(Numbered, "month_name", each Date.MonthName([date]), type text)',
                result="Named",
            ),
        ),
        description="Days of all years of the marts; the model's date table",
    )


def tables_with(column: str) -> list[str]:
    """Mart tables that have a column."""
    return [short for short, table in MART_TABLES.items() if column in table.column_names]


def _list_of(table: str, column: str, description: str) -> Node:
    """A table of all values that a column has in the marts."""
    values = ", ".join(f"{short}[{column}]" for short in tables_with(column))
    return Node(
        f"table {table}",
        (("lineageTag", stable_uuid(table)),),
        (
            column_node(table, column, "string", "The name that the marts refer to", "isKey"),
            m_partition(
                table,
                f"Codes = List.Sort(List.Distinct(List.Combine({{{values}}}))),",
                f"Listed = Table.FromColumns({{Codes}}, type table [{column} = text])",
                result="Listed",
            ),
        ),
        description=description,
    )


def country_rows(pairs: Iterable[tuple[str, str]], domain: str) -> str:
    """The table's step `Rows` for pairs of login and country, where Power BI knows each login as login@domain."""
    rows = (f"{{{_text(f'{login}@{domain}')}, {_text(country)}}}" for login, country in sorted(pairs))
    return f"Rows = {{{', '.join(rows)}}},"


def _text(value: str) -> str:
    """A text of Power Query's language."""
    escaped = value.replace('"', '""')
    return f'"{escaped}"'


def country_access() -> Node:
    """Whose countries are whose: empty until the model's owner fills it."""
    return Node(
        f"table {ACCESS_TABLE}",
        ("isHidden", ("lineageTag", stable_uuid(ACCESS_TABLE))),
        (
            column_node(ACCESS_TABLE, "user_principal_name", "string", "Name of the user in Power BI"),
            column_node(ACCESS_TABLE, "country", "string", "Country as in sales_by_country"),
            m_partition(
                ACCESS_TABLE,
                "// Empty, so that a country manager sees nothing until the model's owner says who sees what:",
                '// rows of {"user principal name", "country as in sales_by_country"}, as the command',
                "// `warehouse access power-bi DOMAIN` prints them.",
                "Rows = {},",
                "Listed = #table(type table [user_principal_name = text, country = text], Rows)",
                result="Listed",
            ),
        ),
        description="Countries whose sales a user of the role country_manager sees, one row per user and country",
    )
