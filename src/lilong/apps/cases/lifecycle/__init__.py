"""The life of one case, in the national stages of city operations.

信息收集 → 案件建立 → 任务派遣 → 任务处理 → 处理反馈 → 核查结案 → 综合评价. 核实 stands before filing and 核查 before
closing (the meaning of the national vocabulary; some vendors swap the two words). A unit that gets a case back by 回退
may send it on only from where it came: the arrows leave no other way.
"""

from __future__ import annotations

from lilong.apps.cases.lifecycle.guards import (
    asked_again_once,
    condition_belongs_to_standard,
    not_its_own_original,
    rated_once,
    standard_belongs_to_category,
)
from lilong.kernel.lifecycle import Guard, Lifecycle, Need, NeedKind, State, Step
from lilong.kernel.words import Label

COLLECTING = Label("信息收集", "collection")
FILING = Label("案件建立", "filing")
DISPATCHING = Label("任务派遣", "dispatch")
HANDLING = Label("任务处理", "handling")
FEEDBACK = Label("处理反馈", "feedback")
CLOSING = Label("核查结案", "check and closing")
EVALUATION = Label("综合评价", "evaluation")
STAGES = (COLLECTING, FILING, DISPATCHING, HANDLING, FEEDBACK, CLOSING, EVALUATION)

FINDINGS = (
    ("confirmed", Label("情况属实", "it is as reported")),
    ("not_found", Label("没有找到", "not found there")),
    ("already_solved", Label("已经好了", "already solved")),
)
RESOLUTIONS = (
    ("solved", Label("实际解决", "actually solved")),
    ("explained", Label("解释说明", "explained, not solved")),
)
ANSWERS = (
    ("yes", Label("是", "yes")),
    ("no", Label("否", "no")),
    ("unknown", Label("没问到", "not answered")),
)
PHOTO_KINDS = (
    ("report", Label("报事照片", "as reported")),
    ("near", Label("近景", "close up")),
    ("far", Label("远景", "from afar")),
    ("before", Label("处置前", "before")),
    ("after", Label("处置后", "after")),
)
SATISFACTION = (
    ("satisfied", Label("满意", "satisfied")),
    ("fair", Label("一般", "fair")),
    ("dissatisfied", Label("不满意", "dissatisfied")),
)

_REASON = Need("reason", Label("理由", "Reason"), why=Label("对方和居民会看到", "the resident will read it, too"))
_NOTE = Need("note", Label("说明", "Note"), optional=True)
_WITH_UNIT = ("dispatched", "handling")

# How a case comes into the world: the duty it asks for, which is also the name of the journalled step, and the event.
BIRTHS = {"cases.case.report": "cases.case_reported", "cases.case.record": "cases.case_recorded"}

