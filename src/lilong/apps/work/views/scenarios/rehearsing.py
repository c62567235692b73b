"""Rehearsals of a version: asked for, watched while they run, read when they are done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime, make_aware

from lilong.apps.organisations import public as organisations
from lilong.apps.places import public as places
from lilong.apps.work.commands.rehearsals import begin_rehearsal
from lilong.apps.work.forms.deciding import RehearseForm
from lilong.apps.work.lifecycle import APPROVE, PUBLISH, WRITE
from lilong.apps.work.queries.rehearsals import rehearsal as kept
from lilong.apps.work.queries.rehearsals import rehearsals_of
from lilong.apps.work.queries.shelf import ordinary
from lilong.apps.work.queries.subjects import subject_cards
from lilong.apps.work.queries.versions import publications_of
from lilong.apps.work.terms import (
    LoadShare,
    Rehearsal,
    RehearsalAsked,
    RehearsalCard,
    Stand,
    StatedLoad,
    UnitShift,
    VersionCard,
)
from lilong.apps.work.views.scenarios.sheet import card_of, page, refused_by_form
from lilong.identity.access import staff_page
from lilong.identity.requests import Request, command_key
from lilong.identity.wording import in_page_language
from lilong.kernel.areas import Level
from lilong.kernel.refusals import Refusal, Refused
from lilong.kernel.words import Label

_DAYS_BACK = 365
_CHANGED = Label("{before} → {after}：{said}", "{before} → {after}: {said}")
_NEWLY_LATE = Label("变成超期", "now late")
_IN_TIME = Label("不再超期", "no longer late")
_OTHERWISE = Label("结果不同", "ends otherwise")
_LONGER = Label("时间不同", "takes another time")
_HOURS = Label("{n} 小时", "{n} hours")
_DAYS = Label("{n} 天", "{n} days")
_TWO_DAYS = 48


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of both versions, as printed; ``url`` leads to the matters behind it."""

    label: Label
    present: str
    new: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class LoadLine:
    """How a unit's work would change."""

    unit: Label
    before: int
    after: int
    more: str
    hours_before: int
    hours_after: int


