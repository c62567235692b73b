"""Intake: one effect a key, nothing half-written, a missing responsibility refuses nobody."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection

from lilong.apps.cases import public as cases
from lilong.apps.cases.models import Case, CaseText
from lilong.apps.cases.terms import CaseView, Report, Source
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.models import MissingResponsibility
from lilong.apps.places.terms import Where
from lilong.kernel.actors import Actor, ActorKind, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry, KeptReceipt, OutboxEvent
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading
from lilong.ledger.verify import verify
from tests.city import IN_THE_ZONE, NOW, STREET, ZONE, City, envelope, follower

ALL = machine(Label("全部", "all"), frozenset())


def written() -> tuple[int, ...]:
    """How many rows everything that intake writes holds."""
    with reading(ALL):
        tables = (Case, CaseText, JournalEntry, OutboxEvent, KeptReceipt)
        return tuple(table.objects.count() for table in tables)


def view(receipt: Receipt) -> CaseView:
    """The case as its reporter sees it."""
    number = str(receipt.details["number"])
    return cases.case_view(seen_by=follower(receipt.subject), at=NOW, number=number)


def test_a_report_is_placed_routed_and_promised(city: City) -> None:
    shown = view(city.reported())
    assert STREET.contains(shown.row.area)
    assert (shown.row.state, shown.row.title) == ("reported", "弄口第二根灯杆不亮")
    assert shown.row.due_at is not None
    assert [door.stands for door in shown.lane][:2] == ["behind", "here"]
    assert shown.lane[1].who is not None
    references = {because.reference.partition(":")[0] for because in shown.because}
    assert {"boundary", "responsibility"} <= references, references


def test_a_workers_own_report_needs_no_second_look(city: City) -> None:
    shown = view(city.reported(replace(city.lamp_out, source=Source.WORKER), by=city.verifier))
    assert shown.row.state == "verified"
    assert [task.step for task in shown.tasks] == ["file"]


def test_the_same_key_gets_the_same_receipt(city: City) -> None:
    key = envelope()
    first = city.reported(key=key)
    before = written()
    second = city.reported(key=key)
    assert (second.subject, second.details, second.replayed) == (first.subject, first.details, True)
    assert written() == before


def test_the_same_key_for_another_report_is_refused(city: City) -> None:
    key = envelope()
    city.reported(key=key)
    before = written()
    with pytest.raises(Refused) as refused:
        city.reported(key=replace(key, digest=b"other"))
    assert refused.value.kind is RefusalKind.KEY_REUSED
    assert written() == before


def test_one_key_sent_by_many_at_once_has_one_effect(city: City) -> None:
    key, gate, lamp_out = envelope(), threading.Barrier(6), city.lamp_out

    def send(_: int) -> Receipt:
        gate.wait()
        try:
            return cases.report_case(by=city.passer_by, key=key, report=lamp_out)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(send, range(6)))
    assert len({receipt.subject for receipt in receipts}) == 1
    assert sorted(receipt.replayed for receipt in receipts) == [False] + [True] * 5
    assert written()[0] == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"body": " "}, "body"),
        ({"body": "长" * 4001}, "body"),
        ({"category": "no such"}, "category"),
        ({"category": "gbt30428.2:2013:C9999"}, "category"),
        ({"place": Where(31.0, 121.0)}, None),
        ({"place": Where(0, 0)}, None),
        ({"place": Where(121.47, 31.23)}, None),
        ({"place": Where(31.23, None)}, None),
        ({"place": Where()}, "address"),
        ({"place": Where(31.23, 121.47, datum="mars")}, "datum"),
    ],
)
def test_a_bad_report_is_refused_by_its_field(city: City, change: dict[str, object], field: str | None) -> None:
    before = written()
    report: Report = replace(city.lamp_out, **change)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        city.reported(report)
    assert refused.value.kind is RefusalKind.INVALID
    assert refused.value.refusals[0].field == field if field else refused.value.refusals[0].field
    assert refused.value.refusals[0].remedy.zh
    assert written() == before


def test_a_post_without_the_duty_is_refused(city: City) -> None:
    before = written()
    with pytest.raises(Refused) as refused:
        city.reported(by=Actor(ActorKind.STAFF, Label("岗", "post"), AreaCode("31"), frozenset(), post=1))
    assert refused.value.kind is RefusalKind.DENIED
    assert written() == before


def test_a_missing_responsibility_refuses_nobody_and_is_mended_later(city: City) -> None:
    category = next(c for c in organisations.categories(area=ZONE, at=NOW) if c.key.code == "E9987")
    receipt = city.reported(replace(city.lamp_out, category=str(category.key), place=Where(*IN_THE_ZONE)))
    assert view(receipt).row.number == receipt.details["number"]
    missing = MissingResponsibility.objects.get()
    assert (missing.code, missing.stage) == ("E9987", "handle")


def test_the_journal_of_intake_is_whole(city: City) -> None:
    for _ in range(3):
        city.reported()
    count, findings = verify(Path("none"), Path("none"))
    assert (count >= 3, findings) == (True, [])


def test_a_private_category_is_private_whoever_reports(city: City) -> None:
    private = next(card for card in organisations.categories(area=STREET, at=NOW) if card.private)
    assert view(city.reported(replace(city.lamp_out, category=str(private.key)))).private
