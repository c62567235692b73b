"""A real PostgreSQL for the whole run: one cluster, one database for each worker, the application held by its role.

``LILONG_TEST_HOME`` keeps the cluster between runs. ``LILONG_PG_BIN`` chooses the server.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import psutil
import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql
from pytest_django import DjangoDbBlocker

from lilong.project.cluster import Cluster
from lilong.project.cluster.roles import create_database, furnish, own_everything
from lilong.project.cluster.targets import administrator
from lilong.project.databases import databases
from lilong.project.home import Home
from lilong.project.locks import alone
from tests.city import city, city_copy, small_city

__all__ = ["city", "city_copy", "small_city"]

_PREFIX = "lilong-tests-"
_MOST_WORKERS = 2


# --- the run -----------------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """The first process names the home of the run; the workers inherit it."""
    if not hasattr(config, "workerinput"):
        if isinstance(config.getoption("numprocesses", None), int) and config.option.numprocesses > _MOST_WORKERS:
            raise pytest.UsageError(f"At most {_MOST_WORKERS} workers: the machines of CI have two cores.")
        _sweep()
        kept = os.environ.get("LILONG_TEST_HOME")
        os.environ["LILONG_HOME"] = kept or tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
        os.environ.pop("DATABASE_URL", None)
    home = Home.here()
    home.prepare()
    settings.LILONG_HOME = home
    settings.MEDIA_ROOT = home.media
    settings.STATIC_ROOT = home.static
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """The first process stops the server when all workers are done."""
    home = Home.here()
    if hasattr(config, "workerinput") or not home.run.is_dir():
        return
    _end(home, keep="LILONG_TEST_HOME" in os.environ)


def _sweep() -> None:
    """Stop what a killed run left behind."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX).split("-")[0]
        if left.stat().st_uid == os.geteuid() and not psutil.pid_exists(int(pid)):
            _end(Home(left), keep=False)


def _end(home: Home, *, keep: bool) -> None:
    if home.run.is_dir():
        Cluster(home).stop()
    if not keep:
        data = home.pg.resolve()
        shutil.rmtree(data.parent if home.pg.is_symlink() else data, ignore_errors=True)
        shutil.rmtree(home.path, ignore_errors=True)


# --- the database of a worker --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reference:
    """What migrations put into a table, and a copy of it to return to."""

    table: str
    digest: str


@dataclass(frozen=True, slots=True)
class Slate:
    """A database that can be wiped back to what migrations left in it."""

    conninfo: str
    tables: tuple[str, ...]
    reference: tuple[Reference, ...]

    def wipe(self) -> None:
        """Delete every row written since, through a role that neither policies nor triggers stop."""
        with psycopg.connect(self.conninfo) as connection:
            connection.execute("SET session_replication_role = replica; SET lock_timeout = '20s'")
            for table in _non_empty(connection, self.tables):
                _empty(connection, table)
            for each in self.reference:
                if _digest(connection, each.table) != each.digest:
                    _empty(connection, each.table)
                    restore = sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE TABLE {}")
                    connection.execute(restore.format(_identifier(each.table), _copy(each.table)))


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker, worker: str) -> Iterator[None]:
    """In place of Django's own: the owner makes and migrates the database, the application gets its own role in it."""
    home = Home.here()
    with django_db_blocker.unblock():
        Cluster(home).ensure_running(durable=False)
        template = _template(home)
        name = f"lilong_test_{worker}"
        with psycopg.connect(replace(administrator(home), database="postgres").conninfo, autocommit=True) as connection:
            _copy_database(connection, template, name)
        _point_django_to(home, name)
        yield
        _let_go()


@pytest.fixture(scope="session")
def worker(request: pytest.FixtureRequest) -> str:
    """``gw0``, ``gw1``, or ``main`` without xdist."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
def slate(django_db_setup: None, worker: str) -> Slate:
    """The worker's database as something that can be wiped."""
    conninfo = replace(administrator(Home.here()), database=f"lilong_test_{worker}").conninfo
    with psycopg.connect(conninfo) as connection:
        return _slate(connection, conninfo)


@pytest.fixture
def committed_db(slate: Slate, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database in which the test really commits, several connections see it, and nothing is left afterwards."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            for alias in connections:
                connections[alias].close()
            slate.wipe()


@pytest.fixture
def transactional_db(committed_db: None) -> None:
    """pytest-django's name for the same, so that what asks for it does not flush as the application's role."""


def _template(home: Home) -> str:
    """The migrated database to copy from; made once for each state of the migrations."""
    fingerprint = _fingerprint()
    name = f"lilong_template_{fingerprint}"
    with alone(home.run / "template.lock"):
        target = replace(administrator(home), database=name)
        done = home.run / f"template-{fingerprint}"
        if not done.exists():
            create_database(target)
            furnish(home, target)
            own_everything(target)
            _point_django_to(home, name)
            call_command("migrate", database="owner", verbosity=0)
            connections["owner"].close()
            done.touch()
    return name


def _fingerprint() -> str:
    """One name for one state of the migrations and of the SQL they run."""
    roots = {Path(config.path) for config in apps.get_app_configs()}
    files = sorted(
        file
        for root in roots
        for kind in ("migrations/*.py", "sql/*.sql", "data/*")
        for file in root.glob(kind)
        if file.is_file()
    )
    digest = sha256()
    for file in files:
        digest.update(str(file).encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _copy_database(connection: psycopg.Connection[tuple[object, ...]], template: str, name: str) -> None:
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    with alone(Home.here().run / "template.lock"):
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER lilong_owner").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def _point_django_to(home: Home, name: str) -> None:
    _let_go()
    for alias, found in databases(home, name=name).items():
        connections[alias].settings_dict.update(found)


def _let_go() -> None:
    for alias in connections:
        connection = connections[alias]
        connection.close()
        if isinstance(connection, DatabaseWrapper):
            connection.close_pool()


def _slate(connection: psycopg.Connection[tuple[object, ...]], conninfo: str) -> Slate:
    rows = connection.execute(
        """SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
             AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pristine') ORDER BY 1"""
    ).fetchall()
    tables = tuple(str(row[0]) for row in rows)
    filled = _non_empty(connection, tables)
    connection.execute("CREATE SCHEMA IF NOT EXISTS pristine")
    for table in filled:
        connection.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(_copy(table), _identifier(table)))
    reference = tuple(Reference(table, _digest(connection, table)) for table in filled)
    return Slate(conninfo, tuple(table for table in tables if table not in filled), reference)


def _identifier(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split(".", 1))


def _copy(table: str) -> sql.Identifier:
    return sql.Identifier("pristine", table.replace(".", "__"))


def _non_empty(connection: psycopg.Connection[tuple[object, ...]], tables: tuple[str, ...]) -> list[str]:
    question = sql.SQL(" UNION ALL ").join(
        sql.SQL("(SELECT {} FROM {} LIMIT 1)").format(sql.Literal(table), _identifier(table)) for table in tables
    )
    return [str(row[0]) for row in connection.execute(question).fetchall()]


def _empty(connection: psycopg.Connection[tuple[object, ...]], table: str) -> None:
    connection.execute(sql.SQL("DELETE FROM {}").format(_identifier(table)))


def _digest(connection: psycopg.Connection[tuple[object, ...]], table: str) -> str:
    row = connection.execute(
        sql.SQL("SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t").format(
            _identifier(table)
        )
    ).fetchone()
    return str(row[0]) if row else ""


# --- the browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> str:
    """The Chromium for tests marked ``browser``. Without one they are skipped, but on CI they fail."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    missing = "No Chromium was found; on Debian: apt-get install chromium."
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)
