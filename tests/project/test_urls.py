"""Every address that a page names is there, and what Django answers by itself looks like the rest of the house."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver

from lilong.ledger.rooms import rooms
from lilong.project.views import errors
from tests.city import City
from tests.house.source import ROOT

_IN_TEMPLATE = re.compile(r"""{% url ['"]([\w:-]+)['"]""")
_IN_CODE = re.compile(r"""(?:reverse|redirect|reverse_lazy)\(\s*["']([\w-]+(?::[\w-]+)*)["']""")


def named() -> Iterator[tuple[str, str]]:
    """Every name of a route that a template, a view or a menu holds, and where it does."""
    for path in (*sorted(ROOT.rglob("*.html")), *sorted(ROOT.rglob("*.py"))):
        pattern = _IN_TEMPLATE if path.suffix == ".html" else _IN_CODE
        for name in pattern.findall(path.read_text(encoding="utf-8")):
            yield name, str(path.relative_to(ROOT))
    for room in rooms():
        yield from ((item.url, room.name) for item in room.menu)


def known(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every name below a resolver, with its name spaces."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from known(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        elif pattern.name:
            yield f"{prefix}{pattern.name}"


def test_every_address_that_is_named_somewhere_is_there() -> None:
    there = set(known(get_resolver()))
    wanted = list(named())
    assert len(wanted) > 100
    assert [(name, where) for name, where in wanted if name not in there] == []


def test_an_unknown_page_is_a_page_of_ours(city: City) -> None:
    answer = city.client().get("/nothing/here/")
    assert answer.status_code == 404
    assert "<main" in answer.content.decode()


@pytest.mark.parametrize("url", ["/api/v1/nothing", "/api/v2/cases", "/api/v1/cases/1/2/3"])
def test_an_unknown_operation_is_a_problem(city: City, url: str) -> None:
    answer = city.client().get(url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404


def test_a_wrong_method_is_a_problem_that_names_the_right_ones(city: City) -> None:
    answer = city.client("intake").delete("/api/v1/cases")
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, "application/problem+json")
    assert answer.json()["title"] == "这个地址不接受这种请求"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


def test_a_form_that_was_not_sent_from_our_pages_is_refused(city: City) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/find/", {"number": "1", "secret": "2"})
    assert answer.status_code == 403
    assert "这一步您现在不能办" in answer.content.decode()


def test_a_change_asked_of_the_api_with_a_cookie_alone_is_refused(city: City) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = city.client("intake").cookies
    answer = client.post("/api/v1/cases/1/refile", "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["refusals"][0]["code"]) == (403, "csrf_token_missing")


class TestAFaultOfOurs:
    """500 needs nothing that could be broken, too."""

    @pytest.mark.parametrize(
        ("path", "content_type"), [("/x/", "text/html; charset=utf-8"), ("/api/v1/x", "application/problem+json")]
    )
    def test_is_said_in_the_form_that_was_asked_for(self, path: str, content_type: str) -> None:
        answer = errors.broken(RequestFactory().get(path, headers={"Accept-Language": "zh-hans"}))
        assert (answer.status_code, answer.headers["Content-Type"]) == (500, content_type)
        assert "我们" in answer.content.decode()

    @pytest.mark.usefixtures("city")
    def test_shows_nothing_of_what_broke(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def breaking(_: HttpRequest) -> HttpResponse:
            raise RuntimeError("the secret of the matter")

        monkeypatch.setattr("lilong.project.readiness.connection.cursor", breaking)
        client = Client(raise_request_exception=False)
        answer = client.get("/readyz")
        assert answer.status_code == 500
        assert "secret" not in answer.content.decode()


def test_the_process_is_alive_and_ready(city: City) -> None:
    assert city.client().get("/healthz").json() == {"status": "alive"}
    answer = city.client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert "no-store" in answer.headers["Cache-Control"]


def test_without_a_database_it_is_alive_but_not_ready(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise DatabaseError

    monkeypatch.setattr("lilong.project.readiness.connection.cursor", gone)
    assert city.client().get("/healthz").status_code == 200
    assert city.client().get("/readyz").status_code == 503


def test_every_answer_carries_a_number_and_the_policy_of_its_content(city: City) -> None:
    answer = city.client().get("/", headers={"X-Request-Id": "mine"})
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["X-Request-Id"])
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "url", ["/", "/nowhere/", "/admin/login/", "/healthz", "/api/v1/cases/1", "/open311/v2/x.json"]
)
def test_no_answer_goes_without_its_policy_and_language(city: City, url: str) -> None:
    answer = city.client().get(url, headers={"Accept-Language": "en"})
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy)
    assert answer.headers["Content-Language"] == "en"
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_program_is_answered_without_messages_for_a_next_page(city: City) -> None:
    assert hasattr(city.client().get("/").wsgi_request, "_messages")
    assert not hasattr(city.client().get("/api/v1/cases/1").wsgi_request, "_messages")


@pytest.mark.parametrize("url", ["/", "/find/", "/privacy/", "/preferences/"])
def test_pages_speak_english_when_asked(city: City, url: str) -> None:
    answer = city.client().get(url, headers={"Accept-Language": "en"})
    assert '<html lang="en"' in answer.content.decode()
