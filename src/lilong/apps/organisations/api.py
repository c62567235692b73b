"""Organisations for programs: categories anybody may report under, standards, units, and who is responsible why."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.commands import resolve_missing
from lilong.apps.organisations.queries.missing import missing_page
from lilong.apps.organisations.terms import (
    NOTE_MAX,
    CategoryCard,
    CategoryKey,
    MissingCard,
    NotRouted,
    Routed,
    StandardCard,
    UnitCard,
)
from lilong.apps.places import public as places
from lilong.identity.access import PUBLIC, staff
from lilong.identity.answers import REFUSED, BecauseOut, LabelOut, LimitOut, ReceiptOut
from lilong.identity.requests import Request, command_key
from lilong.kernel.actors import ActorKind
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.clocks import Limit
from lilong.kernel.refusals import Refused, absent, invalid
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt

router = Router(tags=["organisations"])
_KEEPER = "organisations.catalogue.keep"
_IN_A_POST = frozenset({ActorKind.STAFF, ActorKind.PROGRAM})
_MATCHES_MAX = 50


class CategoryOut(Schema):
    """One category. ``key`` (scheme:version:code) is what a report names; ``resident`` are plain words for it."""

    key: str
    kind: str
    group_code: str
    group: LabelOut
    name: LabelOut
    resident: LabelOut
    severity: str
    needs_verification: bool
    private: bool
    public: bool
    catalogue: str


class MatchOut(Schema):
    """A category that a text may mean, how well (0 to 1), and by which of its words."""

    category: CategoryOut
    score: float
    words: list[str]


class StandardCardOut(Schema):
    """One row of the filing and closing standards; ``verified`` false: its limit was taken from practice."""

    id: int
    row: int
    filing_condition: LabelOut
    closing_condition: LabelOut
    severity: str
    limit: LimitOut
    legal_basis: str
    source: str
    verified: bool
    reference: str


class UnitCardOut(Schema):
    """One unit; ``above`` is the unit it reports to."""

    id: int
    code: str
    name: LabelOut
    function: str
    level: int
    area: str
    above: int | None
    active: bool


class RoutingOut(Schema):
    """Who takes a stage and because of what; without a unit, ``gap`` says what is missing."""

    stage: str
    label: LabelOut
    unit: UnitCardOut | None
    co_units: list[UnitCardOut]
    limit: LimitOut | None
    gap: str
    gap_label: LabelOut | None
    because: list[BecauseOut]


class MissingOut(Schema):
    """Something the catalogue's keeper owes."""

    id: UUID
    category: str
    area: str
    stage: str
    gap: str
    function: str
    first_seen: datetime
    last_seen: datetime
    count: int


class MissingPageOut(Schema):
    """One page of gaps, the most often met first; ``after`` asks for the next one, empty on the last."""

    items: list[MissingOut]
    total: int
    after: str


class ResolveIn(Schema):
    """How a gap was mended."""

    note: str = Field(min_length=1, max_length=NOTE_MAX)


@router.get("/categories", auth=PUBLIC, response={200: list[CategoryOut], **REFUSED})
def categories(request: HttpRequest, area: str = "") -> list[dict[str, Any]]:
    """The categories of the catalogue in force; to a post also those that residents do not choose from."""
    asked = cast("Request", request)
    found = organisations.categories(area=_area(area), at=asked.at, public_only=not _is_staff(asked))
    return [_category(card) for card in found]


@router.get("/categories/search", auth=PUBLIC, response={200: list[MatchOut], **REFUSED})
def search_categories(
    request: HttpRequest, text: str, area: str = "", lang: Literal["zh", "en"] = "zh", limit: int = 8
) -> list[dict[str, Any]]:
    """The categories that ``text`` may mean, best first."""
    asked = cast("Request", request)
    matches = organisations.search_categories(
        text,
        lang=lang,
        area=_area(area),
        at=asked.at,
        public_only=not _is_staff(asked),
        limit=min(max(limit, 1), _MATCHES_MAX),
    )
    return [{"category": _category(m.category), "score": m.score, "words": list(m.words)} for m in matches]


@router.get("/standards", auth=staff(), response={200: list[StandardCardOut], **REFUSED})
def standards(request: HttpRequest, category: str, area: str = "") -> list[dict[str, Any]]:
    """The standard rows of a category in the catalogue in force."""
    asked = cast("Request", request)
    found = organisations.standards_of(_key(category), area=_area(area), at=asked.at)
    return [_standard(card) for card in found]


