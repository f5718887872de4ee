"""E-mail by the server of `WAREHOUSE_SMTP_URL`."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from warehouse_assets.settings import SettingsError

_TIMEOUT_SECONDS = 10

MAIL_ERRORS = (OSError, smtplib.SMTPException, SettingsError)
"""What `send_mail` raises."""


def send_mail(message: EmailMessage, smtp_url: str | None) -> None:
    """Sends it, from the server's user or from its own recipient. Raises one of MAIL_ERRORS."""
    if smtp_url is None:
        raise SettingsError("WAREHOUSE_SMTP_URL is not set. E-mail needs it: smtp://user:password@host:587")
    server = urlsplit(smtp_url)
    user = unquote(server.username or "")
    message["From"] = user if "@" in user else message["To"]
    with _connection(server.scheme, server.hostname or "localhost", server.port) as connection:
        if user:
            connection.login(user, unquote(server.password or ""))
        connection.send_message(message)


def _connection(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    """`smtps` is encrypted from the start, `smtp` as soon as the server offers it."""
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=_TIMEOUT_SECONDS, context=context)
    connection = smtplib.SMTP(host, port or 25, timeout=_TIMEOUT_SECONDS)
    connection.ehlo()
    if connection.has_extn("starttls"):
        connection.starttls(context=context)
    return connection
