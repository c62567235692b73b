"""Taking a report: the hot path of the platform, one round trip to the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from django.db import connection, transaction
from django.db.utils import Error

from lilong.apps.cases.commands.photos import Picture, keep_photos, read_photos
from lilong.apps.cases.commands.speaking import keep_notes, notes_of, told_of
from lilong.apps.cases.commands.steps import Hands, category_of, situation, unknown_category
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import CaseNote
from lilong.apps.cases.rules import first_state, grams, title_from
from lilong.apps.cases.terms import Report, Source
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryCard, NotRouted, Routed, Stage
from lilong.apps.people import public as people
from lilong.apps.places import public as places
from lilong.apps.places.terms import Located
from lilong.apps.work import public as work
from lilong.apps.work.public import Ready
from lilong.apps.work.terms import Facts, FactValue, Plan, Progress, Scenario
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor
from lilong.kernel.because import Because
from lilong.kernel.clocks import Limit, due_at
from lilong.kernel.ids import new_id, new_salt
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, denied
from lilong.kernel.words import Label
from lilong.ledger.acts import command_digest, reused_key
from lilong.ledger.receipts import Receipt

BODY_CHARACTERS_MAX = 4000
# A report by somebody whose post is to look needs no second look before filing.
_SEEN_ALREADY = frozenset({Source.WORKER, Source.PATROL})
REPORT_DUTY = "cases.case.report"


@dataclass(frozen=True, slots=True)
class _Intake:
    """Everything decided about a report before the database is asked once."""

    id: UUID
    category: CategoryCard
    located: Located
    state: str
    because: tuple[Because, ...]
    hands: Hands
    ready: Ready
    facts: Facts
    plan: Plan
    tasks: list[dict[str, Any]]
    limit: Limit | None
    due: datetime | None
    messages: list[CaseNote]

    @property
    def unhandled(self) -> tuple[NotRouted, ...]:
        """The gap of the catalogue by which nobody will handle it; told at once, not only when its turn comes."""
        handling = self.hands.routings[Stage.HANDLE]
        return (handling,) if isinstance(handling, NotRouted) else ()

    @property
    def has_gaps(self) -> bool:
        """Whether somebody is missing now or for the handling."""
        return bool(self.plan.unassigned or self.unhandled)


def report_case(*, by: Actor, key: CommandKey, report: Report) -> Receipt:
    """Take a report: place it, find who looks first and who will handle it, open the first task, answer with a receipt.

    The receipt's details hold ``number`` and ``due``. Raises :class:`~lilong.kernel.refusals.Refused`: invalid (naming
    the field: category, body, place, photo), denied, key reused. A missing responsibility refuses nobody: the case is
    taken and the gap lands with the catalogue's keeper.
    """
    _refuse_bad_words(report)
    pictures = read_photos(report.photos)
    intake = _decided(by, key.at, report)
    if pictures or intake.has_gaps or intake.messages or report.contact:
        return _written_with_more(by, key, report, (intake, pictures))
    with _binding_cursor() as cursor:
        return _written(cursor, by, key, report, intake)


def _decided(by: Actor, at: datetime, report: Report) -> _Intake:
    located = places.locate(report.place, city=report.city)
    if not by.holds(REPORT_DUTY, located.area):
        raise denied(REPORT_DUTY, Label("上报", "report"))
    wanted = category_of(report.category)
    category = organisations.category(wanted, area=located.area, at=at)
    if category is None:
        raise unknown_category(report.category)
    return _planned(at, located, category, report)


def _planned(at: datetime, located: Located, category: CategoryCard, report: Report) -> _Intake:
    case = new_id(at)
    ready = work.scenario_for(CASE.name, category.key.code, area=located.area, subject=case)
    given = facts_told(ready.scenario, report.answers)
    verifies = category.needs_verification and report.source not in _SEEN_ALREADY
    hands = Hands(category.key, located.area, at)
    plan = work.plan(
        ready, Progress(), None, situation(ready, {**given, "verifies": verifies}, located.area, at), hands.assign
    )
    handling = hands.routings[Stage.HANDLE]
    # What a resident may count on before a standard is chosen: the limit of the catalogue's row, if it has one.
    promised = handling.limit if isinstance(handling, Routed) else None
    return _Intake(
        case,
        category,
        located,
        first_state(is_verified=work.is_settled(plan.progress, ready.acts["verify"])),
        (*located.because, *handling.because),
        hands,
        ready,
        given,
        plan,
        work.opening_rows(plan, at),
        promised,
        due_at(at, promised, working_time(at)).at if promised else None,
        notes_of(work.messages_of(ready, given, plan), case, located.area, at),
    )


def facts_told(scenario: Scenario, answers: Mapping[str, object]) -> dict[str, FactValue]:
    """The facts of the scenario's start among the answers; a missing one refuses nobody: its steps say what then."""
    asked = [name for name in scenario.start if answers.get(name, "") != ""]
    return work.facts_given(scenario, asked, answers)


