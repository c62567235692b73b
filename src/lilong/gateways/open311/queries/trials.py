"""What the test endpoint answers, from its own tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lilong.gateways.open311.models import TrialRequest, TrialUpdate
from lilong.gateways.open311.rules.faults import not_found
from lilong.gateways.open311.rules.statuses import STANDINGS
from lilong.gateways.open311.rules.text import published
from lilong.gateways.open311.rules.trials import KEPT, is_released, lies_within, steps_until
from lilong.gateways.open311.terms import (
    Answer,
    Caller,
    Detail,
    Extensions,
    Note,
    RequestQuery,
    RequestUpdate,
    ServiceKind,
    ServiceRequest,
    Token,
    UpdateQuery,
)

# The test endpoint is small by design: it looks through its latest rows in memory.
_ROWS_LOOKED_AT = 5000


def listed_requests(caller: Caller, query: RequestQuery) -> tuple[ServiceRequest, ...]:
    """The test requests that ``query`` asks for, latest first."""
    rows = _rows(caller)
    if query.ids:
        return tuple(_request(row, caller, query) for row in rows if _number(row) in query.ids)
    matching = [row for row in rows if _matches(row, query, caller.at)]
    page = matching[query.sheet.skipped : query.sheet.skipped + query.sheet.size]
    return tuple(_request(row, caller, query) for row in page)


def one_request(caller: Caller, number: str, query: RequestQuery) -> ServiceRequest:
    """One test request; raises 404 when it is unknown, private or swept."""
    found = [row for row in _rows(caller) if _number(row) == number]
    if not found:
        raise not_found("service_request_id")
    return _request(found[0], caller, query)


def token_answer(caller: Caller, token: str) -> Token:
    """The token with the id once it is released; raises 404 for an unknown token."""
    row = TrialRequest.objects.filter(
        token=token, client__jurisdiction=caller.jurisdiction.id, at__gt=caller.at - KEPT
    ).first()
    if row is None:
        raise not_found("token")
    released = is_released(ServiceKind(row.kind), row.at, caller.at)
    return Token(token, _number(row) if released else "")


def listed_updates(caller: Caller, query: UpdateQuery) -> tuple[RequestUpdate, ...]:
    """The steps and updates of test requests within the window, oldest first."""
    rows = {row.pk: row for row in _rows(caller)}
    sent = TrialUpdate.objects.filter(request__in=list(rows), at__range=(query.window.start, query.window.end))
    found = [_sent(update, rows[update.request_id], caller) for update in sent]
    for row in rows.values():
        found += [update for update in _steps(row, caller) if query.window.start <= update.updated <= query.window.end]
    found.sort(key=lambda update: (update.updated, update.update_id))
    return tuple(found[query.sheet.skipped : query.sheet.skipped + query.sheet.size])


def _rows(caller: Caller) -> list[TrialRequest]:
    kept = TrialRequest.objects.filter(
        client__jurisdiction=caller.jurisdiction.id, at__gt=caller.at - KEPT, is_private=False
    )
    return list(kept.order_by("-at", "-id")[:_ROWS_LOOKED_AT])


def _number(row: TrialRequest) -> str:
    return str(row)


def _matches(row: TrialRequest, query: RequestQuery, at: datetime) -> bool:
    updated, state = steps_until(row.at, at)[-1]
    wanted = (
        not query.service_codes or row.service_code in query.service_codes,
        query.states is None or state in query.states,
        query.start is None or row.at >= query.start,
        query.end is None or row.at <= query.end,
        query.updated_after is None or updated >= query.updated_after,
        query.updated_before is None or updated <= query.updated_before,
        lies_within(query.within, row.latitude, row.longitude),
    )
    return all(wanted)


def _request(row: TrialRequest, caller: Caller, query: RequestQuery) -> ServiceRequest:
    updated, state = steps_until(row.at, caller.at)[-1]
    standing = STANDINGS[state]
    return ServiceRequest(
        service_request_id=_number(row),
        status=standing.status,
        status_notes=standing.notes.in_language(caller.language),
        service_name=row.service_name,
        service_code=row.service_code,
        description=published(row.description),
        requested=row.at,
        updated=updated,
        address=row.address,
        address_id=row.address_id,
        lat=row.latitude,
        long=row.longitude,
        media_url=row.media_url,
        extensions=_extensions(row, caller, standing.detail) if query.extensions else None,
    )


def _extensions(row: TrialRequest, caller: Caller, detail: Detail) -> Extensions:
    notes = (
        Note(since, STANDINGS[state].notes.in_language(caller.language), state)
        for since, state in steps_until(row.at, caller.at)
    )
    return Extensions(detail, "open311", tuple(_answers(row.answers)), (), tuple(notes))


def _answers(kept: Iterable[Iterable[str]]) -> Iterable[Answer]:
    return (Answer(code, label, published(value)) for code, label, value in kept)


def _steps(row: TrialRequest, caller: Caller) -> list[RequestUpdate]:
    steps = steps_until(row.at, caller.at)
    return [
        RequestUpdate(
            update_id=f"{_number(row)}-{state}",
            service_request_id=_number(row),
            detail=STANDINGS[state].detail,
            updated=since,
            description=STANDINGS[state].notes.in_language(caller.language),
            external_status_code=state,
            fixmystreet_id=_own_id(row, caller),
        )
        for since, state in steps[1:]
    ]


def _sent(update: TrialUpdate, row: TrialRequest, caller: Caller) -> RequestUpdate:
    return RequestUpdate(
        update_id=kept_id(update),
        service_request_id=_number(row),
        detail=Detail(update.detail),
        updated=update.at,
        description=published(update.description),
        media_url=update.media_url,
        fixmystreet_id=_own_id(row, caller),
    )


def kept_id(update: TrialUpdate) -> str:
    """Our id of an update sent to the test endpoint."""
    return f"T{update.request_id}-{update.pk}"


def _own_id(row: TrialRequest, caller: Caller) -> str:
    return row.external_id if caller.client and caller.client.number == row.client_id else ""
