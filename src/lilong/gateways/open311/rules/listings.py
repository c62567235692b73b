"""What a client asks for: the list of requests, and the list of updates."""

from __future__ import annotations

from datetime import datetime, timedelta

from lilong.gateways.open311.rules.faults import Findings, bad
from lilong.gateways.open311.rules.moments import Moment, read_moment, shifted
from lilong.gateways.open311.rules.parameters import Parameters, read_decimal
from lilong.gateways.open311.rules.statuses import states_named
from lilong.gateways.open311.terms import (
    ROWS_MAX,
    WINDOW_DAYS_MAX,
    Box,
    Circle,
    RequestQuery,
    Sheet,
    UpdateQuery,
    Window,
)
from lilong.kernel.words import Label

_WINDOW = timedelta(days=WINDOW_DAYS_MAX)
_METRES_MAX = 50_000.0
_METRES_DEFAULT = 1000.0
_PAGES_MAX = 1_000_000


def read_request_query(parameters: Parameters, at: datetime) -> RequestQuery:
    """The list a client asks for at ``at``; raises one fault with everything that is wrong.

    ``service_request_id`` overrides all other arguments: they are not even read, so a wrong one is no error.
    """
    ids = parameters.listed("service_request_id")
    extensions = parameters.flag("extensions")
    if ids:
        return RequestQuery(ids=ids[:ROWS_MAX], extensions=extensions)
    findings = Findings()
    window, sheet = Window(at, at), Sheet()
    states, within = None, None
    updated_after = updated_before = None
    with findings.gathering():
        window = _window(parameters, at)
    with findings.gathering():
        states = _states(parameters)
    with findings.gathering():
        sheet = read_sheet(parameters)
    with findings.gathering():
        within = _within(parameters)
    with findings.gathering():
        updated_after = _optional(parameters, "updated_after")
    with findings.gathering():
        updated_before = _optional(parameters, "updated_before")
    findings.settle()
    return RequestQuery(
        service_codes=parameters.listed("service_code"),
        states=states,
        start=window.start,
        end=window.end,
        updated_after=updated_after.at if updated_after else None,
        updated_before=updated_before.last if updated_before else None,
        within=within,
        sheet=sheet,
        extensions=extensions,
    )


def read_update_query(parameters: Parameters, at: datetime) -> UpdateQuery:
    """The updates a client asks for at ``at``; the same window and pages as for requests."""
    findings = Findings()
    window, sheet = Window(at, at), Sheet()
    with findings.gathering():
        window = _window(parameters, at)
    with findings.gathering():
        sheet = read_sheet(parameters)
    findings.settle()
    return UpdateQuery(window, sheet)


def read_sheet(parameters: Parameters) -> Sheet:
    """Pages count from 1 and page 0 is the first; a page holds at most 1,000 rows, whatever was asked."""
    size = parameters.whole("page_size", ROWS_MAX)
    if size == 0:
        raise bad("page_size", Label("应为 1 到 {n}", "from 1 to {n}").filled(n=ROWS_MAX))
    page = min(max(parameters.whole("page", 1), 1), _PAGES_MAX)
    return Sheet(page, min(size, ROWS_MAX))


def _window(parameters: Parameters, at: datetime) -> Window:
    """The latest 90 days unless told otherwise; a longer span is refused rather than silently cut."""
    start, end = _optional(parameters, "start_date"), _optional(parameters, "end_date")
    if start is None:
        last = end.last if end else at
        return Window(shifted(end.at if end else at, -_WINDOW), last)
    until = end or Moment(max(at, start.at))
    if until.at < start.at:
        raise bad("end_date", Label("早于 start_date", "it is before start_date"))
    if until.at - start.at > _WINDOW:
        text = Label(
            "start_date 到 end_date 最多 {n} 天（不给 end_date 即到现在）",
            "start_date and end_date (now when absent) may span at most {n} days",
        )
        raise bad("end_date", text.filled(n=WINDOW_DAYS_MAX))
    return Window(start.at, until.last)


def _states(parameters: Parameters) -> frozenset[str] | None:
    words = parameters.listed("status")
    states = frozenset[str]()
    for word in words:
        found = states_named(word)
        if found is None:
            raise bad("status", Label("应为 open 或 closed", "open or closed is expected"))
        states |= found
    return states if words else None


def _within(parameters: Parameters) -> Box | Circle | None:
    if parameters.text("bbox"):
        return _box(parameters.text("bbox"))
    lat, long = parameters.decimal("lat", -90, 90), parameters.decimal("long", -180, 180)
    radius = parameters.decimal("radius", 0, _METRES_MAX)
    if lat is None and long is None:
        return None
    if lat is None or long is None:
        raise bad("lat", Label("lat 与 long 须同时给出", "lat and long go together"))
    return Circle(lat, long, _METRES_DEFAULT if radius is None else radius)


def _box(text: str) -> Box:
    parts = text.split(",")
    if len(parts) != 4:
        raise bad("bbox", Label("应为 西,南,东,北", "west,south,east,north is expected"))
    bounds = ((-180, 180), (-90, 90), (-180, 180), (-90, 90))
    west, south, east, north = (
        read_decimal("bbox", part.strip(), low, high) for part, (low, high) in zip(parts, bounds, strict=True)
    )
    if west > east or south > north:
        raise bad("bbox", Label("应为 西,南,东,北", "west,south,east,north is expected"))
    return Box(west, south, east, north)


def _optional(parameters: Parameters, name: str) -> Moment | None:
    text = parameters.text(name)
    return read_moment(name, text) if text else None
