"""Ports of `warehouse up`: chosen, taken, and what is said of it."""

from __future__ import annotations

import socket

import pytest

from warehouse_assets.cli.services.processes import LOOPBACK, PortError, Service, check_ports, chosen_ports, free_port

PAGES = (
    Service("dagster", "Dagster", lambda host, port: [], port=3000),
    Service("daemon", "Daemon", lambda host, port: []),
    Service("dashboard", "Dashboard", lambda host, port: [], port=8050),
)


def test_a_number_alone_is_the_first_services_port() -> None:
    assert chosen_ports(PAGES, []) == {"dagster": 3000, "dashboard": 8050}
    assert chosen_ports(PAGES, ["3001", "dashboard=8051"]) == {"dagster": 3001, "dashboard": 8051}


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("daemon=1", "Services: dagster, dashboard"),
        ("x=1", "there is no service 'x'"),
        ("dashboard=http", "'http' is not a port number"),
        ("70000", "not a port"),
        ("0", "not a port"),
    ],
)
def test_a_wrong_choice_is_explained(choice: str, said: str) -> None:
    with pytest.raises(PortError, match=said):
        chosen_ports(PAGES, [choice])


def test_a_taken_port_names_the_service_and_a_way_out() -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortError, match=rf"Port {port} .* for Dashboard.* warehouse up --port dashboard=\d+"):
            check_ports(PAGES, {"dagster": free_port(), "dashboard": port}, LOOPBACK)


def test_free_ports_are_usable() -> None:
    check_ports(PAGES, {"dagster": free_port()}, LOOPBACK)
