"""What a browser sends: addresses stay here, callbacks are the one that exists, parallel logins are counted."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse_assets.dashboard.web.requests import Drawing, parse_address, parse_callback
from warehouse_assets.dashboard.web.sessions import FAILURES_ALLOWED, FAILURES_OF_A_USER, Attempts

PAGES = ("sales", "products")
VALID: dict[str, Any] = {
    "output": "..page.children...menu.children...who.children..",
    "outputs": [{"id": name, "property": "children"} for name in ("page", "menu", "who")],
    "inputs": [
        {"id": "url", "property": "pathname", "value": "/sales"},
        {"id": "url", "property": "search", "value": "?currency=EUR"},
    ],
    "changedPropIds": ["url.pathname"],
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*VALID, "id", "value"]), inner),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("/", "/"),
        ("/sales", "/sales"),
        ("/sales?currency=EUR&from=2023-01-01", "/sales?currency=EUR&from=2023-01-01"),
        ("/products?name=Th%C3%A9", "/products?name=Th%C3%A9"),
    ],
)
def test_an_address_of_a_page_is_kept_with_its_filters(text: str, address: str) -> None:
    assert str(parse_address(text, PAGES)) == address


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "\t//evil.example",
        "/%2f/evil.example",
        "/sales/../..//evil.example",
        "javascript:alert(1)",
        "/logout",
        "/unknown",
        "http:evil.example",
        "http://[",
        "/sales\r\nSet-Cookie: a=b",
    ],
)
def test_any_other_address_leads_to_the_first_page(text: str) -> None:
    assert str(parse_address(text, PAGES)) == "/"


@given(st.text())
def test_no_address_leads_elsewhere(text: str) -> None:
    address = str(parse_address(text, PAGES))
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("", "")
    assert address.startswith("/") and not address.startswith(("//", "/\\"))
    assert address.isprintable()


def test_the_callback_of_the_dashboard_is_taken() -> None:
    assert parse_callback(VALID) == Drawing("/sales", "?currency=EUR")


@pytest.mark.parametrize(
    "change",
    [
        {"outputs": []},
        {"outputs": VALID["outputs"][:2]},
        {"outputs": {"id": "page", "property": "children"}},
        {"inputs": []},
        {"inputs": [{"id": "url", "property": "pathname"}]},
        {"inputs": [{**VALID["inputs"][0], "value": 7}, VALID["inputs"][1]]},
        {"inputs": [{**VALID["inputs"][0], "value": "x" * 9_000}, VALID["inputs"][1]]},
        {"state": [{"id": "url", "property": "search", "value": ""}]},
        {"output": None},
        {"changedPropIds": "url.pathname"},
        {"changedPropIds": [None]},
    ],
)
def test_any_other_callback_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"callback|texts"):
        parse_callback({**VALID, **change})


@given(JSON)
def test_no_body_raises_anything_else(body: Any) -> None:
    try:
        parse_callback(body)
    except ValueError:
        return
    pytest.fail(f"taken: {body}")


def test_parallel_attempts_are_counted_before_they_fail() -> None:
    attempts = Attempts(lambda: 0.0)
    begun: list[bool] = []
    gate = threading.Barrier(40)

    def try_to_log_in() -> None:
        gate.wait()
        begun.append(attempts.begin("here", "ann"))

    threads = [threading.Thread(target=try_to_log_in) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert begun.count(True) == FAILURES_ALLOWED


def test_a_user_is_tried_so_often_from_all_places_together() -> None:
    attempts = Attempts(lambda: 0.0)
    assert [attempts.begin(f"place {number}", "ann") for number in range(FAILURES_OF_A_USER + 1)].count(True) == (
        FAILURES_OF_A_USER
    )
    assert attempts.begin("another place", "bob")


def test_a_success_counts_as_no_attempt() -> None:
    attempts = Attempts(lambda: 0.0)
    for _ in range(50):
        assert attempts.begin("here", "ann")
        attempts.withdraw("here", "ann")
