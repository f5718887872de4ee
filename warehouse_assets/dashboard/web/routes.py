"""Pages that are not Dash's: login, logout, language, downloads."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from warehouse_assets.bi.text import LANGUAGES, Language
from warehouse_assets.dashboard.export import to_csv, to_xlsx
from warehouse_assets.dashboard.page_builder import build_page, find_table
from warehouse_assets.dashboard.pages import PAGES
from warehouse_assets.dashboard.reader import WarehouseAway, open_reader
from warehouse_assets.dashboard.texts import say
from warehouse_assets.dashboard.web.connections import AdministratorRefused, LoginRefused
from warehouse_assets.dashboard.web.requests import parse_address
from warehouse_assets.dashboard.web.security import form_token, is_form_ours
from warehouse_assets.dashboard.web.service import Service
from warehouse_assets.dashboard.web.sessions import Credentials

routes = Blueprint("dashboard", "warehouse_assets.dashboard", template_folder="templates")
TOKEN = "token"  # noqa: S105  # the name of the cookie's field
_YEAR_SECONDS = 365 * 24 * 3600
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_NAME, _LONGEST_PASSWORD = 63, 1024


def working_with() -> Service:
    """What the running application works with."""
    found: Service = current_app.extensions["warehouse"]
    return found


def language() -> Language:
    """As chosen before, else as the browser asks."""
    chosen = request.cookies.get("language")
    if chosen in LANGUAGES:
        return chosen
    return "fr" if request.accept_languages.best_match(LANGUAGES) == "fr" else "en"


def credentials() -> Credentials | None:
    """Of the user who is logged in."""
    return working_with().sessions.find(session.get(TOKEN))


@routes.get("/login")
def login_page() -> str:
    """The form."""
    return _form("expired" if "expired" in request.args else None)


@routes.post("/login")
def log_in() -> tuple[str, int] | AnyResponse:
    """Tries the login on the database itself."""
    origin = request.remote_addr or ""
    if not is_form_ours():
        return _form("login_stale"), 400
    given = Credentials(request.form.get("user", "").strip(), request.form.get("password", ""))
    attempts = working_with().attempts
    if not attempts.begin(origin, given.user):
        return _form("login_too_many"), 429
    problem = _problem(given)
    if problem is None or problem == "away":
        attempts.withdraw(origin, given.user)
    if problem is not None:
        return _form(problem), 503 if problem == "away" else 401
    working_with().sessions.close(session.get(TOKEN))
    session.clear()
    session[TOKEN] = working_with().sessions.open(given)
    return redirect("/", 303)


def _problem(given: Credentials) -> str | None:
    """Why this login does not work, as the key of a text; None when it does."""
    if not 0 < len(given.user) <= _LONGEST_NAME or not 0 < len(given.password) <= _LONGEST_PASSWORD:
        return "login_refused"
    if "\0" in given.user + given.password:
        return "login_refused"
    try:
        with open_reader(working_with().connections, given, afresh=True):
            return None
    except AdministratorRefused:
        return "login_administrator"
    except LoginRefused:
        return "login_refused"
    except WarehouseAway:
        return "away"


@routes.post("/logout")
def log_out() -> tuple[str, int] | AnyResponse:
    """Forgets the session, here and in the browser."""
    if not is_form_ours():
        return _form("login_stale"), 400
    user = credentials()
    if user is not None:
        working_with().connections.close(user)
    working_with().sessions.close(session.get(TOKEN))
    session.clear()
    return redirect("/login", 303)


@routes.get("/language/<chosen>")
def choose_language(chosen: str) -> AnyResponse:
    """Keeps the language and returns to the page."""
    if chosen not in LANGUAGES:
        abort(404)
    answer = redirect(str(parse_address(request.args.get("page", "/"), PAGES)), 303)
    answer.set_cookie("language", chosen, max_age=_YEAR_SECONDS, httponly=True, samesite="Lax")
    return answer


@routes.get("/export/<page_name>/<block>.<any(csv, xlsx):kind>")
def export(page_name: str, block: str, kind: str) -> Response | AnyResponse:
    """One table of a page, with the user's own rights; 404 where there is none to see."""
    user = credentials()
    if user is None:
        return redirect("/login?expired=1", 303)
    page = PAGES.get(page_name)
    if page is None:
        abort(404)
    try:
        with open_reader(working_with().connections, user) as reader:
            asked = request.args.to_dict(flat=False)
            built = build_page(page, reader, language(), asked, context=working_with().context())
    except (LoginRefused, WarehouseAway):
        abort(503)
    table = find_table(built, block)
    if table is None:
        abort(404)
    disposition = {"Content-Disposition": f'attachment; filename="{page_name}_{block}.{kind}"'}
    if kind == "csv":
        return Response(to_csv(table, language()), mimetype="text/csv", headers=disposition)
    return Response(to_xlsx(table, language()), mimetype=_XLSX, headers=disposition)


def _form(problem: str | None) -> str:
    chosen = language()

    def said(key: str) -> str:
        return say(key, chosen)

    shown: dict[str, Any] = {
        "say": said,
        "language": chosen,
        "other": "en" if chosen == "fr" else "fr",
        "problem": problem and say(problem, chosen),
        "token": form_token(),
        "demo_login": working_with().context().demo_login,
    }
    return render_template("login.html", **shown)
