"""What every answer and every request must keep to: headers, and no request made by another site."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Response, abort, request, session

FORM_TOKEN = "form_token"  # noqa: S105  # the name of the field
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def content_policy(script_hashes: Sequence[str]) -> str:
    """Everything comes from this server; scripts within the page are the known ones."""
    scripts = " ".join(["'self'", *script_hashes])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
        " font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def refuse_other_sites() -> None:
    """A request that changes or asks something by POST must come from a page of this server."""
    if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return
    origin = request.headers.get("Origin")
    is_ours = urlsplit(origin).netloc == request.host if origin else _is_same_site()
    if not is_ours:
        abort(403)


def _is_same_site() -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def form_token() -> str:
    """The token that a form of this browser must bring back."""
    if FORM_TOKEN not in session:
        session[FORM_TOKEN] = secrets.token_urlsafe(16)
    return str(session[FORM_TOKEN])


def is_form_ours() -> bool:
    """Whether the form brings the token of this browser's cookie."""
    expected, given = session.get(FORM_TOKEN), request.form.get(FORM_TOKEN, "")
    return bool(expected) and hmac.compare_digest(str(expected), given)


def add_headers(response: Response, policy: str) -> Response:
    """The headers of every answer; figures are kept by no cache."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers["Content-Security-Policy"] = policy
    if not request.path.startswith(("/assets/", "/_dash-component-suites/")):
        response.headers["Cache-Control"] = "no-store"
    return response
