"""The Dash application: one shell, and one callback that draws the page of the address."""

from __future__ import annotations

import logging
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import psycopg
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.exceptions import DependencyException
from flask import Flask, Response, jsonify, redirect, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from warehouse_assets.bi.text import Language, Text
from warehouse_assets.dashboard.blocks import Notice
from warehouse_assets.dashboard.formats import show
from warehouse_assets.dashboard.page_builder import Built, build_page, pages_for
from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.dashboard.reader import Reader, WarehouseAway, open_reader
from warehouse_assets.dashboard.texts import say
from warehouse_assets.dashboard.view import Page
from warehouse_assets.dashboard.web.components import Drawing, notice
from warehouse_assets.dashboard.web.connections import LoginRefused
from warehouse_assets.dashboard.web.controls import control, shortcuts
from warehouse_assets.dashboard.web.page_cache import page_key
from warehouse_assets.dashboard.web.requests import refuse_malformed, refuse_unknown_file
from warehouse_assets.dashboard.web.routes import credentials, language, routes, working_with
from warehouse_assets.dashboard.web.security import add_headers, content_policy, form_token, refuse_other_sites
from warehouse_assets.dashboard.web.service import Service
from warehouse_assets.dashboard.web.sessions import LONGEST_SECONDS
from warehouse_assets.dashboard.web.shell import INDEX, shell

OPEN_PATHS = ("/login", "/language/", "/assets/", "/_dash-component-suites/", "/_favicon.ico")
CALLBACK_PATH = "/_dash-update-component"
_log = logging.getLogger(__name__)
PACKAGE = "warehouse_assets.dashboard"
"""Where the assets and templates are."""


def create_app(service: Service, *, behind_https: bool = False) -> Dash:
    """The application; `app.server` is what a web server serves."""
    server = Flask(PACKAGE)
    server.secret_key = secrets.token_bytes(32)
    if behind_https:
        # The proxy in front says who asks; without one, anybody could.
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=1, x_proto=0, x_host=0)  # type: ignore[method-assign]
    server.config.update(
        SESSION_COOKIE_NAME="warehouse",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=behind_https,
        PERMANENT_SESSION_LIFETIME=LONGEST_SECONDS,
        MAX_CONTENT_LENGTH=256 * 1024,
    )
    server.extensions["warehouse"] = service
    server.before_request(refuse_other_sites)
    server.before_request(refuse_malformed)
    server.before_request(_require_login)
    server.register_error_handler(DependencyException, refuse_unknown_file)
    server.register_blueprint(routes)
    app = Dash(
        PACKAGE,
        server=server,
        serve_locally=True,
        suppress_callback_exceptions=True,
        title="Warehouse",
        update_title=None,
        assets_ignore=r"colours\.js|report\.(js|css)",
        add_log_handler=False,
    )
    app.interpolate_index = _index
    app.layout = lambda: shell(language(), form_token())
    _add_callbacks(app)
    policy = content_policy(app.csp_hashes())
    server.after_request(lambda response: add_headers(response, policy))
    return app


def _index(**parts: str) -> str:
    """The page around the application, in the reader's language."""
    return INDEX.format(language=language(), product=say("product", language()), **parts)


def _require_login() -> Response | AnyResponse | None:
    """Pages lead to the login; what scripts ask for is refused, but for the callback, which says so itself."""
    if request.path.startswith(OPEN_PATHS) or request.path == CALLBACK_PATH or credentials() is not None:
        return None
    if request.path.startswith("/_"):
        answer = jsonify({"error": "log in first"})
        answer.status_code = 401
        return answer
    return redirect("/login", 303)


