"""One matter through its whole life by the commands, and every way in which it is refused: then nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from lilong.apps.cases import public as cases
from lilong.apps.cases.models import Case
from lilong.apps.cases.terms import CaseView
from lilong.apps.organisations import public as organisations
from lilong.kernel.actors import Actor
from lilong.kernel.areas import EVERYWHERE
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.ledger.models import JournalEntry, OutboxEvent
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading
from tests.city import LAMP, NOW, TOWN, City, acting, envelope, follower

HOUR = timedelta(hours=1)


def view(city: City, receipt: Receipt) -> CaseView:
    """The case as the street's dispatcher sees it."""
    number = str(receipt.details["number"])
    return cases.case_view(seen_by=city.dispatcher, at=NOW + HOUR, number=number)


def everything(by: Actor) -> tuple[int, int, list[str]]:
    """All that the ledger and the cases hold; equal before and after a refusal."""
    with reading(Actor(by.kind, by.name, EVERYWHERE)):
        rows = list(Case.objects.order_by("id").values_list("state", "version", "lead_unit", "standard", "returned"))
        return JournalEntry.objects.count(), OutboxEvent.objects.count(), [str(row) for row in rows]


def standard() -> int:
    """A standard row of lamps."""
    return organisations.standards_of(LAMP, area=TOWN, at=NOW)[0].id


def to_filed(city: City) -> Receipt:
    """A lamp reported, looked at and filed."""
    receipt = city.reported()
    cases.verify_case(by=city.verifier, key=envelope(), case=receipt.subject, finding="confirmed", note="是不亮")
    cases.file_case(by=city.dispatcher, key=envelope(), case=receipt.subject, standard=standard())
    return receipt


def to_handling(city: City) -> Receipt:
    """A lamp that its unit has accepted."""
    receipt = to_filed(city)
    cases.dispatch_case(by=city.dispatcher, key=envelope(), case=receipt.subject, unit=city.handler.unit or 0)
    cases.accept_case(by=city.handler, key=envelope(), case=receipt.subject)
    return receipt


def to_closed(city: City) -> Receipt:
    """A lamp that works again."""
    receipt = to_handling(city)
    cases.hand_in_case(by=city.handler, key=envelope(), case=receipt.subject, resolution="solved", result="换了镇流器")
    cases.close_case(by=city.checker, key=envelope(), case=receipt.subject, condition=standard(), note="亮了")
    return receipt


def test_a_lamp_goes_through_its_whole_life(city: City) -> None:
    receipt = to_closed(city)
    shown = view(city, receipt)
    assert shown.row.state == "closed"
    assert [entry.step.removeprefix("cases.case.") for entry in shown.journal] == [
        "report",
        "verify",
        "file",
        "dispatch",
        "accept",
        "hand_in",
        "close",
    ]
    assert [(task.step, task.state) for task in shown.tasks] == [
        ("verify", "done"),
        ("file", "done"),
        ("dispatch", "done"),
        ("handle", "done"),
        ("check", "done"),
    ]
    assert [door.stands for door in shown.lane] == ["behind"] * 6
    assert shown.row.version == len(shown.journal)
    rated = cases.rate_case(
        by=follower(receipt.subject), key=envelope(), case=receipt.subject, solved="yes", satisfaction="satisfied"
    )
    assert rated.version == 8


def test_every_decision_says_because(city: City) -> None:
    shown = view(city, to_handling(city))
    assert shown.because
    assert all(task.because for task in shown.tasks)
    filed = next(entry for entry in shown.journal if entry.step.endswith(".file"))
    assert filed.because[0].reference.startswith("standard:C0137/")
    lamp = next(task for task in shown.tasks if task.step == "handle")
    assert any(because.reference.startswith("responsibility:") for because in lamp.because)


def test_filing_starts_the_clock_of_the_chosen_standard(city: City) -> None:
    receipt = to_filed(city)
    shown = view(city, receipt)
    assert shown.standard is not None
    assert shown.standard.id == standard()
    assert shown.total is not None
    assert shown.row.due_at == shown.total.due


