"""PostgreSQL for the warehouse: an embedded server that needs no configuration, or a server of your own."""

from warehouse_assets.database.connections import refused, retry
from warehouse_assets.database.dagster_home import prepare_dagster_home
from warehouse_assets.database.embedded import DAGSTER as DAGSTER_DATABASE
from warehouse_assets.database.errors import ConnectionFailed, DatabaseError, ServerError, safe_message
from warehouse_assets.database.server import (
    ServerStatus,
    address,
    connect,
    dagster_address,
    ensure_running,
    is_alive,
    is_just_made,
    server_logs,
    status,
    stop,
)
from warehouse_assets.database.urls import DatabaseUrls

__all__ = [
    "DAGSTER_DATABASE",
    "ConnectionFailed",
    "DatabaseError",
    "DatabaseUrls",
    "ServerError",
    "ServerStatus",
    "address",
    "connect",
    "dagster_address",
    "ensure_running",
    "is_alive",
    "is_just_made",
    "prepare_dagster_home",
    "refused",
    "retry",
    "safe_message",
    "server_logs",
    "status",
    "stop",
]
