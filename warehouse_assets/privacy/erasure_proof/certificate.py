"""The certificate of an erasure: which places were searched, how many, and that nothing was found."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from warehouse_assets import database
from warehouse_assets.database import DatabaseUrls
from warehouse_assets.ingestion.readers.workspace import delete_abandoned
from warehouse_assets.privacy.erasure_proof.scrubbing import scrub, scrub_database
from warehouse_assets.privacy.erasure_proof.search import Search, search_databases, search_files
from warehouse_assets.privacy.identifying_values import IdentifyingValue
from warehouse_assets.privacy.rights import Erasure
from warehouse_assets.settings import Settings
from warehouse_assets.splitting.staged import private_directory

Connection = psycopg.Connection[Any]
_ROUNDS = 3
NOT_SEARCHED = (
    "The server is not the embedded one: its files, its write-ahead log and its backups were not searched. "
    "Its administrator must let them expire."
)


def prove(settings: Settings, urls: DatabaseUrls, erasure: Erasure, now: datetime) -> tuple[Search, Path]:
    """Scrubs and searches until nothing is found, at most three times; returns the last search and its certificate."""
    data = database.status(settings).data_path if settings.database_url is None else None
    delete_abandoned(settings.home / "tmp")
    search = Search()
    for _ in range(_ROUNDS):
        scrub(urls, data, erasure.values)
        search = search_everything(settings, urls, data, erasure.values)
        if search.is_clean:
            break
        scrub_database(urls.dagster)
    return search, _write(settings, urls, erasure, search, data, now)


def search_everything(
    settings: Settings, urls: DatabaseUrls, data: Path | None, values: Sequence[IdentifyingValue]
) -> Search:
    """Searches tables, statistics and Dagster's storage by SQL; also all files of an embedded cluster and the home."""
    search = Search()
    search_databases(urls, values, search)
    if data is not None and not data.is_relative_to(settings.home):
        search_files(data, "cluster", values, search)
        search_files(data.parent / "log", "server log", values, search)
    search_files(settings.home, "home", values, search)
    return search


def _write(
    settings: Settings, urls: DatabaseUrls, erasure: Erasure, search: Search, data: Path | None, now: datetime
) -> Path:
    document: Mapping[str, Any] = {
        "request": erasure.request.key,
        "certified at": now.isoformat(),
        "nothing was found": search.is_clean,
        "looked for": dict(sorted(Counter(value.kind for value in erasure.values).items())),
        "searched": search.places,
        "bytes searched": search.size_bytes,
        "found in": search.found,
        "not searched": [] if data is not None else [NOT_SEARCHED],
        "files that could not be read": [path.name for path in erasure.unreadable],
        "erased": erasure.outcome,
    }
    with database.connect(urls.warehouse, autocommit=True) as connection:
        connection.execute(
            "insert into governance.certificates (request_key, certified_at, is_clean, document)"
            " values (%s, %s, %s, %s) on conflict (request_key, certified_at) do nothing",
            [erasure.request.key, now, search.is_clean, json.dumps(document)],
        )
    folder = settings.reports_path / "privacy"
    private_directory(folder)
    path = folder / f"certificate-{erasure.request.key}.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return path
