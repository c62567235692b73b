"""The library of scenarios: what other areas wrote, found, filtered and paged by key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from lilong.apps.work.lifecycle import SCENARIO
from lilong.apps.work.models import Publication, Saving, ScenarioVersion
from lilong.apps.work.queries.running import running_matters
from lilong.apps.work.terms import LibraryFilter, LibraryPage, LibraryRow
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label
from lilong.ledger.scope import reading

PAGE_MAX = 200
_WORDS_MAX = 8


def library(*, seen_by: Actor, wanted: LibraryFilter) -> LibraryPage:
    """One page of the versions that ``wanted`` asks for, of every area, the latest written first.

    Statements: scope, counts by state, rows, areas in which they are in force, what those in force saved, matters that
    go by them. A malformed key starts from the beginning.
    """
    size = min(max(wanted.size, 1), PAGE_MAX)
    with reading(seen_by):
        asked = _asked(wanted)
        by_state = dict(asked.values("state").annotate(count=Count("id")).values_list("state", "count"))
        chosen = asked.filter(state=wanted.state) if wanted.state else asked
        rows = list(_after(chosen.order_by("-written_at", "-id"), wanted.after).defer("text")[: size + 1])
        shown = _rows(rows[:size])
    total = by_state.get(wanted.state, 0) if wanted.state else sum(by_state.values())
    after = f"{rows[size - 1].written_at.isoformat()}_{rows[size - 1].id}" if len(rows) > size else ""
    return LibraryPage(shown, total, after, by_state)


def versions_of(*, seen_by: Actor, name: str) -> tuple[LibraryRow, ...]:
    """Every version of a name, the latest first. Statements as :func:`library`, without the counts by state."""
    with reading(seen_by):
        return _rows(list(ScenarioVersion.objects.filter(name=name).order_by("-number").defer("text")[:PAGE_MAX]))


def _asked(wanted: LibraryFilter) -> QuerySet[ScenarioVersion]:
    """Everything asked for but the state and the page."""
    found = ScenarioVersion.objects.all()
    for word in wanted.text.split()[:_WORDS_MAX]:
        said = Q(purpose__zh__icontains=word) | Q(purpose__en__icontains=word) | Q(name__icontains=word)
        found = found.filter(said | Q(title_zh__icontains=word) | Q(title_en__icontains=word))
    if wanted.category:
        found = found.filter(categories__overlap=_patterns(wanted.category))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.area is not None:
        found = found.filter(area__gte=wanted.area.low, area__lt=wanted.area.high)
    if not wanted.every:
        newer = ScenarioVersion.objects.filter(name=OuterRef("name"), area=OuterRef("area"))
        found = found.filter(~Exists(newer.filter(number__gt=OuterRef("number"))))
    return found


def _patterns(category: str) -> list[str]:
    """Every way in which a scenario may mean this category: its code, or the beginning of it."""
    code = category.rpartition(":")[2]
    return [code, *(f"{code[:length]}*" for length in range(len(code) + 1))]


def _rows(rows: list[ScenarioVersion]) -> tuple[LibraryRow, ...]:
    """The rows with what is known of their use; in a few statements for all of them."""
    in_force = Publication.objects.filter(version__in=[row.id for row in rows], until__isnull=True)
    by_version = in_force.values("version").annotate(areas=Count("area", distinct=True))
    using = dict(by_version.values_list("version", "areas"))
    in_use = [row.id for row in rows if row.state == "published"]
    saved = dict(Saving.objects.filter(version__in=in_use).values_list("version", "median_days"))
    running = running_matters(row.reference for row in rows)
    return tuple(
        LibraryRow(
            row.id,
            row.reference,
            row.title,
            Label.from_json(row.purpose),
            row.kind,
            AreaCode(row.area),
            row.state,
            SCENARIO.states[row.state].label,
            Label.from_json(row.writer),
            row.written_at,
            row.origin,
            running[row.reference],
            using.get(row.id, 0),
            saved.get(row.id),
        )
        for row in rows
    )


def _after(ordered: QuerySet[ScenarioVersion], after: str) -> QuerySet[ScenarioVersion]:
    when, _, last = after.partition("_")
    try:
        moment, key = datetime.fromisoformat(when), UUID(last)
    except ValueError:
        return ordered
    return ordered.filter(Q(written_at__lt=moment) | Q(written_at=moment, id__lt=key))
