"""Size, language and theme: kept in a cookie, only from their lists, and never a way out to a stranger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path

from lilong.project.context import shell
from lilong.project.views.preferences import set_language, set_size, set_theme

View = Callable[[HttpRequest, str], HttpResponse]


class Routes:
    """Where an unknown way back leads."""

    urlpatterns = [path("start/", lambda _: HttpResponse(), name="home")]


@pytest.fixture(autouse=True)
def _routes(settings: Any) -> None:
    settings.ROOT_URLCONF = Routes


@pytest.mark.parametrize(
    ("view", "value", "cookie"),
    [
        (set_size, "elder", "lilong_size"),
        (set_theme, "dark", "lilong_theme"),
        (set_language, "en", "django_language"),
    ],
)
def test_a_choice_is_kept_and_the_reader_goes_back(view: View, value: str, cookie: str) -> None:
    answer = view(RequestFactory().get("/x/", {"next": "/report/?a=1"}), value)
    assert (answer.status_code, answer["Location"]) == (302, "/report/?a=1")
    kept = answer.cookies[cookie]
    assert (kept.value, kept["samesite"], kept["httponly"]) == (value, "Lax", True)


@pytest.mark.parametrize("view", [set_size, set_theme, set_language])
def test_an_unknown_value_is_no_page(view: View) -> None:
    with pytest.raises(Http404):
        view(RequestFactory().get("/x/"), "huge")


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_way_back_never_leads_to_another_site(address: str) -> None:
    answer = set_size(RequestFactory().get("/x/", {"next": address}), "large")
    assert answer["Location"] == "/start/"


@pytest.mark.parametrize("view", [set_size, set_theme, set_language])
def test_only_reading_requests_are_answered(view: View) -> None:
    assert view(RequestFactory().post("/x/"), "large").status_code == 405


def test_the_shell_reads_the_cookies_and_believes_only_known_values() -> None:
    request = RequestFactory().get("/p/?a=1")
    request.COOKIES = {"lilong_size": "elder", "lilong_theme": "neon"}
    found = shell(request)
    assert (found["size"], found["theme"], found["here"], found["actor"]) == ("elder", "light", "/p/?a=1", None)
