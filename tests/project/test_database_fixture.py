"""The fixtures on which every test of a command rests."""

from __future__ import annotations

from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connections, transaction
from pytest_django.live_server_helper import LiveServer


@pytest.mark.parametrize("turn", [1, 2])
def test_a_durable_commit_is_seen_by_others_and_gone_for_the_next_test(committed_db: None, turn: int) -> None:
    assert Session.objects.count() == 0
    with transaction.atomic(durable=True):
        Session.objects.create(session_key="k", session_data="d", expire_date=datetime(2026, 9, 1, tzinfo=UTC))
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("turn", [1, 2])
def test_reference_rows_stay_and_return(committed_db: None, turn: int) -> None:
    kept = ContentType.objects.count()
    assert kept > 0
    assert not ContentType.objects.filter(app_label="stranger").exists()
    ContentType.objects.create(app_label="stranger", model="stranger")


def test_the_application_connects_as_its_own_role(committed_db: None) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("lilong_app", False, False, False)
        # Temporary tables of a kept connection go with it.
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relowner = 'lilong_app'::regrole AND relpersistence <> 't' "
            "AND relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg_toast_temp%')"
        )
        assert cursor.fetchone() == (0,)


def test_a_live_server_sees_what_the_test_committed(committed_db: None, live_server: LiveServer) -> None:
    Session.objects.create(session_key="k", session_data="d", expire_date=datetime(2026, 9, 1, tzinfo=UTC))
    connection = HTTPConnection(live_server.thread.host, live_server.thread.port)
    connection.request("GET", "/admin/login/", headers={"Cookie": "sessionid=k"})
    assert connection.getresponse().status < 500
    connection.close()
    assert Session.objects.count() == 1


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_missing_browser_is_a_failure_on_ci_and_a_skip_elsewhere(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("CI", ci)
    definition = request._fixturemanager.getfixturedefs("chromium", request.node)
    assert definition
    with pytest.raises(outcome):
        definition[-1].func()
