"""Tasks: raised once when late, answered by the unit above, reckoned again when a year is published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from lilong.apps.cases import public as cases
from lilong.apps.organisations import public as organisations
from lilong.apps.work import public as work
from lilong.apps.work.commands.tasks import CLOCKWORK, reckon_tasks
from lilong.apps.work.models import Task
from lilong.apps.work.terms import Plan, Progress, Role, Subject
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.ledger.models import JournalEntry
from lilong.ledger.scope import reading
from tests.city import NOW, City, envelope

LATER = NOW + timedelta(days=4)


def supervisor(city: City) -> Actor:
    """The post above the community that looks first."""
    above = organisations.unit_above(city.verifier.unit or 0)
    assert above is not None
    return city.post(above, "work.task.supervise")


def tasks(role: Role) -> list[Task]:
    """Every task of a role."""
    with reading(CLOCKWORK):
        return list(Task.objects.filter(role=role).order_by("started_at"))


def test_a_late_task_is_raised_once_to_the_unit_above(city: City) -> None:
    city.reported()
    assert work.raise_overdue(NOW, working_time(NOW)) == 0
    assert work.raise_overdue(LATER, working_time(LATER)) == 1
    assert work.raise_overdue(LATER, working_time(LATER)) == 0
    (late,), (raised,) = tasks(Role.LEAD), tasks(Role.SUPERVISOR)
    assert (late.state, late.unit) == ("open", city.verifier.unit)
    assert raised.unit == supervisor(city).unit
    page = work.inbox(seen_by=supervisor(city), at=LATER, time=working_time(LATER))
    assert [task.role for task in page.tasks] == [Role.SUPERVISOR]
    assert page.tasks[0].because


def test_a_supervision_is_answered_in_words_by_its_own_unit(city: City) -> None:
    city.reported()
    work.raise_overdue(LATER, working_time(LATER))
    (raised,) = tasks(Role.SUPERVISOR)
    with pytest.raises(Refused) as refused:
        work.answer_supervision(by=city.handler, key=envelope(), task=raised.id, answer="已催")
    assert refused.value.kind is RefusalKind.DENIED
    assert tasks(Role.SUPERVISOR)[0].state == "open"
    work.answer_supervision(by=supervisor(city), key=envelope(), task=raised.id, answer="已电话催办，今晚到场")
    assert tasks(Role.SUPERVISOR)[0].state == "done"
    assert tasks(Role.SUPERVISOR)[0].answer == "已电话催办，今晚到场"
    with reading(CLOCKWORK):
        (kept,) = JournalEntry.objects.filter(step="work.task.answer").values_list("data", flat=True)
    assert "催办" not in str(kept)


def test_the_inbox_holds_the_unit_s_own_tasks_most_urgent_first(city: City) -> None:
    for _ in range(3):
        city.reported()
    page = work.inbox(seen_by=city.verifier, at=NOW, time=working_time(NOW))
    assert [task.label.zh for task in page.tasks] == ["核实"] * 3
    assert page.total == 3
    assert [t.reading.due for t in page.tasks] == sorted(t.reading.due for t in page.tasks)
    assert page.tasks[0].card.title == "弄口第二根灯杆不亮"
    assert work.inbox(seen_by=city.handler, at=NOW, time=working_time(NOW)).tasks == ()


def test_an_accepted_task_says_so_and_a_done_one_leaves(city: City) -> None:
    receipt = city.reported()
    cases.verify_case(by=city.verifier, key=envelope(), case=receipt.subject, finding="confirmed")
    assert work.inbox(seen_by=city.verifier, at=NOW, time=working_time(NOW)).total == 0
    done = work.inbox(seen_by=city.verifier, at=NOW, time=working_time(NOW), done=True)
    assert [task.label.zh for task in done.tasks] == ["核实"]


def test_a_plan_outside_its_act_is_a_fault(city: City) -> None:
    subject = Subject("cases.case", envelope().id, city.grid)
    with pytest.raises(transaction.TransactionManagementError, match="inside the act"):
        work.apply_plan(subject, Plan(Progress()), NOW)


def test_what_rested_on_an_unpublished_year_is_reckoned_again(city: City) -> None:
    city.reported()
    (task,) = tasks(Role.LEAD)
    unpublished = Because.from_json(
        {"ground": "calendar", "text": {"zh": "未公布", "en": "unpublished"}, "reference": "calendar:2027:unpublished"}
    )
    with transaction.atomic(using="owner"):
        Task.objects.using("owner").filter(pk=task.id).update(
            because=[*task.because, unpublished.as_json()], due_at=datetime(2027, 1, 9, tzinfo=UTC)
        )
    assert reckon_tasks(2027, NOW, working_time(NOW)) == 1
    (reckoned,) = tasks(Role.LEAD)
    assert reckoned.due_at == task.due_at
    assert all(because["reference"] != "calendar:2027:unpublished" for because in reckoned.because)
    assert reckon_tasks(2027, NOW, working_time(NOW)) == 0
