"""The dump of the oldest version that can be upgraded, made by that version's own code from made-up data."""

from __future__ import annotations

import gzip
import os
import subprocess
from pathlib import Path

import psycopg

from warehouse_assets.database.accounts import Account
from warehouse_assets.database.software import software_for

FOLDER = Path(__file__).parent
SECRET = "96ec32918b9e0e166c9cf4909fc2dffb7c1da3ffe5cb4d585344011ae1f4cbe0"
"""The secret behind the dump's pseudonyms."""


def oldest_export() -> bytes:
    """The flat export that the dump holds."""
    return gzip.decompress((FOLDER / "export.csv.gz").read_bytes())


def restore_oldest(url: str) -> None:
    """Fills an empty database from the dump, as an administrator restores a backup."""
    psql = software_for(Account(os.getuid(), os.getgid()), FOLDER).programs / "psql"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop schema public")
    subprocess.run(
        [str(psql), "--quiet", "--set=ON_ERROR_STOP=1", f"--dbname={url}"],
        input=b"create schema public;\n" + gzip.decompress((FOLDER / "warehouse-0.1.0.sql.gz").read_bytes()),
        check=True,
        stdout=subprocess.DEVNULL,
    )
