"""One's own data for programs: nobody else's, every look noted, erased when asked."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from lilong.apps.people.queries import persons_of_account
from lilong.kernel.refusals import RefusalKind
from tests.apps.people.parts import everything
from tests.city import City

ME = "/api/v1/people/me"


def told(city: City, path: str, body: dict[str, Any] | None = None, seat: str = "resident") -> Any:
    """The answer to a command."""
    return city.client(seat).post(
        f"{ME}/{path}", body or {}, content_type="application/json", headers={"Idempotency-Key": str(uuid4())}
    )


def test_a_resident_sees_what_is_kept_but_not_the_data_themselves(city: City) -> None:
    found = city.client("resident").get(f"{ME}/contacts").json()
    assert [(each["kind"], each["proven"]) for each in found] == [("phone", True)]
    assert "13812340417" not in str(found)


def test_showing_the_data_is_noted_and_can_be_seen(city: City) -> None:
    assert city.client("resident").get(f"{ME}/reads").json() == {"reads": [], "before": ""}
    shown = told(city, "show").json()
    assert shown == [{"kind": "phone", "text": "+8613812340417"}]
    (read,) = city.client("resident").get(f"{ME}/reads").json()["reads"]
    assert read["own"]
    assert "phone" in read["kinds"]
    assert read["matter"] == str(persons_of_account(city.resident_account)[0])


def test_a_copy_holds_everything(city: City) -> None:
    copy = told(city, "export").json()
    assert copy["contacts"] == {"phone": "+8613812340417"}
    assert {"reads"} <= set(copy)


def test_what_was_put_right_stands_there(city: City) -> None:
    assert told(city, "correct", {"contacts": {"name": "王阿姨"}}).status_code == 200
    assert {"kind": "name", "text": "王阿姨"} in told(city, "show").json()


def test_what_was_withdrawn_is_gone(city: City) -> None:
    assert told(city, "withdraw", {"kinds": ["phone"]}).json()["details"] == {"erased": ["phone"]}
    assert told(city, "show").json() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("correct", {"contacts": {}}),
        ("correct", {"contacts": {"moon": "x"}}),
        ("correct", {"contacts": {"email": "nobody"}}),
        ("correct", {"contacts": {"phone": "13900001111"}}),
        ("withdraw", {"kinds": []}),
        ("withdraw", {"kinds": ["moon"]}),
        ("withdraw", {}),
    ],
)
def test_what_cannot_be_taken_changes_nothing(city: City, path: str, body: dict[str, Any]) -> None:
    before = everything()
    answer = told(city, path, body)
    assert answer.status_code in {409, 422}
    assert answer.json()["refusals"]
    assert everything() == before


@pytest.mark.parametrize("seat", ["", "intake", "administrator"])
@pytest.mark.parametrize("path", ["show", "export", "correct", "withdraw"])
def test_nobody_else_gets_or_changes_anything(city: City, seat: str, path: str) -> None:
    before = everything()
    answer = told(city, path, {"contacts": {"name": "x"}, "kinds": ["phone"]}, seat)
    assert (answer.status_code, answer.json()["type"]) == (401, f"urn:lilong:refusal:{RefusalKind.NOT_SIGNED_IN.value}")
    assert everything() == before
