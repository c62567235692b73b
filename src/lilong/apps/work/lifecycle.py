"""The lives of one task, of one version of a scenario, of one undertaking."""

from __future__ import annotations

from collections.abc import Sequence

from lilong.kernel.lifecycle import Facts, Guard, Lifecycle, Need, NeedKind, State, Step
from lilong.kernel.refusals import Refusal
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

WRITE, APPROVE, PUBLISH = "work.scenario.write", "work.scenario.approve", "work.scenario.publish"
BEGIN = "work.undertaking.begin"
# How a version and an undertaking come into the world: the duty it asks for, and the event.
BIRTHS = {WRITE: "work.scenario_written", BEGIN: "work.undertaking_begun"}
_REASON = Need("reason", Label("理由", "Reason"))


def _check_is_clean(facts: Facts) -> Refusal | None:
    """``faults`` are the words of what the check says must be mended."""
    faults = facts.get("faults")
    if not isinstance(faults, Sequence) or not faults:
        return None
    return Refusal(
        "work.check_not_clean",
        Label("检查还有 {n} 处必须改，先是：{first}", "{n} things must be mended, beginning with: {first}").filled(
            n=len(faults), first=faults[0]
        ),
        Label("请打开检查结果逐条改好再提交。", "Open the check, mend each of them, then submit again."),
        "text",
    )


def _another_person(facts: Facts) -> Refusal | None:
    """``writers`` are the accounts that wrote or edited it, ``approver`` the account that would approve it."""
    approver, writers = facts.get("approver"), facts.get("writers")
    if approver is None:
        return Refusal(
            "work.approver_unknown",
            Label("批准要由登录的人来做，程序不能代替。", "A person who is signed in approves; no program can."),
            Label("请有批准职责的人登录后批准。", "Have somebody with the duty sign in and approve it."),
        )
    if isinstance(writers, Sequence) and approver in writers:
        return Refusal(
            "work.second_person",
            Label("写这一版的人不能自己批准。", "Whoever wrote this version cannot approve it."),
            Label("请另一位有批准职责的人看过再批准。", "Have somebody else with the duty look at it and approve it."),
        )
    return None


SCENARIO = Lifecycle(
    "work.scenario",
    (
        State("draft", Label("草稿", "draft"), Label("编写", "writing"), initial=True, clock_runs=False),
        State("submitted", Label("待批准", "submitted"), Label("审核", "review"), clock_runs=False),
        State("approved", Label("已批准", "approved"), Label("审核", "review"), clock_runs=False),
        State("published", Label("已发布", "published"), Label("施行", "in force"), clock_runs=False),
        State("withdrawn", Label("已撤下", "withdrawn"), _ENDED, final=True, clock_runs=False),
    ),
    (
        Step("edit", Label("修改", "Edit"), ("draft",), None, WRITE, "work.scenario_edited"),
        Step(
            "submit",
            Label("提交批准", "Submit"),
            ("draft",),
            "submitted",
            WRITE,
            "work.scenario_submitted",
            guards=(Guard("check_is_clean", _check_is_clean),),
        ),
        Step(
            "send_back",
            Label("退回修改", "Send back"),
            ("submitted",),
            "draft",
            APPROVE,
            "work.scenario_sent_back",
            needs=(_REASON,),
        ),
        Step(
            "approve",
            Label("批准", "Approve"),
            ("submitted",),
            "approved",
            APPROVE,
            "work.scenario_approved",
            needs=(Need("note", Label("批准意见", "What was looked at"), optional=True),),
            guards=(Guard("another_person", _another_person),),
        ),
        Step(
            "publish",
            Label("发布", "Publish"),
            ("approved", "published"),
            "published",
            PUBLISH,
            "work.scenario_published",
            needs=(
                Need("area", Label("在哪里施行", "Where it is in force"), NeedKind.REFERENCE),
                Need("area_types", Label("哪几类区域", "Types of area"), NeedKind.REFERENCES),
                Need("share", Label("占多少（%）", "Share of matters, in per cent"), NeedKind.NUMBER),
                Need("evidence", Label("根据什么", "On what evidence")),
            ),
        ),
        Step(
            "withdraw",
            Label("撤下", "Withdraw"),
            ("submitted", "approved", "published"),
            "withdrawn",
            PUBLISH,
            "work.scenario_withdrawn",
            needs=(_REASON,),
        ),
        Step("discard", Label("不要了", "Discard"), ("draft",), "withdrawn", WRITE, "work.scenario_discarded"),
    ),
)

UNDERTAKING = Lifecycle(
    "work.undertaking",
    (
        State("running", Label("办理中", "running"), _RUNNING, initial=True),
        State("ended", Label("已办结", "ended"), _ENDED, final=True, clock_runs=False),
        State("cancelled", Label("已取消", "cancelled"), _ENDED, final=True, clock_runs=False),
    ),
    (
        Step(
            "do",
            Label("办一步", "Do a step"),
            ("running",),
            None,
            "work.task.do",
            "work.undertaking_moved",
            needs=(Need("task", Label("哪一步", "Which step")),),
        ),
        Step(
            "end",
            Label("办结", "End"),
            ("running",),
            "ended",
            "work.task.do",
            "work.undertaking_ended",
            needs=(Need("task", Label("哪一步", "Which step")),),
        ),
        Step(
            "cancel",
            Label("取消", "Cancel"),
            ("running",),
            "cancelled",
            "work.undertaking.cancel",
            "work.undertaking_cancelled",
            needs=(_REASON,),
        ),
        Step(
            "move",
            Label("改用另一版", "Move to another version"),
            ("running",),
            None,
            PUBLISH,
            "work.undertaking_moved",
            needs=(Need("to", Label("改用哪一版", "Which version")),),
        ),
        Step(
            "plan_again",
            Label("接着排", "Plan again"),
            ("running",),
            None,
            "work.task.plan",
            "work.undertaking_moved",
        ),
        Step(
            "speak",
            Label("过了时限，按场景告知", "Say what the scenario says when late"),
            ("running",),
            None,
            "work.task.plan",
            "work.messages_said",
        ),
    ),
)
