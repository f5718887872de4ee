"""Requests that no browser makes: each is answered without an error of the server, whoever sends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from warehouse_assets.database import DatabaseUrls
from warehouse_assets_tests.integration.dashboard.served import (
    Shop,
    client_of,
    log_in,
    serving,
    shop_with_logins,
)

CALLBACK: dict[str, Any] = {
    "output": "..page.children...menu.children...who.children..",
    "outputs": [{"id": name, "property": "children"} for name in ("page", "menu", "who")],
    "inputs": [
        {"id": "url", "property": "pathname", "value": "/sales"},
        {"id": "url", "property": "search", "value": ""},
    ],
    "changedPropIds": ["url.pathname"],
}


def with_search(text: str) -> dict[str, Any]:
    return {**CALLBACK, "inputs": [CALLBACK["inputs"][0], {**CALLBACK["inputs"][1], "value": text}]}


REFUSED: dict[str, Any] = {
    "an output that is another": {**CALLBACK, "output": "page.children"},
    "an output of nothing": {**CALLBACK, "output": "...."},
    "an output with a script": {**CALLBACK, "output": "..page.children...menu.children...who.children..<script>"},
    "an output with more": {**CALLBACK, "outputs": [*CALLBACK["outputs"], {"id": "x", "property": "y"}]},
    "an output by a pattern": {**CALLBACK, "outputs": [{"id": {"a": 1}, "property": "children"}] * 3},
    "a change of nothing": {**CALLBACK, "changedPropIds": [""]},
    "a change without a property": {**CALLBACK, "changedPropIds": ["url"]},
    "a change of something else": {**CALLBACK, "changedPropIds": ["page.children"]},
    "a change by a pattern": {**CALLBACK, "changedPropIds": ['{"a":1}.b']},
    "a list in the state": {**CALLBACK, "state": [[]]},
}
ANSWERED: dict[str, Any] = {
    "a search with a null": with_search("?currency=%00"),
    "a search of half a sign": with_search("?currency=%ff%fe"),
    "a search of a surrogate": with_search("?currency=\ud800"),
    "a search of many fields": with_search("?" + "a=1&" * 500),
    "a search of one name often": with_search("?" + "currency=EUR&" * 90),
    "a search with dates that are none": with_search("?from=2023-99-99&to=0000-00-00"),
    "a search with days far away": with_search("?from=99999-01-01&to=-4713-01-01"),
    "a search with SQL": with_search("?currency=' or 1=1 --"),
    "a search without names": with_search("?=&=&;"),
    "a path with a null": {
        **CALLBACK,
        "inputs": [{**CALLBACK["inputs"][0], "value": "/sales\x00"}, CALLBACK["inputs"][1]],
    },
    "a path of dots": {**CALLBACK, "inputs": [{**CALLBACK["inputs"][0], "value": "/../sales"}, CALLBACK["inputs"][1]]},
    "no path": {
        **CALLBACK,
        "inputs": [{**CALLBACK["inputs"][0], "value": None}, {**CALLBACK["inputs"][1], "value": None}],
    },
}
BODIES = {
    "a deep list": b"[" * 200_000,
    "a deep object": b'{"a":' * 100_000,
    "a number without end": b'{"output": ' + b"9" * 9_000 + b"}",
    "no number": b'{"output": NaN, "outputs": Infinity}',
    "UTF-16": '{"output": 1}'.encode("utf-16"),
    "a part of a form": b"--x\r\nContent-Disposition: form-data\r\n\r\n",
}
PATHS = [
    "/language/en?page=/sales?" + "a=1%26" * 200,
    "/language/en?page=%ff",
    "/language/en?page=/sales%00",
    "/language/xx?page=/sales",
    "/language/" + "e" * 5_000,
    "/export/sales/..%2f..%2fetc.csv",
    "/export/sales/revenue.csv?from=2023-99-99",
    "/export/sales/revenue.csv?currency=%00",
    "/export/sales/revenue.csv?" + "a=1&" * 500,
    "/export/%F0%9F%92%A9/a.csv",
    "/sales?" + "a=1&" * 500,
    "/_dash-component-suites/dash/..%2f..%2fapp.py",
    "/_dash-component-suites/nothing/nothing.js",
    "/_dash-component-suites/dash/deps/none.js",
    "/_favicon.ico",
    "/assets/..%2f..%2fsettings.py",
    "/_reload-hash",
    "/_config",
    "/_mcp",
    "/%E2%80%AE",
    "//evil.example/%2f..",
    "/login?expired=%00",
]


@pytest.fixture(scope="module")
def shop(server: DatabaseUrls) -> Iterator[Shop]:
    with shop_with_logins(server) as made:
        yield made


@pytest.fixture(scope="module")
def clients(shop: Shop) -> Iterator[dict[str, FlaskClient]]:
    """One that nobody has logged in with, and one that somebody has; errors of the server are answered as by it."""
    with serving(shop.url) as service:
        nobody, somebody = client_of(service), client_of(service)
        nobody.application.config["PROPAGATE_EXCEPTIONS"] = False
        log_in(somebody, shop.login("sees_sales"))
        yield {"nobody": nobody, "somebody": somebody}


@pytest.fixture(params=["nobody", "somebody"])
def client(clients: dict[str, FlaskClient], request: pytest.FixtureRequest) -> FlaskClient:
    return clients[request.param]


def check(answer: Any, *, may_work: bool = True) -> None:
    assert answer.status_code < 500, answer.status
    assert may_work or answer.status_code >= 400, answer.status
    text = answer.get_data().decode(errors="replace")
    assert "Traceback" not in text and 'File "' not in text


@pytest.mark.parametrize("name", REFUSED)
def test_a_callback_that_is_not_the_one_is_refused(client: FlaskClient, name: str) -> None:
    check(client.post("/_dash-update-component", json=REFUSED[name]), may_work=False)


@pytest.mark.parametrize("name", ANSWERED)
def test_a_strange_address_is_answered(client: FlaskClient, name: str) -> None:
    check(client.post("/_dash-update-component", json=ANSWERED[name]))


@pytest.mark.parametrize("name", BODIES)
def test_a_strange_body_is_refused(client: FlaskClient, name: str) -> None:
    answer = client.post("/_dash-update-component", data=BODIES[name], content_type="application/json")
    check(answer, may_work=False)


@pytest.mark.parametrize("query", ["cancelJob=1", "cacheKey=1&job=1", "oldJob=1&oldJob=2", "background=%00"])
def test_jobs_in_the_background_are_none(client: FlaskClient, query: str) -> None:
    check(client.post(f"/_dash-update-component?{query}", json=CALLBACK))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD", "OPTIONS"])
def test_a_strange_path_is_answered(client: FlaskClient, method: str, path: str) -> None:
    check(client.open(path, method=method))


@pytest.mark.parametrize("user", ["\0", "a\0b", "x" * 100_000, "' or 1=1 --", "a b=c host=evil", "\ud7ff\u202e", ""])
@pytest.mark.parametrize("password", ["secret", "\0"])
def test_a_strange_login_is_refused(clients: dict[str, FlaskClient], user: str, password: str) -> None:
    check(log_in(clients["nobody"], user, password), may_work=False)


@pytest.mark.parametrize("cookie", ["", "x" * 4_000, "eyJhIjoxfQ.x.y", ".", "....."])
def test_a_strange_cookie_is_nobodys(clients: dict[str, FlaskClient], cookie: str) -> None:
    client = clients["nobody"]
    client.set_cookie("warehouse", cookie)
    check(client.get("/sales"))
