"""Nothing a client sends is a fault of ours."""

from __future__ import annotations

from itertools import product
from urllib.parse import quote

from tests.gateways.open311.city import (
    HERE,
    City,
    report,
    update_of,
)
from tests.gateways.open311.client import Open311

NASTY = [
    " ",
    "\x00",
    "'; DROP TABLE cases_case; --",
    "\\%_",
    "null",
    "-1",
    "0",
    "1e309",
    "9" * 400,
    "0001-01-01",
    "9999-12-31T23:59:59.999999Z",
    "-90",
    "180",
    "," * 999,
    "-180,-90,180,90",
    "٣١",
    "路灯" * 500,
    "<a>&b;]]>\u202e\ufffe\U0001f4a9",
]
ASKED = [
    "jurisdiction_id",
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
    "locale",
    "api_key",
]
SENT = [
    "service_code",
    "lat",
    "long",
    "address_string",
    "address_id",
    "description",
    "media_url",
    "email",
    "phone",
    "first_name",
    "last_name",
    "account_id",
    "datum",
    "non_public",
    "title",
    "attribute[title]",
    "attribute[fixmystreet_id]",
    "attribute[x][]",
    "locale",
]
UPDATED = ["service_request_id", "update_id", "status", "updated_datetime", "description", "media_url"]


def test_nothing_asked_is_a_5xx(app: Open311, city: City) -> None:
    report(app)
    for name, value, path in product(ASKED, NASTY, ("requests.json", "servicerequestupdates.xml")):
        others = {"lat": "31.2", "long": "121.4"} if name in {"lat", "long", "radius"} else {}
        response = app.http.get(app.base + path, {**others, name: value})
        app.check(response, path)
        assert response.status_code in {200, 400, 403, 404}, (name, value)


def test_no_name_in_an_address_is_a_5xx(app: Open311, city: City) -> None:
    for value, path in product(NASTY, ("requests/{}.json", "tokens/{}.xml", "services/{}.json")):
        response = app.http.get(app.base + path.format(quote(value, safe="")))
        assert response.status_code in {400, 404}, (path, value)


def test_nothing_sent_is_a_5xx(app: Open311, city: City) -> None:
    for name, value in product(SENT, NASTY):
        response = app.post("requests.xml", {**HERE, name: value})
        assert response.status_code in {200, 400, 404}, (name, value)


def test_nothing_sent_as_an_update_is_a_5xx(app: Open311, city: City) -> None:
    number = report(app)
    for turn, (name, value) in enumerate(product(UPDATED, NASTY)):
        response = app.post("servicerequestupdates.xml", {**update_of(number, f"n{turn}"), name: value})
        assert response.status_code in {200, 400, 404}, (name, value)
