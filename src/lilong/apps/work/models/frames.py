"""Scenario files as they are kept, read in the frames that the rooms of the house declare for their subjects."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from django.utils.module_loading import import_string

from lilong.apps.work.rules.files import read_scenario
from lilong.apps.work.rules.planning import Ready
from lilong.apps.work.terms import Frame, Scenario
from lilong.ledger.rooms import rooms

_TEXTS_KEPT = 512


def frames() -> dict[str, Frame]:
    """What each kind of subject asks of its scenarios, by kind."""
    ports = ((kind, port) for room in rooms() for kind, port in room.subjects.items())
    return {kind: cast("Frame", import_string(port.frame)) for kind, port in ports if port.frame}


@lru_cache(maxsize=_TEXTS_KEPT)
def scenario_of(text: str) -> Scenario:
    """The scenario a text writes down. Raises :class:`~lilong.apps.work.terms.ScenarioFaults` with every fault."""
    return read_scenario(text, frames())


@lru_cache(maxsize=_TEXTS_KEPT)
def ready_of(text: str) -> Ready:
    """The scenario of a text that was checked, prepared for planning."""
    scenario = scenario_of(text)
    return Ready(scenario, frames().get(scenario.kind))
