"""What nobody is responsible for stands on the keeper's list until it is mended."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from lilong.apps.organisations import public
from lilong.apps.organisations.commands import resolve_missing
from lilong.apps.organisations.jobs import recheck_missing
from lilong.apps.organisations.models import MissingResponsibility
from lilong.apps.organisations.queries.missing import missing_page
from lilong.apps.organisations.terms import CategoryKey, Gap, NotRouted, Stage
from lilong.kernel.actors import ANONYMOUS, Actor
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.refusals import RefusalKind
from lilong.ledger.models import OutboxEvent
from lilong.ledger.outbox import drain
from lilong.ledger.scope import take_scope
from tests.apps.organisations.samples import (
    CITY,
    COMMUNITY,
    COVER,
    DISTRICT,
    LAMP,
    NOW,
    STREET,
    administrator,
    at,
    command,
    journal,
    keeper,
    load,
    publish,
    refusal,
    unit_draft,
)

LATER = at("2026-09-14T12:00")


def gap(stage: Stage = Stage.HANDLE, area: AreaCode = STREET, function: str = "", kind: Gap = Gap.NO_ROW) -> NotRouted:
    return NotRouted(stage, kind, area, (), function)


def report(*gaps: NotRouted, key: CategoryKey = COVER, moment: datetime = NOW) -> None:
    with transaction.atomic():
        public.report_missing(key, gaps, moment)


def owed() -> list[tuple[str, str, int]]:
    items = missing_page(seen_by=keeper()).items
    return [(item.category.code, item.stage.value, item.count) for item in items]


def test_a_gap_is_listed_once_and_counted(city: dict[str, int]) -> None:
    report(gap(), gap(Stage.CHECK))
    report(gap(), moment=LATER)
    report(gap(), key=LAMP, moment=LATER)
    assert owed()[0] == ("C0101", "handle", 2)
    assert sorted(owed()[1:]) == [("C0101", "check", 1), ("C0137", "handle", 1)]
    first = missing_page(seen_by=keeper()).items[0]
    assert (first.first_seen, first.last_seen, first.area, first.gap) == (NOW, LATER, STREET, Gap.NO_ROW)


def test_a_place_known_too_coarsely_is_no_gap(city: dict[str, int]) -> None:
    report(gap(kind=Gap.PLACE_TOO_COARSE))
    report()
    assert owed() == []


def test_a_gap_is_reported_from_a_residents_own_transaction(city: dict[str, int]) -> None:
    with transaction.atomic():
        take_scope(ANONYMOUS)
        public.report_missing(COVER, [gap()], NOW)
        public.report_missing(COVER, [gap()], NOW)
    assert owed() == [("C0101", "handle", 2)]


def test_a_report_ends_with_the_transaction_that_met_the_gap(city: dict[str, int]) -> None:
    with transaction.atomic():
        public.report_missing(COVER, [gap()], NOW)
        transaction.set_rollback(True)
    assert owed() == []


def test_the_list_shows_the_actors_area_and_pages(city: dict[str, int]) -> None:
    elsewhere = AreaCode("310104001")
    report(gap(area=elsewhere))
    report(*(gap(function=f"f{number}") for number in range(60)))
    report(gap(function="f7"))
    assert [item.area for item in missing_page(seen_by=keeper(AreaCode("310104"))).items] == [elsewhere]
    first = missing_page(seen_by=keeper(DISTRICT))
    second = missing_page(seen_by=keeper(DISTRICT), after=first.after)
    assert (first.total, len(first.items), len(second.items), second.after) == (60, 50, 10, "")
    assert first.items[0].function == "f7"
    assert len({item.id for item in (*first.items, *second.items)}) == 60
    assert missing_page(seen_by=keeper(DISTRICT), after="nonsense_x").items == first.items


# --- resolving -----------------------------------------------------------------------------------------------------


@pytest.fixture
def item(city: dict[str, int]) -> MissingResponsibility:
    report(gap())
    return MissingResponsibility.objects.get()


def test_a_resolved_gap_leaves_the_list_and_stays_as_history(item: MissingResponsibility) -> None:
    key = command()
    receipt = resolve_missing(by=keeper(STREET), key=key, missing=item.pk, note="已补第 184 行")
    assert resolve_missing(by=keeper(STREET), key=key, missing=item.pk, note="已补第 184 行").replayed
    assert owed() == []
    item.refresh_from_db()
    assert (item.resolved_at, item.note) == (NOW, "已补第 184 行")
    (entry,) = journal(receipt.subject)
    assert "184" not in str(entry.data), "words may have to be erased; the journal keeps their digest"
    news = OutboxEvent.objects.get(topic="organisations.missing_resolved").payload
    assert news == {"category": "gb:2013:C0101", "area": STREET.digits}
    report(gap(), moment=LATER)
    assert owed() == [("C0101", "handle", 1)], "met again, it stands there anew"


def test_resolving_is_refused_without_duty_words_or_an_open_gap(item: MissingResponsibility) -> None:
    def act(by: Actor | None = None, missing: UUID = item.pk, note: str = "好了") -> object:
        return resolve_missing(by=by or keeper(), key=command(), missing=missing, note=note)

    assert refusal(lambda: act(by=administrator()))[0] is RefusalKind.DENIED
    assert refusal(lambda: act(by=keeper(AreaCode("310104"))))[0] is RefusalKind.DENIED
    assert refusal(lambda: act(missing=uuid4()))[0] is RefusalKind.ABSENT
    for note in ("", "  ", "长" * 501):
        assert refusal(partial(act, note=note)) == (RefusalKind.INVALID, "organisations.note_missing")
    act()
    assert refusal(act) == (RefusalKind.NOT_NOW, "organisations.missing_resolved")


# --- looking again after a change ----------------------------------------------------------------------------------


def met(key: CategoryKey = COVER, stage: Stage = Stage.CHECK, area: AreaCode = COMMUNITY) -> NotRouted:
    routing = public.route_stage(key, area=area, stage=stage, at=NOW)
    assert isinstance(routing, NotRouted)
    return routing


def test_gaps_that_are_answered_now_leave_the_list_and_others_stay(city: dict[str, int]) -> None:
    publish(load(), "2026-09-01")
    without_unit, without_row = met(), met(LAMP)
    assert (without_unit.gap, without_row.gap) == (Gap.NO_UNIT, Gap.NO_ROW)
    report(without_unit)
    report(without_row, key=LAMP)
    assert recheck_missing(NOW.isoformat()) == 0
    unit = unit_draft("works", Level.DISTRICT, DISTRICT)
    public.create_unit(by=administrator(), key=command(), unit=unit)
    assert recheck_missing(NOW.isoformat()) == 1
    assert recheck_missing(NOW.isoformat()) == 0
    assert owed() == [("C0137", "check", 1)]


def test_a_gap_before_any_catalogue_is_answered_by_the_first(city: dict[str, int]) -> None:
    nothing = met(stage=Stage.HANDLE)
    assert (nothing.gap, nothing.area) == (Gap.NO_CATALOGUE, CITY)
    report(nothing)
    publish(load(), "2026-09-01")
    assert recheck_missing(NOW.isoformat()) == 1, "a place closer than the city tells the street"
    assert owed() == []


def test_a_missing_co_handler_stays_owed_until_it_is_there(city: dict[str, int]) -> None:
    publish(load(), "2026-09-01")
    other = AreaCode("310101002009")
    routing = public.route_stage(COVER, area=other, stage=Stage.HANDLE, at=NOW)
    assert not isinstance(routing, NotRouted)
    report(*routing.gaps)
    assert recheck_missing(NOW.isoformat()) == 0
    public.create_unit(by=administrator(), key=command(), unit=unit_draft("committee", Level.COMMUNITY, other))
    assert recheck_missing(NOW.isoformat()) == 1


def test_news_of_a_change_has_the_gaps_looked_at_again_once_it_is_delivered(city: dict[str, int]) -> None:
    publish(load(), "2026-09-01")
    drain(LATER)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args->>'changed_at' FROM procrastinate_jobs WHERE task_name = %s", [recheck_missing.name]
        )
        asked = {datetime.fromisoformat(text) for (text,) in cursor.fetchall()}
    assert asked == {NOW}
    assert not OutboxEvent.objects.filter(topic__startswith="organisations.").exists()
