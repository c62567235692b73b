"""The operations."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile

from lilong.apps.cases import commands, queries
from lilong.apps.cases.api.shapes import (
    CaseOut,
    CountOut,
    FilterIn,
    PageOut,
    ReportIn,
    RowOut,
)
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.rules import LOOK_DUTIES
from lilong.apps.cases.terms import (
    AreaCount,
    CaseFilter,
    CasePage,
    CaseRow,
    CaseView,
    Follow,
    PhotoGiven,
    Report,
    Source,
)
from lilong.apps.people.terms import Guest
from lilong.apps.places import public as places
from lilong.apps.places.terms import Where
from lilong.identity.access import PUBLIC, staff
from lilong.identity.answers import REFUSED, ReceiptOut
from lilong.identity.requests import Request, command_key
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.lifecycle import Step
from lilong.kernel.refusals import invalid
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt
from lilong.ledger.rooms import resident_duties

router = Router(tags=["cases"])
LOOK = staff(*LOOK_DUTIES)
_decode_report = msgspec.json.Decoder(ReportIn).decode
_encode = msgspec.json.Encoder().encode


def _described(kind: Any) -> dict[str, Any]:
    """The OpenAPI body of an operation that decodes it itself, because it is the platform's hottest."""
    schema = msgspec.json.schema(kind, ref_template="#/components/schemas/{name}")
    inner = schema.get("$defs", {}).get(kind.__name__, schema)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": inner}}}}


@router.post("", auth=PUBLIC, response={201: ReceiptOut, **REFUSED}, openapi_extra=_described(ReportIn))
def report(request: HttpRequest) -> HttpResponse:
    """Report a matter. Header ``Idempotency-Key``: a UUID of your own; the same key has one effect and one answer."""
    asked = cast("Request", request)
    given = _report_in(request.body)
    receipt = report_given(asked, given)
    number = receipt.details["number"]
    body = {
        "subject": str(receipt.subject),
        "version": receipt.version,
        "state": receipt.state,
        "details": {**receipt.details, "secret": queries.follow_secret(number)},
        "replayed": receipt.replayed,
    }
    return HttpResponse(_encode(body), content_type="application/json", status=201)


@router.get("", auth=LOOK, response={200: PageOut, **REFUSED})
def list_cases(request: HttpRequest, wanted: Query[FilterIn]) -> CasePage:
    """The cases of one's area, in pages. ``state`` may be a comma list; ``light`` is ``red`` or ``soon``."""
    asked = cast("Request", request)
    return queries.cases(seen_by=asked.actor, at=asked.at, wanted=filter_of(wanted))


@router.get("/counts", auth=LOOK, response={200: list[CountOut], **REFUSED})
def count_cases(request: HttpRequest, area: str = "") -> list[AreaCount]:
    """Open cases of each area one level below."""
    asked = cast("Request", request)
    wanted = area_of(area) or asked.actor.area
    return list(queries.counts(seen_by=asked.actor, at=asked.at, area=wanted))


@router.get("/{number}", auth=PUBLIC, response={200: CaseOut, **REFUSED})
def one_case(request: HttpRequest, number: str, secret: str = "") -> CaseView:
    """One case, by a post that may see it, by its reporter, or with the receipt's secret."""
    asked = cast("Request", request)
    return queries.case_view(seen_by=looker(asked, number, secret), at=asked.at, number=number)


@router.get("/{number}/near", auth=LOOK, response={200: list[RowOut], **REFUSED})
def near(request: HttpRequest, number: str) -> list[CaseRow]:
    """Open cases that may be the same matter: same category, within 50 m and 24 h."""
    asked = cast("Request", request)
    view = queries.case_view(seen_by=asked.actor, at=asked.at, number=number)
    return list(queries.near_cases(seen_by=asked.actor, case=view.row, at=asked.at))


@router.post("/{number}/photos", auth=PUBLIC, response={200: ReceiptOut, **REFUSED})
def add_photos(
    request: HttpRequest,
    number: str,
    photos: File[list[UploadedFile]],
    kind: Form[str] = "near",
    secret: Form[str] = "",
) -> Receipt:
    """Add pictures. They are checked by content and kept without position or device data."""
    asked = cast("Request", request)
    by = looker(asked, number, secret)
    case = queries.case_view(seen_by=by, at=asked.at, number=number).row.id
    given = tuple(PhotoGiven(photo.name or "", photo.read()) for photo in photos)
    return commands.add_photos(by=by, key=command_key(asked), case=case, photos=given, kind=kind)


