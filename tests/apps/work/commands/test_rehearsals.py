"""Kept rehearsals: asked once, run on the real past of an area, reported once, bound in the journal."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from lilong.apps.cases.queries.histories import histories
from lilong.apps.work import public as work
from lilong.apps.work.commands.rehearsals import (
    LOAD_MOST,
    PERIOD_MOST,
    Sources,
    begin_rehearsal,
    run_rehearsal,
)
from lilong.apps.work.models.rehearsals import KeptRehearsal
from lilong.apps.work.queries.rehearsals import rehearsal, rehearsals_of
from lilong.apps.work.terms import LoadShare, RehearsalAsked, RehearsalCard, Stand, StatedLoad
from lilong.kernel.actors import machine
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry, OutboxEvent
from lilong.ledger.scope import reading
from tests.apps.cases.test_recording import LONG_AGO, OPENED, matter, record
from tests.apps.work.shelved import LAMP_WAY, written
from tests.city import LAMP, NOW, STREET, City, envelope

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=1)
SOURCES = Sources(lambda reference: work.ready(reference).scenario, lambda _kind: histories)
LOOK_FIRST = LAMP_WAY.replace(
    "limit: catalogue, after: [dispatch], checked_by: check}",
    """limit: catalogue, after: [secure], checked_by: check}
  - {step: secure, title: {zh: 先设警示, en: Secure it}, hand_in: {zh: 设了什么, en: what}, after: [dispatch],
     who: {function: community_committee, level: community}, limit: {amount: 4, clock: natural_hours}}""",
)


def asked(version: UUID, **changes: Any) -> RehearsalAsked:
    """The street's draft beside the ordinary way, over more than half a year."""
    present = work.ordinary().scenario.reference
    plain = RehearsalAsked(version, present, NOW - timedelta(days=300), LATER)
    return replace(plain, **changes)


def begun(city: City, **changes: Any) -> UUID:
    """A rehearsal that the street's keeper asked for."""
    wanted = asked(written(city, LOOK_FIRST), **changes)
    return begin_rehearsal(by=city.actor("keeper"), key=envelope(), asked=wanted).subject


def shown(city: City, subject: UUID) -> RehearsalCard:
    """What the keeper's page shows of it."""
    return rehearsal(seen_by=city.actor("keeper"), rehearsal=subject)


def entries(subject: UUID) -> list[JournalEntry]:
    """Its journal."""
    with reading(machine(Label("测试", "test"), frozenset())):
        return list(JournalEntry.objects.filter(subject=subject).order_by("seq"))


def lived(city: City, count: int = 12) -> None:
    """Lamps of another register, each mended after so many hours."""
    closed = {str(n): OPENED + HOUR * (n + 1) for n in range(count)}
    record(*(matter(city, number, closed_at=at) for number, at in closed.items()))


def test_a_rehearsal_runs_on_the_past_of_the_area_and_keeps_its_report(city: City) -> None:
    lived(city)
    subject = begun(city)
    assert shown(city, subject).stand is Stand.WAITING
    run_rehearsal(subject, LATER, SOURCES)
    card = shown(city, subject)
    assert (card.stand, card.done, card.total, card.finished_at) == (Stand.DONE, 12, 12, LATER)
    report = card.report
    assert report is not None
    assert (report.present.matters, report.new.matters) == (12, 12)
    assert report.new_pieces == {"secure": 12}
    assert [found.holdout for found in report.validity] == [False, True]
    assert report.validity[0].compared == 12
    assert any("导入" in label.zh for label in report.honesty)
    assert report.present.units[0].unit == city.handler.unit


def test_the_journal_binds_the_report_and_tells_who_asked(city: City) -> None:
    lived(city)
    subject = begun(city, seed=11)
    run_rehearsal(subject, LATER, SOURCES)
    first, last = entries(subject)
    assert (first.step, first.data["seed"], first.actor) == ("work.rehearsal.begin", 11, city.actor("keeper").mark)
    kept = KeptRehearsal.objects.using("owner").get(pk=subject).report
    assert last.data["report"] == hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
    topics = OutboxEvent.objects.filter(subject=subject).order_by("id").values_list("topic", flat=True)
    assert list(topics) == ["work.rehearsal_begun", "work.rehearsal_ended"]


