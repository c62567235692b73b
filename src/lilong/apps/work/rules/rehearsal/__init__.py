"""Rehearsal: past matters, or a stated load, lived through a new version beside the present one.

Every matter is lived event by event with the one planner. It draws the same luck in both versions, so that the
differences are due to the versions. Durations and results are drawn from what really happened to such work.
"""

from lilong.apps.work.rules.rehearsal.loads import matters_of
from lilong.apps.work.rules.rehearsal.running import Crew, held_out, rehearse
from lilong.apps.work.rules.rehearsal.validity import validity

__all__ = ["Crew", "held_out", "matters_of", "rehearse", "validity"]