def _operation(step: Step) -> Callable[..., Receipt]:
    def operation(request: HttpRequest, number: str, secret: str = "") -> Receipt:
        asked = cast("Request", request)
        inputs = _object(request.body)
        by = looker(asked, number, secret)
        case: UUID = queries.case_view(seen_by=by, at=asked.at, number=number).row.id
        return commands.take_step(by=by, key=command_key(asked), case=case, step=step.name, inputs=inputs)

    operation.__name__ = f"{step.name}_case"
    operation.__doc__ = f"{step.label.zh} {step.label.en}. Needs the duty ``{step.duty}``; starts from {step.sources}."
    return operation


for _step in CASE.steps.values():
    if _step.name not in {"add_photos", "do_step", "plan_again", "reckon", "speak", "archive", "record_closing"}:
        _body = {"requestBody": {"required": True, "content": {"application/json": {"schema": _step.schema()}}}}
        router.post(
            f"/{{number}}/{_step.name}",
            auth=PUBLIC if _step.duty in resident_duties() else staff(_step.duty),
            response={200: ReceiptOut, **REFUSED},
            openapi_extra=_body,
            operation_id=f"cases_{_step.name}",
        )(_operation(_step))


def report_given(request: Request, given: ReportIn) -> Receipt:
    """Report what came as JSON."""
    key = command_key(request)
    wanted = Report(
        category=given.category,
        body=given.body,
        title=given.title,
        place=Where(given.latitude, given.longitude, given.datum, given.address, given.address_id),
        city=city_of(given.city),
        source=source_of(request.actor, given.source),
        anonymous=given.anonymous,
        private=given.private,
        reporter=request.actor.person,
        contact=Guest(given.contact_phone, given.contact_name) if given.contact_phone else None,
    )
    return commands.report_case(by=request.actor, key=key, report=wanted)


def looker(request: Request, number: str, secret: str) -> Actor:
    """Who looks: the actor of the request, widened by the receipt when a secret comes with the number."""
    if not secret:
        return LOOK(request) if request.actor.post else request.actor
    widened, _ = queries.follower(Follow(number, secret), request.actor)
    return widened


def city_of(code: str) -> AreaCode:
    """The city meant: the one named, or the only one this instance looks after."""
    cities = places.cities()
    named = [
        city.code for city in cities if not code or city.code.digits == code.rstrip("0") or city.code.digits == code
    ]
    if len(named) == 1:
        return named[0]
    raise invalid(
        "cases.city_unknown",
        Label("没有说清是哪个城市。", "It is not clear which city is meant."),
        Label("请给出城市代码。", "Give the city's code."),
        "city",
    )


def source_of(actor: Actor, text: str) -> Source:
    """The channel: a resident's own is the web; a program or post may say which one it carries."""
    if actor.post is None:
        return Source.RESIDENT_WEB if text != Source.API else Source.API
    try:
        return Source(text)
    except ValueError:
        raise invalid(
            "cases.source_unknown",
            Label("没有这种来源。", "There is no such source."),
            Label("可用：{known}。", "Known: {known}.").filled(known=", ".join(Source)),
            "source",
        ) from None


def known_states(text: str) -> tuple[str, ...]:
    """The states of a comma list. Raises the refusal that names an unknown one."""
    wanted = tuple(part for part in text.split(",") if part)
    unknown = [state for state in wanted if state not in CASE.states]
    if unknown:
        raise invalid(
            "cases.state_unknown",
            Label("没有“{state}”这个状态。", "There is no state “{state}”.").filled(state=unknown[0][:40]),
            Label("可用：{known}。", "Known: {known}.").filled(known=", ".join(CASE.state_names)),
            "state",
        )
    return wanted


def filter_of(wanted: FilterIn) -> CaseFilter:
    """The filter as the query takes it; what lies outside the asker's area finds nothing."""
    return CaseFilter(
        states=known_states(wanted.state),
        area=area_of(wanted.area),
        category=wanted.category,
        source=wanted.source,
        text=wanted.text,
        light=wanted.light,
        after=wanted.after,
        size=wanted.size,
    )


def area_of(digits: str) -> AreaCode | None:
    """The area of these digits, or None for none."""
    if not digits:
        return None
    try:
        return AreaCode(digits)
    except ValueError:
        raise invalid(
            "cases.area_unreadable",
            Label("区域代码只能是数字。", "An area code is digits only."),
            Label("请从区域列表里选。", "Choose one from the list of areas."),
            "area",
        ) from None


def _report_in(body: bytes) -> ReportIn:
    try:
        return _decode_report(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unreadable(str(error)) from error


def _object(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise _unreadable(str(error)) from error
    if not isinstance(found, dict):
        raise _unreadable("Expected an object")
    return found


def _unreadable(what: str) -> Exception:
    field = what.rpartition("$.")[2].rstrip("`") if "$." in what else "body"
    return invalid(
        "body_unreadable",
        Label("内容不是约定的 JSON：{what}", "The body is not the JSON agreed on: {what}").filled(what=what[:200]),
        Label("请按 OpenAPI 说明改正。", "Mend it as the OpenAPI description says."),
        field,
    )
