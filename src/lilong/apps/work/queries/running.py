"""How many matters go by which version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from django.db.models import Count
from django.utils.module_loading import import_string

from lilong.apps.work.models import Undertaking
from lilong.ledger.rooms import rooms

_Counting = Callable[[Iterable[str]], Mapping[str, int]]


def running_matters(references: Iterable[str]) -> Mapping[str, int]:
    """How many open matters of the open scope go by each version; call inside a scope. One statement for each kind."""
    wanted = tuple(references)
    found = dict.fromkeys(wanted, 0)
    for room in rooms():
        for port in room.subjects.values():
            if port.running:
                counted = cast("_Counting", import_string(port.running))(wanted)
                found = {reference: count + counted.get(reference, 0) for reference, count in found.items()}
    return found


def running_undertakings(references: Iterable[str]) -> Mapping[str, int]:
    """How many open undertakings of the open scope go by each version that has any. One statement."""
    running = Undertaking.objects.filter(scenario__in=tuple(references), ended_at__isnull=True)
    return dict(running.values("scenario").annotate(count=Count("id")).values_list("scenario", "count"))
