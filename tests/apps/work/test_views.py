"""The inbox on a phone: whose it is, in what order; and the answer to what came up because it is late."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from lilong.apps.work import public as work
from lilong.apps.work.terms import Role, TaskCard
from lilong.apps.work.views.inbox import groups_of
from lilong.calendars.queries import working_time
from lilong.kernel.refusals import RefusalKind, Refused
from tests.apps.cases.views.parts import now, reported, take, to_be_filed
from tests.city import AT_RIVER_BEND, City, envelope

INBOX = "/work/"


def page(client: Client, url: str) -> str:
    """The text of a page that must be there."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def tasks_of(city: City, seat: str) -> tuple[TaskCard, ...]:
    """The open tasks of a seat's unit."""
    return work.inbox(seen_by=city.actor(seat), at=now(), time=working_time(now())).tasks


def supervised(city: City) -> TaskCard:
    """A case nobody of the community looked at in time, as its supervision stands before the street."""
    reported(city)
    late = now() + timedelta(days=30)
    assert work.raise_overdue(late, working_time(late)) == 1
    (task,) = [task for task in tasks_of(city, "shift") if task.role is Role.SUPERVISOR]
    return task


def test_the_inbox_holds_what_the_unit_has_in_hand_and_nothing_else(city: City) -> None:
    own, foreign = reported(city), reported(city, AT_RIVER_BEND)
    text = page(city.client("grid"), INBOX)
    assert f"/desk/cases/{own}/" in text
    assert foreign not in text
    assert "手上\u00a01\u00a0件" in text
    assert "现场是不是这样" in text


def test_an_empty_inbox_says_so(city: City) -> None:
    assert "手上没有要办的" in page(city.client("environment"), INBOX)


def test_what_is_finished_stands_on_its_own_page(city: City) -> None:
    number = to_be_filed(city, reported(city))
    client = city.client("grid")
    assert number not in page(client, INBOX)
    assert number in page(client, f"{INBOX}done/")


def test_what_is_late_comes_first_then_today_then_the_rest(city: City) -> None:
    for _ in range(3):
        reported(city)
    tasks = sorted(tasks_of(city, "grid"), key=lambda task: task.reading.due)
    due = tasks[0].reading.due
    labels = [
        [group.label.zh for group in groups_of(tasks[:1], at)] for at in (due + timedelta(1), due, due - timedelta(2))
    ]
    assert labels == [["已超时"], ["今天到期"], ["以后"]]
    assert sum(len(group.tasks) for group in groups_of(tasks, now())) == 3


def test_midnight_is_that_of_the_wall_clock(city: City) -> None:
    reported(city)
    (task,) = tasks_of(city, "grid")
    due = task.reading.due
    # In Shanghai the day ends at 16:00 UTC.
    midnight = datetime(due.year, due.month, due.day, 16, tzinfo=UTC)
    before = midnight if midnight <= due else midnight - timedelta(days=1)
    assert [group.label.zh for group in groups_of([task], before)] == ["今天到期"]
    assert [group.label.zh for group in groups_of([task], before - timedelta(seconds=1))] == ["以后"]


def test_a_supervision_opens_its_own_page_and_is_answered_there(city: City) -> None:
    task = supervised(city)
    client = city.client("shift")
    url = f"/work/supervision/{task.id}/"
    assert url in page(client, INBOX)
    text = page(client, url)
    assert task.card.title in text
    assert "超过时限" in text
    answer = client.post(url, {"key": str(uuid4()), "answer": "已打电话，下午去看"})
    assert answer.status_code == 302
    assert "督办答复已记下" in page(client, answer.headers["Location"])
    assert not [task for task in tasks_of(city, "shift") if task.role is Role.SUPERVISOR]


def test_an_answer_without_words_is_refused_and_the_task_stays(city: City) -> None:
    task = supervised(city)
    answer = city.client("shift").post(f"/work/supervision/{task.id}/", {"key": str(uuid4()), "answer": "  "})
    assert answer.status_code == 422
    assert "怎么督促的" in answer.content.decode()
    assert task.id in {each.id for each in tasks_of(city, "shift")}


def test_only_the_unit_it_came_to_and_only_with_the_duty(city: City) -> None:
    task = supervised(city)
    url = f"/work/supervision/{task.id}/"
    assert city.client("intake").get(url).status_code == 403
    assert city.client("grid_duty").get(url).status_code == 404


def test_no_task_but_a_supervision_is_ended_by_an_answer(city: City) -> None:
    reported(city)
    (task,) = tasks_of(city, "grid_duty")
    assert city.client("grid_duty").get(f"/work/supervision/{task.id}/").status_code == 404
    with pytest.raises(Refused) as refused:
        work.answer_supervision(by=city.actor("grid_duty"), key=envelope(at=now()), task=task.id, answer="好了")
    assert refused.value.kind is RefusalKind.ABSENT
    assert {each.id for each in tasks_of(city, "grid_duty")} == {task.id}


def test_another_streets_shift_ends_no_supervision_of_this_one(city: City) -> None:
    task = supervised(city)
    with pytest.raises(Refused) as refused:
        work.answer_supervision(by=city.actor("city_shift"), key=envelope(at=now()), task=task.id, answer="好了")
    assert refused.value.kind is RefusalKind.ABSENT
    assert task.id in {each.id for each in tasks_of(city, "shift")}


def test_an_unknown_task_is_not_found(city: City) -> None:
    assert city.client("shift").get(f"/work/supervision/{UUID(int=0)}/").status_code == 404


def test_pages_of_the_inbox_follow_one_another(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lilong.apps.work.queries.tasks.PAGE", 2)
    numbers = {reported(city) for _ in range(3)}
    client = city.client("grid")
    text = page(client, INBOX)
    more = re.search(r'href="(/work/\?after=[^"]*)"', text)
    assert more
    seen = re.findall(r"/desk/cases/(\d{16})/", text + page(client, more.group(1).replace("&amp;", "&")))
    assert (len(seen), set(seen)) == (3, numbers)


def test_the_api_shows_the_same_inbox_and_takes_the_same_answer(city: City) -> None:
    task = supervised(city)
    client = city.client("shift")
    found = client.get("/api/v1/work/inbox").json()
    assert [each["id"] for each in found["tasks"]] == [str(each.id) for each in tasks_of(city, "shift")]
    one = client.get(f"/api/v1/work/tasks/{task.id}").json()
    assert (one["role"], one["limit"]["kind"]) == ("supervisor", "working_days")
    assert client.get(f"/api/v1/work/tasks/{UUID(int=0)}").status_code == 404
    sent = client.post(
        f"/api/v1/work/tasks/{task.id}/answer",
        {"answer": "已去看过"},
        content_type="application/json",
        headers={"Idempotency-Key": str(uuid4())},
    )
    assert sent.json()["state"] == "done"
    assert client.get("/api/v1/work/done").json()["tasks"][0]["id"] == str(task.id)


def test_a_moved_on_case_leaves_the_inbox(city: City) -> None:
    number = to_be_filed(city, reported(city))
    take(city, number, "intake", "decline", reason="不归本街道")
    assert "手上没有要办的" in page(city.client("intake"), INBOX)
