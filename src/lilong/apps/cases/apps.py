"""Cases' place in the house."""

from __future__ import annotations

from lilong.apps.cases.lifecycle import BIRTHS, CASE
from lilong.kernel.words import Label
from lilong.ledger.rooms import Duty, MenuItem, Retention, Room, SubjectPort

_WITH_CASE = Label("与事项同存；文字可删，账本只留摘要", "as long as the case; words may be erased before")


class CasesRoom(Room):
    """One matter handled well (高效处置一件事)."""

    name = "lilong.apps.cases"
    label = "cases"
    title = Label("事项", "Cases")
    lifecycles = (CASE,)
    events = tuple(sorted({*CASE.events, *BIRTHS.values()}))
    subjects = {
        CASE.name: SubjectPort(
            cards="lilong.apps.cases.queries.cards",
            finish="lilong.apps.cases.commands.stepping.finish_step",
            frame="lilong.apps.cases.rules.FRAME",
            histories="lilong.apps.cases.queries.histories.histories",
            running="lilong.apps.cases.queries.counts.running_cases",
        )
    }
    readers = {
        "organisations.missing_resolved": ("lilong.apps.cases.jobs.plan_again",),
        "calendars.year_published": ("lilong.apps.cases.jobs.year_published",),
        "work.task_raised": ("lilong.apps.cases.jobs.task_raised",),
    }
    resident_duties = frozenset({"cases.case.report", "cases.case.follow"})
    duties = (
        Duty("cases.case.report", Label("上报", "report")),
        Duty("cases.case.record", Label("导入登记过的事", "bring in past matters")),
        Duty("cases.case.verify", Label("核实", "verify")),
        Duty("cases.case.file", Label("立案", "file")),
        Duty("cases.case.merge", Label("并案", "merge")),
        Duty("cases.case.dispatch", Label("派遣", "dispatch")),
        Duty("cases.case.handle", Label("处理", "handle")),
        Duty("cases.case.check", Label("核查结案", "check and close")),
        Duty("cases.case.callback", Label("回访", "call back")),
        Duty("cases.case.view", Label("查看", "look")),
        Duty("cases.case.follow", Label("跟进自己的事", "follow one's own matter")),
        Duty("cases.case.archive", Label("归档", "archive")),
        Duty("cases.case.plan", Label("重新排办", "plan again")),
    )
    retention = tuple(
        Retention(table, None, _WITH_CASE)
        for table in ("cases_case", "cases_text", "cases_note", "cases_photo", "cases_rating", "cases_callback")
    )
    menu = (
        MenuItem(Label("派单队列", "Dispatch queue"), "cases:queue", "flow", "cases.case.dispatch"),
        MenuItem(Label("全部事项", "All matters"), "cases:all", "list", "cases.case.view"),
        MenuItem(Label("替人上报", "Report for somebody"), "cases:report_for", "plus", "cases.case.report"),
    )