def _add_callbacks(app: Dash) -> None:
    app.callback(
        Output("page", "children"),
        Output("menu", "children"),
        Output("who", "children"),
        Input("url", "pathname"),
        Input("url", "search"),
    )(draw)
    app.clientside_callback(
        ClientsideFunction("warehouse", "filter"),
        Output("url", "search"),
        Input({"filter": ALL, "default": ALL}, "value"),
        State("url", "search"),
    )
    app.clientside_callback(
        ClientsideFunction("warehouse", "drill"),
        Output("url", "search", allow_duplicate=True),
        Input({"drill": ALL}, "clickData"),
        State("url", "search"),
        prevent_initial_call=True,
    )


def draw(path: str | None, search: str | None) -> tuple[Any, Any, Any]:
    """Page, menu and user's name for the address, with what the database lets this user read."""
    user, chosen = credentials(), language()
    if user is None:
        return dcc.Location(id="leave", href="/login?expired=1", refresh=True), no_update, no_update
    asked = parse_qs((search or "").removeprefix("?"))
    try:
        with open_reader(working_with().connections, user) as reader:
            return *_drawn(reader, user.user, (path or "/").strip("/"), chosen, asked), user.user
    except LoginRefused:
        return dcc.Location(id="leave", href="/login?expired=1", refresh=True), no_update, no_update
    except WarehouseAway:
        return notice(Notice(say("away_title", chosen), say("away", chosen), "away")), no_update, user.user
    except psycopg.Error as error:
        _log.error("page %s: the database refused (%s)", path, error.sqlstate)
        return notice(Notice(say("failed_title", chosen), say("failed", chosen), "away")), no_update, user.user


def _drawn(reader: Reader, user: str, name: str, chosen: Language, asked: dict[str, list[str]]) -> tuple[Any, Any]:
    pages = pages_for(reader)
    if not pages:
        return notice(Notice(say("nothing_title", chosen), say("nothing", chosen), "refused")), []
    page = PAGES.get(name) if name else pages[0]
    menu = [_link(one, one is page, chosen) for one in pages]
    if page is None:
        return notice(Notice(say("unknown_title", chosen), say("unknown", chosen))), menu
    today = datetime.now(UTC).date()
    context = working_with().context()
    key = (today, context, reader.rejected_shares, page_key(page, reader, user, chosen, asked))
    built = working_with().drawn.get(
        key, lambda: _page(build_page(page, reader, chosen, asked, today, context), chosen)
    )
    return built, menu


def _link(page: Page, is_current: bool, chosen: Language) -> Any:
    current = {"aria-current": "page"} if is_current else {}
    return html.Li(dcc.Link(page.title.in_language(chosen), href=f"/{page.name}", **_class(is_current)), **current)


def _class(is_current: bool) -> dict[str, str]:
    return {"className": "current"} if is_current else {}


def _page(built: Built, chosen: Language) -> Any:
    page = built.page
    as_of = f"{say('as_of', chosen)} {show(built.as_of, 'date', chosen)}" if built.as_of else ""
    asked = [(one.name, value) for one in built.controls for value in one.chosen]
    drawing = Drawing(page.name, chosen, asked)
    head = [
        html.Div([html.H1(page.title.in_language(chosen)), html.P(page.purpose.in_language(chosen))]),
        html.P(
            [as_of, html.Button("PDF", type="button", className="download pdf", title=say("pdf", chosen))],
            className="as-of",
        ),
    ]
    choices = " · ".join(
        Text("{}: {}", "{} : {}").in_language(chosen).format(one.title, ", ".join(one.labels(chosen)))
        for one in built.controls
        if one.chosen
    )
    filters = [control(one) for one in built.controls if len(one.options) > 1]
    return html.Div(
        [
            html.Div(head, className="page-head"),
            html.P(choices, className="printed") if choices else None,
            html.Section(filters, className="filters", **{"aria-label": say("filters", chosen)}) if filters else None,
            shortcuts(page.name, built.controls, chosen),
            html.Div([drawing.draw(block) for block in built.blocks], className="blocks"),
            html.P(say("address_keeps", chosen), className="note address") if filters else None,
        ],
        id=f"page-{page.name}",
    )
