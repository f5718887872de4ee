"""The services of `warehouse up`: their commands and ports."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.settings import PROJECT_ROOT

CODE_HOST, CODE_PORT = "WAREHOUSE_CODE_HOST", "WAREHOUSE_CODE_PORT"
"""Variables that tell `workspace.yaml` where the code server listens."""
LOCATION = "warehouse"
"""The name of the code location, also in `workspace.yaml`."""
LOOPBACK = "127.0.0.1"
PACE = {
    "DAGSTER_EVENT_LOG_CONSUMER_DAEMON_INTERVAL_SECONDS": "10",
    "FRESHNESS_DAEMON_INTERVAL_SECONDS": "300",
    "DAGSTER_SENSOR_GRPC_TIMEOUT_SECONDS": "120",
}
"""How often Dagster's daemon looks for killed runs to repeat, and for marts that are late, instead of every 5 and 30 s,
and how long an evaluation of a sensor may watch, instead of 60 s. `dagster.yaml` has no setting for these."""
_WORKSPACE = str(PROJECT_ROOT / "workspace.yaml")
_PYTHON = sys.executable
_PACED = (_PYTHON, "-m", "warehouse_assets.orchestration.instance.paced")
_CODE_SERVER = "warehouse_assets.orchestration.instance.code_server"
_WORKERS = "16"
"""Requests that the code server answers at once. Sensors that watch hold a few of them."""


class PortError(IngestionError):
    """A port that cannot be used. The message names it and shows how to choose another."""


@dataclass(frozen=True)
class Service:
    """One process. `command` takes host and port; `port` is the default, None if it listens on none."""

    name: str
    title: str
    command: Callable[[str, int], Sequence[str]]
    port: int | None = None


SERVICES: tuple[Service, ...] = (
    Service(
        "dagster",
        "Dagster",
        lambda host, port: [*_PACED, "dagster-webserver", "-h", host, "-p", str(port), "-w", _WORKSPACE],
        port=3000,
    ),
    Service(
        "daemon",
        "Schedules and sensors",
        lambda host, port: [*_PACED, "dagster-daemon", "run", "-w", _WORKSPACE],
    ),
    Service(
        "dashboard",
        "Dashboard",
        lambda host, port: [_PYTHON, "-m", "warehouse_assets.dashboard", "--host", host, "--port", str(port)],
        port=8050,
    ),
)
"""In the order in which they start."""


CODE_SERVER = Service(
    "code",
    "Code",
    lambda host, port: [
        *(_PYTHON, "-m", _CODE_SERVER, "--host", host, "--port", str(port)),
        *("--module-name", "warehouse_assets.definitions", "--location-name", LOCATION),
        *("--max-workers", _WORKERS),
    ],
    port=4266,
)
"""The process that serves the definitions to the others."""


def find_service(name: str) -> Service:
    """The code server or one of SERVICES. Raises PortError with the known names."""
    known = {service.name: service for service in (CODE_SERVER, *SERVICES)}
    if name not in known:
        raise PortError(f"There is no service {name!r}. Services: {', '.join(known)}.")
    return known[name]


def chosen_ports(services: Sequence[Service], choices: Sequence[str]) -> dict[str, int]:
    """Service -> port, from its default and choices such as `3001` (Dagster's) or `dashboard=8051`.

    Raises PortError for a service without a port and for an invalid port.
    """
    ports = {service.name: service.port for service in services if service.port is not None}
    for choice in choices:
        name, _, text = choice.rpartition("=")
        name = name or services[0].name
        if name not in ports:
            raise PortError(f"--port {choice}: there is no service {name!r} with a port. Services: {', '.join(ports)}.")
        if not text.isdecimal() or not 0 < int(text) < 65_536:
            raise PortError(f"--port {choice}: {text!r} is not a port number. Write --port {name}=8080.")
        ports[name] = int(text)
    return ports


def check_ports(services: Sequence[Service], ports: Mapping[str, int], host: str) -> None:
    """Raises PortError for a port that cannot be used, before anything starts."""
    for service in services:
        port = ports.get(service.name)
        if port is None:
            continue
        reason = _refusal(host, port)
        if reason is not None:
            raise PortError(
                f"Port {port} on {host}, for {service.title}, cannot be used ({reason}). Stop the program that uses it,"
                f" or choose another: warehouse up --port {service.name}={_free_port(host)}"
            )


def free_port() -> int:
    """A free port of the loopback interface."""
    return _free_port(LOOPBACK)


def _refusal(host: str, port: int) -> str | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return None


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
