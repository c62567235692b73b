"""An undertaking through its hands: begun by a community, its task done from the inbox; every page looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.apps.work.views.parts import published
from tests.city import City
from tests.journeys.conftest import BARE, DESK, PHONE, Visitor, Width

pytestmark = pytest.mark.browser
Visit = Callable[[Width], Visitor]


@pytest.mark.parametrize("seen_as", [PHONE, DESK, BARE], ids=lambda width: width.name)
def test_an_undertaking_is_begun_and_its_first_step_handed_in(visit: Visit, city: City, seen_as: Width) -> None:
    published(city)
    worker = visit(seen_as)
    worker.signs_in("grid")
    worker.opens("/undertakings/")
    worker.follows("开始一件")
    worker.follows("上门看看")
    worker.page.get_by_label("这件事叫什么").fill("三伏天上门")
    worker.page.get_by_label("要去的楼").fill("3 幢\n5 幢")
    worker.page.get_by_label("高温").check()
    worker.presses("开始这件事")
    assert "轮到您单位" in worker.page.inner_text("main")
    worker.follows("去办")
    worker.page.get_by_label("是", exact=True).check()
    worker.presses("交结果")
    assert "接着的一步已经派下去" in worker.page.inner_text("main")
    worker.opens("/undertakings/")
    worker.follows("三伏天上门")


@pytest.mark.parametrize("size", ["large", "elder"])
def test_pages_stand_in_every_size_and_in_english(visit: Visit, city: City, size: str) -> None:
    version = published(city, "lift-entrapment")
    worker = visit(PHONE)
    worker.signs_in("keeper")
    worker.page.goto(f"{worker.server.url}/preferences/size/{size}/")
    worker.page.goto(f"{worker.server.url}/preferences/language/en/")
    for path in ("", "new/", f"{version}/", f"{version}/check/", f"{version}/tables/brigade/", f"{version}/compare/"):
        worker.opens(f"/scenarios/{path}")
