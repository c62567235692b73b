"""Work's place in the house."""

from __future__ import annotations

from lilong.apps.work.lifecycle import TASK
from lilong.kernel.words import Label
from lilong.ledger.rooms import Duty, MenuItem, Retention, Room


class WorkRoom(Room):
    """Tasks, the one inbox, clocks and escalation."""

    name = "lilong.apps.work"
    label = "work"
    title = Label("任务", "Work")
    lifecycles = (TASK,)
    events = tuple(sorted(TASK.events))
    readers = {"calendars.year_published": ("lilong.apps.work.jobs.year_published",)}
    duties = (
        Duty("work.task.do", Label("办任务", "do tasks")),
        Duty("work.task.plan", Label("排任务", "plan tasks")),
        Duty("work.task.supervise", Label("督办", "supervise late tasks")),
    )
    retention = (Retention("work_task", None, Label("与所属的事同存", "as long as its matter")),)
    menu = (MenuItem(Label("收件箱", "Inbox"), "work:inbox", "inbox"),)
