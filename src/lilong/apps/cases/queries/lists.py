"""Lists of cases: found by one definer function, fetched under row-level security, in pages by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from math import cos, radians
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL
from django.urls import reverse

from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case, CaseText
from lilong.apps.cases.rules import DUPLICATE_METRES, DUPLICATE_WINDOW, grams, number_in
from lilong.apps.cases.terms import CaseFilter, CasePage, CaseRow, Source
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey, Routed, Stage, UnitCard
from lilong.apps.places import public as places
from lilong.apps.work.terms import SubjectCard
from lilong.calendars.queries import working_time
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.clocks import Clock, ClockKind, Light, Limit, Reading, reading_between
from lilong.kernel.clocks import reading as read_clock
from lilong.kernel.words import Label
from lilong.ledger.scope import reading

BY_DUE = Label("按离到期的先后排", "by due time, soonest first")
BY_OPENING = Label("按报来的先后排，新的在前", "by arrival, latest first")
PAGE_MAX = 1000
_NEVER = datetime.max.replace(tzinfo=UTC)


def cases(*, seen_by: Actor, at: datetime, wanted: CaseFilter) -> CasePage:
    """One page of the cases that ``seen_by`` may see and ``wanted`` asks for.

    Open cases come by due time (those without one last), anything else by arrival. A whole case number finds its case
    whatever else is asked for. Two statements: scope and page.
    """
    if number := number_in(wanted.text):
        return _by_number(seen_by, at, number)
    by_due = _only_open(wanted)
    size = min(max(wanted.size, 1), PAGE_MAX)
    with reading(seen_by):
        rows = _shown(_matching(seen_by, wanted, at, by_due=by_due), at)
    ordered = sorted(rows, key=_by_due) if by_due else sorted(rows, key=_by_opening, reverse=True)
    after = _key(ordered[size - 1], by_due=by_due) if len(ordered) > size else ""
    return CasePage(tuple(ordered[:size]), after, BY_DUE if by_due else BY_OPENING)


def _by_number(seen_by: Actor, at: datetime, number: str) -> CasePage:
    with reading(seen_by):
        ids = list(Case.objects.filter(number=number).values_list("id", flat=True))
        rows = case_rows(ids, at)
    return CasePage(rows, "", BY_OPENING)


def own_cases(*, seen_by: Actor, at: datetime) -> tuple[CaseRow, ...]:
    """The matters of a signed-in resident: open ones first, then latest first."""
    with reading(seen_by):
        ids = list(Case.objects.order_by("closed_at", "-opened_at").values_list("id", flat=True)[:PAGE_MAX])
        rows = case_rows(ids, at)
    return tuple(sorted(rows, key=lambda row: (not CASE.clock_runs(row.state), -row.opened_at.timestamp())))


def near_cases(*, seen_by: Actor, case: CaseRow, at: datetime, limit: int = 5) -> tuple[CaseRow, ...]:
    """Open cases that may be the same matter: same category, within 50 m and 24 h before or after, nearest first.

    Two statements: scope and rows.
    """
    near = RawSQL(
        """SELECT near.id FROM cases_case AS c
           CROSS JOIN LATERAL cases_near(c.place, %s, c.category, %s, %s) AS near
           WHERE c.id = %s AND near.id <> c.id""",
        [DUPLICATE_METRES, case.opened_at - DUPLICATE_WINDOW, limit + 1, case.id],
    )
    with reading(seen_by):
        rows = _shown(near, at)
    alive = [row for row in rows if CASE.clock_runs(row.state)]
    return tuple(sorted(alive, key=lambda row: _apart(row, case)))[:limit]


def case_rows(ids: Iterable[UUID], at: datetime) -> tuple[CaseRow, ...]:
    """The rows of these cases, in the given order, without those the open scope hides. One statement."""
    wanted = list(ids)
    found = {row.id: row for row in _shown(wanted, at)}
    return tuple(found[case] for case in wanted if case in found)


def _shown(ids: list[UUID] | RawSQL, at: datetime) -> list[CaseRow]:
    """Rows in no order. Ids that a statement gives are looked up inside the same statement."""
    inside, values = (ids.sql, ids.params) if isinstance(ids, RawSQL) else ("SELECT unnest(%s::uuid[])", [ids])
    # Fifty cases as objects cost more than finding them: only what a list shows is read, as plain values.
    with connection.cursor() as cursor:
        cursor.execute(f"{_LISTED} IN ({inside})", values)
        found = [Listed(*row) for row in cursor.fetchall()]
    return [shown_row(row, at) for row in found]


def _apart(row: CaseRow, case: CaseRow) -> float:
    """The order of nearness: squared degrees, those of longitude as short as they are at this latitude."""
    if row.latitude is None or row.longitude is None or case.latitude is None or case.longitude is None:
        return 0.0
    east = (row.longitude - case.longitude) * cos(radians(case.latitude))
    return (row.latitude - case.latitude) ** 2 + east**2


def cards(ids: Iterable[UUID]) -> Mapping[UUID, SubjectCard]:
    """What the inbox shows of cases; called inside the inbox's own scope.

    A case in another area, of which the unit has one piece of work, is told of but has no page to open.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, number, source, title, address, here, scenario FROM cases_cards(%s)", [list(ids)])
        rows = cursor.fetchall()
    return {
        id_: SubjectCard(
            title,
            address,
            Source(source).label,
            number,
            reverse("cases:case", args=[number]) if here else "",
            scenario,
        )
        for id_, number, source, title, address, here, scenario in rows
    }


