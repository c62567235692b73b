"""The door of work: what the apps above may ask of it."""

from lilong.apps.work.commands import (
    Applied,
    accept_tasks,
    answer_supervision,
    apply_plan,
    move_tasks,
    opening_rows,
    raise_overdue,
)
from lilong.apps.work.queries import inbox, running_steps, task, tasks_of
from lilong.apps.work.rules import plan

__all__ = [
    "Applied",
    "accept_tasks",
    "answer_supervision",
    "apply_plan",
    "inbox",
    "move_tasks",
    "opening_rows",
    "plan",
    "raise_overdue",
    "running_steps",
    "task",
    "tasks_of",
]
