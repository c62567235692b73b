"""The pages of undertakings: begin one, hand in its steps from the inbox, look at it, cancel it, move it."""

from __future__ import annotations

import re

from django.test import Client

from lilong.apps.work import public as work
from lilong.calendars.queries import working_time
from tests.apps.cases.views.parts import filed, handler, now, reported, take
from tests.apps.work.shelved import LAMP_WAY
from tests.apps.work.shelved import published as in_force
from tests.apps.work.views.parts import page, published, sent
from tests.city import City

LIST = "/undertakings/"
SECURE = """  - {step: secure, title: {zh: 先设警示, en: Secure it}, hand_in: {zh: 设了什么, en: what},
     after: [dispatch],
     who: {function: community_committee, level: community}, limit: {amount: 4, clock: natural_hours}}
"""


def begun(city: City, **fields: object) -> str:
    """A round of home visits begun by the street: the address of its page."""
    published(city)
    client = city.client("intake")
    said = {
        "f-the-title": "三伏天上门",
        "f-the-area": "310101001001",
        "f-buildings": "3 幢\n5 幢",
        "f-occasion": "heat",
    }
    return sent(client, f"{LIST}begin/home-visits/", **said, **fields).partition("?")[0]


def first_task(client: Client) -> str:
    """The address of the first task of the inbox."""
    found = re.search(r"/work/tasks/[0-9a-f-]+/", page(client, "/work/"))
    assert found, "no task page in the inbox"
    return found[0]


def test_the_list_says_what_runs_and_how_to_begin(city: City) -> None:
    client = city.client("intake")
    assert "没有在办的事务" in page(client, LIST)
    begun(city)
    text = page(client, LIST)
    assert "三伏天上门" in text
    assert "1\u00a0件事务在办" in text
    assert "没有这样的事务" in page(client, f"{LIST}?state=cancelled")


def test_only_what_is_in_force_here_can_be_begun(city: City) -> None:
    assert "这里还没有施行的场景" in page(city.client("intake"), f"{LIST}begin/")
    published(city)
    assert "上门看看" in page(city.client("intake"), f"{LIST}begin/")
    assert "上门看看" not in page(city.client("town_intake"), f"{LIST}begin/")
    page(city.client("town_intake"), f"{LIST}begin/home-visits/", 404)


def test_what_the_start_asks_is_never_chosen_beforehand_and_is_asked_for(city: City) -> None:
    published(city)
    client = city.client("intake")
    text = page(client, f"{LIST}begin/home-visits/")
    assert " checked" not in text
    assert "只写楼号，不写姓名和门牌" in text
    text = sent(client, f"{LIST}begin/home-visits/", 422, **{"f-the-title": "x", "f-the-area": "310101001001"})
    assert "请填写“要去的楼，一行一幢”。" in text


def test_a_free_step_is_handed_in_on_its_own_page_and_the_next_opens(city: City) -> None:
    url = begun(city)
    grid = city.client("grid")
    task = first_task(grid)
    text = page(grid, task)
    assert "要不要两个人一起去" in text
    assert " checked" not in text
    assert sent(grid, task, **{"f-two_go": "yes", "f-the-note": "都说好"}) == "/work/?done=hand_in"
    assert "接着的一步已经派下去" in page(grid, "/work/?done=hand_in")
    assert "要不要两个人一起去" in page(city.client("intake"), url)
    page(grid, task)


def test_the_page_of_a_matter_says_who_has_it_and_what_is_known(city: City) -> None:
    url = begun(city)
    text = page(city.client("grid"), url)
    assert "轮到您单位" in text
    assert "3 幢、5 幢" in text
    assert "第一步已经派下去" in page(city.client("intake"), f"{url}?done=begin")
    page(city.client("village_grid"), url, 404)


def test_it_is_cancelled_with_a_reason(city: City) -> None:
    url = begun(city)
    client = city.client("intake")
    assert "alert" in sent(client, f"{url}cancel/", 422, reason="")
    sent(client, f"{url}cancel/", reason="改到秋天")
    text = page(client, url)
    assert "已取消" in text
    assert "改到秋天" in text


def test_a_repeated_step_says_which_entry_it_is_for(city: City) -> None:
    begun(city)
    grid, services = city.client("grid"), city.client("grid")
    sent(grid, first_task(grid), **{"f-two_go": "no"})
    found = {
        task.key: task for task in work.inbox(seen_by=city.actor("grid"), at=now(), time=working_time(now())).tasks
    }
    assert services is not None
    assert set(found) <= {"visit[3 幢]", "visit[5 幢]"}
    for task in found.values():
        assert task.key.removeprefix("visit[").removesuffix("]") in page(grid, f"/work/tasks/{task.id}/")


def test_another_units_task_is_not_there(city: City) -> None:
    begun(city)
    task = first_task(city.client("grid"))
    page(city.client("village_grid"), task, 404)


def test_a_free_step_of_a_case_has_the_same_page(city: City) -> None:
    in_force(city, LAMP_WAY.replace("after: [dispatch]", "after: [secure]") + SECURE)
    number = filed(city, reported(city))
    take(city, number, "intake", "dispatch", unit=city.unit(handler(city, number)))
    grid = city.client("grid")
    task = first_task(grid)
    text = page(grid, task)
    assert "先设警示" in text
    assert f"/desk/cases/{number}/" in text
    sent(grid, task, **{"f-the-note": "围好了"})
    assert "/work/tasks/" not in page(grid, "/work/")
    assert "先设警示" in page(city.client("intake"), f"/desk/cases/{number}/")