def _only_open(wanted: CaseFilter) -> bool:
    return bool(wanted.states) and all(CASE.clock_runs(state) for state in wanted.states)


def _matching(seen_by: Actor, wanted: CaseFilter, at: datetime, *, by_due: bool) -> RawSQL:
    """The ids of one page and of the row after it. The limit outside tells the planner how few they are."""
    area = wanted.area or seen_by.area
    after_at, after_id = _after(wanted.after)
    due_from, due_to = _due_range(wanted.light, at)
    limit = min(max(wanted.size, 1), PAGE_MAX) + 1
    return RawSQL(
        """SELECT id FROM cases_matching(%s, %s, %s::text[], %s, %s, %s, %s, %s, %s, %s::text[], %s, %s, %s, %s)
           LIMIT %s""",
        [
            area.low,
            # No code lies between the area's own and the first one below it.
            f"{area.low}0" if wanted.exact else area.high,
            list(wanted.states) or None,
            wanted.category or None,
            wanted.source or None,
            wanted.lead,
            wanted.returned,
            due_from,
            due_to,
            grams(wanted.text) or None,
            by_due,
            after_at,
            after_id,
            limit,
            limit,
        ],
    )


def _due_range(light_wanted: str, at: datetime) -> tuple[datetime | None, datetime | None]:
    """Red means past due; ``soon`` the next hour, the question of a duty board."""
    if light_wanted == Light.RED.value:
        return None, at
    if light_wanted == "soon":
        return at, at + timedelta(hours=1)
    return None, None


def _after(key: str) -> tuple[datetime | None, UUID | None]:
    """The place a page begins after; without a moment it lies among the cases that have no due time."""
    moment, _, last = key.partition("_")
    try:
        return datetime.fromisoformat(moment) if moment else None, UUID(last)
    except ValueError:
        return None, None


def _key(row: CaseRow, *, by_due: bool) -> str:
    moment = row.due_at if by_due else row.opened_at
    return f"{moment.isoformat() if moment else ''}_{row.id}"


def _by_due(row: CaseRow) -> tuple[bool, datetime, UUID]:
    return row.due_at is None, row.due_at or _NEVER, row.id


def _by_opening(row: CaseRow) -> tuple[datetime, UUID]:
    return row.opened_at, row.id


class Listed(NamedTuple):
    """What a list reads of a case, named and ordered as :data:`_LISTED` asks for it."""

    id: UUID
    area: str
    state: str
    version: int
    number: str
    category: str
    source: str
    lead_unit: int | None
    latitude: float | None
    longitude: float | None
    opened_at: datetime
    due_at: datetime | None
    clock_from: datetime | None
    limit_amount: int | None
    limit_kind: str
    closed_at: datetime | None
    returned: int
    title: str
    address: str


_LISTED = """
SELECT c.id, c.area, c.state, c.version, c.number, c.category, c.source, c.lead_unit, c.latitude, c.longitude,
    c.opened_at, c.due_at, c.clock_from, c.limit_amount, c.limit_kind, c.closed_at, c.returned, t.title, t.address
FROM cases_text AS t JOIN cases_case AS c ON c.id = t.case_id WHERE t.case_id
"""


def listed(row: Case, text: CaseText) -> Listed:
    """The same of a case that was read whole."""
    return Listed._make((*(getattr(row, name) for name in Listed._fields[:-2]), text.title, text.address))


def shown_row(row: Listed, at: datetime) -> CaseRow:
    """One case as a list shows it; asks the database nothing."""
    key, area = CategoryKey.parse(row.category), AreaCode(row.area)
    category = organisations.known_category(key, area=area, at=row.opened_at)
    if category is None:
        raise LookupError(f"case {row.number} has the category {key}, which no catalogue knows")
    return CaseRow(
        id=row.id,
        number=row.number,
        title=row.title,
        address=row.address,
        category=category,
        state=row.state,
        state_label=CASE.states[row.state].label,
        source=Source(row.source),
        area=area,
        area_name=" ".join(places.path_of(area)[-3:]),
        opened_at=row.opened_at,
        due_at=row.due_at,
        reading=total_reading(row, at),
        lead=organisations.unit(row.lead_unit) if row.lead_unit else None,
        suggested=_suggested(row, key, area, at),
        returned=row.returned > 0,
        version=row.version,
        latitude=row.latitude,
        longitude=row.longitude,
    )


def total_reading(row: Case | Listed, at: datetime) -> Reading | None:
    """The whole matter's clock: running, or as it stood when the matter ended; None when nothing was promised."""
    if row.due_at is None:
        return None
    until = row.closed_at or at
    if row.limit_amount is None or row.clock_from is None:
        return reading_between(row.opened_at, row.due_at, until, working_time(at))
    limit = Limit(row.limit_amount, ClockKind(row.limit_kind))
    return read_clock(Clock(limit, row.clock_from), until, working_time(at))


def _suggested(row: Listed, key: CategoryKey, area: AreaCode, at: datetime) -> UnitCard | None:
    if row.lead_unit or not CASE.clock_runs(row.state):
        return None
    routing = organisations.route_stage(key, area=area, stage=Stage.HANDLE, at=at)
    return routing.unit if isinstance(routing, Routed) else None
