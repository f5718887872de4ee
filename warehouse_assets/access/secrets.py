"""Passwords of logins: random, stored in one file of mode 0600, never in SQL, logs or messages."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from warehouse_assets.access.policy import PolicyError

FILE_NAME = "logins.json"
_ITERATIONS = 4096
_SHORTEST = 12


@dataclass(frozen=True)
class Password:
    """A password and its first day of validity."""

    text: str = field(repr=False)
    since: date


def variable_of(login: str) -> str:
    """The environment variable that can set a login's password."""
    return f"WAREHOUSE_PASSWORD_{login.upper()}"


def read_passwords(folder: Path) -> dict[str, Password]:
    """Login -> password, as stored."""
    path = folder / FILE_NAME
    try:
        kept = json.loads(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return {}
    if path.stat().st_mode & 0o077:
        raise PolicyError(f"Other users can read {path}: run `chmod 600 {path}`")
    return {login: Password(entry["password"], date.fromisoformat(entry["since"])) for login, entry in kept.items()}


def ensure_passwords(
    folder: Path, logins: Iterable[str], today: date, *, renew: Iterable[str] = ()
) -> dict[str, Password]:
    """The logins' passwords; creates missing and renewed ones, and stores those from the environment, from today."""
    names, renewed = list(logins), set(renew)
    with _locked(folder):
        kept = read_passwords(folder)
        wanted = dict(kept)
        for login in names:
            given = _given(login)
            if given is not None and (login not in kept or kept[login].text != given):
                wanted[login] = Password(given, today)
            elif given is None and (login not in kept or login in renewed):
                wanted[login] = Password(secrets.token_urlsafe(24), today)
        if wanted != kept:
            _write(folder / FILE_NAME, wanted)
    return {login: wanted[login] for login in names}


def verifier(password: str, salt: bytes | None = None, iterations: int = _ITERATIONS) -> str:
    """The SCRAM verifier of a password (RFC 5803), which lets the server check the password without knowing it."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${iterations}:{_base64(salt)}${_base64(stored)}:{_base64(server)}"


def is_verifier_of(kept: str, password: str) -> bool:
    """Whether the text is a SCRAM verifier of this password."""
    try:
        scheme, parameters, _ = kept.split("$")
        iterations, salt = parameters.split(":")
        again = verifier(password, base64.b64decode(salt), int(iterations))
    except ValueError:
        return False
    return scheme == "SCRAM-SHA-256" and int(iterations) >= _ITERATIONS and hmac.compare_digest(again, kept)


def _given(login: str) -> str | None:
    text = os.environ.get(variable_of(login))
    if text is None:
        return None
    if len(text) < _SHORTEST or not text.isascii() or not text.isprintable():
        raise PolicyError(f"{variable_of(login)} needs at least {_SHORTEST} printable ASCII characters")
    return text


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / f".{FILE_NAME}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path: Path, passwords: Mapping[str, Password]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    kept = {login: {"password": entry.text, "since": f"{entry.since}"} for login, entry in sorted(passwords.items())}
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(kept, file, indent=1)
    draft.replace(path)
