"""A data protection officer with her own login over SCRAM: rights by functions, and no identifier by SELECT."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg
import psycopg
import pytest

from warehouse_assets.access.policy import read_policy
from warehouse_assets.orchestration.privacy_jobs import RIGHTS, RIGHTS_JOBS
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.privacy import request_queue
from warehouse_assets.privacy.request_answers import Answer, answer_open_requests
from warehouse_assets.privacy.requests import list_requests
from warehouse_assets.privacy.retention import run_retention
from warehouse_assets.settings import Settings
from warehouse_assets.startup.preparation import connect_as, plan_access, prepare_warehouse
from warehouse_assets.startup.privacy_session import privacy_session
from warehouse_assets_tests.integration.access.logins import GROUPS, Access, declare_logins
from warehouse_assets_tests.integration.ingestion import orders_shop as shop
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading

NOW = datetime(2023, 9, 2, 12, tzinfo=UTC)
OPEN = "select governance.open_request(%s, 'shop', %s)"
CORRECT = "select governance.open_rectification('shop', %s, %s::jsonb)"


@pytest.fixture
def warehouse(database: Settings) -> Iterator[Loading]:
    with loading(shop.shop_settings(database), "shop") as loaded:
        shop.put_all(loaded)
        loaded.load()
        shop.build(loaded)
        declare_logins(loaded.settings)
        prepare_warehouse(loaded.settings)
        yield loaded


@pytest.fixture
def access(warehouse: Loading) -> Access:
    return Access(warehouse.settings)


@pytest.fixture
def officer(access: Access) -> Iterator[psycopg.Connection[Any]]:
    with access.connect("dpo") as connection:
        connection.autocommit = True
        yield connection


def called(connection: psycopg.Connection[Any], query: str, *values: object) -> Any:
    row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return row[0]


def answered(access: Access) -> dict[int, Answer]:
    with privacy_session(access.settings) as session:
        return {one.request.key: one for one in answer_open_requests(session, NOW)}


def test_access_is_answered_and_handed_over_once(officer: psycopg.Connection[Any], access: Access) -> None:
    number = called(officer, OPEN, "access", " ann77 ")
    assert called(officer, OPEN, "access", "ann77") == number
    assert called(officer, "select governance.take_answer(%s)", number) is None
    assert answered(access)[number].problem is None
    told = called(officer, "select governance.take_answer(%s)", number)
    text = json.dumps(told, ensure_ascii=False)
    assert shop.NAME in text and shop.MAIL in text and "Trifouillis" in text
    assert called(officer, "select governance.take_answer(%s)", number) is None
    assert not list((access.settings.reports_path / "privacy").glob("request-*"))
    received, due, completed = officer.execute(
        "select received_on, due_on, completed_on from governance.requests where request_key = %s", [number]
    ).fetchall()[0]
    assert due > received and completed == NOW.date()


def test_every_right_is_exercised(officer: psycopg.Connection[Any], access: Access, warehouse: Loading) -> None:
    of_ann = "from vault.identities where full_name like 'Anna%'"
    wrong = called(officer, CORRECT, "ann77", json.dumps({"city": "Lyon"}))
    right = called(officer, CORRECT, "ann77", json.dumps({"full_name": "Anna Zwei", "city": "Nantes"}))
    assert wrong == right
    restricted = called(officer, OPEN, "restriction", "ann77")
    assert {one.problem for one in answered(access).values()} == {None}
    assert warehouse.one(f"select count(distinct full_name) {of_ann}") == 2
    assert warehouse.one("select count(*) from governance.restrictions") == 1
    assert warehouse.one("select count(*) from staging.geographies where city = 'Nantes'") == 1
    lifted = called(officer, OPEN, "lifting", "ann77")
    objected = called(officer, OPEN, "objection", "bob")
    answered(access)
    assert warehouse.one("select string_agg(restriction_kind, '') from governance.restrictions") == "objection"
    told = called(officer, OPEN, "access", "ann77")
    answered(access)
    erased = called(officer, OPEN, "erasure", "ann77")
    answered(access)
    assert warehouse.one(f"select count(*) {of_ann}") == 0
    assert called(officer, "select governance.take_answer(%s)", told) is None
    assert warehouse.one("select count(*) from vault.requests") == 0
    log = {one.key: one for one in list_requests(warehouse.connection)}
    assert set(log) == {right, restricted, lifted, objected, told, erased}
    assert all(one.completed_on and len(one.subject_hash) == 64 for one in log.values())
    assert len({log[key].subject_hash for key in (right, restricted, lifted, told, erased)}) == 1


def test_what_cannot_be_answered_says_why_without_a_value(
    officer: psycopg.Connection[Any], access: Access, warehouse: Loading
) -> None:
    values = ("Q-secret", "Annabella Q.", "2021-99-99")
    numbers = [
        called(officer, "select governance.open_request('access', %s, 'ann77')", values[0]),
        called(officer, CORRECT, "ann77", json.dumps({values[1]: "x"})),
        called(officer, CORRECT, "bob", json.dumps({"signup_at": values[2]})),
    ]
    stranger = called(officer, CORRECT, "stranger", json.dumps({"city": "Lyon"}))
    answers = answered(access)
    for number, reason in zip(numbers, ("does not have its source", "names an unknown field", "refuses"), strict=True):
        assert reason in str(answers[number].problem), answers[number]
    assert answers[stranger].problem is None
    written = str(warehouse.rows("governance.requests", "*")) + str(answers)
    assert "the warehouse holds no customer data about this person" in written
    assert not any(value in written for value in (*values, "ann77"))
    assert [called(officer, "select governance.withdraw_request(%s)", key) for key in numbers] == [True] * 3
    assert called(officer, "select governance.withdraw_request(%s)", numbers[0]) is False
    assert warehouse.one("select count(*) from vault.requests") == 0


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select governance.open_request('forgetting', 'shop', 'ann77')", "The rights are access"),
        ("select governance.open_request('access', 'shop', ' ')", "needs the source and the number"),
        ("select governance.open_request('access', null, 'ann77')", "needs the source and the number"),
        ("select governance.open_rectification('shop', 'ann77', '[1]')", "as an object of fields and texts"),
        ("select governance.open_rectification('shop', 'ann77', '{\"city\": 3}')", "as an object of fields"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused_without_its_values(
    officer: psycopg.Connection[Any], query: str, message: str
) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match=message) as refused:
        officer.execute(query.encode())
    assert "ann77" not in str(refused.value)


def test_the_officer_sees_no_identifier_and_nobody_else_may_call(access: Access) -> None:
    calls = [
        f"select {name.split('(')[0]}({', '.join(['null'] * (name.count(',') + 1))})"
        for name in read_policy().functions
        if name not in ("governance.own_countries()", "governance.rejected_shares()")
    ]
    assert len(calls) == 5
    for group in (*GROUPS, "ingest", "transform", "privacy", "reports", "drift"):
        with access.connect(group) as connection:
            connection.autocommit = True
            for call in calls:
                if group == "dpo" and "enter_request" not in call:
                    continue
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(call.encode())
    with access.connect("dpo") as connection:
        connection.autocommit = True
        for table in ("vault.requests", "vault.identities", "staging.customers", "dw.dim_customer"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select from {table}".encode())
    assert plan_access(access.settings) == []


def test_a_search_path_of_the_caller_changes_nothing(officer: psycopg.Connection[Any], warehouse: Loading) -> None:
    officer.execute("set search_path = public, governance, vault")
    number = called(officer, OPEN, "access", "ann77")
    assert warehouse.one("select request_key from vault.requests") == number


def test_an_answer_that_nobody_takes_goes(officer: psycopg.Connection[Any], access: Access, warehouse: Loading) -> None:
    called(officer, OPEN, "access", "ann77")
    answered(access)
    with privacy_session(access.settings) as session:
        run_retention(session, date(2023, 9, 20))
        assert warehouse.one("select count(*) from vault.requests") == 1
        run_retention(session, date(2023, 10, 20))
    assert warehouse.one("select count(*) from vault.requests") == 0


def test_each_right_has_a_job_that_is_told_a_number_only(
    officer: psycopg.Connection[Any], access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAREHOUSE_SOURCES_PATH", str(access.settings.sources_path))
    jobs = {job.name: job for job in RIGHTS_JOBS}
    assert set(jobs) == {f"privacy_{kind}" for kind in RIGHTS}
    numbers = {kind: called(officer, OPEN, kind, "bob") for kind in RIGHTS if kind != "rectification"}
    numbers["rectification"] = called(officer, CORRECT, "ann77", json.dumps({"full_name": "Anna Zwei"}))
    resources = {"warehouse": Warehouse(home=str(access.settings.home), database_url=access.settings.database_url)}
    said = []
    with dg.DagsterInstance.ephemeral() as instance:
        for kind, number in numbers.items():
            config = {"ops": {f"answer_{kind}": {"config": {"request": str(number)}}}}
            result = jobs[f"privacy_{kind}"].execute_in_process(
                run_config=config, resources=resources, instance=instance, raise_on_error=False
            )
            said += [str(event) for event in instance.all_logs(result.run_id)]
            assert result.success, (kind, said[-3:])
        again = jobs["privacy_access"].execute_in_process(
            run_config={"ops": {"answer_access": {"config": {"request": str(numbers["access"])}}}},
            resources=resources,
            instance=instance,
            raise_on_error=False,
        )
        refused = called(officer, CORRECT, "ann77", json.dumps({"signup_at": "Bobs day"}))
        left = jobs["privacy_rectification"].execute_in_process(
            resources=resources, instance=instance, raise_on_error=False
        )
        said += [str(event) for result in (again, left) for event in instance.all_logs(result.run_id)]
    assert not again.success and not left.success
    text = "\n".join(said)
    assert "No open request of this right (access) has the number" in text
    assert f"request {refused}: The contract refuses signup_at" in text
    # Whole words: the names of Dagster's captured logs are eight random letters.
    assert not re.search(rf"\b({re.escape(shop.NAME)}|Anna Zwei|ann77|bob|Bob|Bobs day)\b", text)
    with connect_as(access.settings, "privacy") as connection:
        assert (
            len(request_queue.waiting(connection)) == 1
        )  # the refused one; the access answer waits, the others are gone
