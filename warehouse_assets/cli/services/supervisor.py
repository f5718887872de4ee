"""`warehouse up`: starts, watches and restarts the services, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from warehouse_assets import database
from warehouse_assets.access.logins import read_logins
from warehouse_assets.access.policy import read_policy
from warehouse_assets.cli.console import console, errors, program_name
from warehouse_assets.cli.services.database_keeper import DatabaseKeeper
from warehouse_assets.cli.services.process_reaper import ProcessReaper, kill_group
from warehouse_assets.cli.services.processes import (
    CODE_HOST,
    CODE_PORT,
    CODE_SERVER,
    LOOPBACK,
    PACE,
    SERVICES,
    PortError,
    Service,
    check_ports,
    chosen_ports,
    find_service,
    free_port,
)
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.settings import PROJECT_ROOT, Settings
from warehouse_assets.splitting.staged import private_directory
from warehouse_assets.startup.preparation import storage_urls

_START_SECONDS = 120.0
_PATIENCE = 15.0
_MOST_RESTARTS, _WITHIN_SECONDS = 5, 120.0
_TAIL_LINES = 15


class ServiceFailed(IngestionError):
    """A service keeps ending right after its start. The message holds the end of its log."""


class Process:
    """A running service that writes to a log file. It is restarted when it dies, and ends with its supervisor."""

    def __init__(
        self,
        service: Service,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        reaper: ProcessReaper,
    ) -> None:
        self._service, self._command, self._environment, self._log = service, command, environment, log
        self._reaper = reaper
        self._deaths: deque[float] = deque(maxlen=_MOST_RESTARTS)
        log.unlink(missing_ok=True)
        self._child = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        # Its own process group, so that Ctrl-C reaches it only through the supervisor.
        with self._log.open("ab") as log:
            child = subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=PROJECT_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._reaper.watch(child.pid)
        return child

    def keep_alive(self) -> None:
        """Restarts the service if it has died. Raises ServiceFailed if it keeps dying."""
        status = self._child.poll()
        if status is None:
            return
        now, name = time.monotonic(), self._service.title
        if len(self._deaths) == _MOST_RESTARTS and now - self._deaths[0] < _WITHIN_SECONDS:
            tail = "\n".join(self._log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
            raise ServiceFailed(
                f"{name} keeps ending right after its start (status {status}). Its log {self._log}:\n{tail}"
            )
        self._deaths.append(now)
        errors.print(f"{name} ended (status {status}) and is restarted. Its log: {self._log}")
        kill_group(self._child.pid)
        self._reaper.forget(self._child.pid)
        self._child = self._start()

    def interrupt(self) -> None:
        """Asks the service to end."""
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGINT)

    def wait(self, seconds: float) -> None:
        """Waits for the service to end. Kills it and its children after the given seconds."""
        try:
            self._child.wait(max(0.1, seconds))
        except subprocess.TimeoutExpired:
            kill_group(self._child.pid)
            self._child.wait()
        self._reaper.forget(self._child.pid)


def serve(settings: Settings, host: str, port_choices: Sequence[str]) -> None:
    """Serves until Ctrl-C. Raises PortError or ServiceFailed."""
    ports = chosen_ports(SERVICES, port_choices)
    check_ports(SERVICES, ports, host)
    ports[CODE_SERVER.name] = free_port()
    _make_watched_folders(settings)
    environment = _environment(settings) | {CODE_HOST: LOOPBACK, CODE_PORT: str(ports[CODE_SERVER.name])}
    private_directory(settings.logs_path)
    # SIGINT too: a shell that starts this process in the background makes it and its children ignore SIGINT.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    processes: list[Process] = []

    def start(service: Service) -> None:
        where = LOOPBACK if service is CODE_SERVER else host
        command = service.command(where, ports.get(service.name, 0))
        processes.append(Process(service, command, environment, settings.logs_path / f"{service.name}.log", reaper))

    with ProcessReaper() as reaper:
        try:
            start(CODE_SERVER)
            _wait_for_code(ports[CODE_SERVER.name], processes[0])
            for service in SERVICES:
                start(service)
            _announce(host, ports, settings)
            keeper = DatabaseKeeper(settings)
            while True:
                keeper.keep_alive()
                for process in processes:
                    process.keep_alive()
                time.sleep(0.3)
        except KeyboardInterrupt:
            console.print("Stopping ...")
        finally:
            _end(processes)


def serve_one(settings: Settings, name: str, host: str, port: int | None) -> NoReturn:
    """Replaces this process by one service, as a container runs it. Its log goes to the terminal."""
    service = find_service(name)
    port = port or service.port or 0
    check_ports([service], {name: port} if port else {}, host)
    _make_watched_folders(settings)
    environment = _environment(settings)
    if service is not CODE_SERVER and not {CODE_HOST, CODE_PORT} <= environment.keys():
        raise PortError(
            f"{CODE_HOST} and {CODE_PORT} are not set. Set them to the address of `warehouse service code`."
        )
    os.chdir(PROJECT_ROOT)
    # Ignored signals stay ignored in the new program, and importing Dagster ignores SIGTERM if SIGINT is ignored.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    command = list(service.command(host, port))
    os.execve(command[0], command, environment)  # noqa: S606 - no shell is meant


def _make_watched_folders(settings: Settings) -> None:
    """Sensors are told at once of what happens in a folder, but only if the folder is there before them."""
    for path in (settings.datasets_path, settings.incoming_path):
        if not path.is_dir():
            private_directory(path)


def _environment(settings: Settings) -> dict[str, str]:
    """The environment in which a process finds the database, Dagster's home and the warehouse's home."""
    urls = storage_urls(settings, database.ensure_running(settings))
    return {**PACE, **os.environ, **database.prepare_dagster_home(settings, urls), "WAREHOUSE_HOME": str(settings.home)}


def _announce(host: str, ports: Mapping[str, int], settings: Settings) -> None:
    for service in SERVICES:
        if service.name in ports:
            console.print(f"{service.title:<11}http://{host}:{ports[service.name]}")
    logins = read_logins(settings, read_policy())
    if logins:
        known = f"{program_name()} access password {logins[0].name}"
        console.print(f"{'Log in':<11}to the dashboard as {logins[0].name}; `{known}` prints the password")
    console.print(f"{'Files':<11}in {settings.incoming_path}/<source>/ are loaded as they arrive")
    console.print(f"{'Logs':<11}{settings.logs_path}")
    console.print("Ctrl-C stops these services. The database keeps running.")


def _wait_for_code(port: int, process: Process) -> None:
    """Waits for the code server: the other services look for it only once."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        process.keep_alive()
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.1)
    raise ServiceFailed(f"The code server did not answer within {_START_SECONDS:.0f} s. Its log says why.")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(processes: Sequence[Process]) -> None:
    """The code server is the first process. It ends last, when nobody asks it any more, and keeps nothing."""
    for process in processes:
        process.interrupt()
    deadline = time.monotonic() + _PATIENCE
    for process in processes[1:]:
        process.wait(deadline - time.monotonic())
    for process in processes[:1]:
        process.wait(0)
