"""Whatever a client sends, the only thing raised is the protocol's error."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from lilong.gateways.open311.rules import shapes
from lilong.gateways.open311.rules.listings import read_request_query, read_update_query
from lilong.gateways.open311.rules.parameters import Parameters, from_pairs, read_form
from lilong.gateways.open311.rules.submissions import read_submission, read_update
from lilong.gateways.open311.terms import Attribute, AttributeValue, Datatype, Fault, Service, ServiceKind, WireFormat
from tests.gateways.open311.schema import faults

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
SERVICE = Service(
    "c:1:C01",
    "x",
    "",
    ServiceKind.REALTIME,
    attributes=tuple(
        Attribute(kind.name, kind, required=False, order=n, description="", values=(AttributeValue("a", "A"),))
        for n, kind in enumerate(Datatype, 1)
    ),
)
NAMES = st.sampled_from(
    [
        "service_request_id",
        "service_code",
        "start_date",
        "end_date",
        "status",
        "page",
        "page_size",
        "updated_after",
        "updated_before",
        "bbox",
        "lat",
        "long",
        "radius",
        "extensions",
        "address_string",
        "address_id",
        "description",
        "media_url",
        "datum",
        "email",
        "title",
        "update_id",
        "updated_datetime",
        "attribute[NUMBER]",
        "attribute[DATETIME][]",
        "attribute[MULTI]",
        "attribute[SINGLE]",
        "attribute[fixmystreet_id]",
    ]
)
VALUES = (
    st.text(max_size=30)
    | st.sampled_from(
        [
            "0001-01-01",
            "9999-12-31",
            "9999-12-31T23:59:59Z",
            "2026-11-05T00:00:00 08:00",
            "open",
            "-1",
            "0",
            "1e999",
            "nan",
            "121,31,122,32",
            "31.2",
            "121.4",
            "a",
            "\x00",
            "\ud800",
            "http://[",
            "," * 50,
        ]
    )
    | st.floats().map(str)
    | st.integers().map(str)
    | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
)
PAIRS = st.lists(st.tuples(NAMES | st.text(max_size=20), VALUES), max_size=12)


def check(found: Fault) -> None:
    assert 400 <= found.status < 500
    assert all(error.description for error in found.errors)
    assert faults(shapes.errors(found.errors).encoded(WireFormat.XML)) == []
    shapes.errors(found.errors).encoded(WireFormat.JSON)


@given(PAIRS)
def test_any_parameters(pairs: list[tuple[str, str]]) -> None:
    try:
        parameters = from_pairs(pairs)
    except Fault as found:
        check(found)
        return
    for reading in (_requests, _updates, _submission, read_update):
        try:
            reading(parameters)
        except Fault as found:
            check(found)


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    with suppress(Fault):
        from_pairs(read_form(body))


def _requests(parameters: Parameters) -> object:
    query = read_request_query(parameters, NOW)
    assert 1 <= query.sheet.size <= 1000
    assert query.sheet.page >= 1
    assert query.ids or (query.start is not None and query.end is not None and query.start <= query.end)
    return query


def _updates(parameters: Parameters) -> object:
    return read_update_query(parameters, NOW)


def _submission(parameters: Parameters) -> object:
    return read_submission(parameters, SERVICE)
