"""Who the embedded server runs as, and where its data are then."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from warehouse_assets.database import ServerError, connect, ensure_running, status, stop
from warehouse_assets.database.cluster import ELSEWHERE
from warehouse_assets.database.processes import live_server
from warehouse_assets.settings import PROJECT_ROOT, Settings
from warehouse_assets_tests.conftest import remove_warehouse

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
ORDINARY = "nobody"
SESSION = """
import sys
from warehouse_assets.database import connect, ensure_running, status, stop
from warehouse_assets.settings import read_settings

settings = read_settings()
first = ensure_running(settings)
with connect(settings) as connection:
    assert connection.execute("select 1").fetchone() == (1,)
assert stop(settings) and ensure_running(settings) == first
print(status(settings).data_path)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder with a short path that every account reaches."""
    folder = Path(tempfile.mkdtemp(prefix="wh-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def settings(open_folder: Path) -> Iterator[Settings]:
    settings = Settings(home=open_folder / "home")
    yield settings
    remove_warehouse(settings)


def _server_owner(data: Path) -> str:
    pid = live_server(data)
    assert pid is not None
    return pwd.getpwuid(Path(f"/proc/{pid}").stat().st_uid).pw_name


def _data(settings: Settings) -> Path:
    path = status(settings).data_path
    assert path is not None
    return path


@as_root
def test_root_keeps_the_data_in_the_home_where_the_account_reaches_it(settings: Settings) -> None:
    ensure_running(settings)
    assert _data(settings) == settings.home / "postgres" / "data"
    assert _server_owner(_data(settings)) in ("postgres", "nobody")
    assert settings.home.stat().st_mode & 0o007 == 0


@as_root
def test_root_keeps_the_data_elsewhere_and_says_so_where_the_account_does_not(
    settings: Settings, open_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    open_folder.chmod(0o700)
    urls = ensure_running(settings)
    assert _data(settings).is_relative_to(ELSEWHERE)
    assert f"The database is in {_data(settings).parent}" in caplog.text
    stop(settings)
    open_folder.chmod(0o755)
    assert ensure_running(settings) == urls


@as_root
def test_data_left_elsewhere_by_a_deleted_home_are_set_aside(
    settings: Settings, open_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    open_folder.chmod(0o700)
    with connect(settings) as connection:
        connection.execute("create table earlier ()")
    base = _data(settings).parent
    shutil.rmtree(settings.home)
    try:
        with connect(settings) as connection, pytest.raises(psycopg.errors.UndefinedTable):
            connection.execute("table earlier")
        assert "left data" in caplog.text
        assert len(list(ELSEWHERE.glob(f"{base.name}.left-*"))) == 1
    finally:
        for aside in ELSEWHERE.glob(f"{base.name}.left-*"):
            shutil.rmtree(aside)


@as_root
def test_root_copies_programs_that_the_account_cannot_reach(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse_assets.database.software.can_use", lambda *_: False)
    with connect(settings, autocommit=True) as connection:
        for extension in ("dblink", "btree_gist", "pg_trgm"):
            connection.execute(f"create extension {extension}")
    pid = live_server(_data(settings))
    assert Path(f"/proc/{pid}/exe").resolve().is_relative_to(_data(settings).parent / "software-18.6.3")


@as_root
def test_an_ordinary_user_has_it_all_in_the_home(settings: Settings, open_folder: Path) -> None:
    os.chown(open_folder, pwd.getpwnam(ORDINARY).pw_uid, -1)
    done = _run_as_ordinary(SESSION, settings.home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(settings.home / "postgres" / "data")
    assert _server_owner(_data(settings)) == ORDINARY
    # Root goes on with the owner's cluster as its owner, and leaves it usable.
    stop(settings)
    ensure_running(settings)
    assert _server_owner(_data(settings)) == ORDINARY
    assert _run_as_ordinary(SESSION, settings.home).returncode == 0


@as_root
def test_an_ordinary_user_is_told_whose_home_it_is(settings: Settings) -> None:
    ensure_running(settings)
    done = _run_as_ordinary(SESSION, settings.home)
    assert ServerError.__name__ in done.stderr
    assert "belongs to root. Run this as root" in done.stderr


def _run_as_ordinary(code: str, home: Path) -> subprocess.CompletedProcess[str]:
    entry = pwd.getpwnam(ORDINARY)
    environment = {"PATH": os.environ["PATH"], "WAREHOUSE_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [_interpreter_for(ORDINARY), "-c", code],
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[],
        cwd="/",
        env=environment | _python_path(),
        capture_output=True,
        text=True,
        timeout=60,
    )


def _interpreter_for(name: str) -> str:
    """An interpreter that the account can run with this environment's packages: the venv's may be root's."""
    entry = pwd.getpwnam(name)
    for candidate in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            done = subprocess.run(
                [candidate, "-c", "import psycopg, warehouse_assets"],
                user=entry.pw_uid,
                group=entry.pw_gid,
                extra_groups=[],
                cwd="/",
                env=_python_path(),
                capture_output=True,
            )
        except PermissionError:
            continue
        if done.returncode == 0:
            return candidate
    pytest.skip(f"{name} cannot reach {sys.executable}, its packages or this checkout")


def _python_path() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join([str(PROJECT_ROOT), str(Path(psycopg.__file__).parent.parent)])}
