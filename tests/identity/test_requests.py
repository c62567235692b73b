"""The envelope of a command as it is made from a request."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.client import encode_multipart
from pytest_django import Settings

from lilong.identity.requests import Request, client_address, command_key, content_digest, fresh_key
from lilong.kernel.refusals import Refused
from tests.identity.parts import NOON


def arrived(request: HttpRequest) -> Request:
    """A request as the middleware hands it on."""
    stamped = cast("Request", request)
    stamped.at = NOON
    return stamped


def form(path: str = "/report/", /, **fields: Any) -> Request:
    """A form sent by a browser."""
    return arrived(RequestFactory().post(path, fields))


def test_a_form_carries_key_time_and_version() -> None:
    number = uuid4()
    key = command_key(form(key=str(number), version="3", body="lamp"))
    assert (key.id, key.at, key.version) == (number, NOON, 3)


def test_a_program_carries_them_in_headers() -> None:
    number = uuid4()
    request = RequestFactory().post(
        "/api/cases", b"{}", "application/json", headers={"Idempotency-Key": str(number), "If-Match": 'W/"12"'}
    )
    key = command_key(arrived(request))
    assert (key.id, key.version) == (number, 12)


def test_the_view_may_know_the_version_or_key_better() -> None:
    number = uuid4()
    assert command_key(form(key=str(uuid4()), version="3"), 5).version == 5
    assert command_key(form(), key=number).id == number
    assert command_key(form(key=str(number))).version is None


@pytest.mark.parametrize("sent", ["", "12", "not-a-uuid", "' OR 1=1"])
def test_a_missing_or_broken_key_is_refused_naming_it(sent: str) -> None:
    with pytest.raises(Refused) as refused:
        command_key(form(key=sent))
    assert [(r.code, r.field) for r in refused.value.refusals] == [("key_missing", "key")]


@pytest.mark.parametrize("sent", ["-1", "1.5", "x", "9999999999", "٣"])
def test_an_unreadable_version_is_refused_naming_it(sent: str) -> None:
    with pytest.raises(Refused) as refused:
        command_key(form(key=str(uuid4()), version=sent))
    assert [r.field for r in refused.value.refusals] == ["version"]


def test_two_sendings_of_one_form_have_one_digest() -> None:
    """A browser makes a new boundary for each sending, and each showing of a page has its own CSRF token."""
    sent = {"key": "k", "body": "lamp", "photo": picture(b"pixels")}
    digests = set()
    for boundary in ("one", "two"):
        body = encode_multipart(boundary, {**sent, "csrfmiddlewaretoken": boundary * 20})
        request = RequestFactory().post("/report/", body, f"multipart/form-data; boundary={boundary}")
        digests.add(content_digest(request))
        sent["photo"] = picture(b"pixels")
    assert len(digests) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"body": "lamps", "photo": b"pixels"},
        {"body": "lamp", "photo": b"pixels!"},
        {"body": "lamp", "photo": b"pixels", "more": "1"},
        {"body": ["lamp", "lamp"], "photo": b"pixels"},
    ],
)
def test_another_content_has_another_digest(other: dict[str, Any]) -> None:
    sent: dict[str, Any] = {name: picture(value) if name == "photo" else value for name, value in other.items()}
    assert content_digest(form(body="lamp", photo=picture(b"pixels"))) != content_digest(form(**sent))


def test_the_same_form_to_another_address_has_another_digest() -> None:
    assert content_digest(form("/a/", body="x")) != content_digest(form("/b/", body="x"))


def test_a_file_can_still_be_read_after_its_digest_was_taken() -> None:
    request = form(photo=picture(b"pixels"))
    content_digest(request)
    (file,) = request.FILES.getlist("photo")
    assert file.read() == b"pixels"


def test_a_fresh_key_is_a_new_uuid_of_the_time_of_arrival() -> None:
    request = form()
    one, two = UUID(fresh_key(request)), UUID(fresh_key(request))
    assert one != two
    assert one.int >> 80 == int(NOON.timestamp() * 1000)


@pytest.mark.parametrize(
    ("remote", "forwarded", "counted"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.7", "203.0.113.5"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "<script>", "unknown"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("", "", "unknown"),
    ],
)
def test_only_our_own_proxies_are_believed(settings: Settings, remote: str, forwarded: str, counted: str) -> None:
    settings.LILONG_TRUSTED_PROXIES = frozenset({"10.0.0.1", "10.0.0.2"})
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers)) == counted


def picture(content: bytes) -> SimpleUploadedFile:
    """An uploaded file."""
    return SimpleUploadedFile("lamp.jpg", content, "image/jpeg")
