"""Commands that change the database and delete files: killed in between, the next start completes them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.staging import removal
from warehouse_assets.ingestion.staging.file_deletions import complete_deletions, is_deletion_pending, request_deletion
from warehouse_assets.ingestion.staging.removal import forget_deliveries
from warehouse_assets.privacy.recovery import is_recovered, recover
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion.loading import SOURCE, Loading, export, loading, record


@pytest.fixture
def warehouse(database: Settings) -> Iterator[Loading]:
    with loading(database) as found:
        yield found


@pytest.fixture
def killed_forget(warehouse: Loading, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A forget that was killed between its commit and the deletion of its file."""
    warehouse.put("a.csv", export(record(ID="1")))
    warehouse.put("b.csv", export(record(ID="2")))
    warehouse.load()
    path = warehouse.folder / "a.csv"
    with monkeypatch.context() as patched:
        patched.setattr(removal, "complete_deletions", _killed)
        with pytest.raises(KeyboardInterrupt):
            forget_deliveries(warehouse.connection, warehouse.settings, SOURCE, ["a.csv"], [path])
    assert path.exists()
    return path


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_next_start_completes_a_killed_forget(warehouse: Loading, killed_forget: Path) -> None:
    assert is_deletion_pending(warehouse.connection)
    assert not is_recovered(warehouse.connection, warehouse.settings)
    recover(warehouse.connection, warehouse.settings)
    assert not killed_forget.exists()
    assert not is_deletion_pending(warehouse.connection)
    assert is_recovered(warehouse.connection, warehouse.settings)
    assert [done.file_name for done in warehouse.load()] == ["b.csv"]


def test_forget_again_succeeds(warehouse: Loading, killed_forget: Path) -> None:
    assert forget_deliveries(warehouse.connection, warehouse.settings, SOURCE, ["a.csv"], [killed_forget]) == 0
    assert not killed_forget.exists()


def test_a_file_that_waits_for_its_deletion_is_not_loaded(warehouse: Loading, killed_forget: Path) -> None:
    with pytest.raises(IngestionError, match=r"a\.csv was deleted while it was read\. Nothing was loaded"):
        warehouse.load()
    assert warehouse.one("select count(*) from staging.sales") == 1


def test_another_file_of_that_name_stays(warehouse: Loading, killed_forget: Path) -> None:
    warehouse.put("a.csv", export(record(ID="3"), record(ID="4")))
    assert complete_deletions(warehouse.connection, warehouse.settings) == []
    assert killed_forget.exists()
    assert [done.outcome for done in warehouse.load()] == ["loaded", "unchanged"]


def test_an_unknown_name_is_refused_and_nothing_is_recorded(warehouse: Loading) -> None:
    warehouse.put("a.csv", export(record(ID="1")))
    with pytest.raises(IngestionError, match="has loaded no delivery of this name"):
        forget_deliveries(warehouse.connection, warehouse.settings, SOURCE, ["a.csv"], [warehouse.folder / "a.csv"])
    assert not is_deletion_pending(warehouse.connection)


def test_the_empty_folder_of_a_delivery_goes_with_its_last_file(warehouse: Loading) -> None:
    folder = warehouse.folder / "2023-06-30"
    for name in ("lines.csv", "people.csv"):
        warehouse.put(f"2023-06-30/{name}", "x")
    with warehouse.connection.transaction():
        request_deletion(warehouse.connection, warehouse.settings, sorted(folder.iterdir()))
    assert len(complete_deletions(warehouse.connection, warehouse.settings)) == 2
    assert not folder.exists()
    assert warehouse.folder.exists()


def test_a_rolled_back_transaction_deletes_nothing(warehouse: Loading) -> None:
    warehouse.put("a.csv", "x")
    with warehouse.connection.transaction(force_rollback=True):
        request_deletion(warehouse.connection, warehouse.settings, [warehouse.folder / "a.csv"])
    assert complete_deletions(warehouse.connection, warehouse.settings) == []
    assert (warehouse.folder / "a.csv").exists()
