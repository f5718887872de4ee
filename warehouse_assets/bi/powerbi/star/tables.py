"""The star's tables: facts of keys and hidden figures, dimensions of what the declared classes let a reader see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from warehouse_assets.bi.identity import stable_uuid
from warehouse_assets.bi.labels import COLUMN_LABELS, STAR_COLUMN_LABELS
from warehouse_assets.bi.powerbi.objects import (
    DAY,
    TYPES,
    Property,
    column_node,
    hierarchy_node,
    import_of,
    m_partition,
    measure_node,
    rows_of,
)
from warehouse_assets.bi.powerbi.star.measures import StarMeasure
from warehouse_assets.bi.powerbi.tmdl import Node
from warehouse_assets.schemas import TABLES, Column, Table
from warehouse_assets.schemas.columns import COLUMNS

LABELS = {**COLUMN_LABELS, **STAR_COLUMN_LABELS}
STAR_TABLES: dict[str, Table] = {
    short: TABLES[f"dw.{short}"]
    for short in (
        "fct_sales",
        "fct_reviews",
        "dim_date",
        "dim_product",
        "dim_customer",
        "dim_geography",
        "dim_channel",
    )
}
"""Table of the model -> the table of `dw` that it imports."""
IMPORTED = (*(table.name for table in STAR_TABLES.values()), "dw.agg_sales_day", "dw.fct_customer_lifecycle")
"""All tables of the database that the model reads: shops and how far their data reach are of the last two."""
FACTS = {
    "fct_sales": "sale_date customer_key product_key geography_key channel_key order_key source_name currency_code"
    " line_type is_return quantity gross_amount discount_amount net_amount rating",
    "fct_reviews": "reviewed_date customer_key product_key geography_key channel_key source_name rating",
}
"""Fact -> its columns, all hidden: keys, and what measures are made of."""
KEYS = {
    "dim_date": "date_key",
    "dim_product": "product_key",
    "dim_customer": "customer_key",
    "dim_geography": "geography_key",
    "dim_channel": "channel_key",
    "shop": "source_name",
    "currency": "currency_code",
}
"""Dimension -> the key that facts refer to."""
_LEFT_OUT = {"source_name", "channel_key", "iso_year", "iso_week", "year_start"}
"""Columns of dimensions that facts refer to, or that others of the date table stand for."""
HIERARCHIES = {
    "dim_date": ("Periods", ("year", "quarter_start", "month_start")),
    "dim_product": ("Catalogue", ("category", "subcategory", "product_name")),
    "dim_geography": ("Places", ("continent", "country")),
}
SORTED_BY = {
    "month_name_en": "month_of_year",
    "month_name_fr": "month_of_year",
    "weekday_name_en": "weekday",
    "weekday_name_fr": "weekday",
}
_MADE = {"year": "The year", "month_of_year": "1 to 12"}
"""Columns of the date table that the import works out."""
_TYPES = {**TYPES, "numeric": TYPES["numeric(18,4)"], "numeric(3,2)": TYPES["numeric(18,4)"]}
"""No floating point: quantities and ratings are exact to four places too."""
_MONTH = ("formatString", "mmm yyyy")
_CURRENCY = 'formatStringDefinition = "#,0.00 """ & SELECTEDVALUE ( fct_sales[currency_code] ) & """"'
_STEPS = re.compile(r" (?=(?:VAR|RETURN) )")
_SOURCE = "Source = PostgreSQL.Database(Server, Database),"


def star_tables(measures: Sequence[StarMeasure]) -> Iterator[Node]:
    """Facts, dimensions, shops and currencies, each with its measures."""
    yield _fact("fct_sales", measures, "Lines that are not cancelled", "channel_key")
    yield _fact("fct_reviews", measures, "The customer's place is the review's", "geography_key", "channel_key")
    for short in STAR_TABLES:
        if short not in FACTS:
            yield _dimension(short)
    yield _shop(measures)
    yield _currency()


def columns_of(short: str) -> tuple[Column, ...]:
    """The columns that leave the database: of a dimension its key, and those that their declared class lets stay."""
    if short in FACTS:
        return tuple(COLUMNS[name] for name in FACTS[short].split())
    return tuple(
        column
        for column in STAR_TABLES[short].column_list
        if column.name == KEYS[short] or (column.classification.treatment == "keep" and column.name not in _LEFT_OUT)
    )


def column_names(short: str) -> tuple[str, ...]:
    """Every column of a table in the model."""
    made = tuple(_MADE) if short == "dim_date" else ()
    return (*(column.name for column in columns_of(short)), *made)


def relationships() -> Iterator[tuple[str, str]]:
    """From each fact to each dimension that it has a key of."""
    dates = {"fct_sales": "sale_date", "fct_reviews": "reviewed_date"}
    for fact, names in FACTS.items():
        for dimension, key in KEYS.items():
            own = dates[fact] if dimension == "dim_date" else key
            if own in names.split():
                yield f"{fact}.{own}", f"{dimension}.{key}"


def _measures(table: str, measures: Sequence[StarMeasure]) -> Iterator[Node]:
    for measure in measures:
        if measure.table == table:
            hidden = ("isHidden",) if measure.is_hidden else ()
            in_currency = Node(_CURRENCY) if measure.format == "money" else None
            lines = replace(measure, dax=_STEPS.sub("\n", measure.dax))
            yield measure_node(table, lines, *hidden, shown=in_currency)


def _fact(short: str, measures: Sequence[StarMeasure], remark: str, *of_customer: str) -> Node:
    table = STAR_TABLES[short]
    is_sales = "is_cancelled" in table.column_names
    kept = ("Kept = Table.SelectRows(Rows, each not [is_cancelled]),",) if is_sales else ()
    names = ", ".join(f'"{name}"' for name in of_customer)
    rows, key = "Kept" if kept else "Rows", '{"customer_key"}'
    steps = (
        *kept,
        rows_of("Customers", STAR_TABLES["dim_customer"]),
        f'Joined = Table.NestedJoin({rows}, {key}, Customers, {key}, "customer", JoinKind.LeftOuter),',
        f'Ready = Table.ExpandTableColumn(Joined, "customer", {{{names}}}),',
    )
    columns = columns_of(short)
    return Node(
        f"table {short}",
        (("lineageTag", stable_uuid("star", short)),),
        (
            *_measures(short, measures),
            *(_column(short, column, "isHidden") for column in columns),
            import_of(table, columns, _TYPES, *steps),
        ),
        description=f"{table.grain}. {remark}",
    )


def _column(short: str, column: Column, *more: Property) -> Node:
    return column_node(short, column.name, _TYPES[column.sql_type][0], column.description, *more)


def _dimension(short: str) -> Node:
    table = STAR_TABLES[short]
    is_dates = short == "dim_date"
    steps = _dates() if is_dates else ()
    made = [column_node(short, name, "int64", _MADE[name], *_made_as(name)) for name in _MADE] if is_dates else []
    name, levels = HIERARCHIES.get(short, ("", ()))
    return Node(
        f"table {short}",
        (("lineageTag", stable_uuid("star", short)), *((("dataCategory", "Time"),) if is_dates else ())),
        (
            *(_column(short, column, *_shown_as(short, column)) for column in columns_of(short)),
            *made,
            *((hierarchy_node(short, name, levels, LABELS),) if levels else ()),
            import_of(table, columns_of(short), _TYPES, *steps, made=tuple(_MADE) if is_dates else ()),
        ),
        description=table.grain,
    )


def _made_as(name: str) -> tuple[Property, ...]:
    return (*(() if name == "year" else ("isHidden",)), ("formatString", "0"))


def _shown_as(short: str, column: Column) -> Iterator[Property]:
    """Keys are hidden, except the day; months are shown as months, names of months in the order of the year."""
    if column.name == KEYS[short]:
        yield from ("isKey", DAY) if short == "dim_date" else ("isKey", "isHidden")
    elif column.sql_type == "date":
        yield DAY if column.name.startswith("quarter") else _MONTH
    elif column.name in SORTED_BY:
        yield "sortByColumn", SORTED_BY[column.name]
    elif column.name in SORTED_BY.values():
        yield from ("isHidden", ("formatString", "0"))
    elif column.name == "country":
        yield "dataCategory", "Country"


def _dates() -> tuple[str, ...]:
    """Whole years, from the first that a fact touches to the last: time intelligence wants no less and no more."""
    return (
        rows_of("Sales", STAR_TABLES["fct_sales"]),
        rows_of("Reviews", STAR_TABLES["fct_reviews"]),
        "Sold = {List.Min(Sales[sale_date]), List.Max(Sales[sale_date])},",
        "Reviewed = {List.Min(Reviews[reviewed_date]), List.Max(Reviews[reviewed_date])},",
        "Known = List.RemoveNulls(List.Combine({Sold, Reviewed})),",
        "First = Date.StartOfYear(List.Min(Known, #date(2000, 1, 1))),",
        "Last = Date.EndOfYear(List.Max(Known, #date(2000, 1, 1))),",
        "Within = Table.SelectRows(Rows, each [date_key] >= First and Last >= [date_key]),",
        'Dated = Table.AddColumn(Within, "year", each Date.Year([date_key]), Int64.Type),',
        'Ready = Table.AddColumn(Dated, "month_of_year", each Date.Month([date_key]), Int64.Type),',
    )


def _shop(measures: Sequence[StarMeasure]) -> Node:
    """Shops with the newest day of a sale, sign-up, login or purchase of each, as the marts count it."""
    newest = ", ".join(
        f'{{"{name}", each List.Max([{name}]), type nullable date}}'
        for name in ("signup_date", "last_login_date", "declared_last_purchase_date")
    )
    return Node(
        "table shop",
        (("lineageTag", stable_uuid("star", "shop")),),
        (
            *_measures("shop", measures),
            column_node("shop", "source_name", "string", "The shop", "isKey"),
            column_node("shop", "as_of_date", "dateTime", "Newest known day of activity of the shop", "isHidden", DAY),
            m_partition(
                "shop",
                _SOURCE,
                rows_of("Days", TABLES["dw.agg_sales_day"]),
                'Sold = Table.Group(Days, {"source_name"}, {{"as_of_date", each List.Max([sale_date]), type date}}),',
                rows_of("Reviews", STAR_TABLES["fct_reviews"]),
                'Reviewed = Table.Distinct(Table.SelectColumns(Reviews, {"source_name"})),',
                rows_of("Customers", STAR_TABLES["dim_customer"]),
                rows_of("Lives", TABLES["dw.fct_customer_lifecycle"]),
                'Joined = Table.NestedJoin(Lives, {"customer_key"}, Customers, {"customer_key"},'
                ' "customer", JoinKind.Inner),',
                'Named = Table.ExpandTableColumn(Joined, "customer", {"source_name"}),',
                f'Newest = Table.Group(Named, {{"source_name"}}, {{{newest}}}),',
                'Seen = Table.AddColumn(Newest, "as_of_date", each List.Max({[signup_date], [last_login_date],'
                " [declared_last_purchase_date]}), type nullable date),",
                'Known = Table.SelectColumns(Seen, {"source_name", "as_of_date"}),',
                'Listed = Table.Group(Table.Combine({Sold, Known, Reviewed}), {"source_name"},'
                ' {{"as_of_date", each List.Max([as_of_date]), type nullable date}})',
                result="Listed",
            ),
        ),
        description="Shops of the facts, and the newest day that each one's data know",
    )


def _currency() -> Node:
    return Node(
        "table currency",
        (("lineageTag", stable_uuid("star", "currency")),),
        (
            column_node("currency", "currency_code", "string", "ISO 4217 code; XXX if unknown", "isKey"),
            m_partition(
                "currency",
                _SOURCE,
                rows_of("Days", TABLES["dw.agg_sales_day"]),
                'Listed = Table.Distinct(Table.SelectColumns(Days, {"currency_code"})),',
                'Typed = Table.TransformColumnTypes(Listed, {{"currency_code", type text}})',
                result="Typed",
            ),
        ),
        description="Currencies of the sales; amounts of two are never added",
    )