def test_run_twice_it_is_reported_once(city: City) -> None:
    lived(city)
    subject = begun(city)
    run_rehearsal(subject, LATER, SOURCES)
    run_rehearsal(subject, LATER + HOUR, SOURCES)
    assert len(entries(subject)) == 2
    assert shown(city, subject).finished_at == LATER


def test_without_a_past_it_says_so(city: City) -> None:
    subject = begun(city)
    run_rehearsal(subject, LATER, SOURCES)
    card = shown(city, subject)
    assert (card.stand, card.report) == (Stand.FAILED, None)
    assert card.why_failed is not None
    assert "没有可以演练的事" in card.why_failed.zh
    assert "没有可以演练的事" in entries(subject)[1].data["why"]["zh"]


def test_beside_a_version_that_never_was_it_says_so(city: City) -> None:
    lived(city)
    subject = begun(city, present="nothing@7")
    run_rehearsal(subject, LATER, SOURCES)
    card = shown(city, subject)
    assert card.stand is Stand.FAILED
    assert card.why_failed is not None
    assert "nothing@7" in card.why_failed.zh


def test_a_stated_load_is_lived_with_what_the_past_teaches(city: City) -> None:
    lived(city)
    load = StatedLoad(date(2026, 8, 3), 3, 10, (LoadShare(city.grid, str(LAMP), facts={"verifies": False}),))
    subject = begun(city, load=load)
    run_rehearsal(subject, LATER, SOURCES)
    report = shown(city, subject).report
    assert report is not None
    assert (report.new.matters, report.validity) == (30, ())
    assert report.new.stuck == 0
    assert shown(city, subject).is_stated


def test_the_list_of_a_version_leaves_the_reports_out(city: City) -> None:
    lived(city)
    subject = begun(city)
    run_rehearsal(subject, LATER, SOURCES)
    version = shown(city, subject).version
    (card,) = rehearsals_of(seen_by=city.actor("keeper"), version=version)
    assert (card.id, card.stand, card.report) == (subject, Stand.DONE, None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"until": NOW - timedelta(days=300)}, "work.rehearsal_period"),
        ({"since": LATER - PERIOD_MOST - HOUR}, "work.rehearsal_period"),
        ({"seed": 2**63}, "work.rehearsal_seed"),
        (
            {"load": StatedLoad(date(2026, 8, 3), 2, LOAD_MOST, (LoadShare(STREET, "x"),))},
            "work.rehearsal_load",
        ),
    ],
)
def test_an_unfit_question_is_refused_and_nothing_is_kept(city: City, changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as found:
        begun(city, **changes)
    assert (found.value.kind, found.value.refusals[0].code) == (RefusalKind.INVALID, code)
    assert KeptRehearsal.objects.using("owner").count() == 0


def test_without_the_duty_or_of_an_unknown_version_it_is_refused(city: City) -> None:
    version = written(city, LOOK_FIRST)
    with pytest.raises(Refused) as denied:
        begin_rehearsal(by=city.passer_by, key=envelope(), asked=asked(version))
    assert denied.value.kind is RefusalKind.DENIED
    with pytest.raises(Refused) as absent:
        begin_rehearsal(by=city.actor("keeper"), key=envelope(), asked=asked(uuid4()))
    assert absent.value.kind is RefusalKind.ABSENT
    assert KeptRehearsal.objects.using("owner").count() == 0


def test_the_same_key_asks_once(city: City) -> None:
    version, key = written(city, LOOK_FIRST), envelope()
    first = begin_rehearsal(by=city.actor("keeper"), key=key, asked=asked(version))
    second = begin_rehearsal(by=city.actor("keeper"), key=key, asked=asked(version))
    assert second.replayed
    assert first.subject == second.subject
    assert KeptRehearsal.objects.using("owner").count() == 1


def test_a_case_that_was_closed_long_ago_counts_in_its_own_time(city: City) -> None:
    record(matter(city, "1", closed_at=LONG_AGO))
    subject = begun(city)
    run_rehearsal(subject, LATER, SOURCES)
    report = shown(city, subject).report
    assert report is not None
    assert report.present.took.median == pytest.approx((LONG_AGO - OPENED) / HOUR, abs=0.1)
