"""One instance, from nothing to ready: its home, its database, Django."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.utils.module_loading import import_string

from lilong.project import clock, cluster
from lilong.project.home import FIRST, Home
from lilong.project.locks import alone
from lilong.project.trouble import Trouble

# What every instance begins with, of whatever city. Each may run again and takes the moment as ``at``.
FOUNDING: tuple[str, ...] = ("lilong.calendars.commands.load_published_years",)


@dataclass(frozen=True, slots=True)
class Initialised:
    """What :func:`initialise` found and did."""

    server: str
    migrations_applied: int


def wake(home: Home, *, prepared: bool = True) -> None:
    """Make Django ready to use; the home and its secrets first, because settings are computed from them.

    Not ``prepared``, it touches nothing: enough to look at commands and models, not to use the database.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lilong.project.settings")
    if not apps.ready:
        if prepared:
            cluster.prepare(home)
        django.setup()


def initialise(home: Home) -> Initialised:
    """Make an empty instance (database, roles, tables, working days; nothing of a city), or bring one up to date.

    Raises :class:`Trouble` when the database's roles cannot be made or no server can be found.
    """
    with cluster.in_use(home), alone(home.run / "init.lock"):
        cluster.furnish(home)
        wake(home)
        try:
            pending = pending_migrations()
            call_command("migrate", database="owner", interactive=False, verbosity=0)
            for path in FOUNDING:
                import_string(path)(at=clock.now())
            with connections["owner"].cursor() as cursor:
                cursor.execute("SHOW server_version")
                (version,) = cursor.fetchone() or ("",)
        finally:
            let_go()
    return Initialised(f"PostgreSQL {version.split()[0]}", pending)


@contextmanager
def opened(home: Home | None = None) -> Iterator[None]:
    """The instance, ready for commands and queries: server running, database up to date; let go at the end.

    Raises :class:`Trouble` when it was never initialised or waits for migrations.
    """
    home = home or Home.here()
    home.refuse_absent()
    with cluster.in_use(home):
        wake(home)
        try:
            refuse_outdated()
            yield
        finally:
            let_go()


def refuse_outdated() -> None:
    """Raise :class:`Trouble` when the database lacks its tables or waits for migrations."""
    try:
        pending = pending_migrations()
    except DatabaseError as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise Trouble(f"The database cannot be used: {first}.", FIRST) from error
    if pending:
        raise Trouble(f"The database waits for {pending} migration(s).", "Run `lilong init`.")


def pending_migrations() -> int:
    """How many migrations the code has that the database has not."""
    executor = MigrationExecutor(connections["owner"])
    try:
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    finally:
        connections["owner"].close()


def let_go() -> None:
    """Close every connection and pool of this process."""
    for alias in connections:
        connection = connections[alias]
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()
