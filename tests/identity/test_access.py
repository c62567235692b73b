"""The declarations on views: what opens a door and what each refusal leads to."""

from __future__ import annotations

from typing import cast
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from lilong.identity.access import (
    ACCOUNT,
    PUBLIC,
    RESIDENT,
    Access,
    Door,
    access_of,
    account_page,
    page,
    public_page,
    resident_page,
    staff,
    staff_page,
)
from lilong.identity.requests import Request
from lilong.identity.terms import ADMINISTER
from lilong.kernel.actors import ANONYMOUS, Actor, ActorKind
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label
from tests.identity.parts import ADMINISTRATOR, signed_in

NAME = Label("名", "name")
RESIDENT_ACTOR = Actor(ActorKind.RESIDENT, NAME, account=3, person=uuid4())
IDLE = Actor(ActorKind.STAFF, NAME, account=2, post=2)
PROGRAM = Actor(ActorKind.PROGRAM, NAME, duties=frozenset({ADMINISTER}), account=2, post=2)
BETWEEN_POSTS = signed_in(4)


def view(request: Request, number: int = 1) -> HttpResponse:
    """A view that answers with its argument."""
    return HttpResponse(str(number))


def sent_by(actor: Actor) -> HttpRequest:
    """A request of this actor."""
    request = cast("Request", RequestFactory().get("/"))
    request.actor = actor
    return request


def outcome(access: Access, actor: Actor) -> str:
    """``open``, or kind and reference of the refusal."""
    try:
        return "open" if page(access)(view)(sent_by(actor)).status_code == 200 else "closed"
    except Refused as refused:
        return f"{refused.kind}:{refused.refusals[0].reference}"


DUTY = staff(ADMINISTER)
ANY_POST = staff()
TABLE = {
    "passer-by": (ANONYMOUS, ("open", "not_signed_in:staff", "not_signed_in:resident", *["not_signed_in:staff"] * 2)),
    "resident": (RESIDENT_ACTOR, ("open", "open", "open", *["not_signed_in:staff"] * 2)),
    "between posts": (BETWEEN_POSTS, ("open", "open", "not_signed_in:resident", *["not_signed_in:post"] * 2)),
    "idle post": (IDLE, ("open", "open", "not_signed_in:resident", "open", f"denied:{ADMINISTER}")),
    "administrator": (ADMINISTRATOR, ("open", "open", "not_signed_in:resident", "open", "open")),
    "program": (PROGRAM, ("open", "not_signed_in:staff", "not_signed_in:resident", "open", "open")),
}
DOORS = (PUBLIC, ACCOUNT, RESIDENT, ANY_POST, DUTY)


@pytest.mark.parametrize("who", TABLE)
def test_every_door_for_every_actor(who: str) -> None:
    actor, expected = TABLE[who]
    assert tuple(outcome(door, actor) for door in DOORS) == expected


def test_a_missing_duty_is_named_in_words() -> None:
    with pytest.raises(Refused) as refused:
        staff_page(ADMINISTER)(view)(sent_by(IDLE))
    assert refused.value.kind is RefusalKind.DENIED
    assert "管理账号" in refused.value.refusals[0].text.zh
    assert "administer accounts" in refused.value.refusals[0].text.en


def test_any_one_of_several_duties_opens() -> None:
    assert outcome(staff("other.duty", ADMINISTER), ADMINISTRATOR) == "open"
    with pytest.raises(Refused) as refused:
        staff("other.duty", ADMINISTER)(sent_by(IDLE))
    assert [r.reference for r in refused.value.refusals] == ["other.duty", ADMINISTER]


def test_a_refused_view_does_not_run() -> None:
    ran: list[int] = []

    @staff_page(ADMINISTER)
    def writing(request: Request) -> HttpResponse:
        ran.append(1)
        return HttpResponse()

    with pytest.raises(Refused):
        writing(sent_by(IDLE))
    assert ran == []
    writing(sent_by(ADMINISTRATOR))
    assert ran == [1]


def test_a_public_page_never_asks_who_it_is() -> None:
    assert public_page(view)(RequestFactory().get("/"), 7).status_code == 200


def test_the_declaration_can_be_read_back() -> None:
    assert access_of(public_page(view)) == PUBLIC
    assert access_of(resident_page(view)) == RESIDENT
    assert access_of(account_page(view)) == ACCOUNT
    assert access_of(staff_page("a.b.c", "d.e.f")(view)) == Access(Door.STAFF, ("a.b.c", "d.e.f"))
    assert access_of(view) is None
    assert access_of(lambda: None) is None


def test_an_operation_of_the_api_takes_the_same_declaration() -> None:
    assert DUTY(sent_by(PROGRAM)) == PROGRAM
    assert PUBLIC(sent_by(ANONYMOUS)) == ANONYMOUS
    assert DUTY.openapi_security_schema["scheme"] == "bearer"
    assert not hasattr(PUBLIC, "openapi_security_schema")
