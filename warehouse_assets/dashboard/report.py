"""The static report: one HTML file per role, in both languages, without requests to any server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from typing import Any

import psycopg
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup
from psycopg import sql

from warehouse_assets.bi.text import LANGUAGES, Language
from warehouse_assets.dashboard.blocks import Chart, Headlines, Notice, Sheet
from warehouse_assets.dashboard.charts import config
from warehouse_assets.dashboard.context import NO_CONTEXT, Context
from warehouse_assets.dashboard.formats import NUMBERS, show, show_change
from warehouse_assets.dashboard.page_builder import Built, build_page, pages_for
from warehouse_assets.dashboard.reader import Reader
from warehouse_assets.dashboard.report_roles import REPORT_ROLES
from warehouse_assets.dashboard.sparklines import sparkline
from warehouse_assets.dashboard.texts import say

MOST_ROWS = 60
_NAMED = ("shop", "currency")
"""Filters whose defaults a reader must know."""
_TAKEN_ON = "select rolname from pg_catalog.pg_roles where rolname = any(%s) and pg_has_role(oid, 'member')"


def existing_roles(connection: psycopg.Connection[Any], roles: Iterable[str]) -> list[str]:
    """Those of the report's roles for which the connection's user can read."""
    taken_on = {role: REPORT_ROLES.get(role, role) for role in roles}
    found = {row[0] for row in connection.execute(_TAKEN_ON, [list(taken_on.values())])}
    return [role for role, other in taken_on.items() if other in found]


@contextmanager
def reading_as(connection: psycopg.Connection[Any], role: str) -> Iterator[Reader]:
    """Reads as a report's role, in one read-only transaction; the user must be allowed to assume the role."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(REPORT_ROLES.get(role, role))))
        yield Reader(connection)


def build_report(reader: Reader, role: str, context: Context = NO_CONTEXT) -> str:
    """All pages of the role as one HTML file; the same marts give the same bytes."""
    pages = pages_for(reader)
    built = {
        language: [build_page(page, reader, language, {}, context=context) for page in pages] for language in LANGUAGES
    }
    template = _environment().get_template("report.html")
    return template.render(
        role=role,
        languages=LANGUAGES,
        built=built,
        say=say,
        show=show,
        show_change=show_change,
        choices=_choices,
        kind_of=_kind_of,
        numbers=NUMBERS,
        most_rows=MOST_ROWS,
        figure=_figure,
        sparkline=sparkline,
        style=Markup(_asset("dashboard.css") + _asset("report/report.css")),  # noqa: S704  # files of ours
        script=Markup(_asset("printing.js") + _asset("report/report.js")),  # noqa: S704
        plotly=Markup(_plotly()),  # noqa: S704
    )


def _choices(built: Built) -> str:
    """The shop, where there are several, and the currency of the page; empty if it has neither."""
    chosen = [dict(one.options)[one.chosen[0]] for one in built.controls if one.name in _NAMED and one.chosen]
    return " · ".join(chosen)


def _kind_of(block: Chart | Headlines | Notice | Sheet) -> str:
    return type(block).__name__.lower()


def _figure(chart: Chart, language: Language) -> Markup:
    """The figure as JSON for a script element, escaped so that it cannot end the script."""
    given = {"data": chart.figure["data"], "layout": chart.figure["layout"], "config": dict(config(language))}
    text = json.dumps(given, ensure_ascii=False, sort_keys=True, default=str)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704  # no markup is left in it


@cache
def _environment() -> Environment:
    loader = PackageLoader("warehouse_assets.dashboard")
    return Environment(loader=loader, autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True)


def _asset(name: str) -> str:
    return resources.files("warehouse_assets.dashboard").joinpath("assets", *name.split("/")).read_text("utf-8")


@cache
def _plotly() -> str:
    """The charting library, as the dashboard serves it."""
    text = resources.files("plotly").joinpath("package_data", "plotly.min.js").read_text("utf-8")
    return text.replace("</script", "<\\/script")
