"""The team's set-up as files: valid for Compose, and what it names is there."""

from __future__ import annotations

import json
import re
from typing import Any

import compose_spec
import pytest
import yaml

from warehouse_assets.cli.services.processes import CODE_HOST, CODE_PORT, find_service
from warehouse_assets.settings import PROJECT_ROOT

TEXT = (PROJECT_ROOT / "docker-compose.yml").read_text(encoding="utf-8")
VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
OURS = ("code", "pages", "daemon")


def interpolated(text: str) -> str:
    """Every variable at its default, as without a .env."""
    return VARIABLE.sub(lambda found: found[2] or "", text).replace("$$", "$")


def without_extensions(document: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in document.items() if not name.startswith("x-")}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return without_extensions(yaml.safe_load(interpolated(TEXT)))


def test_the_file_follows_the_compose_specification(compose: dict[str, Any]) -> None:
    compose_spec.PyCompose.from_json(json.dumps(compose)).validate()


@pytest.mark.parametrize(("right", "wrong"), [("healthcheck", "healthcheque"), ("unless-stopped", "sometimes")])
def test_a_misspelled_file_does_not(right: str, wrong: str) -> None:
    document = without_extensions(yaml.safe_load(interpolated(TEXT.replace(right, wrong))))
    with pytest.raises(ValueError, match=wrong):
        compose_spec.PyCompose.from_json(json.dumps(document)).validate()


def test_every_service_restarts_and_tells_its_health(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["restart"] == "unless-stopped", name
        assert "healthcheck" in service or name == "backup", name


@pytest.mark.parametrize("name", OURS)
def test_our_processes_are_those_of_up_and_run_without_rights(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    verb, process, *_ = service["command"]
    assert verb == "service"
    assert find_service(process)
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert service["environment"][CODE_HOST] == "code"
    assert service["environment"][CODE_PORT] in compose["services"]["code"]["command"]


def test_no_secret_is_in_the_file_and_the_database_is_not_reached_from_outside(compose: dict[str, Any]) -> None:
    assert not re.search(r"postgresql://|PASSWORD: ", TEXT)
    database = compose["services"]["database"]
    assert "ports" not in database
    assert database["networks"] == ["inside"]
    assert compose["networks"]["inside"]["internal"] is True
    assert compose["services"]["pages"]["ports"][0].startswith("127.0.0.1:")


def test_secrets_volumes_and_networks_are_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(compose["volumes"])
        assert set(service["networks"]) <= set(compose["networks"])


def test_the_example_of_settings_names_those_of_the_file() -> None:
    example = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?(WAREHOUSE_\w+)=", example, re.MULTILINE))
    assert named == {found[1] for found in VARIABLE.finditer(TEXT)} - {"WAREHOUSE_VERSION"}


def test_the_image_runs_as_an_ordinary_account_with_hashed_packages() -> None:
    text = (PROJECT_ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER warehouse$", text, re.MULTILINE)
    assert text.count("--require-hashes") == 2
    ignored = (PROJECT_ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", ".warehouse", ".git", "secrets"} <= set(ignored)
