"""Serving for real: web workers, job worker and database below a supervisor, and every way it may end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from lilong.project.cluster import Cluster
from lilong.project.home import Home
from lilong.project.programs import Mark, Program, titled
from lilong.project.supervisor import AlreadyServed, Serving, end_all
from lilong.project.supervisor.records import CHILDREN, SUPERVISOR, Record, recorded
from lilong.project.supervisor.serving import clear_the_way
from lilong.project.trouble import Trouble
from tests.project.conftest import Ran, cli_on, environment


def until(what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"did not come true within {seconds} s"
        time.sleep(0.1)


def answers(port: int) -> bool:
    """Whether a page comes back at all; what it says is for the tests of the pages."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/admin/login/")
        return bool(connection.getresponse().status)
    except OSError:
        return False
    finally:
        connection.close()


def living(home: Home) -> list[psutil.Process]:
    """Whatever runs under ``home``: by its records, by its place, by the titles of the server's processes."""
    pids = {record.mark.pid for name in (SUPERVISOR, *CHILDREN) if (record := recorded(home, name))}
    found = [psutil.Process(pid) for pid in pids]
    return [
        *found,
        *(child for each in found for child in each.children(recursive=True)),
        *(psutil.Process(pid) for pid in titled(f"postgres: {Cluster(home).name}: ")),
    ]


def gone(processes: list[psutil.Process]) -> bool:
    return not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes)


@pytest.fixture
def served(instance: Home, free_port: int) -> Iterator[tuple[Home, int]]:
    """The instance, served in the background."""
    ran = detached(instance, free_port)
    assert ran.returncode == 0, ran.stderr
    yield instance, free_port
    end_all(instance)


def detached(home: Home, port: int) -> Ran:
    return cli_on(home)("serve", "--detach", "--json", "--port", str(port), "--workers", "1")


def test_it_answers_and_stop_leaves_no_process(served: tuple[Home, int]) -> None:
    home, port = served
    assert answers(port)
    until(lambda: recorded(home, "worker"))
    before = living(home)
    assert len(before) > 5
    ran = cli_on(home)("stop", "--json")
    assert json.loads(ran.stdout) == {"home": str(home.path), "stopped": ["serve", "database"]}
    until(lambda: gone(before), 10)
    assert living(home) == []
    assert json.loads(cli_on(home)("stop", "--json").stdout)["stopped"] == []


def test_what_a_killed_supervisor_leaves_goes_on_serving_and_is_stopped(served: tuple[Home, int]) -> None:
    home, port = served
    until(lambda: recorded(home, "worker"))
    before = living(home)
    supervisor = recorded(home, SUPERVISOR)
    assert supervisor
    os.kill(supervisor.mark.pid, signal.SIGKILL)
    until(lambda: not supervisor.mark.alive)
    worker = recorded(home, "worker")
    assert worker
    os.killpg(worker.mark.pid, signal.SIGKILL)
    until(lambda: not worker.mark.alive)
    assert cli_on(home)("doctor").returncode == 0
    assert Cluster(home).answers(), "another command must not stop the database below the pages"
    assert answers(port)
    ran = cli_on(home)("stop", "--json")
    assert json.loads(ran.stdout)["stopped"] == ["web", "database"]
    until(lambda: gone(before), 10)


def test_serving_again_after_a_killed_supervisor_takes_its_place(served: tuple[Home, int]) -> None:
    home, port = served
    before = recorded(home, SUPERVISOR)
    assert before
    os.kill(before.mark.pid, signal.SIGKILL)
    until(lambda: not before.mark.alive)
    ran = detached(home, port)
    assert ran.returncode == 0, ran.stderr
    assert answers(port)


@pytest.mark.parametrize("part", CHILDREN)
def test_a_part_that_dies_is_started_again(served: tuple[Home, int], part: str) -> None:
    home, port = served
    until(lambda: recorded(home, part))
    first = recorded(home, part)
    assert first
    os.killpg(first.mark.pid, signal.SIGKILL)
    until(lambda: (now := recorded(home, part)) and now.mark != first.mark)
    until(lambda: answers(port))


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(instance: Home, free_port: int, sign: signal.Signals) -> None:
    words = [sys.executable, "-m", "lilong.project.cli", "serve", "--port", str(free_port), "--workers", "1"]
    with subprocess.Popen(words, env=environment(instance), stderr=subprocess.PIPE, text=True) as program:
        until(lambda: recorded(instance, "worker") and answers(free_port))
        before = living(instance)
        program.send_signal(sign)
        _, said = program.communicate(timeout=60)
    assert program.returncode == 0, said
    assert f"Serving http://127.0.0.1:{free_port}" in said
    until(lambda: gone(before), 10)
    assert list(instance.run.glob("*.json")) == []


def test_a_second_serve_of_the_same_home_is_refused_with_the_address(served: tuple[Home, int]) -> None:
    home, port = served
    with pytest.raises(AlreadyServed, match=f"already served at http://127.0.0.1:{port}"):
        clear_the_way(home, Serving(port=port + 1))
    assert answers(port)


def test_a_taken_port_is_refused_with_another_one(home: Home) -> None:
    home.prepare()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        with pytest.raises(Trouble, match=f"Port {port} on 127.0.0.1 is taken") as caught:
            clear_the_way(home, Serving(port=port))
    assert f"PORT={port + 1}" in caught.value.remedy


def test_a_foreign_address_is_refused(home: Home) -> None:
    home.prepare()
    with pytest.raises(Trouble, match="cannot be listened on"):
        clear_the_way(home, Serving(host="192.0.2.1"))


def test_a_record_is_not_believed_when_its_number_was_used_again(home: Home) -> None:
    home.prepare()
    with Program(["/bin/sleep", "60"]) as stranger:
        try:
            mark = Mark.of(stranger.pid)
            assert mark
            Record("web", Mark(mark.pid, mark.started - 100)).write(home)
            assert recorded(home, "web") is None
            assert end_all(home).parts == ()
            assert stranger.poll() is None
            Record("web", mark).write(home)
            assert recorded(home, "web")
        finally:
            stranger.kill()


def test_a_home_without_instance_is_not_served_and_not_made(home: Home, free_port: int) -> None:
    ran = cli_on(home)("serve", "--port", str(free_port))
    assert ran.returncode == 1
    assert "lilong init" in ran.stderr
    assert not home.keys.exists()
