"""One version as its pages show it: drawing and list, the check, what may be done with it, where it is in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString

from lilong.apps.work import public as work
from lilong.apps.work.lifecycle import APPROVE, PUBLISH, SCENARIO, WRITE
from lilong.apps.work.queries import versions
from lilong.apps.work.queries.frames import frames
from lilong.apps.work.queries.offices import who_words
from lilong.apps.work.queries.stories import story_of_version
from lilong.apps.work.rules.drawing import Drawing, drawing
from lilong.apps.work.rules.files import write_scenario
from lilong.apps.work.rules.picturing import as_svg
from lilong.apps.work.terms import Finding, Frame, Scenario, Severity, VersionCard
from lilong.apps.work.views.scenarios.offers import area_words, categories_words, type_words
from lilong.identity.requests import Request, command_key
from lilong.identity.wording import page_language
from lilong.kernel.areas import Level
from lilong.kernel.lifecycle import Step as LifecycleStep
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label

_NEXT = {
    "draft": Label("改好、检查过，再提交批准。", "Mend it, check it, then submit it."),
    "submitted": Label("等另一位有批准职责的人看过。", "Somebody else with the duty looks at it now."),
    "approved": Label(
        "可以先在一类区域、一部分事上试行。", "Try it first in one type of area, on a share of the matters."
    ),
    "published": Label("看看办得怎么样，再放宽、修改或撤下。", "See how it goes, then widen, change or withdraw it."),
    "withdrawn": Label("不再用于新的事；按它在办的照办到底。", "It takes no new matters; those that go by it go on."),
}


@dataclass(frozen=True, slots=True)
class InForce:
    """One publication in words."""

    area: Label
    types: Label
    share: int
    since: object
    until: object
    by: Label
    evidence: str


@dataclass(frozen=True, slots=True)
class Found:
    """One finding with the address at which it is mended, the areas it is about by name, and its path."""

    finding: Finding
    title: Label | None
    url: str
    areas: tuple[Label, ...]

    @property
    def is_must(self) -> bool:
        """Whether it stands in the way of submitting."""
        return self.finding.severity is Severity.MUST


def card_of(request: Request, version: UUID) -> VersionCard:
    """The version, as far as this post may see it."""
    return versions.version(seen_by=request.actor, version=version)


def frame_of(scenario: Scenario) -> Frame | None:
    """What the kind of its subject asks of it."""
    return frames().get(scenario.kind)


def framed_results(frame: Frame | None) -> frozenset[str]:
    """The results that the subject's own life-cycle brings to every scenario of the kind."""
    return frozenset(result.name for act in (frame.acts if frame else ()) for result in act.results)


def drawn(card: VersionCard) -> Drawing:
    """The version as a drawing, without what every scenario of its kind has."""
    frame = frame_of(card.scenario)
    return drawing(card.scenario, who_words, framed_results(frame), frame.facts if frame else ())


def findings_of(request: Request, card: VersionCard) -> tuple[Found, ...]:
    """What the check says now, with the areas around the version that nobody covers."""
    scenario = card.scenario
    found = work.checked(scenario, area=card.area, at=request.at)
    titles = {step.name: step.title for step in scenario.steps}
    return tuple(
        Found(
            finding,
            titles.get(finding.step),
            reverse("scenarios:step", args=[card.id, finding.step]) if finding.step in titles else "",
            tuple(area_words(area) for area in finding.areas),
        )
        for finding in found
    )


def steps_open(request: Request, card: VersionCard) -> tuple[LifecycleStep, ...]:
    """What this post may do with the version now."""
    return SCENARIO.open_steps(card.state, request.actor, card.area)


def may_edit(request: Request, card: VersionCard) -> bool:
    """Whether the forms are open to this post."""
    return any(step.name == "edit" for step in steps_open(request, card))


def save(request: Request, card: VersionCard, scenario: Scenario) -> None:
    """Keep the changed scenario as the text of the version; raises what the command refuses."""
    text = write_scenario(scenario, frames())
    work.edit_scenario_version(by=request.actor, key=command_key(request), version=card.id, text=text)


def back_to(card: VersionCard, done: str, anchor: str = "") -> HttpResponse:
    """The page of the version, saying what was just done."""
    return redirect(f"{reverse('scenarios:version', args=[card.id])}?done={done}{anchor}")


def page(
    request: Request,
    card: VersionCard,
    template: str = "scenarios/version.html",
    more: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the version; ``more`` adds the form beside the drawing, or what a page of its own shows."""
    chosen = str((more or {}).get("chosen", ""))
    findings = findings_of(request, card)
    picture = drawn(card)
    editable, own = may_edit(request, card), card.area == request.actor.area
    links = {box.step: reverse("scenarios:step", args=[card.id, box.step]) for box in picture.boxes} if editable else {}
    faulty = frozenset(found.finding.step for found in findings if found.is_must)
    context = {
        "card": card,
        "scenario": card.scenario,
        "drawing": picture,
        "boxes": [(box, links.get(box.step, "")) for box in picture.boxes],
        "svg": SafeString(as_svg(picture, page_language(), links, chosen, faulty)),
        "links": links,
        "chosen": chosen,
        "editable": editable,
        "findings": findings,
        "musts": sum(found.is_must for found in findings),
        "looks": sum(not found.is_must for found in findings),
        "steps": [step for step in steps_open(request, card) if step.name != "edit"],
        "next": _NEXT[card.state],
        "area": area_words(card.area),
        "categories": categories_words(card.scenario, card.area, request.at),
        "types": type_words(card.scenario.area_types),
        "in_force": [_in_force(publication) for publication in card.publications],
        "story": story_of_version(card.id),
        "may_copy": WRITE in request.actor.duties and (not own or card.state not in ("draft", "submitted")),
        "may_rehearse": not request.actor.duties.isdisjoint((WRITE, APPROVE, PUBLISH)),
        "own": own,
        "wide": card.area.digits == "" or card.area == card.area.cut_to(Level.CITY),
        **(more or {}),
    }
    return render(request, template, context, status=status)


def refused_by_form(refused: Refused) -> bool:
    """Whether a refusal belongs under the form that was sent."""
    return refused.kind in (RefusalKind.INVALID, RefusalKind.TOO_LARGE)


def _in_force(publication: Any) -> InForce:
    reach = publication.reach
    return InForce(
        area_words(reach.area),
        type_words(reach.area_types),
        reach.share,
        publication.since,
        publication.until,
        publication.by,
        publication.evidence,
    )
