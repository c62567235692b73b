"""The doctor: each kind of wrong is found, and told what to do about."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from lilong.project.cluster import Cluster, in_use
from lilong.project.doctor import Finding, Grade, examine
from lilong.project.doctor.calendars import judged
from lilong.project.doctor.database import checksums, durability, roles
from lilong.project.doctor.machine import closed_directories, disk_space
from lilong.project.home import Home
from tests.project.conftest import cli_on


def wrong(findings: list[Finding]) -> list[str]:
    assert all(finding.remedy for finding in findings if finding.grade is not Grade.FINE)
    return [finding.check for finding in findings if finding.grade is Grade.WRONG]


def test_a_home_without_instance_is_one_finding_and_stays_so(home: Home) -> None:
    report = examine(home)
    assert (report.wrong, report.findings[0].check) == (1, "instance")
    assert list(home.path.iterdir()) == []


def test_a_server_that_may_forget_is_wrong(instance: Home) -> None:
    cluster = Cluster(instance)
    try:
        cluster.ensure_running(durable=False)
        assert wrong(list(durability(instance))) == ["durability"] * 3
        cluster.stop()
        cluster.ensure_running()
        assert wrong(list(durability(instance))) == []
    finally:
        cluster.stop()


def test_a_role_that_row_level_security_does_not_hold_is_wrong(instance: Home) -> None:
    cluster = Cluster(instance)
    cluster.ensure_running()
    with psycopg.connect(cluster.conninfo(database="lilong"), autocommit=True) as superuser:
        assert wrong([*roles(instance), *checksums(instance)]) == []
        for wound, cure in (
            (b"ALTER ROLE lilong_app BYPASSRLS", b"ALTER ROLE lilong_app NOBYPASSRLS"),
            (b"ALTER ROLE lilong_app SUPERUSER", b"ALTER ROLE lilong_app NOSUPERUSER"),
            (b"CREATE TABLE w (); ALTER TABLE w OWNER TO lilong_app", b"DROP TABLE w"),
            (b"CREATE TABLE w (); ALTER TABLE w ENABLE ROW LEVEL SECURITY", b"DROP TABLE w"),
        ):
            superuser.execute(wound)
            try:
                assert wrong(list(roles(instance))) == ["roles"], wound
            finally:
                superuser.execute(cure)
    cluster.stop()


def test_open_directories_and_a_full_disk_are_wrong(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.prepare()
    assert wrong(list(closed_directories(home))) == []
    home.keys.chmod(0o755)
    assert wrong(list(closed_directories(home))) == ["privacy"]
    assert wrong(list(disk_space(home))) == []
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1024}))
    assert wrong(list(disk_space(home))) == ["disk"]


@pytest.mark.parametrize(
    ("known", "today", "grade"),
    [
        ({2025, 2026}, date(2026, 11, 30), Grade.FINE),
        ({2025, 2026}, date(2026, 12, 1), Grade.NOTE),
        ({2025, 2026, 2027}, date(2026, 12, 1), Grade.FINE),
        ({2025}, date(2026, 1, 1), Grade.WRONG),
        (set(), date(2026, 1, 1), Grade.WRONG),
    ],
)
def test_the_calendar_is_wanted_in_time(known: set[int], today: date, grade: Grade) -> None:
    (finding,) = judged(frozenset(known), today)
    assert finding.grade is grade


def test_pending_migrations_are_wrong_and_keep_it_from_serving(instance: Home, free_port: int) -> None:
    superuser = Cluster(instance).conninfo(database="lilong")
    with in_use(instance), psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT * FROM django_migrations WHERE app = 'sessions'")
        connection.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        try:
            assert '"check": "migrations", "grade": "wrong"' in cli_on(instance)("doctor", "--json").stdout
            ran = cli_on(instance)("serve", "--port", str(free_port))
            assert (ran.returncode, "waits for 1 migration" in ran.stderr) == (1, True), ran.stderr
        finally:
            connection.execute("INSERT INTO django_migrations OVERRIDING SYSTEM VALUE TABLE kept; DROP TABLE kept")