def test_a_return_goes_back_with_its_reason_and_comes_again(city: City) -> None:
    receipt = to_handling(city)
    cases.return_case(by=city.handler, key=envelope(), case=receipt.subject, reason="灯杆属小区物业")
    shown = view(city, receipt)
    assert (shown.row.state, shown.row.lead, shown.row.returned) == ("filed", None, True)
    assert shown.notes[-1].text == "灯杆属小区物业"
    assert [task.step for task in shown.tasks if task.ended_at is None] == ["dispatch"]
    cases.dispatch_case(by=city.dispatcher, key=envelope(), case=receipt.subject, unit=city.handler.unit or 0)
    assert view(city, receipt).row.state == "dispatched"


def test_sending_back_keeps_the_unit_and_all_that_was_handed_in(city: City) -> None:
    receipt = to_handling(city)
    cases.hand_in_case(by=city.handler, key=envelope(), case=receipt.subject, resolution="solved", result="修了")
    cases.send_back_case(by=city.checker, key=envelope(), case=receipt.subject, reason="还是不亮")
    shown = view(city, receipt)
    assert (shown.row.state, shown.row.lead and shown.row.lead.id) == ("handling", city.handler.unit)
    assert [note.kind for note in shown.notes] == ["finding", "result", "reason"]
    assert [task.step for task in shown.tasks if task.ended_at is None] == ["handle"]


def test_asking_again_once_with_new_facts(city: City) -> None:
    receipt = to_closed(city)
    me = follower(receipt.subject)
    cases.ask_again(by=me, key=envelope(), case=receipt.subject, facts="昨晚又灭了")
    shown = view(city, receipt)
    assert (shown.row.state, shown.standard is not None) == ("filed", True)
    given: dict[str, dict[str, object]] = {
        "dispatch": {"unit": city.handler.unit},
        "accept": {},
        "hand_in": {"resolution": "solved", "result": "换了灯头"},
        "close": {"condition": standard()},
    }
    for step, inputs in given.items():
        by = {"dispatch": city.dispatcher, "close": city.checker}.get(step, city.handler)
        cases.take_step(by=by, key=envelope(), case=receipt.subject, step=step, inputs=inputs)
    before = everything(me)
    with pytest.raises(Refused) as refused:
        cases.ask_again(by=me, key=envelope(), case=receipt.subject, facts="又灭了")
    assert refused.value.refusals[0].code == "cases.asked_again_already"
    assert everything(me) == before


def test_a_merged_report_is_followed_as_the_earlier_one(city: City) -> None:
    first, second = city.reported(), city.reported()
    cases.merge_case(by=city.dispatcher, key=envelope(), case=second.subject, original=first.subject)
    shown = view(city, second)
    assert (shown.row.state, shown.original) == ("merged", first.details["number"])
    assert all(task.ended_at for task in shown.tasks)


def test_a_recall_undoes_a_dispatch_that_nobody_accepted(city: City) -> None:
    receipt = to_filed(city)
    cases.dispatch_case(by=city.dispatcher, key=envelope(), case=receipt.subject, unit=city.handler.unit or 0)
    cases.recall_case(by=city.dispatcher, key=envelope(), case=receipt.subject)
    shown = view(city, receipt)
    assert (shown.row.state, shown.row.lead) == ("filed", None)
    assert [task.step for task in shown.tasks if task.ended_at is None] == ["dispatch"]


def test_the_category_may_be_corrected_before_filing(city: City) -> None:
    receipt = city.reported()
    cases.recategorise_case(
        by=city.dispatcher, key=envelope(), case=receipt.subject, category="lilong.city:2026-09:C0199"
    )
    assert view(city, receipt).row.category.key.code == "C0199"


def other_street(city: City) -> Actor:
    """The dispatcher next door."""
    return city.post_of("street_operations", TOWN, "cases.case.dispatch")


Refusing = Callable[[City, UUID], object]


