"""The server's settings: few, for a small machine, durable unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lilong.project.cluster.sockets import PORT

FILE = "lilong.conf"
_MOST_CONNECTIONS = 80
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "5s"}
_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": str(_MOST_CONNECTIONS),
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_parallel_workers_per_gather": "1",
    "jit": "off",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_size": "0",
    # Statements, parameters and the DETAIL of a violated key may hold what people wrote.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


def write(data: Path, *, cluster_name: str, socket: Path, durable: bool) -> None:
    """Write the settings file in ``data``; the server reads it at its next start."""
    lines = {
        **_SETTINGS,
        **(_DURABLE if durable else _FAST),
        "cluster_name": cluster_name,
        "unix_socket_directories": f'"{socket}"',
    }
    text = "".join(f"{name} = '{value}'\n" for name, value in lines.items())
    draft = data / f"{FILE}.new"
    draft.write_text(
        "# Written at every start; settings of your own go into postgresql.conf, after the include.\n" + text
    )
    draft.replace(data / FILE)
