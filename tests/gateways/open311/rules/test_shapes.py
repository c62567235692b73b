"""The protocol's answers against its schema, and their JSON against the community's."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.gateways.open311.rules import shapes
from lilong.gateways.open311.rules.documents import Document
from lilong.gateways.open311.terms import (
    Acknowledgement,
    Answer,
    Attribute,
    AttributeValue,
    Datatype,
    Detail,
    Discovery,
    Endpoint,
    EndpointKind,
    ErrorItem,
    Extensions,
    Note,
    Photo,
    RequestUpdate,
    Service,
    ServiceDefinition,
    ServiceKind,
    ServiceRequest,
    Status,
    Token,
    WireFormat,
)
from tests.gateways.open311.schema import faults, texts

AT = datetime(2026, 11, 5, 12, tzinfo=UTC)
QUESTION = Attribute(
    "state", Datatype.SINGLE, required=True, order=1, description="状态", values=(AttributeValue("a", "亮"),)
)
LAMP = Service("c:1:C01", "路灯坏了", "路灯", ServiceKind.BATCH, ("路灯", "lamp"), ("公用设施", "夜间"), (QUESTION,))
BARE = Service("c:1:C02", "其他", "", ServiceKind.REALTIME)
REQUEST = ServiceRequest(
    "2026110500000001",
    Status.OPEN,
    "正在处理。",
    "路灯坏了",
    "c:1:C01",
    "弄口 <灯> & 不亮",
    AT,
    AT,
    expected=AT,
    agency_responsible="路灯所",
    address="人民大道200号",
    lat=31.2304,
    long=121.4737,
    media_url="https://x.cn/p/1.jpg",
)
MINIMAL = ServiceRequest("1", Status.CLOSED, "", "", "c", "", AT, AT)
EXTENSIONS = Extensions(
    Detail.IN_PROGRESS,
    "open311",
    (Answer("state", "状态", "亮"),),
    (Photo("https://x.cn/1.jpg", "near", AT), Photo("https://x.cn/2.jpg")),
    (Note(AT, "已立案", "filed"),),
)
UPDATE = RequestUpdate(
    "2026110500000001-4", "2026110500000001", Detail.FIXED, AT, "修好了", external_status_code="closed"
)


def xml(document: Document) -> bytes:
    return document.encoded(WireFormat.XML)


def plain(document: Document) -> object:
    return json.loads(document.encoded(WireFormat.JSON))


@pytest.mark.parametrize(
    "document",
    [
        shapes.services([LAMP, BARE]),
        shapes.services([]),
        shapes.definition(LAMP.definition),
        shapes.definition(ServiceDefinition("c")),
        shapes.requests([REQUEST, MINIMAL]),
        shapes.requests([]),
        shapes.acknowledgement(Acknowledgement(service_request_id="1", service_notice="3 天内")),
        shapes.acknowledgement(Acknowledgement(token="t", account_id="7")),
        shapes.acknowledgement(Acknowledgement()),
        shapes.token(Token("t")),
        shapes.token(Token("t", "1")),
        shapes.updates([UPDATE, replace(UPDATE, fixmystreet_id="9", media_url="https://x.cn/1.jpg")]),
        shapes.updates([]),
        shapes.update_kept("1"),
        shapes.errors([ErrorItem(400, "a"), ErrorItem(404, "b")]),
    ],
)
def test_every_answer_is_valid_by_the_schema(document: Document) -> None:
    assert faults(xml(document)) == []


def test_the_schema_does_refuse() -> None:
    wrong = xml(shapes.services([BARE])).replace(b"<metadata>false", b"<metadata>False")
    assert faults(wrong)
    assert faults(
        xml(shapes.requests([replace(MINIMAL, extensions=EXTENSIONS)]))
    )  # extensions are none of its business


@given(
    st.lists(
        st.builds(
            ServiceRequest,
            st.text(min_size=1),
            st.sampled_from(Status),
            st.text(),
            st.text(),
            st.text(),
            st.text(max_size=4000),
            st.datetimes(timezones=st.just(UTC), min_value=datetime.fromisoformat("1000-01-01")),
            st.just(AT),
            lat=st.floats(-90, 90),
            long=st.floats(-180, 180),
        ),
        max_size=3,
    )
)
def test_whatever_people_wrote_the_answer_stays_valid(requests: list[ServiceRequest]) -> None:
    requests = [r for r in requests if r.service_request_id.strip()]
    assert faults(xml(shapes.requests(requests))) == []


def test_a_single_request_is_a_list_of_one_in_json() -> None:
    found = plain(shapes.requests([REQUEST]))
    assert isinstance(found, list)
    assert len(found) == 1
    assert found[0] == {
        "service_request_id": "2026110500000001",
        "status": "open",
        "status_notes": "正在处理。",
        "service_name": "路灯坏了",
        "service_code": "c:1:C01",
        "description": "弄口 <灯> & 不亮",
        "agency_responsible": "路灯所",
        "service_notice": None,
        "requested_datetime": "2026-11-05T12:00:00Z",
        "updated_datetime": "2026-11-05T12:00:00Z",
        "expected_datetime": "2026-11-05T12:00:00Z",
        "address": "人民大道200号",
        "address_id": None,
        "zipcode": None,
        "lat": 31.2304,
        "long": 121.4737,
        "media_url": "https://x.cn/p/1.jpg",
    }


def test_an_unset_expected_date_is_null_in_json_and_absent_in_xml() -> None:
    assert plain(shapes.requests([MINIMAL])) == [
        dict.fromkeys(
            (
                "status_notes",
                "service_name",
                "description",
                "agency_responsible",
                "service_notice",
                "expected_datetime",
                "address",
                "address_id",
                "zipcode",
                "lat",
                "long",
                "media_url",
            )
        )
        | {
            "service_request_id": "1",
            "status": "closed",
            "service_code": "c",
            "requested_datetime": "2026-11-05T12:00:00Z",
            "updated_datetime": "2026-11-05T12:00:00Z",
        }
    ]
    assert b"expected_datetime" not in xml(shapes.requests([MINIMAL]))
    assert b"<expected_datetime>2026-11-05T12:00:00Z</expected_datetime>" in xml(shapes.requests([REQUEST]))


def test_services_in_json() -> None:
    assert plain(shapes.services([LAMP, BARE])) == [
        {
            "service_code": "c:1:C01",
            "service_name": "路灯坏了",
            "description": "路灯",
            "metadata": True,
            "type": "batch",
            "keywords": "路灯, lamp",
            "group": "公用设施",
            "groups": ["公用设施", "夜间"],
        },
        {
            "service_code": "c:1:C02",
            "service_name": "其他",
            "description": None,
            "metadata": False,
            "type": "realtime",
            "keywords": None,
            "group": None,
        },
    ]


def test_a_definition_is_an_object_with_an_array_even_of_nothing() -> None:
    assert plain(shapes.definition(BARE.definition)) == {"service_code": "c:1:C02", "attributes": []}
    assert plain(shapes.definition(LAMP.definition)) == {
        "service_code": "c:1:C01",
        "attributes": [
            {
                "variable": True,
                "code": "state",
                "datatype": "singlevaluelist",
                "required": True,
                "datatype_description": None,
                "order": 1,
                "description": "状态",
                "values": [{"key": "a", "name": "亮"}],
            }
        ],
    }


def test_an_acknowledgement_has_an_id_or_a_token_or_neither() -> None:
    assert plain(shapes.acknowledgement(Acknowledgement(service_request_id="1"))) == [
        {"service_request_id": "1", "account_id": None}
    ]
    assert plain(shapes.acknowledgement(Acknowledgement(token="t"))) == [{"token": "t", "account_id": None}]
    assert plain(shapes.acknowledgement(Acknowledgement())) == [{"account_id": None}]
    with pytest.raises(ValueError, match="not both"):
        Acknowledgement(service_request_id="1", token="t")


def test_a_pending_token_answers_with_the_token_alone() -> None:
    assert plain(shapes.token(Token("t"))) == [{"token": "t"}]
    assert plain(shapes.token(Token("t", "1"))) == [{"service_request_id": "1", "token": "t"}]


def test_errors_are_a_bare_array_in_json() -> None:
    assert plain(shapes.errors([ErrorItem(403, "no")])) == [{"code": 403, "description": "no"}]
    assert xml(shapes.errors([ErrorItem(403, "no")])).endswith(
        b"<errors><error><code>403</code><description>no</description></error></errors>"
    )


def test_discovery_has_its_arrays_in_both_formats() -> None:
    kinds = (EndpointKind.PRODUCTION, EndpointKind.TEST)
    document = shapes.discovery(
        Discovery(AT, "12345", "to be had there", tuple(Endpoint(f"https://x.cn/{k}", AT, k) for k in kinds))
    )
    found = plain(document)
    assert isinstance(found, dict)
    assert found["changeset"] == "2026-11-05T12:00:00Z"
    assert [endpoint["type"] for endpoint in found["endpoints"]] == ["production", "test"]
    assert found["endpoints"][0] == {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": "https://x.cn/production",
        "changeset": "2026-11-05T12:00:00Z",
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    assert texts(xml(document), "endpoints/endpoint/formats/format") == ["text/xml", "application/json"] * 2


def test_extensions_add_and_change_nothing_else() -> None:
    (with_extensions,) = json.loads(shapes.requests([replace(REQUEST, extensions=EXTENSIONS)]).encoded(WireFormat.JSON))
    (without,) = json.loads(shapes.requests([REQUEST]).encoded(WireFormat.JSON))
    added = {name: value for name, value in with_extensions.items() if name not in without}
    assert with_extensions == without | added
    assert added == {
        "attributes": [{"code": "state", "label": "状态", "value": "亮"}],
        "extended_attributes": {
            "channel": "open311",
            "detailed_status": "in_progress",
            "photos": [
                {"media_url": "https://x.cn/1.jpg", "title": "near", "created_at": "2026-11-05T12:00:00Z"},
                {"media_url": "https://x.cn/2.jpg", "title": None, "created_at": None},
            ],
        },
        "notes": [{"datetime": "2026-11-05T12:00:00Z", "description": "已立案", "type": "filed"}],
    }


def test_an_update_in_json() -> None:
    assert plain(shapes.updates([UPDATE])) == [
        {
            "update_id": "2026110500000001-4",
            "service_request_id": "2026110500000001",
            "status": "fixed",
            "updated_datetime": "2026-11-05T12:00:00Z",
            "description": "修好了",
            "media_url": None,
            "external_status_code": "closed",
        }
    ]
