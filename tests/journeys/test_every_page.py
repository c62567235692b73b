"""Every kind of page, in both languages and the largest type: nothing for axe, no sideways scroll, no broken policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lilong.apps.cases import public as cases
from tests.city import City, envelope
from tests.journeys.conftest import DESK, PHONE, Visitor, Width

pytestmark = pytest.mark.browser
Visit = Callable[[Width], Visitor]

OPEN_TO_ALL = (
    "/",
    "/report/",
    "/find/",
    "/complain/",
    "/paper/",
    "/privacy/",
    "/accessibility/",
    "/preferences/",
    "/offline/",
    "/desk/sign-in/",
)
BY_SEAT = {
    "grid": ("/work/", "/work/done/", "/desk/report/", "/desk/cases/{number}/"),
    "intake": ("/work/", "/desk/queue/", "/desk/queue/?text=台阶", "/desk/cases/", "/desk/cases/{number}/?verify"),
}
Mode = tuple[Width, str, str]
MODES = [
    pytest.param((PHONE, "standard", "en"), id="phone-en"),
    pytest.param((PHONE, "elder", "zh-hans"), id="phone-elder"),
    pytest.param((DESK, "elder", "en"), id="desk-elder-en"),
]


def chosen(visitor: Visitor, size: str, language: str) -> list[str]:
    """Set size and language; returns the list that whatever the browser complains of is added to."""
    complaints: list[str] = []
    visitor.page.on("console", lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None)
    visitor.page.on("pageerror", lambda error: complaints.append(str(error)))
    visitor.page.on("response", lambda r: complaints.append(f"{r.status} {r.url}") if r.status >= 500 else None)
    visitor.page.goto(f"{visitor.server.url}/preferences/size/{size}/")
    visitor.page.goto(f"{visitor.server.url}/preferences/language/{language}/")
    return complaints


@pytest.mark.parametrize("mode", MODES)
def test_pages_for_everybody(visit: Visit, city: City, mode: Mode) -> None:
    seen_as, size, language = mode
    receipt = city.reported()
    number = str(receipt.details["number"])
    secret = cases.follow_secret(number)
    visitor = visit(seen_as)
    complaints = chosen(visitor, size, language)
    for path in (*OPEN_TO_ALL, f"/receipt/{number}/{secret}/", f"/follow/{number}/{secret}/", "/nowhere/"):
        visitor.opens(path)
        assert visitor.page.locator("html").get_attribute("data-size") == size
    assert complaints == []


@pytest.mark.parametrize("seat", list(BY_SEAT))
@pytest.mark.parametrize("mode", MODES)
def test_pages_of_a_seat(visit: Visit, city: City, mode: Mode, seat: str) -> None:
    seen_as, size, language = mode
    receipt = city.reported()
    cases.verify_case(by=city.verifier, key=envelope(), case=receipt.subject, finding="confirmed", note="是不亮")
    visitor = visit(seen_as)
    complaints = chosen(visitor, size, language)
    visitor.signs_in(seat)
    for path in BY_SEAT[seat]:
        visitor.opens(path.format(number=receipt.details["number"]))
    assert complaints == []
