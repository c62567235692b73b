"""Two at once: one effect, one plain refusal; and a control in which the lock is off and the database must step in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from lilong.apps.organisations import public
from lilong.apps.organisations.commands import close_unit, units
from lilong.apps.organisations.models import MissingResponsibility, Post, Posting, Unit
from lilong.apps.organisations.terms import Gap, NotRouted, PostingDraft, Stage, UnitDraft
from lilong.identity.models import Account
from lilong.kernel.areas import Level
from lilong.kernel.refusals import Refused
from tests.apps.organisations.samples import (
    COVER,
    DISTRICT,
    NOW,
    STREET,
    administrator,
    command,
    unit_draft,
)

WORKS = unit_draft("works", Level.DISTRICT, DISTRICT)


def at_once(*acts: Callable[[], object]) -> list[Exception | None]:
    """What each act raised when all began together."""
    gate, raised = threading.Barrier(len(acts)), list[Exception | None]()

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait()
            act()
            raised.append(None)
        except (Refused, IntegrityError) as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def make(code: str) -> Callable[[], object]:
    return lambda: public.create_unit(by=administrator(), key=command(), unit=replace(WORKS, code=code))


def test_of_two_units_for_one_thing_one_is_made_and_one_refused(city: dict[str, int]) -> None:
    raised = at_once(make("first"), make("second"))
    assert [type(error) for error in raised if error] == [Refused]
    assert Unit.objects.filter(function="works", area=DISTRICT.digits).count() == 1


def test_control_without_the_lock_the_database_has_to_refuse(
    city: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both look before either writes: the race that the lock above prevents is real."""
    gate, look = threading.Barrier(2), units._refuse_twin

    def looked(draft: UnitDraft) -> None:
        look(draft)
        gate.wait()

    monkeypatch.setattr(units, "renew_edition", lambda: None)
    monkeypatch.setattr(units, "_refuse_twin", looked)
    raised = at_once(make("first"), make("second"))
    assert [type(error) for error in raised if error] == [IntegrityError]


def test_nobody_is_put_into_a_post_that_is_being_closed(city: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The posting arrives just after the unit was found empty: it has to wait, and is refused."""
    account, post = Account.objects.create_user("wang").pk, Post.objects.get(unit=city["works-310101002"]).pk
    draft, raised, look = PostingDraft(post, account, NOW), list[Exception | None](), units._refuse_in_use

    def assign() -> None:
        raised.extend(at_once(lambda: public.assign_posting(by=administrator(), key=command(), posting=draft)))

    late = threading.Thread(target=assign)

    def looked(row: Unit, moment: datetime) -> None:
        look(row, moment)
        late.start()
        late.join(0.5)

    monkeypatch.setattr(units, "_refuse_in_use", looked)
    close_unit(by=administrator(), key=command(), unit=city["works-310101002"])
    late.join()
    assert [type(error) for error in raised] == [Refused]
    assert not Posting.objects.exists()


def test_gaps_met_in_any_order_at_once_are_all_counted(city: dict[str, int]) -> None:
    gaps = [NotRouted(stage, Gap.NO_ROW, STREET, ()) for stage in Stage]

    def report(order: list[NotRouted]) -> Callable[[], None]:
        def act() -> None:
            for _ in range(10):
                with transaction.atomic():
                    public.report_missing(COVER, order, NOW)

        return act

    assert at_once(report(gaps), report(gaps[::-1])) == [None, None]
    assert set(MissingResponsibility.objects.values_list("count", flat=True)) == {20}