@router.get("/units", auth=staff(), response={200: list[UnitCardOut], **REFUSED})
def units(request: HttpRequest, area: str, function: str = "", level: int | None = None) -> list[dict[str, Any]]:
    """The active units whose area lies in ``area``; of one kind of office and one level (1 to 5), if asked."""
    wanted = None if level is None else _level(level)
    return [_unit(card) for card in organisations.units_within(_area(area), function=function or None, level=wanted)]


@router.get("/units/{unit}", auth=staff(), response={200: UnitCardOut, **REFUSED})
def one_unit(request: HttpRequest, unit: int) -> dict[str, Any]:
    """One unit, also a closed one."""
    found = organisations.unit(unit)
    if found is None:
        raise absent(Label("单位", "unit"))
    return _unit(found)


@router.get("/routing", auth=staff(), response={200: list[RoutingOut], **REFUSED})
def routing(request: HttpRequest, category: str, area: str) -> list[dict[str, Any]]:
    """Who takes each stage of a matter of this category in this area, and because of what."""
    asked = cast("Request", request)
    found = organisations.responsibilities_for(_key(category), area=_area(area), at=asked.at)
    return [_routing(each) for each in found.values()]


@router.get("/missing", auth=staff(_KEEPER), response={200: MissingPageOut, **REFUSED})
def missing(request: HttpRequest, after: str = "") -> dict[str, Any]:
    """What nobody is responsible for in the post's area, the most often met first."""
    page = missing_page(seen_by=cast("Request", request).actor, after=after)
    return {"items": [_missing(item) for item in page.items], "total": page.total, "after": page.after}


@router.post("/missing/{item}/resolve", auth=staff(_KEEPER), response={200: ReceiptOut, **REFUSED})
def resolve(request: HttpRequest, item: UUID, given: ResolveIn) -> Receipt:
    """Take a gap off the list, saying how it was mended."""
    asked = cast("Request", request)
    return resolve_missing(by=asked.actor, key=command_key(asked), missing=item, note=given.note)


def _is_staff(request: Request) -> bool:
    return request.actor.kind in _IN_A_POST


def _area(digits: str) -> AreaCode:
    """The area meant; without one, the only city there is."""
    known = places.cities()
    if not digits and len(known) == 1:
        return known[0].code
    try:
        code = AreaCode(digits)
    except ValueError:
        code = AreaCode("")
    if not code.digits:
        raise _unknown("area", Label("区域代码", "area code"))
    return code


def _key(text: str) -> CategoryKey:
    try:
        return CategoryKey.parse(text)
    except ValueError:
        raise _unknown("category", Label("类别", "category")) from None


def _level(number: int) -> Level:
    try:
        return Level(number)
    except ValueError:
        raise _unknown("level", Label("层级", "level")) from None


def _unknown(field: str, what: Label) -> Refused:
    return invalid(
        f"organisations.{field}_unreadable",
        Label("没有给出可用的{what}。", "No usable {what} was given.").filled(what=what),
        Label("请从列表里选一个。", "Choose one from the list."),
        field,
    )


def _category(card: CategoryCard) -> dict[str, Any]:
    names = ("kind", "group_code", "group", "name", "resident", "severity", "needs_verification", "private", "public")
    return {name: getattr(card, name) for name in names} | {"key": str(card.key), "catalogue": card.catalogue}


def _standard(card: StandardCard) -> dict[str, Any]:
    names = ("id", "row", "filing_condition", "closing_condition", "severity", "legal_basis", "source", "verified")
    return {name: getattr(card, name) for name in names} | {"limit": _limit(card.limit), "reference": card.reference}


def _unit(card: UnitCard) -> dict[str, Any]:
    names = ("id", "code", "name", "function", "above", "active")
    return {name: getattr(card, name) for name in names} | {"level": int(card.level), "area": card.area.digits}


def _routing(found: Routed | NotRouted) -> dict[str, Any]:
    same = {"stage": found.stage.value, "label": found.stage.label, "because": found.because}
    if isinstance(found, NotRouted):
        gap = {"gap": found.gap.value, "gap_label": found.gap.label}
        return same | {"unit": None, "co_units": [], "limit": None} | gap
    return same | {
        "unit": _unit(found.unit),
        "co_units": [_unit(card) for card in found.co_units],
        "limit": _limit(found.limit) if found.limit else None,
        "gap": "",
        "gap_label": None,
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {"amount": limit.amount, "kind": limit.kind.value, "label": limit.label}


def _missing(item: MissingCard) -> dict[str, Any]:
    names = ("id", "function", "first_seen", "last_seen", "count")
    return {name: getattr(item, name) for name in names} | {
        "category": str(item.category),
        "area": item.area.digits,
        "stage": item.stage.value,
        "gap": item.gap.value,
    }
