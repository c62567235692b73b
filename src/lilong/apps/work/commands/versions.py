"""Versions of scenarios: written, edited, submitted, approved by a second person, published by stages, withdrawn."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from django.db import connection
from django.db.models import F, Max, QuerySet, Value
from django.db.models.functions import Greatest
from django.utils.timezone import localtime

from lilong.apps.work.lifecycle import BIRTHS, PUBLISH, SCENARIO, WRITE
from lilong.apps.work.models import Edition, Publication, ScenarioNote, ScenarioVersion
from lilong.apps.work.models.frames import frames, scenario_of
from lilong.apps.work.rules.files import write_scenario
from lilong.apps.work.terms import ANY, WHOLE_SHARE, Finding, Reach, Scenario, ScenarioFaults, Severity
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.because import Because, Ground
from lilong.kernel.ids import new_salt, salted_digest
from lilong.kernel.keys import CommandKey
from lilong.kernel.lifecycle import Facts
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, denied, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed, Outcome, Target, Turn, act, amend
from lilong.ledger.receipts import Receipt

Checker = Callable[[Scenario], tuple[Finding, ...]]
# How many matters still go by a version, by its reference.
Running = Callable[[str], int]

VERSION = Label("场景版本", "version of a scenario")
WRITTEN = Deed("write", Label("编写场景", "write scenarios"), WRITE, BIRTHS[WRITE], SCENARIO.name)
NUMBER_MOST = 9999
_SUBJECTS = UUID("0b9d6a1e-5c0f-4d0c-8a42-6d1c7c8f2f53")
_NUMBER_LINE = re.compile(r"(?m)^version:.*$")
# The names of the files that come with the platform; their first version is not in the table.
_SHIPPED = {"dispatch-handle-check": 1}


def write_scenario_version(*, by: Actor, key: CommandKey, text: str, area: AreaCode, origin: str = "") -> Receipt:
    """Keep ``text`` as a new draft of ``area``, as the next version of the name it gives.

    ``origin`` is the reference it was copied from. The receipt's details carry ``reference``.
    Refused: denied; every fault of the file, with its line.
    """

    def change() -> Outcome:
        scenario = _read(text)
        number = _next_number(scenario.name)
        row = ScenarioVersion(id=subject, area=area.digits, state="draft", version=1, name=scenario.name, number=number)
        row.kind, row.origin, row.writers = scenario.kind, origin[:60], []
        _write(row, text, by, key)
        row.save(force_insert=True)
        data = {"reference": row.reference, "digest": row.digest, "origin": row.origin}
        return Outcome(data=data, news={"reference": row.reference}, details={"reference": row.reference})

    subject = uuid5(_SUBJECTS, str(key.id))
    return amend(by=by, key=key, deed=WRITTEN, area=area, subject=subject, change=change)


def edit_scenario_version(*, by: Actor, key: CommandKey, version: UUID, text: str) -> Receipt:
    """Replace the text of a draft; its name, kind and number stay.

    Refused: denied; not a draft any more; every fault of the file; another name or kind than the draft has.
    """

    def change(turn: Turn[ScenarioVersion]) -> Outcome:
        row, scenario = turn.row, _read(text)
        if (scenario.name, scenario.kind) != (row.name, row.kind):
            raise invalid(
                "work.scenario_renamed",
                Label("修改草稿不能改名称和事类。", "Editing a draft keeps its name and its kind."),
                Label("请另写一个新场景。", "Write a new scenario instead."),
                "text",
            )
        before = row.digest
        _write(row, text, by, key)
        return _outcome(row, {"before": before, "digest": row.digest})

    return _take(by, key, version, "edit", {}, change)


def submit_scenario_version(*, by: Actor, key: CommandKey, version: UUID, checker: Checker) -> Receipt:
    """Hand a draft over for approval. Refused while the check finds something that must be mended."""
    findings: list[Finding] = []

    def facts(row: ScenarioVersion) -> Facts:
        if row.state == "draft" and by.holds(WRITE, row.area_code):
            findings.extend(checker(scenario_of(row.text)))
        return {"faults": [finding.text for finding in findings if finding.severity is Severity.MUST]}

    def change(turn: Turn[ScenarioVersion]) -> Outcome:
        turn.row.submitted_at = key.at
        turn.row.findings = [_kept(finding) for finding in findings]
        kinds = sorted(finding.kind for finding in findings)
        return _outcome(turn.row, {"digest": turn.row.digest, "findings": kinds})

    target = Target(SCENARIO, ScenarioVersion, version, VERSION, facts)
    return act(by=by, key=key, target=target, step="submit", inputs={}, change=change)


def send_back_scenario_version(*, by: Actor, key: CommandKey, version: UUID, reason: str) -> Receipt:
    """Give a submitted version back to be edited, with the reason."""

    def change(turn: Turn[ScenarioVersion]) -> Outcome:
        turn.row.submitted_at = None
        return _outcome(turn.row, _noted(turn, "sent_back", reason))

    return _take(by, key, version, "send_back", {"reason": reason}, change)


def approve_scenario_version(*, by: Actor, key: CommandKey, version: UUID, note: str = "") -> Receipt:
    """Approve a submitted version: a person who is signed in and who wrote none of it."""

    def change(turn: Turn[ScenarioVersion]) -> Outcome:
        row = turn.row
        row.approved_by, row.approver, row.approved_at = by.mark, by.name.as_json(), key.at
        words = Label("{post}看过后批准。", "{post} looked at it and approved it.").filled(post=by.name)
        because = Because(Ground.CHOICE, words, by.mark)
        return _outcome(row, {"digest": row.digest, **_noted(turn, "approved", note)}, (because,))

    inputs = {"note": note, "approver": by.account}
    return _take(by, key, version, "approve", inputs, change)


def publish_scenario_version(*, by: Actor, key: CommandKey, version: UUID, reach: Reach, evidence: str) -> Receipt:
    """Put an approved version in force where ``reach`` says, at once.

    What it widens or replaces ends: publications of this version inside ``reach``; at a share of 100 also those of
    other versions of the name inside it. Whatever was begun before goes on by its own version.
    Refused: denied, in the version's area or in the one it is published to; a share outside 1 to 100; types of area the
    scenario is not for; the same publication twice.
    """

    reach = replace(reach, area_types=tuple(sorted(set(reach.area_types))))

    def change(turn: Turn[ScenarioVersion]) -> Outcome:
        row = turn.row
        if not by.holds(PUBLISH, reach.area):
            raise denied(PUBLISH, SCENARIO.steps["publish"].label)
        _refuse_bad_reach(scenario_of(row.text), reach)
        Edition.renew()
        ended = _end_replaced(row, reach, key)
        salt = new_salt()
        publication = Publication(
            id=uuid5(row.id, str(key.id)),
            version=row,
            area=reach.area.digits,
            area_types=list(reach.area_types),
            share=reach.share,
            since=key.at,
            evidence=evidence.strip(),
            salt=salt,
            by=by.name.as_json(),
        )
        publication.save(force_insert=True)
        data = {
            **_reach_kept(reach),
            "publication": str(publication.id),
            "digest": row.digest,
            "approved_by": row.approved_by,
            "approved_at": row.approved_at.isoformat() if row.approved_at else None,
            "evidence": salted_digest(salt, evidence.strip()).hex(),
            "ended": ended,
        }
        return _outcome(row, data, (_because_approved(row),), {"publication": str(publication.id), "ended": ended})

    # The whole country has no digits, and is somewhere all the same.
    where = reach.area.digits or ANY
    inputs = {"area": where, "area_types": reach.area_types, "share": reach.share, "evidence": evidence}
    return _take(by, key, version, "publish", inputs, change)


def withdraw_scenario_version(*, by: Actor, key: CommandKey, version: UUID, reason: str, running: Running) -> Receipt:
    """Take a version out of force everywhere, with the reason. What runs by it goes on by it to its end.

    The receipt's details tell how many matters that are (``running``) and how many publications ended (``ended``).
    """

    def change(turn: Turn[ScenarioVersion]) -> Outcome:
        row = turn.row
        Edition.renew()
        ended = _end(Publication.objects.filter(version=row, until__isnull=True), key)
        going_on = running(row.reference)
        data = {"ended": ended, "running": going_on, **_noted(turn, "withdrawn", reason)}
        return _outcome(row, data, details={"ended": ended, "running": going_on})

    return _take(by, key, version, "withdraw", {"reason": reason}, change)


def discard_scenario_version(*, by: Actor, key: CommandKey, version: UUID) -> Receipt:
    """Give a draft up."""
    return _take(by, key, version, "discard", {}, lambda turn: _outcome(turn.row, {"digest": turn.row.digest}))


def _take(
    by: Actor,
    key: CommandKey,
    version: UUID,
    step: str,
    inputs: Facts,
    change: Callable[[Turn[ScenarioVersion]], Outcome],
) -> Receipt:
    target = Target(SCENARIO, ScenarioVersion, version, VERSION, lambda row: {"writers": row.writers})
    return act(by=by, key=key, target=target, step=step, inputs=inputs, change=change)


def _outcome(
    row: ScenarioVersion,
    data: Mapping[str, Any],
    because: tuple[Because, ...] = (),
    details: Mapping[str, Any] | None = None,
) -> Outcome:
    named = {"reference": row.reference}
    return Outcome(because, {**named, **data}, {**named, "name": row.name}, {**named, **(details or {})})


def _read(text: str) -> Scenario:
    try:
        return scenario_of(text)
    except ScenarioFaults as faults:
        refusals = tuple(
            Refusal(
                "work.scenario_fault",
                Label("第 {line} 行：{text}", "Line {line}: {text}").filled(line=fault.line, text=fault.text),
                fault.remedy,
                "text",
                f"line:{fault.line}",
            )
            for fault in faults.faults
        )
        raise Refused(RefusalKind.INVALID, refusals) from faults


def _write(row: ScenarioVersion, text: str, by: Actor, key: CommandKey) -> None:
    """Put the text into the row, under the row's own number."""
    numbered, scenario = _numbered(text, row.number)
    row.text, row.digest = numbered, hashlib.sha256(numbered.encode()).hexdigest()
    row.title_zh, row.title_en = scenario.title.zh, scenario.title.en
    row.purpose = scenario.purpose.as_json()
    row.categories = [pattern.rpartition(":")[2] for pattern in scenario.categories]
    row.written_by, row.writer, row.written_at = by.mark, by.name.as_json(), key.at
    row.findings = []
    if by.account is not None and by.account not in row.writers:
        row.writers = [*row.writers, by.account]


