"""A scenario through every hand: made from a template, a gap shown and mended, rehearsed, approved by a second person,
published to one type of area, compared, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from lilong.apps.work import public as work
from tests.apps.cases.views.parts import reported
from tests.city import City
from tests.journeys.conftest import BARE, DESK, PHONE, Visitor, Width

pytestmark = pytest.mark.browser
Visit = Callable[[Width], Visitor]


def makes(worker: Visitor) -> str:
    """A street worker makes a scenario from a template; returns the address of its page."""
    worker.opens("/scenarios/")
    worker.follows("照模板做一个")
    worker.page.get_by_label("您的场景叫什么").fill("路灯不亮，先照黑处")
    worker.page.get_by_label("路灯不亮", exact=False).first.check()
    worker.presses("照它开始")
    return re.sub(r"[?#].*", "", worker.page.url)


def leaves_a_gap(worker: Visitor, home: str) -> None:
    """The worker adds a step for an office that the street does not have; the check names both communities."""
    worker.opens(home)
    worker.page.locator(".steps-list a").last.click()
    worker.page.wait_for_url("**/steps/**")
    worker.opens(f"{home}steps/handle/")
    worker.follows("在它后面加一步")
    worker.page.get_by_label("叫什么").fill("查水")
    worker.page.get_by_label("归谁").select_option("street_water@street")
    worker.page.get_by_label("时限", exact=False).first.fill("2")
    worker.page.get_by_label("要交什么").first.fill("漏不漏")
    worker.presses("加上这一步")
    text = worker.page.inner_text("main")
    assert "新桥居委会" in text
    assert "老桥居委会" in text
    assert "1\u00a0处要改" in text


def mends_it(worker: Visitor) -> None:
    """From the finding to the step, and another office for it."""
    worker.follows("去改这一步")
    worker.page.get_by_label("归谁").select_option("street_environment@street")
    worker.presses("存这一步")
    assert "没有要改的" in worker.page.inner_text("main")


def rehearses(worker: Visitor, home: str) -> None:
    """The worker rehearses it on what came here; the background does its part; the report is read."""
    worker.opens(home)
    worker.follows("用过去的事演练")
    worker.page.get_by_label("到哪天止").fill("2027-12-31")
    worker.presses("开始演练")
    url = worker.page.url
    assert "正在演练" in worker.page.inner_text("h1")
    work.run_rehearsal(UUID(url.rstrip("/").split("/")[-1]), datetime.now(UTC))
    worker.opens(url)
    assert "1\u00a0件事走了一遍" in worker.page.inner_text("h1")


@pytest.mark.parametrize("seen_as", [DESK, PHONE, BARE], ids=lambda width: width.name)
def test_a_scenario_through_every_hand(visit: Visit, city: City, seen_as: Width) -> None:
    reported(city)
    worker = visit(seen_as)
    worker.signs_in("keeper")
    home = makes(worker)
    leaves_a_gap(worker, home)
    mends_it(worker)
    rehearses(worker, home)
    worker.opens(home)
    worker.presses("提交批准")

    leader = visit(seen_as)
    leader.signs_in("shift")
    leader.opens(home)
    leader.follows("改了什么")
    leader.opens(home)
    leader.follows("批准")
    leader.page.get_by_label("批准意见").fill("和书记看过")
    leader.presses("批准")
    leader.follows("发布")
    leader.page.get_by_label("街道", exact=True).check()
    leader.page.get_by_label("根据什么").fill("演练过，黑处当晚有灯")
    leader.presses("发布")
    assert "20%" in leader.page.inner_text("main")
    leader.follows("施行得怎么样")
    leader.opens(home)
    leader.follows("撤下")
    leader.page.get_by_label("理由").fill("没有快起来")
    leader.presses("撤下")
    assert "已撤下" in leader.page.inner_text("main")
