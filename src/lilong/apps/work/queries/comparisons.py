"""How a published version goes: its matters beside those of other places at the time and of the same places before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import cast
from uuid import UUID

from django.utils.module_loading import import_string

from lilong.apps.work.models import Publication
from lilong.apps.work.models.frames import scenario_of
from lilong.apps.work.rules.comparing import compare, days_saved, grouped
from lilong.apps.work.terms import (
    Comparison,
    Groups,
    HistoryFilter,
    PastMatter,
    PublicationCard,
    Scenario,
    VersionCard,
)
from lilong.kernel.actors import Actor, machine
from lilong.kernel.words import Label
from lilong.ledger.rooms import subject_port
from lilong.ledger.scope import reading

# How long before the pilot the same places are looked at, at least and at most.
_BEFORE_LEAST, _BEFORE_MOST = timedelta(days=90), timedelta(days=365)
_STATISTICIAN = machine(Label("对照", "the comparison"), frozenset())


def comparison(*, seen_by: Actor, card: VersionCard, at: datetime) -> Comparison | None:
    """Every measure of the version beside others, from the matters the actor may see.

    None while it was never in force, or for a kind of subject that does not tell its past. One statement.
    """
    if not card.scenario.measures:
        return None
    groups = _groups(seen_by, card.scenario, card.publications, at)
    return compare(card.scenario.measures, groups) if groups else None


def savings(at: datetime) -> Mapping[UUID, float | None]:
    """By how many days each version in force cut the median in the whole city; None where that cannot be told.

    For a job: one statement for each version. It tells of areas together, never of one matter or person.
    """
    with reading(_STATISTICIAN):
        running = Publication.objects.filter(version__state="published").select_related("version")
        rows = list(running.order_by("version", "since", "id"))
    found: dict[UUID, float | None] = {}
    for version, publications in groupby(rows, key=lambda row: row.version):
        cards = [publication.card for publication in publications]
        groups = _groups(_STATISTICIAN, scenario_of(version.text), cards, at)
        found[version.id] = days_saved(groups) if groups else None
    return found


def _groups(seen_by: Actor, scenario: Scenario, publications: Sequence[PublicationCard], at: datetime) -> Groups | None:
    """Who is compared; None where nobody can be."""
    port = subject_port(scenario.kind)
    if not publications or not port.histories:
        return None
    began = min(publication.since for publication in publications)
    span = min(max(at - began, _BEFORE_LEAST), _BEFORE_MOST)
    histories = cast("Callable[..., Iterable[PastMatter]]", import_string(port.histories))
    wanted = HistoryFilter(seen_by.area, began - span, at, scenario.categories, names=(scenario.name,))
    matters = histories(seen_by=seen_by, wanted=wanted)
    return grouped(matters, scenario.reference, began, [publication.area for publication in publications])