def _numbered(text: str, number: int) -> tuple[str, Scenario]:
    """The text with its own number: as its author wrote it but for that line; written anew where that is not enough."""
    wanted = replace(_read(text), version=number)
    line_changed = _NUMBER_LINE.sub(f"version: {number}", text, count=1)
    try:
        is_same = scenario_of(line_changed) == wanted
    except ScenarioFaults:
        is_same = False
    return (line_changed if is_same else write_scenario(wanted, frames())), wanted


def _next_number(name: str) -> int:
    with connection.cursor() as cursor:
        # Whoever writes a version of the same name at the same time waits here.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"work.scenario:{name}"])
    last = ScenarioVersion.objects.filter(name=name).aggregate(last=Max("number"))["last"]
    number = (last or _SHIPPED.get(name, 0)) + 1
    if number > NUMBER_MOST:
        raise invalid(
            "work.scenario_numbers_used_up",
            Label("这个名称的版本号已用完。", "The numbers of this name are used up."),
            Label("请换一个名称。", "Choose another name."),
            "text",
        )
    return number


def _refuse_bad_reach(scenario: Scenario, reach: Reach) -> None:
    refusals = []
    if not 1 <= reach.share <= WHOLE_SHARE:
        refusals.append(
            Refusal(
                "work.share_outside",
                Label("份额要在 1 到 100 之间。", "The share lies between 1 and 100."),
                Label("请先小后大，例如先 20。", "Begin small, for instance with 20."),
                "share",
            )
        )
    if ANY not in scenario.area_types and not set(reach.area_types) <= set(scenario.area_types):
        allowed = "、".join(scenario.area_types)
        refusals.append(
            Refusal(
                "work.area_type_unfit",
                Label("这个场景只用于：{types}。", "This scenario is for {types} only.").filled(types=allowed),
                Label("请从中选，或先改场景适用的类型。", "Choose among them, or change what the scenario is for."),
                "area_types",
            )
        )
    if refusals:
        raise Refused(RefusalKind.INVALID, tuple(refusals))


