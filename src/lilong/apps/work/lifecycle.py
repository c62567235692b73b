"""The life of one task."""

from __future__ import annotations

from lilong.kernel.lifecycle import Lifecycle, Need, State, Step
from lilong.kernel.words import Label

_WAITING = Label("待接收", "waiting to be accepted")
_RUNNING = Label("办理中", "being done")
_ENDED = Label("已了结", "ended")

OPEN_STATES = ("open", "accepted")

TASK = Lifecycle(
    "work.task",
    (
        State("open", Label("待接收", "open"), _WAITING, initial=True),
        State("accepted", Label("已接收", "accepted"), _RUNNING),
        State("done", Label("已交", "handed in"), _ENDED, final=True, clock_runs=False),
        State("returned", Label("已退回", "returned"), _ENDED, final=True, clock_runs=False),
        State("withdrawn", Label("已撤回", "withdrawn"), _ENDED, final=True, clock_runs=False),
    ),
    (
        Step("accept", Label("接收", "Accept"), ("open",), "accepted", "work.task.do", "work.task_accepted"),
        Step("finish", Label("交出", "Hand in"), OPEN_STATES, "done", "work.task.do", "work.task_finished"),
        Step("return", Label("退回", "Return"), OPEN_STATES, "returned", "work.task.do", "work.task_returned"),
        Step("withdraw", Label("撤回", "Withdraw"), OPEN_STATES, "withdrawn", "work.task.plan", "work.task_withdrawn"),
        Step("raise", Label("超期上报", "Raise"), OPEN_STATES, None, "work.task.plan", "work.task_raised"),
        Step("reckon", Label("重算到期", "Reckon again"), OPEN_STATES, None, "work.task.plan", "work.task_reckoned"),
        Step(
            "answer",
            Label("督办答复", "Answer"),
            OPEN_STATES,
            "done",
            "work.task.supervise",
            "work.supervision_answered",
            needs=(Need("answer", Label("怎么督促的", "What was done about it")),),
        ),
    ),
)
