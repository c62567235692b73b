"""Playing one matter through its life, by the same commands that the pages use, at times of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import Report, Source
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey, Routed, Stage
from lilong.apps.work.terms import Role
from lilong.kernel.actors import ANONYMOUS, Actor, ActorKind
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.rooms import resident_duties
from lilong.project.demo.founding import CITY, KEYS
from lilong.project.demo.handing import answers_to, handed_in
from lilong.project.demo.matters import Matter
from lilong.project.demo.stage import Spot, actor_of

_DUTY = {
    Stage.VERIFY: "cases.case.verify",
    Stage.FILE: "cases.case.file",
    Stage.DISPATCH: "cases.case.dispatch",
    Stage.HANDLE: "cases.case.handle",
    Stage.CHECK: "cases.case.check",
}
_LAST_STAGE = {
    "still_open_received": None,
    "still_open_verify": None,
    "still_open_file": Stage.VERIFY,
    "still_open_dispatch": Stage.FILE,
    "still_open_handle": Stage.DISPATCH,
    "still_open_check": Stage.HANDLE,
}


_NO_CASE = UUID(int=0)
_OWN_STEPS_MAX = 60


@dataclass
class Run:
    """One matter being played: what it is called in the database, where it stands in time, until when it may go on."""

    matter: Matter
    key: CategoryKey
    random: Random
    at: datetime
    until: datetime
    case: UUID = _NO_CASE
    area: AreaCode = CITY
    number: str = ""
    rounds: int = 1

    def envelope(self, step: str, minutes: float = 0) -> CommandKey:
        """The next command's key, ``minutes`` later; the same whenever the day is played again."""
        self.at += timedelta(minutes=minutes)
        name = f"matter {self.matter.row} {step} {self.rounds}"
        return CommandKey(uuid5(KEYS, name), self.at, hashlib.sha256(name.encode()).digest())

    @property
    def is_over(self) -> bool:
        """Whether the next step would lie in the future of whoever looks."""
        return self.at >= self.until


def play(run: Run, spot: Spot, original: UUID | None) -> UUID:
    """Play a matter as its storyline says, as far as time allows; returns the case."""
    _report(run, spot)
    story = run.matter.storyline
    if story == "merged" and original:
        _merge(run, original)
        return run.case
    if story == "declined":
        _look(run)
        _decline(run)
        return run.case
    for stage in _stages(story):
        if run.is_over or not _STEPS[stage](run):
            return run.case
    _afterwards(run)
    return run.case


def _stages(story: str) -> Iterator[Stage]:
    last = _LAST_STAGE.get(story, Stage.CHECK)
    if last is None:
        return
    for stage in Stage:
        yield stage
        if stage is last:
            return


def _report(run: Run, spot: Spot) -> None:
    matter = run.matter
    report = Report(
        category=str(run.key),
        title=matter.title_zh,
        body=matter.body_zh,
        place=spot.where(),
        city=CITY,
        source=Source(matter.source),
        anonymous=matter.anonymous,
        private=matter.private,
    )
    receipt = cases.report_case(by=_reporter(matter), key=run.envelope("report"), report=report)
    run.case, run.number = receipt.subject, str(receipt.details["number"])
    follower = _follower(run)
    run.area = cases.case_view(seen_by=follower, at=run.at, number=run.number).row.area


def _reporter(matter: Matter) -> Actor:
    if matter.source in (Source.WORKER, Source.PATROL, Source.HOTLINE):
        name = Label("演示上报岗", "demonstration reporter")
        return Actor(ActorKind.STAFF, name, CITY, frozenset({"cases.case.report"}), post=0)
    return Actor(ANONYMOUS.kind, ANONYMOUS.name, duties=resident_duties())


def _follower(run: Run) -> Actor:
    resident = Label("居民", "the resident")
    return Actor(ActorKind.ANONYMOUS, resident, duties=resident_duties(), subjects=frozenset({run.case}))


