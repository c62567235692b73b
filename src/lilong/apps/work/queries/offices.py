"""Offices in words."""

from __future__ import annotations

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import Stage
from lilong.apps.work.terms import Responsible
from lilong.kernel.words import Label

IN_CATALOGUE = Label("权责目录：{stage}", "catalogue: {stage}")


def who_words(who: Responsible) -> Label:
    """A responsible by its name: the office, or the stage of the catalogue that names one."""
    if who.office is None:
        stage = Stage(who.stage).label if who.stage in set(Stage) else Label(who.stage or "?", who.stage or "?")
        return IN_CATALOGUE.filled(stage=stage)
    card = organisations.function(who.office.function)
    return card.name if card else Label(who.office.function, who.office.function)
