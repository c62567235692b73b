"""What the pages of scenarios offer to choose from, and the words for who takes a step."""

from __future__ import annotations

from datetime import datetime

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import Stage
from lilong.apps.places import public as places
from lilong.apps.work.forms.steps import Offer
from lilong.apps.work.queries.offices import IN_CATALOGUE, who_words
from lilong.apps.work.terms import Frame, Office, Responsible, Scenario
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.words import Label

Choices = tuple[tuple[str, Label], ...]
AREA_TYPES = ("subdistrict", "town", "township", "special")
_OFFICE = Label("{name}（{level}）", "{name} ({level})")


def offer_for(frame: Frame | None) -> Offer:
    """Every office there is, at the levels at which it is found; and the stages that a kind with acts has."""
    offices = []
    for card in organisations.functions():
        for level in sorted(card.levels):
            words = card.name if len(card.levels) == 1 else _OFFICE.filled(name=card.name, level=level.label)
            offices.append((f"{card.code}@{level.name.lower()}", words))
    stages = tuple((stage.value, IN_CATALOGUE.filled(stage=stage.label)) for stage in Stage)
    return Offer(tuple(offices), stages if frame and frame.acts else (), frame.facts if frame else ())


def office_words(office: Office) -> Label:
    """An office by its name."""
    return who_words(Responsible(office=office))


def area_types() -> Choices:
    """The types of area a scenario may be meant for."""
    return tuple((kind, places.kind_label(kind)) for kind in AREA_TYPES)


def type_words(types: tuple[str, ...]) -> Label:
    """Types of area in words; the star is every type."""
    if not types or "*" in types:
        return Label("各类区域", "every type of area")
    labels = [places.kind_label(kind) for kind in types]
    return Label("、".join(label.zh for label in labels), ", ".join(label.en for label in labels))


def area_words(code: AreaCode) -> Label:
    """An area by its name."""
    found = places.area(code)
    if found is None:
        return Label("全国", "everywhere") if not code.digits else Label(code.digits, code.digits)
    return Label(found.name, found.name)


def areas_within(actor: Actor, level: Level = Level.COMMUNITY) -> Choices:
    """The post's own area and what lies below it, as far as ``level``."""
    own = places.area(actor.area)
    levels = [step for step in Level if own is not None and own.level < step <= level]
    below = [area for step in levels[:2] for area in places.areas_below(actor.area, step)]
    return tuple((area.code.digits, Label(area.name, area.name)) for area in ((own, *below) if own else below))


def category_words(pattern: str, area: AreaCode, at: datetime) -> Label:
    """A category pattern with the name of the category where it is a whole code."""
    code = pattern.rpartition(":")[2]
    card = next((card for card in organisations.categories(area=area, at=at) if card.key.code == code), None)
    return (
        Label("{code} {name}", "{code} {name}").filled(code=code, name=card.name) if card else Label(pattern, pattern)
    )


def categories_words(scenario: Scenario, area: AreaCode, at: datetime) -> tuple[Label, ...]:
    """What a scenario is for, in words."""
    return tuple(
        Label("所有类别", "every category") if pattern == "*" else category_words(pattern, area, at)
        for pattern in scenario.categories
    )
