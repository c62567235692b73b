"""The database of an instance: an embedded PostgreSQL of its own, or the server named by ``DATABASE_URL``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lilong.project.cluster import roles
from lilong.project.cluster.server import Cluster
from lilong.project.cluster.targets import administrator, own_server
from lilong.project.home import Home
from lilong.project.keys import Keys
from lilong.project.locks import Lease, alone

__all__ = ["Cluster", "furnish", "in_use", "prepare"]


def prepare(home: Home) -> None:
    """Make what settings are computed from: the home, its secrets, and the address of the embedded server."""
    if own_server():
        home.prepare()
        with alone(home.run / "cluster.lock"):
            Keys(home).ensure()
    else:
        Cluster(home).prepare()


def furnish(home: Home) -> None:
    """Give the running server the database, roles and extensions. May be called again; raises ``Trouble``."""
    with alone(home.run / "roles.lock"):
        if own_server() is None:
            roles.create_database(administrator(home))
        roles.furnish(home, administrator(home))
        if own_server() is None:
            roles.own_everything(administrator(home))


@contextmanager
def in_use(home: Home) -> Iterator[Lease]:
    """The server runs inside this block, and after it as long as another command uses it; the last one stops it.

    The lease may be handed to child processes, so that a killed parent does not end the use.
    """
    prepare(home)
    lease = Lease(home.run / "cluster.users")
    cluster = None if own_server() else Cluster(home)
    try:
        if cluster:
            cluster.ensure_running()
        yield lease
    finally:
        if cluster and lease.is_last():
            cluster.stop()
        lease.close()
