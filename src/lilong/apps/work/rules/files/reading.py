"""A scenario file read: its text, its shape, its meaning, each with every fault that can be found."""

from __future__ import annotations

from collections.abc import Mapping

from lilong.apps.work.rules.files.building import scenario_from
from lilong.apps.work.rules.files.meaning import wrongs
from lilong.apps.work.rules.files.parsing import parsed
from lilong.apps.work.rules.files.shaping import shaped
from lilong.apps.work.terms.scenarios import Frame, Scenario

# Faults of shape are trusted not to reach beyond the thing they are in: one fact, one step, one table.
_REACH = 2


def read_scenario(text: str | bytes, frames: Mapping[str, Frame]) -> Scenario:
    """The scenario that ``text`` writes down, in the frame of its kind; bytes are UTF-8.

    Raises :class:`~lilong.apps.work.terms.ScenarioFaults` with every fault that was found, each with its line, and
    nothing else, whatever the text. What is wrong in the shape of a fact, step or table is told first; only the others
    are asked what they mean.
    """
    root, faults = parsed(text)
    shape = shaped(root, faults)
    broken = faults.places()
    for wrong in wrongs(shape, frames):
        if wrong.path[:_REACH] not in broken:
            faults.add(root.line_at(wrong.path), wrong.path, wrong.text, wrong.remedy)
    faults.refuse()
    return scenario_from(shape, frames[shape.kind])
