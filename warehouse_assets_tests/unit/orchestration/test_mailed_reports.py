"""Reports by e-mail, received by a mail server of the test."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import dagster as dg
import pytest

from warehouse_assets.orchestration.assets.mailed_reports import MAILED_REPORTS, mailed_reports
from warehouse_assets.orchestration.code_location import build_defs
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.settings import SettingsError, read_settings

REFUSED = "nobody@shop.example"


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much of SMTP as a delivery needs; knows no REFUSED."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails = list[tuple[str, EmailMessage]]()

    @property
    def url(self) -> str:
        return f"smtp://robot%40shop.example@127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 ready")
        recipient = ""
        while line := self.rfile.readline().decode().strip():
            match line.split(":")[0].split()[0].upper():
                case "EHLO":
                    self._say("250-here")
                    self._say("250 AUTH PLAIN")
                case "AUTH":
                    self._say("235 welcome")
                case "RCPT":
                    recipient = line.partition("<")[2].partition(">")[0]
                    self._say(f"550 no mailbox {recipient}" if recipient == REFUSED else "250 yes")
                case "DATA":
                    self._say("354 go on")
                    self.server.mails.append((recipient, self._message()))
                    self._say("250 taken")
                case "QUIT":
                    self._say("221 bye")
                    break
                case _:
                    self._say("250 yes")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _message(self) -> EmailMessage:
        lines = list[bytes]()
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WAREHOUSE_HOME", str(tmp_path))
    reports = tmp_path / "reports"
    reports.mkdir()
    for role in ("sales_analyst", "auditor"):
        (reports / f"{role}.html").write_text(f"<!doctype html><p>né à {role}" + "x" * 2000, encoding="utf-8")
    return tmp_path


def send() -> dg.ExecuteInProcessResult:
    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize(
            [mailed_reports], instance=instance, resources={"warehouse": Warehouse()}, raise_on_error=False
        )


def failure_of(result: dg.ExecuteInProcessResult) -> str:
    [event] = [event for event in result.all_events if event.is_step_failure]
    error = event.step_failure_data.error
    return error.message if error else ""


def test_each_recipient_gets_the_report_of_the_role(
    home: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_SMTP_URL", server.url)
    monkeypatch.setenv("WAREHOUSE_REPORT_RECIPIENTS", "sales_analyst=anna@shop.example, auditor=ben@shop.example")
    assert send().success
    assert [address for address, _ in server.mails] == ["anna@shop.example", "ben@shop.example"]
    for (_, mail), role in zip(server.mails, ("sales_analyst", "auditor"), strict=True):
        assert (mail["From"], mail["Subject"]) == ("robot@shop.example", f"Warehouse: report of {role}")
        [attached] = mail.iter_attachments()
        assert attached.get_filename() == f"{role}.html"
        assert attached.get_content_type() == "text/html"
        assert attached.get_content() == (home / "reports" / f"{role}.html").read_text(encoding="utf-8")


def test_a_mail_that_cannot_be_sent_stops_no_other_and_no_address_is_told(
    home: Path, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_SMTP_URL", server.url)
    monkeypatch.setenv(
        "WAREHOUSE_REPORT_RECIPIENTS",
        f"auditor={REFUSED} customer_analyst=eve@shop.example cook=dan@shop.example sales_analyst=anna@shop.example",
    )
    said = failure_of(send())
    assert [address for address, _ in server.mails] == ["anna@shop.example"]
    assert "1 reports were sent, 3 were not" in said
    assert "recipient 1 (auditor)" in said
    assert "recipient 2 (customer_analyst): [Errno 2] No such file" in said
    assert "recipient 3 (cook): WAREHOUSE_REPORT_RECIPIENTS: roles with a report are data_engineer" in said
    assert "shop.example" not in said


def test_without_a_mail_server_the_setting_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_REPORT_RECIPIENTS", "auditor=ben@shop.example")
    assert "WAREHOUSE_SMTP_URL is not set" in failure_of(send())


def test_only_a_warehouse_with_recipients_has_the_asset_and_its_schedule(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAILED_REPORTS not in build_defs({}).resolve_all_asset_keys()
    monkeypatch.setenv("WAREHOUSE_REPORT_RECIPIENTS", "auditor=ben@shop.example")
    monkeypatch.setenv("WAREHOUSE_REPORT_CRON", "15 7 1 * *")
    definitions = build_defs({})
    assert MAILED_REPORTS in definitions.resolve_all_asset_keys()
    schedule = definitions.resolve_schedule_def("mail_reports")
    assert (schedule.cron_schedule, schedule.job_name) == ("15 7 1 * *", "mail_reports")


@pytest.mark.parametrize("text", ["auditor", "auditor=ben", "=b@c.example", "Auditor=b@c.example", "a=b@c<d>"])
def test_what_is_no_pair_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(SettingsError, match="number 2 is none") as error:
        read_settings({"WAREHOUSE_REPORT_RECIPIENTS": f"auditor=a@b.example {text}"})
    assert text not in str(error.value)
