"""Following without signing in: number and code together, never one of them."""

from __future__ import annotations

import pytest

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import Follow
from lilong.kernel.actors import ActorKind
from lilong.kernel.refusals import RefusalKind, Refused
from tests.city import NOW, City, envelope


def test_number_and_code_open_this_matter_and_no_other(city: City) -> None:
    mine, other = city.reported(), city.reported()
    number = str(mine.details["number"])
    actor, case = cases.follower(Follow(number, cases.follow_secret(number).upper()), city.passer_by)
    assert (case, actor.kind) == (mine.subject, ActorKind.ANONYMOUS)
    assert actor.subjects == {mine.subject}
    assert cases.case_view(seen_by=actor, at=NOW, number=number).row.number == number
    with pytest.raises(Refused) as refused:
        cases.case_view(seen_by=actor, at=NOW, number=str(other.details["number"]))
    assert refused.value.kind is RefusalKind.ABSENT


@pytest.mark.parametrize("wrong", ["secret", "number", "both", "swapped"])
def test_a_wrong_number_and_a_wrong_code_look_the_same(city: City, wrong: str) -> None:
    mine, other = (str(city.reported().details["number"]) for _ in range(2))
    tried = {
        "secret": Follow(mine, "aaaaaaaaaaaa"),
        "number": Follow("2026112399999999", cases.follow_secret("2026112399999999")),
        "both": Follow("x", "y"),
        "swapped": Follow(mine, cases.follow_secret(other)),
    }[wrong]
    with pytest.raises(Refused) as refused:
        cases.follower(tried, city.passer_by)
    assert (refused.value.kind, len(refused.value.refusals)) == (RefusalKind.ABSENT, 1)


def test_without_a_receipt_nothing_is_seen(city: City) -> None:
    number = str(city.reported().details["number"])
    with pytest.raises(Refused):
        cases.case_view(seen_by=city.passer_by, at=NOW, number=number)


def test_the_reporter_of_a_merged_matter_may_follow_the_other(city: City) -> None:
    first, second = city.reported(), city.reported()
    cases.merge_case(by=city.dispatcher, key=envelope(), case=second.subject, original=first.subject)
    number = str(second.details["number"])
    actor, _ = cases.follower(Follow(number, cases.follow_secret(number)), city.passer_by)
    assert actor.subjects == {first.subject, second.subject}


def test_a_reporter_adds_facts_that_the_handler_reads(city: City) -> None:
    receipt = city.reported()
    number = str(receipt.details["number"])
    actor, case = cases.follower(Follow(number, cases.follow_secret(number)), city.passer_by)
    cases.add_facts(by=actor, key=envelope(), case=case, facts="今晚 3 号楼也不亮了")
    shown = cases.case_view(seen_by=city.dispatcher, at=NOW, number=number)
    assert [note.text for note in shown.notes] == ["今晚 3 号楼也不亮了"]
