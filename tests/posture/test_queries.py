"""The posture of an area: its own or that of an area above, never a drill's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import Error, IntegrityError, connection, transaction

from lilong.kernel.actors import ANONYMOUS
from lilong.kernel.areas import AreaCode
from lilong.ledger.scope import reading, take_scope
from lilong.posture.models import EmergencyPeriod
from lilong.posture.queries import Posture, posture_of

pytestmark = pytest.mark.usefixtures("committed_db")
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
CITY, DISTRICT, STREET, COMMUNITY = (AreaCode(digits) for digits in ("31", "310101", "310101002", "310101002001"))
NEIGHBOUR = AreaCode("310101003")


def declare(area: AreaCode, hours: float | None = 2, *, is_drill: bool = False) -> EmergencyPeriod:
    """An emergency from noon on."""
    until = None if hours is None else NOON + timedelta(hours=hours)
    return EmergencyPeriod.objects.create(area=area.digits, since=NOON, until=until, is_drill=is_drill)


def test_no_row_means_ordinary_times() -> None:
    assert posture_of(STREET, NOON) is Posture.NORMAL


@pytest.mark.parametrize(
    ("area", "expected"),
    [
        (CITY, Posture.NORMAL),
        (DISTRICT, Posture.NORMAL),
        (STREET, Posture.EMERGENCY),
        (COMMUNITY, Posture.EMERGENCY),
        (NEIGHBOUR, Posture.NORMAL),
    ],
)
def test_an_emergency_holds_for_its_area_and_all_below(area: AreaCode, expected: Posture) -> None:
    declare(STREET)
    assert posture_of(area, NOON) is expected


def test_the_whole_country_reaches_every_area() -> None:
    declare(AreaCode(""))
    assert posture_of(COMMUNITY, NOON) is Posture.EMERGENCY


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(-1 / 3600, Posture.NORMAL), (0, Posture.EMERGENCY), (2 - 1 / 3600, Posture.EMERGENCY), (2, Posture.NORMAL)],
)
def test_it_begins_with_its_first_moment_and_has_ended_at_its_last(hours: float, expected: Posture) -> None:
    declare(STREET, hours=2)
    assert posture_of(STREET, NOON + timedelta(hours=hours)) is expected


def test_without_an_end_it_lasts() -> None:
    declare(STREET, hours=None)
    assert posture_of(STREET, NOON + timedelta(days=400)) is Posture.EMERGENCY


def test_a_drill_changes_the_posture_of_nothing_real() -> None:
    declare(STREET, is_drill=True)
    assert posture_of(STREET, NOON) is Posture.NORMAL
    declare(DISTRICT)
    assert posture_of(STREET, NOON) is Posture.EMERGENCY


def test_a_period_cannot_end_before_it_began() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        declare(STREET, hours=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        declare(STREET, hours=0)
    assert not EmergencyPeriod.objects.exists()


def test_everybody_may_read_it_and_residents_may_not_write_it() -> None:
    declare(STREET)
    with reading(ANONYMOUS):
        assert posture_of(STREET, NOON) is Posture.EMERGENCY
    for statement in ("UPDATE posture_emergency SET is_drill = true", "DELETE FROM posture_emergency"):
        with pytest.raises(Error, match="permission denied"):
            as_resident(statement)
    assert posture_of(STREET, NOON) is Posture.EMERGENCY


def as_resident(statement: str) -> None:
    """Run a statement as somebody who is not signed in."""
    with transaction.atomic():
        take_scope(ANONYMOUS)
        with connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_postures_have_names_in_both_languages() -> None:
    assert {posture.label.zh for posture in Posture} == {"平时", "应急"}
