"""What the city answers: its published cases in the protocol's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import PublicCase, PublicFilter, PublicUpdate
from lilong.gateways.open311.models import SentRequest
from lilong.gateways.open311.rules.faults import not_found
from lilong.gateways.open311.rules.repeats import kept_id
from lilong.gateways.open311.rules.statuses import standing_of
from lilong.gateways.open311.rules.text import published
from lilong.gateways.open311.terms import (
    ROWS_MAX,
    Box,
    Caller,
    Circle,
    Extensions,
    Note,
    Photo,
    RequestQuery,
    RequestUpdate,
    ServiceRequest,
    Token,
    UpdateQuery,
)


def listed_requests(caller: Caller, query: RequestQuery) -> tuple[ServiceRequest, ...]:
    """The published cases that ``query`` asks for, latest first, then by id."""
    found = cases.published_cases(seen_by=caller.actor(), wanted=_filter(query))
    return tuple(_request(case, caller, query) for case in found)


def one_request(caller: Caller, number: str, query: RequestQuery) -> ServiceRequest:
    """One published case; raises 404 when it is unknown, private or of another jurisdiction."""
    found = cases.published_case(seen_by=caller.actor(), number=number)
    if found is None:
        raise not_found("service_request_id")
    return _request(found, caller, query)


def token_answer(caller: Caller, token: str) -> Token:
    """The token, with the id once the case is filed, declined or merged; raises 404 for an unknown token."""
    row = SentRequest.objects.filter(token=token, client__jurisdiction=caller.jurisdiction.id).first()
    if row is None:
        raise not_found("token")
    return Token(token, row.number if row.released_at else "")


def listed_updates(caller: Caller, query: UpdateQuery) -> tuple[RequestUpdate, ...]:
    """What happened to published cases within the window, oldest first."""
    found = cases.case_updates(
        seen_by=caller.actor(),
        start=query.window.start,
        end=query.window.end,
        page=query.sheet.page,
        size=query.sheet.size,
    )
    own = _own_ids(caller, {update.number for update in found})
    return tuple(_update(update, caller, own) for update in found)


def _filter(query: RequestQuery) -> PublicFilter:
    if query.ids:
        return PublicFilter(numbers=query.ids, size=ROWS_MAX)
    area = query.within
    return PublicFilter(
        categories=query.service_codes,
        states=query.states,
        opened_from=query.start,
        opened_to=query.end,
        updated_from=query.updated_after,
        updated_to=query.updated_before,
        box=(area.west, area.south, area.east, area.north) if isinstance(area, Box) else None,
        circle=(area.lat, area.long, area.metres) if isinstance(area, Circle) else None,
        page=query.sheet.page,
        size=query.sheet.size,
    )


def _request(case: PublicCase, caller: Caller, query: RequestQuery) -> ServiceRequest:
    standing, language = standing_of(case.state, case.resolution), caller.language
    photos = tuple(Photo(caller.origin + path) for path in case.photos)
    notes = " ".join(filter(None, (standing.notes.in_language(language), case.said)))
    return ServiceRequest(
        service_request_id=case.number,
        status=standing.status,
        status_notes=published(notes),
        service_name=case.category.resident.in_language(language),
        service_code=str(case.category.key),
        description=published(case.body or case.title),
        agency_responsible=case.lead.name.in_language(language) if case.lead else "",
        requested=case.opened_at,
        updated=case.updated_at,
        expected=case.due_at if caller.jurisdiction.gives_expected else None,
        address=published(case.address),
        lat=case.latitude,
        long=case.longitude,
        media_url=photos[0].media_url if photos else "",
        extensions=_extensions(case, caller, photos) if query.extensions else None,
    )


def _extensions(case: PublicCase, caller: Caller, photos: tuple[Photo, ...]) -> Extensions:
    reached = sorted({(case.opened_at, "reported"), (case.updated_at, case.state)})
    notes = (
        Note(at, standing_of(state, case.resolution).notes.in_language(caller.language), state) for at, state in reached
    )
    detail = standing_of(case.state, case.resolution).detail
    return Extensions(detail, photos=photos, notes=tuple(notes))


def _update(update: PublicUpdate, caller: Caller, own: Mapping[str, str]) -> RequestUpdate:
    standing = standing_of(update.state, update.resolution)
    return RequestUpdate(
        update_id=kept_id(update.number, update.version),
        service_request_id=update.number,
        detail=standing.detail,
        updated=update.at,
        description=published(update.said or standing.notes.in_language(caller.language)),
        external_status_code=update.state,
        fixmystreet_id=own.get(update.number, ""),
    )


def _own_ids(caller: Caller, numbers: Iterable[str]) -> dict[str, str]:
    """The calling client's own ids of these cases; nobody else's, and none for a call without a key."""
    if caller.client is None:
        return {}
    rows = SentRequest.objects.filter(client_id=caller.client.number, number__in=numbers, external_id__isnull=False)
    return {row.number: row.external_id for row in rows if row.external_id}