CASE = Lifecycle(
    "cases.case",
    (
        State("reported", Label("待核实", "to be verified"), COLLECTING, initial=True),
        State("verified", Label("待立案", "to be filed"), FILING, initial=True),
        State("filed", Label("待派遣", "to be dispatched"), DISPATCHING),
        State("dispatched", Label("待接收", "waiting for the unit"), HANDLING),
        State("handling", Label("处理中", "being handled"), HANDLING, initial=True),
        State("handed_in", Label("待核查", "to be checked"), FEEDBACK),
        State("closed", Label("已结案", "closed"), EVALUATION, clock_runs=False),
        State("archived", Label("已归档", "archived"), EVALUATION, final=True, clock_runs=False),
        State("declined", Label("不予立案", "not taken on"), FILING, final=True, clock_runs=False),
        State("merged", Label("已并案", "merged"), FILING, final=True, clock_runs=False),
    ),
    (
        Step(
            "verify",
            Label("核实", "Verify"),
            ("reported",),
            "verified",
            "cases.case.verify",
            "cases.case_verified",
            needs=(Need("finding", Label("现场情况", "What was found"), NeedKind.CHOICE, FINDINGS), _NOTE),
        ),
        Step(
            "reverify",
            Label("退回核实", "Send back to verify"),
            ("verified",),
            "reported",
            "cases.case.file",
            "cases.case_returned",
            needs=(_REASON,),
        ),
        Step(
            "file",
            Label("立案", "File"),
            ("verified",),
            "filed",
            "cases.case.file",
            "cases.case_filed",
            needs=(
                Need(
                    "standard",
                    Label("立案标准", "Standard row"),
                    NeedKind.REFERENCE,
                    why=Label("没有标准不能立案", "no case is filed without a standard row"),
                ),
                _NOTE,
            ),
            guards=(Guard("standard of this category", standard_belongs_to_category),),
        ),
        Step(
            "decline",
            Label("不予立案", "Do not take on"),
            ("reported", "verified"),
            "declined",
            "cases.case.file",
            "cases.case_declined",
            needs=(_REASON,),
        ),
        Step(
            "merge",
            Label("并入另一件", "Merge into another"),
            ("reported", "verified", "filed"),
            "merged",
            "cases.case.merge",
            "cases.case_merged",
            needs=(Need("original", Label("并入哪一件", "The case it joins"), NeedKind.REFERENCE),),
            guards=(Guard("another case", not_its_own_original),),
        ),
        Step(
            "recategorise",
            Label("改类别", "Change category"),
            ("reported", "verified"),
            None,
            "cases.case.file",
            "cases.case_recategorised",
            needs=(Need("category", Label("类别", "Category"), NeedKind.REFERENCE), _NOTE),
        ),
        Step(
            "refile",
            Label("退回立案", "Send back to filing"),
            ("filed",),
            "verified",
            "cases.case.dispatch",
            "cases.case_returned",
            needs=(_REASON,),
        ),
        Step(
            "dispatch",
            Label("派出", "Dispatch"),
            ("filed",),
            "dispatched",
            "cases.case.dispatch",
            "cases.case_dispatched",
            needs=(
                Need("unit", Label("派给", "Lead unit"), NeedKind.REFERENCE),
                Need("co_units", Label("协办", "Co-handlers"), NeedKind.REFERENCES, optional=True),
                _NOTE,
            ),
        ),
        Step(
            "recall",
            Label("撤回派遣", "Take back"),
            ("dispatched",),
            "filed",
            "cases.case.dispatch",
            "cases.case_recalled",
        ),
        Step(
            "accept",
            Label("接收", "Accept"),
            ("dispatched",),
            "handling",
            "cases.case.handle",
            "cases.case_accepted",
        ),
        Step(
            "return",
            Label("回退", "Return"),
            _WITH_UNIT,
            "filed",
            "cases.case.handle",
            "cases.case_returned",
            needs=(_REASON,),
        ),
        Step(
            "contact",
            Label("先行联系", "First contact"),
            _WITH_UNIT,
            None,
            "cases.case.handle",
            "cases.resident_contacted",
            needs=(Need("note", Label("联系情况", "What was said")),),
        ),
        Step(
            "do_step",
            Label("办一步", "Do a step"),
            ("reported", "verified", "filed", "dispatched", "handling", "handed_in"),
            None,
            "work.task.do",
            "cases.case_step_done",
            needs=(
                Need("task", Label("哪一步", "Which step")),
                Need("result", Label("办成怎样", "How it ended")),
                _NOTE,
            ),
        ),
        Step(
            "hand_in",
            Label("交结果", "Hand in"),
            ("handling",),
            "handed_in",
            "cases.case.handle",
            "cases.case_handed_in",
            needs=(
                Need("resolution", Label("办成怎样", "How it ended"), NeedKind.CHOICE, RESOLUTIONS),
                Need("result", Label("办理结果", "What was done")),
            ),
        ),
        Step(
            "send_back",
            Label("返工", "Send back"),
            ("handed_in",),
            "handling",
            "cases.case.check",
            "cases.case_sent_back",
            needs=(_REASON,),
        ),
        Step(
            "close",
            Label("核查通过，结案", "Confirm and close"),
            ("handed_in",),
            "closed",
            "cases.case.check",
            "cases.case_closed",
            needs=(Need("condition", Label("结案条件", "Closing condition"), NeedKind.REFERENCE), _NOTE),
            guards=(Guard("condition of the filed standard", condition_belongs_to_standard),),
        ),
        Step(
            "call_back",
            Label("回访", "Call back"),
            ("closed",),
            None,
            "cases.case.callback",
            "cases.case_called_back",
            needs=(
                Need("contacted", Label("先行联系了吗", "Contacted first"), NeedKind.CHOICE, ANSWERS),
                Need("solved", Label("解决了吗", "Solved"), NeedKind.CHOICE, ANSWERS),
                Need("explained", Label("解释清楚了吗", "Explained"), NeedKind.CHOICE, ANSWERS),
                Need("satisfaction", Label("满意吗", "Satisfied"), NeedKind.CHOICE, SATISFACTION, optional=True),
                _NOTE,
            ),
        ),
        Step(
            "rate",
            Label("评价", "Rate"),
            ("closed",),
            None,
            "cases.case.follow",
            "cases.case_rated",
            needs=(
                Need("solved", Label("修好了吗", "Is it solved"), NeedKind.CHOICE, ANSWERS[:2]),
                Need("satisfaction", Label("这次办得怎么样", "How was it done"), NeedKind.CHOICE, SATISFACTION),
                Need("comment", Label("还想说的", "Anything else"), optional=True),
            ),
            guards=(Guard("rated once", rated_once),),
        ),
        Step(
            "add_facts",
            Label("补充情况", "Add facts"),
            ("reported", "verified", "filed", "dispatched", "handling", "handed_in"),
            None,
            "cases.case.follow",
            "cases.facts_added",
            needs=(Need("facts", Label("新情况", "New facts")),),
        ),
        Step(
            "add_photos",
            Label("补照片", "Add photos"),
            ("reported", "verified", "filed", "dispatched", "handling", "handed_in"),
            None,
            "cases.case.report",
            "cases.photos_added",
            needs=(Need("kind", Label("什么照片", "Which photo"), NeedKind.CHOICE, PHOTO_KINDS),),
        ),
        Step(
            "ask_again",
            Label("再次诉求", "Ask again"),
            ("closed",),
            "filed",
            "cases.case.follow",
            "cases.case_asked_again",
            needs=(
                Need(
                    "facts",
                    Label("有什么新情况", "What is new"),
                    why=Label("有新情况才会再办一次", "it is taken up again when there is something new"),
                ),
            ),
            guards=(Guard("asked again once", asked_again_once),),
        ),
        Step(
            "record_closing",
            Label("补录结案", "Bring in the closing"),
            ("handling", "handed_in"),
            "closed",
            "cases.case.record",
            "cases.case_recorded",
        ),
        Step(
            "move",
            Label("改按另一版办", "Go by another version"),
            ("reported", "verified", "filed", "dispatched", "handling", "handed_in"),
            None,
            "work.scenario.publish",
            "cases.case_moved",
            needs=(
                Need(
                    "to",
                    Label("哪一版", "Which version"),
                    NeedKind.REFERENCE,
                    why=Label("只有接得上才会改；办过的不重办", "only where it fits on; nothing done is done again"),
                ),
            ),
        ),
        Step(
            "plan_again",
            Label("重新排办", "Plan again"),
            ("reported", "verified", "filed", "dispatched", "handling", "handed_in"),
            None,
            "cases.case.plan",
            "cases.case_planned",
        ),
        Step(
            "reckon",
            Label("重算到期", "Reckon again"),
            ("reported", "verified", "filed", "dispatched", "handling", "handed_in"),
            None,
            "cases.case.plan",
            "cases.case_reckoned",
        ),
        Step(
            "speak",
            Label("过了时限，按场景告知", "Say what the scenario says when late"),
            ("reported", "verified", "filed", "dispatched", "handling", "handed_in"),
            None,
            "cases.case.plan",
            "cases.messages_said",
        ),
        Step(
            "archive",
            Label("归档", "Archive"),
            ("closed",),
            "archived",
            "cases.case.archive",
            "cases.case_archived",
        ),
    ),
)
