"""The embedded server: made, joined, killed, moved, stopped. fsync is on in all of these."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from lilong.project.cluster import Cluster, in_use, sockets
from lilong.project.home import Home
from lilong.project.programs import Program, titled, words_of
from lilong.project.trouble import Trouble
from tests.project.conftest import environment, removed

_JOIN = """
from lilong.project.home import Home
from lilong.project.cluster import Cluster
Cluster(Home.here()).ensure_running()
"""


def postmaster(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0])


def postmasters(cluster: Cluster) -> list[int]:
    """Every living process that was started on the cluster's directory."""
    return [each.pid for each in psutil.process_iter() if str(cluster.data) in words_of(each.pid)]


def running(cluster: Cluster) -> list[int]:
    """Every process of the cluster that lives."""
    return postmasters(cluster) + titled(f"postgres: {cluster.name}: ")


def kill(cluster: Cluster) -> None:
    """End the server and all its workers as a loss of power would."""
    for pid in (postmaster(cluster), *titled(f"postgres: {cluster.name}: ")):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def execute(cluster: Cluster, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_it_is_made_durable_closed_and_able_to_read_chinese(cluster: Cluster) -> None:
    cluster.ensure_running()
    for name, value in {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
    }.items():
        assert execute(cluster, f"SHOW {name}") == [(value,)]
    assert execute(cluster, "SELECT lower('ÀÉ') = 'àé'") == [(True,)]
    execute(cluster, "CREATE EXTENSION pg_trgm")
    ((alike,),) = execute(cluster, "SELECT similarity('南京东路步行街', '南京东路')")
    assert isinstance(alike, float)
    assert alike > 0.3
    assert cluster.data.stat().st_mode & 0o777 == 0o700
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.conninfo(key="postgres-app")).close()