@pytest.mark.parametrize(
    ("refusing", "kind", "code"),
    [
        (
            lambda c, case: cases.file_case(by=other_street(c), key=envelope(), case=case, standard=standard()),
            RefusalKind.ABSENT,
            "absent",
        ),
        (
            lambda c, case: cases.file_case(by=c.handler, key=envelope(), case=case, standard=standard()),
            RefusalKind.DENIED,
            "missing_duty",
        ),
        (
            lambda c, case: cases.file_case(by=c.dispatcher, key=envelope(), case=case, standard=999999),
            RefusalKind.INVALID,
            "cases.standard_of_other_category",
        ),
        (
            lambda c, case: cases.close_case(by=c.checker, key=envelope(), case=case, condition=standard()),
            RefusalKind.NOT_NOW,
            "step_not_from_here",
        ),
        (
            lambda c, case: cases.decline_case(by=c.dispatcher, key=envelope(), case=case, reason=" "),
            RefusalKind.INVALID,
            "input_missing",
        ),
        (
            lambda c, case: cases.merge_case(by=c.dispatcher, key=envelope(), case=case, original=case),
            RefusalKind.INVALID,
            "cases.original_unfit",
        ),
        (
            lambda _, case: cases.rate_case(
                by=follower(case), key=envelope(), case=case, solved="yes", satisfaction="satisfied"
            ),
            RefusalKind.NOT_NOW,
            "step_not_from_here",
        ),
        (
            lambda _, case: cases.add_facts(by=follower(), key=envelope(), case=case, facts="x"),
            RefusalKind.ABSENT,
            "absent",
        ),
        (
            lambda c, case: cases.recategorise_case(by=c.dispatcher, key=envelope(), case=case, category="x:1:y"),
            RefusalKind.INVALID,
            "cases.category_unknown",
        ),
        (
            lambda _, case: cases.add_facts(by=follower(case), key=envelope(1), case=case, facts="x"),
            RefusalKind.STALE,
            "stale_version",
        ),
    ],
)
def test_refused_means_nothing_changed(city: City, refusing: Refusing, kind: RefusalKind, code: str) -> None:
    receipt = city.reported()
    cases.verify_case(by=city.verifier, key=envelope(), case=receipt.subject, finding="confirmed")
    before = everything(city.dispatcher)
    with pytest.raises(Refused) as refused:
        refusing(city, receipt.subject)
    assert (refused.value.kind, refused.value.refusals[0].code) == (kind, code)
    assert everything(city.dispatcher) == before


def test_a_unit_handles_its_own_cases_only(city: City) -> None:
    receipt = to_filed(city)
    cases.dispatch_case(by=city.dispatcher, key=envelope(), case=receipt.subject, unit=city.handler.unit or 0)
    another = city.post_of("district_water", city.handler.area, "cases.case.handle")
    before = everything(another)
    with pytest.raises(Refused) as refused:
        cases.accept_case(by=another, key=envelope(), case=receipt.subject)
    assert refused.value.kind is RefusalKind.DENIED
    assert everything(another) == before


def test_a_repeat_of_a_key_changes_nothing(city: City) -> None:
    receipt, again = city.reported(), envelope()
    first = cases.verify_case(by=city.verifier, key=again, case=receipt.subject, finding="confirmed")
    before = everything(city.verifier)
    second = cases.verify_case(by=city.verifier, key=again, case=receipt.subject, finding="confirmed")
    assert (second.version, second.replayed) == (first.version, True)
    assert everything(city.verifier) == before


def test_words_stand_apart_from_the_journal(city: City) -> None:
    receipt = to_handling(city)
    cases.return_case(by=city.handler, key=envelope(), case=receipt.subject, reason="独一无二的一句话")
    with reading(city.dispatcher):
        journal = str(list(JournalEntry.objects.filter(subject=receipt.subject).values_list("data", flat=True)))
    assert "独一无二" not in journal
    assert "弄口第二根灯杆" not in journal


def test_the_street_sees_its_own_and_the_city_sees_all(city: City) -> None:
    receipt = city.reported()
    number = str(receipt.details["number"])
    with pytest.raises(Refused):
        cases.case_view(seen_by=other_street(city), at=NOW, number=number)
    commander = organisations.posts_with_duty("dashboards.view", city.grid)
    assert commander
    for post in commander:
        assert cases.case_view(seen_by=acting(post), at=NOW, number=number).row.id == receipt.subject
