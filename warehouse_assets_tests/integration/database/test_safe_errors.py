"""What a failing statement tells: the kind and the place of the error, never a value."""

from __future__ import annotations

import psycopg
import pytest

from warehouse_assets.database import DatabaseError, safe_message
from warehouse_assets.orchestration.resources import Warehouse
from warehouse_assets.settings import Settings

_NAME = "Zoé Canari"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (f"select '{_NAME}'::numeric", "InvalidTextRepresentation (22P02"),
        (f"insert into ops.fingerprints values ('{_NAME}', 'a'), ('{_NAME}', 'b')", "rule fingerprints_pkey"),
        (f"insert into dw.dim_channel values (1, '{_NAME}'), (1, '{_NAME}')", "UniqueViolation (23505"),
        ("select * from nowhere", 'relation "nowhere" does not exist (42P01'),
    ],
)
def test_an_error_of_the_database_leaves_the_session_without_values(
    database: Settings, statement: str, told: str
) -> None:
    warehouse = Warehouse(home=str(database.home), database_url=database.database_url)
    with pytest.raises(DatabaseError) as caught, warehouse.connect("transform") as connection:
        connection.execute(statement.encode())
    assert told in str(caught.value)
    assert _NAME not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_error_without_a_server_is_told_by_its_kind() -> None:
    assert safe_message(psycopg.OperationalError("secret")) == "OperationalError (no code)"
