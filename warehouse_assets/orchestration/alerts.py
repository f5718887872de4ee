"""Alerts about failed runs, by web hook and by e-mail. A new kind of target is one function here."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from warehouse_assets.orchestration.mail import MAIL_ERRORS, send_mail
from warehouse_assets.settings import Settings, SettingsError

_TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Alert:
    """An alert: a title, the reason, and the address of the run in Dagster's pages."""

    title: str
    reason: str
    run_id: str

    @property
    def text(self) -> str:
        """The whole alert as text."""
        return f"{self.title}\n{self.reason}\nRun {self.run_id}"


def send(alert: Alert, settings: Settings, log: Callable[[str], None]) -> Iterator[str]:
    """Writes to the log, then tries every target. Yields a line for each target that failed."""
    log(alert.text)
    for target in settings.alert_targets:
        try:
            _sender(target)(alert, target, settings)
        except MAIL_ERRORS as error:
            yield f"The alert was not sent to {_shown(target)}: {error}"


def reason_of(failure: dg.DagsterEvent, steps: Sequence[dg.DagsterEvent]) -> str:
    """The root error of the first failed step, without its traceback, or else the run's own message."""
    for event in steps:
        if (error := root_cause(event.step_failure_data.error)) is not None:
            return error.message.strip()
    return failure.message or "Dagster's pages show its events."


def root_cause(error: SerializableErrorInfo | None) -> SerializableErrorInfo | None:
    """The innermost error."""
    while error is not None and error.cause is not None:
        error = error.cause
    return error


def _post(alert: Alert, target: str, settings: Settings) -> None:
    """Slack, Teams and Mattermost show `text`; the other fields are for programs."""
    body = {"text": alert.text, "title": alert.title, "reason": alert.reason, "run_id": alert.run_id}
    request = urllib.request.Request(  # noqa: S310 - the scheme is http or https, see _SENDERS
        target, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS).close()  # noqa: S310


def _mail(alert: Alert, target: str, settings: Settings) -> None:
    message = EmailMessage()
    message["Subject"] = f"Warehouse: {alert.title}"
    message["To"] = target.removeprefix("mailto:")
    message.set_content(alert.text)
    send_mail(message, settings.smtp_url)


_SENDERS: Mapping[str, Callable[[Alert, str, Settings], None]] = {"https": _post, "http": _post, "mailto": _mail}


def _sender(target: str) -> Callable[[Alert, str, Settings], None]:
    scheme = urlsplit(target).scheme
    if scheme not in _SENDERS:
        raise SettingsError(f"WAREHOUSE_ALERT_TARGETS takes {', '.join(_SENDERS)} addresses")
    return _SENDERS[scheme]


def _shown(target: str) -> str:
    """Without the path, which holds the secret of a web hook."""
    address = urlsplit(target)
    return f"{address.scheme}://{address.hostname}/..." if address.hostname else target