def _who(run: Run, stage: Stage) -> Actor | None:
    routing = organisations.route_stage(run.key, area=run.area, stage=stage, at=run.at)
    return actor_of(routing.unit.id, _DUTY[stage]) if isinstance(routing, Routed) else None


def _state(run: Run) -> str:
    return cases.case_view(seen_by=_follower(run), at=run.at, number=run.number).row.state


def _look(run: Run) -> bool:
    if _state(run) != "reported":
        return True
    by = _who(run, Stage.VERIFY)
    if by is None:
        return False
    key, answers = run.envelope("verify", run.random.uniform(8, 70)), _answers(run, Stage.VERIFY)
    cases.verify_case(by=by, key=key, case=run.case, finding="confirmed", answers=answers)
    return True


def _file(run: Run) -> bool:
    by = _who(run, Stage.FILE)
    standards = organisations.standards_of(run.key, area=run.area, at=run.at)
    if by is None or not standards:
        return False
    chosen = standards[0] if run.matter.storyline == "urgent" else standards[-1]
    cases.file_case(by=by, key=run.envelope("file", run.random.uniform(3, 15)), case=run.case, standard=chosen.id)
    return True


def take_own_steps(run: Run) -> bool:
    """Take every open step that only the scenario knows, until none is left; False when somebody is missing."""
    for _ in range(_OWN_STEPS_MAX):
        view = cases.case_view(seen_by=_follower(run), at=run.at, number=run.number)
        left = (task for task in view.tasks if task.ended_at is None and not task.act)
        own = [task for task in left if task.role is not Role.SUPERVISOR]
        # Who hands in together with others waits for them: co-handlers first.
        own.sort(key=lambda task: (task.role is Role.LEAD, task.started_at, task.step, task.unit))
        if not own:
            return True
        by = actor_of(own[0].unit, "work.task.do")
        if by is None or run.is_over:
            return False
        key = run.envelope(f"step {own[0].step} {own[0].unit}", run.random.uniform(6, 50))
        cases.finish_step(
            by=by, key=key, subject=run.case, task_key=own[0].step, handed=handed_in(view.scenario, own[0].step)
        )
    return False


def _dispatch(run: Run) -> bool:
    by = _who(run, Stage.DISPATCH)
    routing = organisations.route_stage(run.key, area=run.area, stage=Stage.HANDLE, at=run.at)
    if by is None or not isinstance(routing, Routed):
        return False
    co_units = tuple(unit.id for unit in routing.co_units)
    key = run.envelope("dispatch", run.random.uniform(2, 12))
    cases.dispatch_case(by=by, key=key, case=run.case, unit=routing.unit.id, co_units=co_units)
    return True


def _handle(run: Run) -> bool:
    by = _who(run, Stage.HANDLE)
    if by is None:
        return False
    if run.matter.storyline == "returned":
        key = run.envelope("return", run.random.uniform(10, 40))
        cases.return_case(by=by, key=key, case=run.case, reason=run.matter.return_reason_zh)
        run.rounds += 1
        return _dispatch(run) and _handle_on(run, by)
    return _handle_on(run, by)


def _handle_on(run: Run, by: Actor) -> bool:
    cases.accept_case(by=by, key=run.envelope("accept", run.random.uniform(4, 30)), case=run.case)
    result = run.matter.handler_result_zh or "已到现场处理。"
    if run.matter.storyline in {"sent_back", "asked_again"}:
        result = run.matter.first_result_zh
    run.at += _handling_time(run)
    return not run.is_over and _hand_in(run, by, result)


def _hand_in(run: Run, by: Actor, result: str) -> bool:
    if not take_own_steps(run):
        return False
    resolution = "explained" if run.matter.storyline == "explained" else "solved"
    key, answers = run.envelope("hand_in"), _answers(run, Stage.HANDLE)
    cases.hand_in_case(by=by, key=key, case=run.case, resolution=resolution, result=result, answers=answers)
    return True


