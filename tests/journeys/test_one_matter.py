"""One matter through every hand: resident, worker, dispatcher, handler, checker, resident."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.city import City
from tests.journeys.conftest import BARE, DESK, PHONE, Visitor, Width

pytestmark = pytest.mark.browser
Visit = Callable[[Width], Visitor]


def reports(visitor: Visitor) -> tuple[str, str]:
    """A resident reports in three screens; returns the receipt's number and code."""
    visitor.opens("/")
    visitor.follows("反映一件事")
    visitor.page.fill("textarea[name=body]", "弄口第二根路灯不亮，晚上看不见台阶。")
    visitor.presses("下一步：在哪里")
    visitor.page.fill("input[name=address]", "新桥居委会 演示路 12 弄弄口")
    visitor.presses("下一步：看一遍")
    visitor.presses("发出")
    match = re.search(r"/receipt/(\d+)/([a-z0-9]+)/", visitor.page.url)
    assert match, visitor.page.url
    return match[1], match[2]


def takes(visitor: Visitor, number: str, step: str, *, pick: str = "", fill: dict[str, str] | None = None) -> None:
    """Somebody on the staff opens the case and takes one step."""
    visitor.opens(f"/desk/cases/{number}/")
    form = visitor.page.locator(f"form[action$='/{step}/']").first
    if not form.is_visible():
        visitor.page.locator("details", has=visitor.page.locator(f"form[action$='/{step}/']")).first.locator(
            "summary"
        ).click()
    if pick:
        form.locator(f"input[type=radio][name={pick}]").first.check()
    for name, text in (fill or {}).items():
        form.locator(f"[name={name}]").first.fill(text)
    visitor.goes(form.locator("button[type=submit]"), f"after {step}")


@pytest.mark.parametrize("seen_as", [PHONE, DESK, BARE], ids=lambda width: width.name)
def test_one_matter_through_every_hand(visit: Visit, city: City, seen_as: Width) -> None:
    resident = visit(seen_as)
    number, code = reports(resident)

    worker = visit(seen_as)
    worker.signs_in("grid")
    worker.opens("/work/")
    assert "弄口第二根路灯不亮" in worker.page.inner_text("main")
    takes(worker, number, "verify", pick="finding", fill={"note": "是不亮"})

    dispatcher = visit(seen_as)
    dispatcher.signs_in("intake")
    dispatcher.opens("/desk/queue/")
    takes(dispatcher, number, "file", pick="standard")
    takes(dispatcher, number, "dispatch")

    handler = visit(seen_as)
    handler.signs_in("power")
    takes(handler, number, "accept")
    takes(handler, number, "hand_in", pick="resolution", fill={"result": "换了镇流器，已亮。"})

    checker = visit(seen_as)
    checker.signs_in("checker")
    takes(checker, number, "close", pick="condition")

    resident.opens(f"/follow/{number}/{code}/")
    assert "换了镇流器" in resident.page.inner_text("main")
    rate = resident.page.locator("form[action$='/rate/']")
    rate.locator("input[name=solved]").first.check()
    rate.locator("input[name=satisfaction]").first.check()
    resident.goes(rate.locator("button[type=submit]"), "rated")
    assert resident.page.locator("form[action$='/rate/']").count() == 0
