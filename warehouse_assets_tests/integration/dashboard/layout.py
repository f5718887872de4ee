"""What a drawn page shows, read from the layout that the browser gets, whatever page it is."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from warehouse_assets_tests.integration.dashboard.served import page as ask


@dataclass(frozen=True)
class Card:
    """A headline: its title, figure, exact figure and note."""

    title: str
    value: str
    exact: str
    note: str


@dataclass(frozen=True)
class Block:
    """A chart or a sheet: headings, its CSV's lines, and what is drawn of it."""

    name: str
    headings: list[str]
    lines: list[list[str]]
    shown: list[list[str]]
    """The table beneath a chart, as text; empty for a sheet."""
    grid: list[Mapping[str, Any]]
    """A sheet's rows; empty for a chart."""
    traces: list[Mapping[str, Any]]


@dataclass(frozen=True)
class Shown:
    """A page: what its filters stand at and offer, and all its figures."""

    chosen: Mapping[str, list[str]]
    offered: Mapping[str, list[str]]
    cards: list[Card]
    blocks: list[Block]


def read_page(client: FlaskClient, name: str, search: str = "") -> Shown:
    """The page as its user gets it, with the CSV that each of its links leads to."""
    layout = json.loads(ask(client, f"/{name}", search))["response"]["page"]["children"]
    parts = list(_components(layout))
    controls = [part for part in parts if isinstance(part.get("id"), dict) and "filter" in part["id"]]
    return Shown(
        {part["id"]["filter"]: _listed(part["value"]) for part in controls},
        {part["id"]["filter"]: [option["value"] for option in part.get("data", ())] for part in controls},
        [_card(part) for part in parts if part.get("className") == "card headline"],
        [_block(client, part) for part in parts if str(part.get("aria-labelledby", "")).startswith("title-")],
    )


def _components(node: Any) -> Iterator[dict[str, Any]]:
    """The properties of every component, outer ones first."""
    if isinstance(node, list):
        for each in node:
            yield from _components(each)
    elif isinstance(node, dict) and "props" in node:
        yield node["props"]
        yield from _components(node["props"].get("children"))


def _listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value] if value else []


def _card(article: Mapping[str, Any]) -> Card:
    found = {part.get("className"): part for part in _components(article["children"])}
    note = found.get("headline-note", {}).get("children", "")
    value = found["headline-value"]
    return Card(found["headline-title"]["children"], value["children"], value["title"], note)


def _block(client: FlaskClient, section: Mapping[str, Any]) -> Block:
    parts = list(_components(section["children"]))
    link = next(part["href"] for part in parts if part.get("className") == "download csv")
    answer = client.get(link)
    assert answer.status_code == 200, link
    text = answer.get_data(as_text=True).removeprefix("\ufeff")
    headings, *lines = csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ",")
    return Block(
        section["aria-labelledby"].removeprefix("title-"),
        headings,
        lines,
        next((part["data"]["body"] for part in parts if "head" in (part.get("data") or ())), []),
        next((part["rowData"] for part in parts if "rowData" in part), []),
        next((list(part["figure"]["data"]) for part in parts if "figure" in part), []),
    )
