"""Work's place in the house."""

from __future__ import annotations

from lilong.apps.work.lifecycle import BIRTHS, SCENARIO, TASK, UNDERTAKING
from lilong.kernel.words import Label
from lilong.ledger.rooms import Duty, MenuItem, Retention, Room, SubjectPort

_WITH_MATTER = Label("与所属的事同存", "as long as its matter")
_ERASABLE = Label("与所属的事同存；文字可删，账本只留摘要", "as long as its matter; words may be erased before")
_LIBRARY = Label("办过的事要能指回当时的场景", "matters point at the scenario of their time")
_REHEARSED = ("work.rehearsal_begun", "work.rehearsal_ended")
_GAP_MENDED = ("lilong.apps.work.jobs.gap_mended",)


class WorkRoom(Room):
    """Tasks, the one inbox, clocks and escalation; scenarios, and the matters that units begin by them."""

    name = "lilong.apps.work"
    label = "work"
    title = Label("任务", "Work")
    lifecycles = (TASK, SCENARIO, UNDERTAKING)
    events = tuple(sorted({*TASK.events, *SCENARIO.events, *UNDERTAKING.events, *BIRTHS.values(), *_REHEARSED}))
    subjects = {
        UNDERTAKING.name: SubjectPort(
            cards="lilong.apps.work.queries.undertakings.cards",
            finish="lilong.apps.work.public.finish_undertaking_step",
            frame="lilong.apps.work.terms.UNDERTAKING_FRAME",
            histories="lilong.apps.work.queries.histories.undertaking_histories",
            running="lilong.apps.work.queries.running.running_undertakings",
        )
    }
    readers = {
        "calendars.year_published": ("lilong.apps.work.jobs.year_published",),
        "organisations.missing_resolved": _GAP_MENDED,
        "work.rehearsal_begun": ("lilong.apps.work.jobs.rehearsal_begun",),
        "work.task_raised": ("lilong.apps.work.jobs.task_raised",),
        "organisations.unit_changed": _GAP_MENDED,
    }
    duties = (
        Duty("work.task.do", Label("办任务", "do tasks")),
        Duty("work.task.plan", Label("排任务", "plan tasks")),
        Duty("work.task.supervise", Label("督办", "supervise late tasks")),
        Duty("work.scenario.write", Label("编写场景", "write scenarios")),
        Duty("work.scenario.approve", Label("批准场景", "approve scenarios")),
        Duty("work.scenario.publish", Label("发布和撤下场景", "publish and withdraw scenarios")),
        Duty("work.undertaking.begin", Label("开始事务", "begin undertakings")),
        Duty("work.undertaking.cancel", Label("取消事务", "cancel undertakings")),
    )
    retention = (
        Retention("work_task", None, _WITH_MATTER),
        Retention("work_edition", None, Label("只有一行", "one row only")),
        Retention("work_scenario", None, _LIBRARY),
        Retention("work_scenario_note", None, _LIBRARY),
        Retention("work_publication", None, _LIBRARY),
        Retention("work_saving", None, _LIBRARY),
        Retention(
            "work_rehearsal",
            None,
            Label("批准的依据，与场景同存", "the evidence of approvals, as long as the scenario"),
        ),
        Retention("work_undertaking", None, _ERASABLE),
        Retention("work_undertaking_note", None, _ERASABLE),
    )
    menu = (
        MenuItem(Label("收件箱", "Inbox"), "work:inbox", "inbox"),
        MenuItem(Label("事务", "Undertakings"), "undertakings:undertakings", "list", "work.undertaking.begin"),
        MenuItem(Label("场景", "Scenarios"), "scenarios:library", "flow"),
    )
