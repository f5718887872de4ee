"""Settings of the embedded server, written at every start. `ALTER SYSTEM` overrides them."""

from __future__ import annotations

import os
from pathlib import Path

CONFIGURATION_FILE = "warehouse.conf"

# Sized for bulk loading on a small machine, as its only database.
BULK_LOADING = {
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "autovacuum": "on",
    # Builders analyse what they write. A worker every minute would take a core from a load.
    "autovacuum_naptime": "5min",
    # A statement over all months of several partitioned tables locks each partition and its indexes.
    "max_locks_per_transaction": "256",
    # Containers have 64 MB of /dev/shm, less than a parallel query may need.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
}

# Loopback only, without a socket file: its path is limited to 107 bytes, and a killed server leaves it behind.
ADDRESS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
}

# An auditor reads logins here, so the log must not become a second copy of personal data: a failing row's
# values stand in an error's message, detail and statement, and the client is told all of these anyway.
LOG = {
    "log_connections": "authorization",
    "log_line_prefix": "%m [%p] %q%u@%d from %h ",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_timezone": "UTC",
    # A month of days, each overwritten a month later.
    "logging_collector": "on",
    "log_filename": "server-%d.log",
    "log_file_mode": "0600",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
}

ACCESS = """\
# Every login is by password over the loopback, the server's own account included.
host all all 127.0.0.1/32 scram-sha-256
"""


_OF_INITDB = {
    "max_connections",
    "shared_buffers",
    "dynamic_shared_memory_type",
    "max_wal_size",
    "min_wal_size",
    "log_timezone",
    "autovacuum_worker_slots",
    "datestyle",
    "timezone",
    "lc_messages",
    "lc_monetary",
    "lc_numeric",
    "lc_time",
    "default_text_search_config",
}
"""What initdb writes into postgresql.conf, by the machine that it runs on."""
LOGIN_RULE = ("host", "all", "all", "127.0.0.1/255.255.255.255", "scram-sha-256")
"""`ACCESS` as the server reads it: type, databases, users, address, method."""


def is_declared_setting(name: str, setting: str, file: str) -> bool:
    """Whether a setting in a file of the embedded server is one that initdb or this module writes."""
    if file == "postgresql.conf":
        return name.lower() in _OF_INITDB
    declared = BULK_LOADING | ADDRESS | LOG
    is_place = name in ("port", "log_directory")
    return file == CONFIGURATION_FILE and (is_place or declared.get(name) == setting)


def write_configuration(data: Path, port: int, log_directory: Path) -> None:
    """Writes the server's settings and login rules into a data directory."""
    values = BULK_LOADING | ADDRESS | LOG | {"port": str(port), "log_directory": str(log_directory)}
    lines = [f"{name} = {_quoted(value)}\n" for name, value in values.items()]
    _overwrite(data / CONFIGURATION_FILE, "".join(lines))
    _overwrite(data / "pg_hba.conf", ACCESS)


def include_configuration(data: Path) -> None:
    """Makes a new data directory include these settings after its own."""
    with (data / "postgresql.conf").open("a") as file:
        file.write(f"\ninclude_if_exists = '{CONFIGURATION_FILE}'\n")


def _overwrite(path: Path, text: str) -> None:
    """Replaces the file atomically, for the owner of its folder.

    The owner may be the server's account while we are root: never write through a link that it has created.
    """
    unfinished, owner = path.with_name(path.name + ".new"), path.parent.stat()
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        os.fchown(handle, owner.st_uid, owner.st_gid)
        file.write(text)
    unfinished.replace(path)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