def test_it_is_stopped_without_a_process_left_and_keeps_its_rows(cluster: Cluster) -> None:
    cluster.ensure_running()
    execute(cluster, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    assert running(cluster)
    assert cluster.stop()
    assert running(cluster) == []
    assert not cluster.stop()
    cluster.ensure_running()
    assert execute(cluster, "SELECT count(*) FROM kept") == [(1000,)]


def test_a_second_process_joins_the_same_server(cluster: Cluster) -> None:
    cluster.ensure_running()
    first = postmaster(cluster)
    subprocess.run([sys.executable, "-c", _JOIN], env=environment(cluster.home), check=True, timeout=60)
    assert postmaster(cluster) == first
    assert cluster.answers()


def test_several_at_once_make_one_server(cluster: Cluster) -> None:
    cluster.home.prepare()
    others = [subprocess.Popen([sys.executable, "-c", _JOIN], env=environment(cluster.home)) for _ in range(4)]
    assert [other.wait(90) for other in others] == [0, 0, 0, 0]
    assert postmasters(cluster) == [postmaster(cluster)]


def test_what_was_acknowledged_survives_killing_the_postmaster(cluster: Cluster) -> None:
    cluster.ensure_running()
    execute(cluster, "CREATE TABLE acknowledged (n int PRIMARY KEY)")
    acknowledged: list[int] = []

    def write() -> None:
        try:
            with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
                for n in range(100_000):
                    connection.execute("INSERT INTO acknowledged VALUES (%s)", [n])
                    acknowledged.append(n)
        except psycopg.Error:
            pass

    writer = threading.Thread(target=write)
    writer.start()
    while len(acknowledged) < 200:
        time.sleep(0.01)
    kill(cluster)
    writer.join()
    cluster.ensure_running()
    found = {row[0] for row in execute(cluster, "SELECT n FROM acknowledged")}
    assert set(acknowledged) <= found
    assert len(found) <= len(acknowledged) + 1


def test_the_workers_of_a_killed_postmaster_are_waited_for(cluster: Cluster) -> None:
    cluster.ensure_running()
    execute(cluster, "CREATE TABLE kept AS SELECT 1 AS n")
    killed = postmaster(cluster)
    os.kill(killed, signal.SIGKILL)
    cluster.ensure_running()
    assert postmaster(cluster) != killed
    assert execute(cluster, "SELECT count(*) FROM kept") == [(1,)]


@pytest.mark.parametrize("zombie", [False, True])
def test_a_lock_with_the_number_of_a_stranger_or_a_zombie_does_not_keep_it_from_starting(
    cluster: Cluster, *, zombie: bool
) -> None:
    cluster.ensure_running()
    lock = cluster.data / "postmaster.pid"
    lines = lock.read_text(encoding="ascii").split("\n")
    kill(cluster)
    with Program(["/bin/sleep", "60"], account=cluster.account) as stranger:
        try:
            if zombie:
                os.kill(stranger.pid, signal.SIGKILL)
            lock.write_text("\n".join([str(stranger.pid), *lines[1:]]), encoding="ascii")
            cluster.ensure_running()
            assert cluster.answers()
            assert postmaster(cluster) != stranger.pid
            assert zombie or stranger.poll() is None
        finally:
            stranger.kill()


def test_a_socket_that_was_swept_away_is_made_again(cluster: Cluster) -> None:
    cluster.ensure_running()
    sockets.socket_in(sockets.recorded(cluster.home)).unlink()
    assert not cluster.answers()
    cluster.ensure_running()
    assert cluster.answers()


def test_a_long_home_works(home: Home) -> None:
    home.path.chmod(0o711)
    long = Cluster(Home(home.path / ("very-long-name-" * 8)))
    try:
        long.ensure_running()
        assert long.answers()
        assert long.data.is_relative_to(long.home.path)
        assert not sockets.recorded(long.home).is_relative_to(long.home.path)
        assert long.stop()
        assert running(long) == []
    finally:
        shutil.rmtree(sockets.recorded(long.home), ignore_errors=True)
        removed(long.home)


def test_files_of_another_major_are_refused_and_left_alone(cluster: Cluster) -> None:
    cluster.ensure_running()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("13\n", encoding="ascii")
    with pytest.raises(Trouble, match="made by PostgreSQL 13"):
        cluster.ensure_running()
    assert cluster.recorded_major == 13
    assert (cluster.data / "global" / "pg_control").exists()


def test_a_making_that_was_interrupted_is_begun_again(cluster: Cluster) -> None:
    cluster.prepare()
    draft = cluster.data.with_name("pg.making")
    draft.mkdir()
    (draft / "PG_VERSION").write_text("half", encoding="ascii")
    cluster.ensure_running()
    assert cluster.answers()
    assert not draft.exists()


def test_a_lost_password_is_told_apart_from_a_server_that_is_down(cluster: Cluster) -> None:
    cluster.ensure_running()
    key = cluster.home.keys / "postgres-superuser"
    kept = key.read_text(encoding="ascii")
    key.write_text("lost", encoding="ascii")
    with pytest.raises(Trouble, match="does not accept the password"):
        cluster.ensure_running()
    key.write_text(kept, encoding="ascii")


def test_the_last_user_stops_it_and_no_other(cluster: Cluster) -> None:
    with in_use(cluster.home):
        with in_use(cluster.home):
            assert cluster.answers()
        assert cluster.answers()
    assert running(cluster) == []


@pytest.fixture
def unreachable() -> Iterator[Home]:
    """A home below a directory that only root may enter."""
    closed = Path(tempfile.mkdtemp(prefix="ll-closed-"))
    home = Home(closed / "var")
    yield home
    removed(home)
    shutil.rmtree(closed, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for the server")
def test_for_root_it_runs_as_an_account_of_its_own_and_no_directory_is_opened_for_it(unreachable: Home) -> None:
    cluster = Cluster(unreachable)
    cluster.ensure_running()
    assert psutil.Process(postmaster(cluster)).uids().real != 0
    assert unreachable.pg.is_symlink()
    assert unreachable.path.parent.stat().st_mode & 0o777 == 0o700
    assert unreachable.keys.stat().st_mode & 0o777 == 0o700
    cluster.stop()
    assert running(cluster) == []