def _written_with_more(
    by: Actor, key: CommandKey, report: Report, intake_and_pictures: tuple[_Intake, tuple[Picture, ...]]
) -> Receipt:
    intake, pictures = intake_and_pictures
    with transaction.atomic(durable=True):
        if report.contact and report.reporter is None:
            guest = people.register_guest(by=by, key=key, guest=report.contact)
            report = replace(report, reporter=guest)
        with _binding_cursor() as cursor:
            receipt = _written(cursor, by, key, report, intake)
        if not receipt.replayed:
            keep_notes(intake.messages)
            keep_photos(receipt.subject, intake.located.area, pictures, "report", key.at)
            intake.hands.report(intake.plan, intake.ready.scenario, intake.unhandled)
    return receipt


def _binding_cursor() -> Any:
    """A cursor that sends statement and values apart, so that the server need not read the statement each time.

    Django's own writes the values into the statement, three kilobytes of it here.
    """
    connection.ensure_connection()
    plain: Any = psycopg.Cursor(connection.connection)
    return connection.make_debug_cursor(plain) if connection.queries_logged else connection.make_cursor(plain)


def _json(value: object) -> str:
    return _encode(value).decode()


_encode = msgspec.json.Encoder().encode
# The pieces by which a text is found go as one text: none holds a space, and a list would be written out in Python.
_CALL = f"SELECT cases_report({', '.join(['%s'] * 27)}, string_to_array(%s, ' '), %s, %s)"


def _written(cursor: Any, by: Actor, key: CommandKey, report: Report, intake: _Intake) -> Receipt:
    title = report.title.strip()[:200] or title_from(report.body, intake.category.resident.zh)
    address = report.place.address.strip()[:300] or intake.located.words.zh
    metres = intake.located.metres
    values = (
        key.id,
        command_digest(key, "cases.case.report", by),
        key.at,
        by.mark,
        _json(by.name.as_json()),
        intake.id,
        intake.located.area.digits,
        intake.state,
        str(intake.category.key),
        report.source.value,
        f"({metres.x},{metres.y})" if metres else None,
        intake.located.latitude,
        intake.located.longitude,
        intake.due,
        intake.limit.amount if intake.limit else None,
        intake.limit.kind.value if intake.limit else "",
        intake.ready.scenario.reference,
        _json(intake.plan.progress.as_json()),
        _json(intake.facts),
        report.reporter,
        report.anonymous,
        report.private or intake.category.private,
        _json([because.as_json() for because in intake.because]),
        title,
        report.body.strip(),
        address,
        new_salt(),
        " ".join(grams(title, report.body, address)),
        _json(intake.tasks),
        _json(_facts_kept(report, intake)),
    )
    try:
        cursor.execute(_CALL, values)
    except Error as error:
        raise reused_key(error) from error
    kept = json.loads(cursor.fetchone()[0])
    return Receipt.from_json(kept, replayed=kept.get("replayed", False))


def _facts_kept(report: Report, intake: _Intake) -> dict[str, Any]:
    """What the journal keeps of the report itself: nothing anybody wrote."""
    opened, unassigned = work.told(intake.tasks), list(intake.plan.unassigned)
    tasks: dict[str, Any] = {"closed": [], "opened": opened, "unassigned": unassigned}
    messages = {"messages": told_of(intake.messages)} if intake.messages else {}
    return {
        "source": report.source.value,
        "scenario": intake.ready.scenario.reference,
        "tasks": tasks,
        "flags": list(intake.located.flags),
        "answers": sorted(report.answers),
        **messages,
    }


def _refuse_bad_words(report: Report) -> None:
    refusals = []
    if not report.body.strip() and not report.title.strip():
        refusals.append(
            Refusal(
                "cases.body_missing",
                Label("还没有写是什么事。", "It does not say what the matter is."),
                Label("写一句话就够，例如“弄口路灯不亮”。", "One sentence is enough, such as “the lamp is out”."),
                "body",
            )
        )
    if len(report.body) > BODY_CHARACTERS_MAX:
        refusals.append(
            Refusal(
                "cases.body_too_long",
                Label("超过 {most} 字了。", "It is longer than {most} characters.").filled(most=BODY_CHARACTERS_MAX),
                Label("请写短一点，其余可以之后补充。", "Shorten it; more can be added later."),
                "body",
            )
        )
    if refusals:
        raise Refused(RefusalKind.INVALID, tuple(refusals))
