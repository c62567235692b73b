"""The keeper's page: what is owed, most often met first, and settling it."""

from __future__ import annotations

import re
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from lilong.apps.organisations import public, views
from lilong.apps.organisations.models import MissingResponsibility
from lilong.apps.organisations.terms import Gap, NotRouted, Stage
from lilong.identity.access import access_of
from lilong.kernel.actors import Actor
from lilong.kernel.refusals import RefusalKind, Refused
from tests.apps.organisations.samples import COVER, NOW, STREET, administrator, keeper, load, publish


@pytest.fixture
def item(city: dict[str, int]) -> MissingResponsibility:
    publish(load(), "2026-09-01")
    public.report_missing(COVER, [NotRouted(Stage.CHECK, Gap.NO_UNIT, STREET, (), "works")], NOW)
    return MissingResponsibility.objects.get()


def asked(by: Actor, method: str = "GET", language: str = "zh-hans", **fields: str) -> Any:
    factory = RequestFactory()
    request: Any = factory.post("/desk/gaps/", fields) if method == "POST" else factory.get("/desk/gaps/", fields)
    request.at, request.actor, request.LANGUAGE_CODE = NOW, by, language
    return request


def settle(by: Actor, item: UUID, note: str = "已补第 4 行") -> HttpResponse:
    return cast("HttpResponse", views.resolve(asked(by, "POST", note=note, key=str(uuid4())), item))


def shown(by: Actor, **fields: str) -> str:
    return cast("HttpResponse", views.missing(asked(by, **fields))).content.decode()


def test_the_page_says_what_is_owed_where_and_how_often(item: MissingResponsibility) -> None:
    page = shown(keeper())
    assert re.search(r"<h1>1.处没有人管", page)
    for words in ("井盖", "C0101", "黄浦区 外滩街道", "核查", "缺承担的单位", "职能works", "1 次"):
        assert words in page, words
    assert f"/desk/gaps/{item.pk}/resolve/" in page


def test_without_gaps_the_page_says_so(city: dict[str, int]) -> None:
    assert "样样有人管" in shown(keeper())


def test_a_gap_of_a_category_no_catalogue_knows_is_shown_by_its_code(city: dict[str, int]) -> None:
    public.report_missing(COVER, [NotRouted(Stage.FILE, Gap.NO_CATALOGUE, STREET, ())], NOW)
    assert "C0101" in shown(keeper())


def test_the_page_takes_two_questions_to_the_database(item: MissingResponsibility) -> None:
    views.missing(asked(keeper()))
    with CaptureQueriesContext(connection) as queries:
        views.missing(asked(keeper()))
    asked_for = [query["sql"] for query in queries if "organisations_" in query["sql"]]
    assert len(asked_for) == 2


def test_settling_takes_the_gap_off_and_says_so(item: MissingResponsibility) -> None:
    answer = settle(keeper(), item.pk)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/gaps/?done=1")
    assert MissingResponsibility.objects.get().note == "已补第 4 行"
    assert "已了结" in shown(keeper(), done="1")


def test_settling_without_words_comes_back_with_the_fault_and_changes_nothing(item: MissingResponsibility) -> None:
    answer = settle(keeper(), item.pk, note="")
    assert answer.status_code == 422
    assert "请填写“怎么解决的”" in answer.content.decode()
    assert MissingResponsibility.objects.get().resolved_at is None


def test_what_the_command_refuses_comes_back_on_the_page(item: MissingResponsibility) -> None:
    answer = settle(keeper(), item.pk, note="补\0了")
    assert answer.status_code == 422
    assert MissingResponsibility.objects.get().resolved_at is None


def test_opening_the_address_of_settling_leads_to_the_page(item: MissingResponsibility) -> None:
    assert views.resolve(asked(keeper()), item.pk)["Location"] == "/desk/gaps/"


def test_only_a_keeper_may(item: MissingResponsibility) -> None:
    for view in (views.missing, views.resolve):
        access = access_of(view)
        assert access is not None
        assert access.duties == ("organisations.catalogue.keep",)
    with pytest.raises(Refused) as caught:
        views.missing(asked(administrator()))
    assert caught.value.kind is RefusalKind.DENIED
    with pytest.raises(Refused):
        settle(administrator(), item.pk)
    assert MissingResponsibility.objects.get().resolved_at is None


def test_a_gap_that_is_gone_or_another_areas_is_told(item: MissingResponsibility) -> None:
    settle(keeper(), item.pk)
    with pytest.raises(Refused) as caught:
        settle(keeper(), item.pk)
    assert caught.value.kind is RefusalKind.NOT_NOW
    with pytest.raises(Refused) as caught:
        settle(keeper(), uuid4())
    assert caught.value.kind is RefusalKind.ABSENT