@dataclass(frozen=True, slots=True)
class HourLine:
    """Pieces of work that come in one hour of the day."""

    hour: int
    present: int
    new: int


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A matter that would have gone otherwise, with its page."""

    number: str
    url: str
    words: Label


@staff_page(WRITE, APPROVE, PUBLISH)
def rehearse(request: Request, version: UUID) -> HttpResponse:
    """Ask for a rehearsal on past matters; those of before stand beside it."""
    card = card_of(request, version)
    form = RehearseForm(_presents(request, card), request.POST or None, initial=_initial(request))
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        asked = RehearsalAsked(
            version=card.id,
            present=said["present"],
            since=_midnight(said["since"]),
            until=_midnight(said["until"] + timedelta(days=1)),
            seed=said["seed"],
            load=_load_stated(request, card, said) if said["per_day"] else None,
        )
        try:
            receipt = begin_rehearsal(by=request.actor, key=command_key(request), asked=asked)
            return redirect("scenarios:rehearsal", receipt.subject)
        except Refused as refused:
            if not refused_by_form(refused):
                raise
            refusals = refused.refusals
    more = {"form": form, "refusals": refusals, "rehearsals": rehearsals_of(seen_by=request.actor, version=version)}
    return page(request, card, "scenarios/rehearse.html", more, 422 if request.method == "POST" else 200)


@staff_page(WRITE, APPROVE, PUBLISH)
def report(request: Request, rehearsal: UUID) -> HttpResponse:
    """One rehearsal: how far it is, or its report with what it cannot know."""
    found = kept(seen_by=request.actor, rehearsal=rehearsal)
    card = card_of(request, found.version)
    context: dict[str, object] = {"found": found, "card": card, "scenario": card.scenario, "percent": _percent(found)}
    context["is_over"] = found.stand in (Stand.DONE, Stand.FAILED)
    if found.report is not None:
        context |= _reported(request, card, found.report)
    return render(request, "scenarios/rehearsal.html", context)


def _reported(request: Request, card: VersionCard, report: Rehearsal) -> Mapping[str, object]:
    matters = [change.matter for change in report.changes.shown]
    known = subject_cards(seen_by=request.actor, kind=card.scenario.kind, subjects=matters)
    changed = []
    for change in report.changes.shown:
        said = _OTHERWISE if change.ended_before != change.ended_after else _LONGER
        said = _NEWLY_LATE if change.late_after and not change.late_before else said
        said = _IN_TIME if change.late_before and not change.late_after else said
        words = _CHANGED.filled(before=_hours(change.hours_before), after=_hours(change.hours_after), said=said)
        matter = known.get(change.matter)
        title = f"{matter.number} {matter.title}" if matter else str(change.matter)[:8]
        changed.append(ChangedLine(title, matter.url if matter else "", words))
    present, new = report.present.by_hour, report.new.by_hour
    hours = [HourLine(at, present[at], new[at]) for at in range(24)] if len(present) == len(new) == 24 else []
    return {
        "report": report,
        "figures": _figures(report),
        "loads": [_load(shift) for shift in report.shifts],
        "hours": hours,
        "changed": changed,
    }


def _figures(report: Rehearsal) -> list[Figure]:
    one, other = report.present, report.new
    return [
        Figure(
            Label("有一步超期的事", "matters with a late step"),
            str(one.late_matters),
            str(other.late_matters),
            "#r-changed",
        ),
        Figure(Label("占多少", "share of all"), _share(one.late_share), _share(other.late_share), "#r-changed"),
        Figure(Label("一半的事在多久以内办完", "half are over within"), _day(one.took.median), _day(other.took.median)),
        Figure(Label("九成的事在多久以内办完", "nine of ten within"), _day(one.took.ninth), _day(other.took.ninth)),
        Figure(Label("退回过的", "went back at least once"), _share(one.back_share), _share(other.back_share)),
        Figure(Label("要办的件数", "pieces of work"), str(one.pieces), str(other.pieces), "#r-load"),
        Figure(Label("等不到人办的", "wait for nobody"), str(one.stuck), str(other.stuck)),
    ]


def _load(shift: UnitShift) -> LoadLine:
    unit = organisations.unit(shift.unit)
    name = unit.name if unit else Label(f"单位 {shift.unit}", f"unit {shift.unit}")
    more = shift.pieces_after - shift.pieces_before
    return LoadLine(
        name,
        shift.pieces_before,
        shift.pieces_after,
        f"{more:+d}" if more else "",
        shift.open_hours_before,
        shift.open_hours_after,
    )


def _presents(request: Request, card: VersionCard) -> list[tuple[str, Label]]:
    """What the version may stand beside: what is in force of its name, the ordinary way, what it came from, itself."""
    name = card.scenario.name
    running = [p.reference for p in publications_of(seen_by=request.actor, name=name) if p.until is None]
    usual = [ordinary().scenario.reference] if card.scenario.kind == ordinary().scenario.kind else []
    every = dict.fromkeys((*running, *usual, card.scenario.reference))
    others = [reference for reference in every if reference != card.scenario.reference]
    return [(reference, Label(reference, reference)) for reference in (others or list(every))]


def _initial(request: Request) -> Mapping[str, object]:
    today = localtime(request.at).date()
    return {"since": today - timedelta(days=_DAYS_BACK), "until": today, "seed": 1}


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))


def _load_stated(request: Request, card: VersionCard, said: Mapping[str, Any]) -> StatedLoad:
    """So many matters a day in every community of the version's area, all of the first category it is for."""
    patterns = tuple(pattern.rpartition(":")[2].removesuffix("*") for pattern in card.scenario.categories)
    known = organisations.categories(area=card.area, at=request.at)
    category = next((str(one.key) for one in known if patterns and one.key.code.startswith(patterns)), "")
    below = places.areas_below(card.area, Level.COMMUNITY)
    mix = tuple(LoadShare(area.code, category) for area in below) or (LoadShare(card.area, category),)
    days = max((said["until"] - said["since"]).days, 1)
    return StatedLoad(said["since"], days, said["per_day"], mix)


def _percent(found: RehearsalCard) -> int:
    return round(100 * found.done / found.total) if found.total else 0


def _share(share: float) -> str:
    return f"{share:.1%}"


def _day(hours: float) -> str:
    label = _HOURS.filled(n=f"{hours:.1f}") if hours < _TWO_DAYS else _DAYS.filled(n=f"{hours / 24:.1f}")
    return in_page_language(label)


def _hours(hours: float) -> Label:
    return _HOURS.filled(n=f"{hours:.1f}")
