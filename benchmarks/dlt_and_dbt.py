"""The sales mart by dlt and dbt-postgres, in an environment of their own: raw rows by dlt, star and marts by dbt.

dbt keeps no history, rejects or ledger here, hides no small groups and checks no keys. Its sales by month are compared
with the warehouse's, column by column; the bench says which differ.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from common import Clock, settings_of
from peers import COMPARED, differences

from warehouse_assets import database
from warehouse_assets.database import connect
from warehouse_assets.database.databases import make_database
from warehouse_assets.database.urls import with_database

PROJECT = Path(__file__).with_name("dlt_dbt")
ENVIRONMENT = PROJECT / ".venv"
_LOCK = PROJECT / "requirements.lock"
_INSTALLED = ENVIRONMENT / "installed.lock"


def prepared() -> Path:
    """The environment's folder of programs; installed from the lock file once."""
    if not _INSTALLED.exists() or _INSTALLED.read_bytes() != _LOCK.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        options = ("--quiet", "--no-deps", "--require-hashes", "-r", str(_LOCK))
        subprocess.run([str(ENVIRONMENT / "bin" / "pip"), "install", *options], check=True)
        _INSTALLED.write_bytes(_LOCK.read_bytes())
    return ENVIRONMENT / "bin"


def main() -> None:
    export, settings, programs = Path(sys.argv[1]) / "export.csv", settings_of(sys.argv[2]), prepared()
    url = with_database(database.ensure_running(settings).warehouse, "dlt_and_dbt")
    make_database(url, "WAREHOUSE_DATABASE_URL")
    address = {name: str(value) for name, value in psycopg.conninfo.conninfo_to_dict(url).items()}
    environment = {
        **os.environ,
        "PEER_URL": url,
        "PEER_HOST": address["host"],
        "PEER_PORT": address["port"],
        "PEER_USER": address["user"],
        "PEER_PASSWORD": address.get("password", ""),
        "PEER_DATABASE": address["dbname"],
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "RUNTIME__DLTHUB_TELEMETRY": "false",
    }
    clock = Clock(settings.home)
    with tempfile.TemporaryDirectory(prefix="dlt-dbt-") as folder:
        environment |= {"DBT_TARGET_PATH": folder, "DBT_LOG_PATH": folder}

        def run(program: str, *arguments: str) -> None:
            command = [str(programs / program), *arguments]
            subprocess.run(command, check=True, env=environment, cwd=PROJECT, stdout=sys.stderr)

        with clock.phase("dlt"):
            run("python", "load.py", str(export), folder)
        with clock.phase("dbt"):
            run("dbt", "--quiet", "build", "--profiles-dir", ".")
    with connect(url) as connection:
        query = f"select period_start, {', '.join(COMPARED)} from peer.sales_by_month order by 1"
        found = connection.execute(query.encode()).fetchall()
    clock.print_result(differs=differences(found, settings))


main()
