"""Scenarios for programs: the library, one version, its check and difference, every decision about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from lilong.apps.work import public as work
from lilong.apps.work.api.shapes import (
    ComparisonOut,
    DifferenceOut,
    FindingOut,
    LibraryOut,
    NoteIn,
    PublishIn,
    ReasonIn,
    RehearsalOut,
    RehearseIn,
    TemplateOut,
    TextIn,
    VersionOut,
    WrittenIn,
)
from lilong.apps.work.commands.rehearsals import begin_rehearsal
from lilong.apps.work.lifecycle import APPROVE, PUBLISH, WRITE
from lilong.apps.work.queries import rehearsals, versions
from lilong.apps.work.queries.comparisons import comparison
from lilong.apps.work.queries.library import library
from lilong.apps.work.queries.templates import Template, templates
from lilong.apps.work.rules.files import differences
from lilong.apps.work.terms import (
    Comparison,
    Difference,
    Finding,
    LibraryFilter,
    LibraryPage,
    Reach,
    RehearsalAsked,
    RehearsalCard,
    VersionCard,
)
from lilong.identity.access import staff
from lilong.identity.answers import REFUSED, ReceiptOut
from lilong.identity.requests import Request, command_key
from lilong.kernel.areas import AreaCode
from lilong.ledger.receipts import Receipt

router = Router(tags=["scenarios"])
LOOK = staff()


@router.get("", auth=LOOK, response={200: LibraryOut, **REFUSED})
def scenarios(
    request: HttpRequest, text: str = "", category: str = "", kind: str = "", state: str = "", after: str = ""
) -> LibraryPage:
    """The library of every area, the latest version of each name."""
    wanted = LibraryFilter(text=text, category=category, kind=kind, state=state, after=after)
    return library(seen_by=_asked(request).actor, wanted=wanted)


@router.get("/templates", auth=staff(WRITE), response={200: list[TemplateOut], **REFUSED})
def scenario_templates(request: HttpRequest) -> Sequence[Template]:
    """Everything that a new scenario may begin from."""
    return templates(seen_by=_asked(request).actor)


@router.post("", auth=staff(WRITE), response={200: ReceiptOut, **REFUSED})
def write_scenario(request: HttpRequest, given: WrittenIn) -> Receipt:
    """编写 Keep a file as a new draft; every fault of it is a refusal with its line."""
    asked = _asked(request)
    return work.write_scenario_version(
        by=asked.actor, key=command_key(asked), text=given.text, area=AreaCode(given.area), origin=given.origin
    )


@router.get("/{version}", auth=LOOK, response={200: VersionOut, **REFUSED})
def one_scenario(request: HttpRequest, version: UUID) -> VersionCard:
    """One version with its file."""
    return versions.version(seen_by=_asked(request).actor, version=version)


@router.get("/{version}/check", auth=LOOK, response={200: list[FindingOut], **REFUSED})
def check_scenario(request: HttpRequest, version: UUID) -> tuple[Finding, ...]:
    """检查 What the check says now, with the areas where nobody is responsible."""
    asked = _asked(request)
    card = versions.version(seen_by=asked.actor, version=version)
    return work.checked(card.scenario, area=card.area, at=asked.at)


@router.get("/{version}/difference", auth=LOOK, response={200: list[DifferenceOut], **REFUSED})
def scenario_difference(request: HttpRequest, version: UUID, old: str) -> tuple[Difference, ...]:
    """What differs from the version ``old`` (name@number)."""
    asked = _asked(request)
    card = versions.version(seen_by=asked.actor, version=version)
    return differences(versions.version_named(seen_by=asked.actor, reference=old).scenario, card.scenario)


@router.put("/{version}", auth=staff(WRITE), response={200: ReceiptOut, **REFUSED})
def edit_scenario(request: HttpRequest, version: UUID, given: TextIn) -> Receipt:
    """修改 Replace the file of a draft."""
    asked = _asked(request)
    return work.edit_scenario_version(by=asked.actor, key=command_key(asked), version=version, text=given.text)


@router.post("/{version}/submit", auth=staff(WRITE), response={200: ReceiptOut, **REFUSED})
def submit_scenario(request: HttpRequest, version: UUID) -> Receipt:
    """提交 Hand a draft over for approval; refused while the check finds something that must be mended."""
    asked = _asked(request)
    return work.submit_scenario_version(by=asked.actor, key=command_key(asked), version=version)


@router.post("/{version}/send_back", auth=staff(APPROVE), response={200: ReceiptOut, **REFUSED})
def send_back_scenario(request: HttpRequest, version: UUID, given: ReasonIn) -> Receipt:
    """退回 Give a submitted version back, with the reason."""
    asked = _asked(request)
    return work.send_back_scenario_version(by=asked.actor, key=command_key(asked), version=version, reason=given.reason)


@router.post("/{version}/approve", auth=staff(APPROVE), response={200: ReceiptOut, **REFUSED})
def approve_scenario(request: HttpRequest, version: UUID, given: NoteIn) -> Receipt:
    """批准 Approve a version that somebody else wrote."""
    asked = _asked(request)
    return work.approve_scenario_version(by=asked.actor, key=command_key(asked), version=version, note=given.note)


@router.post("/{version}/publish", auth=staff(PUBLISH), response={200: ReceiptOut, **REFUSED})
def publish_scenario(request: HttpRequest, version: UUID, given: PublishIn) -> Receipt:
    """发布 Put an approved version in force, or widen where it is."""
    asked = _asked(request)
    reach = Reach(AreaCode(given.area), tuple(given.area_types), given.share)
    return work.publish_scenario_version(
        by=asked.actor, key=command_key(asked), version=version, reach=reach, evidence=given.evidence
    )


@router.post("/{version}/withdraw", auth=staff(PUBLISH), response={200: ReceiptOut, **REFUSED})
def withdraw_scenario(request: HttpRequest, version: UUID, given: ReasonIn) -> Receipt:
    """撤下 Take a version out of force everywhere; what runs by it goes on to its end."""
    asked = _asked(request)
    return work.withdraw_scenario_version(by=asked.actor, key=command_key(asked), version=version, reason=given.reason)


@router.post("/{version}/discard", auth=staff(WRITE), response={200: ReceiptOut, **REFUSED})
def discard_scenario(request: HttpRequest, version: UUID) -> Receipt:
    """不要了 Give a draft up."""
    asked = _asked(request)
    return work.discard_scenario_version(by=asked.actor, key=command_key(asked), version=version)


@router.post("/{version}/rehearse", auth=staff(WRITE, APPROVE, PUBLISH), response={200: ReceiptOut, **REFUSED})
def rehearse_scenario(request: HttpRequest, version: UUID, given: RehearseIn) -> Receipt:
    """演练 Rehearse a version beside another one on past matters; it runs in the background."""
    asked = _asked(request)
    wanted = RehearsalAsked(version, given.present, given.since, given.until, given.seed)
    return begin_rehearsal(by=asked.actor, key=command_key(asked), asked=wanted)


@router.get("/rehearsals/{rehearsal}", auth=staff(WRITE, APPROVE, PUBLISH), response={200: RehearsalOut, **REFUSED})
def one_rehearsal(request: HttpRequest, rehearsal: UUID) -> RehearsalCard:
    """One rehearsal: how far it is, and its report when it is done."""
    return rehearsals.rehearsal(seen_by=_asked(request).actor, rehearsal=rehearsal)


@router.get("/{version}/comparison", auth=LOOK, response={200: ComparisonOut, **REFUSED})
def compare_scenario(request: HttpRequest, version: UUID) -> Comparison:
    """比较 How a published version goes beside other places and the time before."""
    asked = _asked(request)
    card = versions.version(seen_by=asked.actor, version=version)
    return comparison(seen_by=asked.actor, card=card, at=asked.at) or Comparison((), 0.0, ())


def _asked(request: HttpRequest) -> Request:
    return cast("Request", request)
