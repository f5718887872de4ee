"""On a cluster: the same rows as on one server, whatever happens; and no row where no query sees it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warehouse_assets.building import dimensions, foreign_keys
from warehouse_assets.database import ensure_running
from warehouse_assets.generation import generate_months
from warehouse_assets.ingestion.staging.removal import forget_deliveries
from warehouse_assets.privacy.erasure_proof.certificate import prove
from warehouse_assets.privacy.retention import run_retention
from warehouse_assets.privacy.rights import access, erase
from warehouse_assets.privacy.rotation import rotate
from warehouse_assets.pseudonyms.secret import SECRET_FILE
from warehouse_assets.reporting.figures import missing_parts, read_headline
from warehouse_assets.startup.preparation import connect_as, find_drift, plan_access
from warehouse_assets.startup.privacy_session import privacy_session
from warehouse_assets_tests.databases import cluster_database
from warehouse_assets_tests.pipeline.conftest import NewShop, shop_with
from warehouse_assets_tests.pipeline.shop import SOURCE, Shop, differing
from warehouse_assets_tests.pipeline.test_crashes import start_run

pytestmark = pytest.mark.citus
KILLS = 4
_HIDDEN = """
select tables.oid::regclass::text from pg_class as tables
inner join pg_dist_partition as spread on tables.oid = spread.logicalrelid
where tables.relkind = 'r' and pg_relation_size(tables.oid) > 0
"""
"""Spread tables that have rows of their own on the coordinator: it shows none of them, and no erasure reaches them."""
Both = tuple[Shop, Shop]


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return generate_months(tmp_path_factory.mktemp("months"), rows=400, seed=3, months=4)


@pytest.fixture
def both(new_shop: NewShop, tmp_path: Path) -> Iterator[Both]:
    """An empty warehouse on one server, and one with the same keys on the cluster."""
    address = os.environ.get("WAREHOUSE_TEST_CITUS")
    if not address:
        pytest.skip("no cluster: set WAREHOUSE_TEST_CITUS to the address of a Citus coordinator's administrator")
    plain = new_shop("plain")
    secret = plain.settings.secrets_path / SECRET_FILE
    with ExitStack() as stack:
        url = stack.enter_context(cluster_database(address, f"cluster_{os.getpid()}"))
        yield plain, shop_with(secret.read_text(), tmp_path / "cluster", url)


def _each(shops: Both, work: Callable[[Shop], object]) -> None:
    for shop in shops:
        work(shop)


def _expect_equal(shops: Both) -> None:
    plain, cluster = shops
    assert differing(plain.contents(), cluster.contents()) == {}
    assert _told(plain) == _told(cluster)
    _expect_nothing_hidden(cluster)


def _expect_equal_marts(shops: Both) -> None:
    """An erasure and a new secret give keys by chance."""
    plain, cluster = (shop.contents() for shop in shops)
    marts = [name for name in plain if name.startswith("mart_")]
    assert differing({name: plain[name] for name in marts}, cluster) == {}
    assert {name: len(rows) for name, rows in plain.items()} == {name: len(rows) for name, rows in cluster.items()}
    _expect_nothing_hidden(shops[1])


def _expect_nothing_hidden(cluster: Shop) -> None:
    with cluster.connect() as connection:
        assert connection.execute(_HIDDEN).fetchall() == []


def _told(shop: Shop) -> object:
    with shop.connect() as connection:
        return read_headline(connection), missing_parts(connection)


def _forget(shop: Shop, name: str) -> None:
    with connect_as(shop.settings, "ingest", bulk=False) as connection:
        path = shop.settings.incoming_path / SOURCE / name
        assert forget_deliveries(connection, shop.settings, SOURCE, [name], [path]) == 1
    shop.run()


def _erase(shop: Shop, person: str) -> None:
    now = datetime.now(UTC)
    with privacy_session(shop.settings) as session:
        erasure = erase(session, session.person(SOURCE, person), now.date())
    shop.run()
    search, _ = prove(shop.settings, ensure_running(shop.settings), erasure, now)
    assert search.found == []


def _answer(shop: Shop, person: str) -> object:
    """What is held of a person, and what of all is overdue."""
    today = datetime.now(UTC).date()
    with privacy_session(shop.settings) as session:
        _, _, held = access(session, session.person(SOURCE, person), today)
        return held, [done.number for done in run_retention(session, today)]


def _rotate(shop: Shop) -> None:
    with privacy_session(shop.settings) as session:
        rotate(session.connection, shop.settings.secrets_path)
    shop.run()


def _load(files: list[Path]) -> Callable[[Shop], object]:
    def work(shop: Shop) -> None:
        shop.deliver(*files)
        shop.run()

    return work


def test_whatever_arrives_gives_the_rows_of_one_server(months: list[Path], both: Both, tmp_path: Path) -> None:
    _each(both, _load([*months[:2], months[3]]))
    _expect_equal(both)
    _each(both, _load([months[2]]))
    _expect_equal(both)
    corrected = tmp_path / months[1].name
    corrected.write_text(months[1].read_text("utf-8").replace(",2,", ",3,"), encoding="utf-8")
    _each(both, _load([corrected]))
    _expect_equal(both)
    _each(both, lambda shop: _forget(shop, months[0].name))
    _expect_equal(both)
    for look in (plan_access, find_drift):
        assert [change for change in look(both[1].settings) if not change.fact.database] == []


def test_erasure_and_a_new_secret_reach_every_node(
    months: list[Path], both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (foreign_keys, dimensions):
        monkeypatch.setattr(module, "LARGE_WRITE", 1)  # as for rows in tens of thousands
    _each(both, _load(months[:2]))
    person = both[0].one("select min(customer_id) from vault.identities")
    told = [_answer(shop, str(person)) for shop in both]
    assert told[0] == told[1]
    _each(both, lambda shop: _erase(shop, str(person)))
    _expect_equal_marts(both)
    _each(both, _rotate)
    _expect_equal_marts(both)


def test_a_killed_run_ends_as_an_undisturbed_one(months: list[Path], both: Both) -> None:
    plain, cluster = both
    _load(months)(plain)
    cluster.deliver(*months)
    for seconds in range(KILLS):
        process = start_run(cluster)
        process.join(4 + 3 * seconds)
        process.kill()
        process.join()
    cluster.run()
    _expect_equal(both)
