"""How ``lilong`` speaks: one object on standard output, sentences on standard error, a status that tells."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from lilong.project.cli.commands import ENTRIES
from lilong.project.cluster import Cluster
from lilong.project.home import Home
from tests.project.conftest import Cli, cli_on


def test_help_names_every_command_and_needs_no_instance(cli: Cli, home: Home) -> None:
    ran = cli("--help")
    assert ran.returncode == 0
    assert all(f" {name} " in ran.stdout for name in ENTRIES)
    assert list(home.path.iterdir()) == []


@pytest.mark.parametrize("name", list(ENTRIES))
def test_each_command_explains_itself_without_an_instance(cli: Cli, home: Home, name: str) -> None:
    ran = cli(name, "--help")
    assert ran.returncode == 0, ran.stderr
    assert "Usage: lilong" in ran.stdout
    assert list(home.path.iterdir()) == []


def test_an_unknown_command_is_refused(cli: Cli) -> None:
    ran = cli("srve")
    assert ran.returncode == 2
    assert "No such command 'srve'" in ran.stderr


def test_init_makes_an_instance_once(cli: Cli, home: Home) -> None:
    first, second = cli("init", "--json"), cli("init", "--json")
    facts = json.loads(first.stdout)
    assert (first.returncode, facts["home"], facts["database"]) == (0, str(home.path), "embedded")
    assert facts["server"].startswith("PostgreSQL ")
    assert facts["migrations_applied"] > 20
    assert json.loads(second.stdout)["migrations_applied"] == 0
    assert not Cluster(home).answers()


def test_expected_failures_are_a_sentence_and_an_object_never_a_traceback(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    ran = cli("init", "--json", environ={"LILONG_HOME": str(file)})
    assert ran.returncode == 1
    assert set(json.loads(ran.stdout)["error"]) == {"text", "remedy"}
    assert "LILONG_HOME" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("environ", "named"),
    [({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"), ({"LILONG_PG_BIN": "/nowhere"}, "LILONG_PG_BIN")],
)
def test_what_is_wrong_in_the_environment_is_named(cli: Cli, environ: dict[str, str], named: str) -> None:
    ran = cli("init", environ=environ)
    assert ran.returncode == 1
    assert named in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_command_that_needs_an_instance_says_so_and_makes_none(cli: Cli, home: Home) -> None:
    ran = cli("worker")
    assert ran.returncode == 1
    assert "There is no instance" in ran.stderr
    assert list(home.path.iterdir()) == []


def test_nothing_to_stop_is_no_failure(cli: Cli, home: Home) -> None:
    ran = cli("stop", "--json")
    assert (ran.returncode, json.loads(ran.stdout)) == (0, {"home": str(home.path), "stopped": []})


def test_the_doctor_finds_a_sound_instance_sound(instance: Home) -> None:
    ran = cli_on(instance)("doctor", "--json")
    facts = json.loads(ran.stdout)
    assert (ran.returncode, facts["wrong"]) == (0, 0), facts
    assert set(facts) == {"home", "wrong", "findings"}
    for finding in facts["findings"]:
        assert set(finding) == {"check", "grade", "text", "remedy"}
        assert (finding["grade"] == "fine") or finding["remedy"]
    assert {finding["check"] for finding in facts["findings"]} >= {
        "disk",
        "durability",
        "roles",
        "migrations",
        "calendar",
    }


def test_a_server_of_ones_own_is_initialised_examined_and_left_running(home: Home, tmp_path: Path) -> None:
    server, mine = Cluster(home), Home(tmp_path / "mine")
    server.ensure_running()
    with psycopg.connect(server.conninfo(), autocommit=True) as superuser:
        superuser.execute("CREATE DATABASE city")
    environ = {"DATABASE_URL": server.conninfo(database="city")}
    cli = cli_on(mine)
    facts = json.loads(cli("init", "--json", environ=environ).stdout)
    assert (facts["database"], facts["migrations_applied"] > 20) == ("DATABASE_URL", True)
    ran = cli("doctor", environ=environ)
    assert (ran.returncode, "✗" in ran.stdout) == (0, False), ran.stdout
    assert json.loads(cli("stop", "--json", environ=environ).stdout)["stopped"] == []
    assert server.answers()
    assert not mine.pg.exists()
