"""Following without signing in: number and code together, never one of them."""

from __future__ import annotations

import pytest

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import Follow
from lilong.kernel.actors import ActorKind
from lilong.kernel.refusals import RefusalKind, Refused
from tests.apps.cases.town import AT, PASSER_BY, Town, envelope


def test_number_and_code_open_this_matter_and_no_other(town: Town) -> None:
    mine, other = town.reported(), town.reported()
    number = str(mine.details["number"])
    actor, case = cases.follower(Follow(number, cases.follow_secret(number).upper()), PASSER_BY)
    assert (case, actor.kind) == (mine.subject, ActorKind.ANONYMOUS)
    assert actor.subjects == {mine.subject}
    assert cases.case_view(seen_by=actor, at=AT, number=number).row.number == number
    with pytest.raises(Refused) as refused:
        cases.case_view(seen_by=actor, at=AT, number=str(other.details["number"]))
    assert refused.value.kind is RefusalKind.ABSENT


@pytest.mark.parametrize("wrong", ["secret", "number", "both", "swapped"])
def test_a_wrong_number_and_a_wrong_code_look_the_same(town: Town, wrong: str) -> None:
    mine, other = (str(town.reported().details["number"]) for _ in range(2))
    tried = {
        "secret": Follow(mine, "aaaaaaaaaaaa"),
        "number": Follow("2026112399999999", cases.follow_secret("2026112399999999")),
        "both": Follow("x", "y"),
        "swapped": Follow(mine, cases.follow_secret(other)),
    }[wrong]
    with pytest.raises(Refused) as refused:
        cases.follower(tried, PASSER_BY)
    assert (refused.value.kind, len(refused.value.refusals)) == (RefusalKind.ABSENT, 1)


def test_without_a_receipt_nothing_is_seen(town: Town) -> None:
    number = str(town.reported().details["number"])
    with pytest.raises(Refused):
        cases.case_view(seen_by=PASSER_BY, at=AT, number=number)


def test_the_reporter_of_a_merged_matter_may_follow_the_other(town: Town) -> None:
    first, second = town.reported(), town.reported()
    cases.merge_case(by=town.dispatcher, key=envelope(), case=second.subject, original=first.subject)
    number = str(second.details["number"])
    actor, _ = cases.follower(Follow(number, cases.follow_secret(number)), PASSER_BY)
    assert actor.subjects == {first.subject, second.subject}


def test_a_reporter_adds_facts_that_the_handler_reads(town: Town) -> None:
    receipt = town.reported()
    number = str(receipt.details["number"])
    actor, case = cases.follower(Follow(number, cases.follow_secret(number)), PASSER_BY)
    cases.add_facts(by=actor, key=envelope(), case=case, facts="今晚 3 号楼也不亮了")
    shown = cases.case_view(seen_by=town.dispatcher, at=AT, number=number)
    assert [note.text for note in shown.notes] == ["今晚 3 号楼也不亮了"]