def _answers(run: Run, stage: Stage) -> dict[str, object]:
    """Ordinary answers to what the scenario asks at a stage."""
    scenario = cases.case_view(seen_by=_follower(run), at=run.at, number=run.number).scenario
    return answers_to(scenario, [name for step in scenario.steps if step.act == stage for name in step.fields])


def _handling_time(run: Run) -> timedelta:
    view = cases.case_view(seen_by=_follower(run), at=run.at, number=run.number)
    left = max((view.row.due_at or run.at) - run.at, timedelta(hours=1))
    share = run.random.uniform(1.05, 1.5) if run.matter.storyline == "overdue" else run.random.uniform(0.1, 0.6)
    return left * share


def _check(run: Run) -> bool:
    by, handler = _who(run, Stage.CHECK), _who(run, Stage.HANDLE)
    if by is None or handler is None:
        return False
    run.at += timedelta(minutes=run.random.uniform(15, 100))
    if run.is_over:
        return False
    if run.matter.storyline == "sent_back":
        reason = run.matter.return_reason_zh
        cases.send_back_case(by=by, key=run.envelope("send_back"), case=run.case, reason=reason)
        run.rounds += 1
        run.at += timedelta(hours=run.random.uniform(1, 5))
        if not _hand_in(run, handler, run.matter.handler_result_zh):
            return False
    return _close(run, by)


def _close(run: Run, by: Actor) -> bool:
    if not take_own_steps(run):
        return False
    view = cases.case_view(seen_by=by, at=run.at, number=run.number)
    if view.standard is None:
        raise LookupError(f"case {run.number} reached its check without a standard")
    note = run.matter.checker_note_zh
    key = run.envelope("close", run.random.uniform(10, 60))
    answers = _answers(run, Stage.CHECK)
    cases.close_case(by=by, key=key, case=run.case, condition=view.standard.id, note=note, answers=answers)
    return True


def _afterwards(run: Run) -> None:
    """What the resident does once it is closed: ask again, or rate."""
    matter = run.matter
    if matter.storyline == "asked_again":
        _ask_again(run)
    if matter.rating:
        solved = "no" if matter.rating == "dissatisfied" else "yes"
        cases.rate_case(
            by=_follower(run),
            key=run.envelope("rate", run.random.uniform(60, 600)),
            case=run.case,
            solved=solved,
            satisfaction=matter.rating,
            comment=matter.resident_comment_zh,
        )


def _ask_again(run: Run) -> None:
    key = run.envelope("ask_again", run.random.uniform(60, 300))
    cases.ask_again(by=_follower(run), key=key, case=run.case, facts=run.matter.return_reason_zh)
    run.rounds += 1
    handler, checker = _who(run, Stage.HANDLE), _who(run, Stage.CHECK)
    if _dispatch(run) and handler and checker:
        cases.accept_case(by=handler, key=run.envelope("accept", 12), case=run.case)
        run.at += timedelta(hours=3)
        if _hand_in(run, handler, run.matter.handler_result_zh):
            _close(run, checker)


def _decline(run: Run) -> None:
    if by := _who(run, Stage.FILE):
        key = run.envelope("decline", run.random.uniform(5, 40))
        cases.decline_case(by=by, key=key, case=run.case, reason=run.matter.return_reason_zh)


def _merge(run: Run, original: UUID) -> None:
    if by := _who(run, Stage.FILE):
        merging = actor_of(by.unit or 0, "cases.case.merge")
        if merging:
            key = run.envelope("merge", run.random.uniform(5, 20))
            cases.merge_case(by=merging, key=key, case=run.case, original=original)


_STEPS = {Stage.VERIFY: _look, Stage.FILE: _file, Stage.DISPATCH: _dispatch, Stage.HANDLE: _handle, Stage.CHECK: _check}