def _end_replaced(row: ScenarioVersion, reach: Reach, key: CommandKey) -> list[str]:
    """End what the new publication widens or replaces; returns their ids. The edition is locked by now."""
    running = Publication.objects.filter(version__name=row.name, until__isnull=True).select_related("version")
    ended = []
    for other in running.order_by("since", "id"):
        if other.version_id == row.id and other.reach == reach:
            raise Refused(RefusalKind.NOT_NOW, (_ALREADY,))
        is_own = other.version_id == row.id
        if reach.covers(other.reach) and (is_own or reach.share == WHOLE_SHARE):
            ended.append(other.id)
    _end(Publication.objects.filter(pk__in=ended), key)
    return [str(publication) for publication in ended]


def _end(publications: QuerySet[Publication], key: CommandKey) -> int:
    """End them now; one that began later than this was sent ends where it began."""
    return publications.update(until=Greatest(F("since"), Value(key.at)))


_ALREADY = Refusal(
    "work.published_already",
    Label("这一版已经这样发布了。", "This version is published like this already."),
    Label("要扩大，请改区域、类型或份额。", "To widen it, change the area, the types or the share."),
)


def _reach_kept(reach: Reach) -> dict[str, Any]:
    return {"where": reach.area.digits, "area_types": list(reach.area_types), "share": reach.share}


def _because_approved(row: ScenarioVersion) -> Because:
    approver = Label.from_json(row.approver) if row.approver else VERSION
    day = localtime(row.approved_at).date().isoformat() if row.approved_at else ""
    text = Label("{post}于 {day} 批准。", "{post} approved it on {day}.").filled(post=approver, day=day)
    return Because(Ground.CHOICE, text, row.approved_by)


def _noted(turn: Turn[ScenarioVersion], kind: str, words: str) -> dict[str, Any]:
    """Keep words as an erasable note; returns what the journal keeps of them: a salted digest."""
    text = words.strip()
    if not text:
        return {}
    salt = new_salt()
    by, at = turn.by.name.as_json(), turn.key.at
    ScenarioNote.objects.create(version=turn.row, kind=kind, text=text, salt=salt, by=by, at=at)
    return {"note": kind, "text": salted_digest(salt, text).hex()}


def _kept(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "severity": finding.severity.value,
        "text": finding.text.as_json(),
        "remedy": finding.remedy.as_json(),
        "step": finding.step,
    }
