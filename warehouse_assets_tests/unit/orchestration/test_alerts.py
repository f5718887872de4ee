"""Where a failed run is told."""

from __future__ import annotations

import json
import smtplib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from warehouse_assets.orchestration import alerts
from warehouse_assets.orchestration.alerts import Alert, send
from warehouse_assets.settings import Settings

ALERT = Alert("build failed (2023-08-01)", "dw.fct_sales, check schema: quantity_present: 3 rows", "1234")


@pytest.fixture
def hook() -> Iterator[tuple[str, list[Any]]]:
    """A web hook's address, and what was posted there."""
    received: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/secret-path", received
        server.shutdown()
        thread.join()


def settings(*targets: str, smtp_url: str | None = None) -> Settings:
    return Settings(home=Path("unused"), alert_targets=targets, smtp_url=smtp_url)


def test_the_log_is_always_told() -> None:
    lines: list[str] = []
    assert list(send(ALERT, settings(), lines.append)) == []
    assert lines == [ALERT.text]


def test_a_web_hook_gets_a_text_to_show_and_fields_for_programs(hook: tuple[str, list[Any]]) -> None:
    address, received = hook
    assert list(send(ALERT, settings(address), lambda line: None)) == []
    assert received[0]["text"] == ALERT.text
    assert received[0]["run_id"] == "1234"


def test_one_target_that_fails_stops_no_other_and_its_secret_is_not_told(hook: tuple[str, list[Any]]) -> None:
    address, received = hook
    dead = "http://127.0.0.1:9/secret-path"
    [failure] = send(ALERT, settings(dead, address), lambda line: None)
    assert "secret-path" not in failure
    assert len(received) == 1


def test_mail_is_written_to_the_address_and_encrypted_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []

    class Server:
        def __init__(self, host: str, port: int, timeout: int) -> None:
            calls.append((host, port))

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *error: object) -> None:
            pass

        def ehlo(self) -> None:
            pass

        def has_extn(self, name: str) -> bool:
            return name == "starttls"

        def starttls(self, context: object) -> None:
            calls.append("starttls")

        def login(self, user: str, password: str) -> None:
            calls.append((user, password))

        def send_message(self, message: Any) -> None:
            calls.append(message)

    monkeypatch.setattr(smtplib, "SMTP", Server)
    url = "smtp://robot%40shop.example:p%2Fw@mail.shop.example:587"
    assert list(send(ALERT, settings("mailto:data@shop.example", smtp_url=url), lambda line: None)) == []
    place, encryption, login, message = calls
    assert (place, encryption, login) == (("mail.shop.example", 587), "starttls", ("robot@shop.example", "p/w"))
    assert (message["To"], message["From"]) == ("data@shop.example", "robot@shop.example")
    assert "fct_sales" in message.get_content()


@pytest.mark.parametrize(
    ("target", "said"), [("mailto:a@b.example", "WAREHOUSE_SMTP_URL"), ("pigeon:roof", "https, http, mailto")]
)
def test_what_cannot_be_sent_says_which_setting_to_mend(target: str, said: str) -> None:
    [failure] = send(ALERT, settings(target), lambda line: None)
    assert said in failure


def test_the_reason_is_that_of_the_root_cause() -> None:
    class Error:
        def __init__(self, message: str, cause: Any = None) -> None:
            self.message, self.cause = message, cause

    class Data:
        error = Error("op failed", Error("the file is gone\n"))

    class Event:
        step_failure_data, message = Data(), "Execution failed"

    assert alerts.reason_of(Event(), [Event()]) == "the file is gone"  # type: ignore[arg-type, list-item]
    assert alerts.reason_of(Event(), []) == "Execution failed"  # type: ignore[arg-type]
