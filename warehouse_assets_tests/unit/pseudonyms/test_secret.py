"""Pseudonyms: HMAC-SHA256 under a secret that is the warehouse's own."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse_assets.pseudonyms.hashing import encode, first_63_bits, leading_63_bits
from warehouse_assets.pseudonyms.secret import SECRET_FILE, SecretError, open_secret, secret_from

KEY = bytes(range(32))


class Fingerprints:
    """A database that knows fingerprints and nothing else."""

    def __init__(self) -> None:
        self.value: str | None = None
        self.writes = 0

    def execute(self, query: str, parameters: list[str] | None = None) -> Fingerprints:
        if query.startswith("insert"):
            assert parameters is not None
            self.writes += 1
            self.value = self.value or parameters[0]
        return self

    def fetchone(self) -> tuple[str] | None:
        return (self.value,) if self.value else None


def opened(folder: Path, known: Fingerprints) -> Any:
    return open_secret(folder, cast("psycopg.Connection[Any]", known))


@given(st.binary(min_size=32, max_size=100), st.lists(st.binary(max_size=200), max_size=5))
def test_digests_are_hmac_sha256(key: bytes, messages: list[bytes]) -> None:
    secret = secret_from(key)
    expected = [hmac.digest(key, message, "sha256") for message in messages]
    assert secret.digests(messages) == expected
    assert [secret.digest(message) for message in messages] == expected


@given(st.lists(st.text(max_size=10), min_size=1, max_size=5))
def test_many_persons_have_the_keys_of_each(ids: list[str]) -> None:
    secret = secret_from(KEY)
    digests = [secret.digest(encode(("customer", "shop", text))) for text in ids]
    assert secret.people("shop", ids) == digests == [secret.person("shop", text) for text in ids]
    assert leading_63_bits(digests).tolist() == [first_63_bits(digest) for digest in digests]
    assert secret.order("shop", ids[0]) != secret.person("shop", ids[0])


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_the_encoding_tells_where_parts_end(one: list[str], other: list[str]) -> None:
    assert (encode(one) == encode(other)) == (one == other)


def test_the_secret_is_never_shown() -> None:
    assert KEY.hex() not in repr(secret_from(KEY)) + str(secret_from(KEY))


def test_the_first_use_makes_a_private_file(tmp_path: Path) -> None:
    known = Fingerprints()
    made = opened(tmp_path / "secrets", known)
    path = tmp_path / "secrets" / SECRET_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [path.name] == [found.name for found in path.parent.iterdir()]
    assert known.value == made.fingerprint
    assert opened(tmp_path / "secrets", known).fingerprint == made.fingerprint


def test_a_lost_secret_is_not_made_anew(tmp_path: Path) -> None:
    known = Fingerprints()
    opened(tmp_path, known)
    (tmp_path / SECRET_FILE).unlink()
    with pytest.raises(SecretError, match="Restore the file"):
        opened(tmp_path, known)
    assert not (tmp_path / SECRET_FILE).exists()


def test_another_secret_is_refused(tmp_path: Path) -> None:
    known = Fingerprints()
    opened(tmp_path / "one", known)
    known.writes = 0
    path = tmp_path / "two" / SECRET_FILE
    path.parent.mkdir()
    path.write_text(KEY.hex())
    path.chmod(0o600)
    with pytest.raises(SecretError, match="is not the secret that this warehouse was built with"):
        opened(tmp_path / "two", known)
    assert known.writes == 0


@pytest.mark.parametrize(
    ("text", "mode", "problem"),
    [
        ("ab" * 32, 0o644, "Others can read"),
        ("ab" * 16, 0o600, "too short"),
        ("no hexadecimal", 0o600, "cannot be read as a secret"),
        ("é" * 64, 0o600, "cannot be read as a secret"),
    ],
)
def test_a_secret_file_that_cannot_be_used(tmp_path: Path, text: str, mode: int, problem: str) -> None:
    path = tmp_path / SECRET_FILE
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    known = Fingerprints()
    with pytest.raises(SecretError, match=problem) as raised:
        opened(tmp_path, known)
    assert text not in str(raised.value)
    assert known.writes == 0
