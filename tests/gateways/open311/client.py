"""A client of the protocol, a clock, a jurisdiction, keys and a small catalogue for the tests of the gateway."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import uuid4

from django.test import Client

from lilong.apps.organisations.terms import CategoryCard, CategoryKey
from lilong.gateways.open311.commands.upkeep import (
    CLIENT_DUTY,
    JURISDICTION_DUTY,
    create_client,
    post_service,
)
from lilong.gateways.open311.terms import JurisdictionCard, NewClient, Posting
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from tests.gateways.open311.schema import faults

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

START = datetime(2026, 11, 5, 4, 0, 0, tzinfo=UTC)
MANAGER = machine(Label("管理", "management"), frozenset({CLIENT_DUTY, JURISDICTION_DUTY}))
SHANGHAI = AreaCode("31")


@dataclass
class Now:
    """The clock of a test: it stands until it is moved."""

    at: datetime = START

    def pass_(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


@dataclass
class Open311:
    """A client of the protocol: sends calls, checks what every answer has to have, reads it."""

    base: str = "/open311/v2/"
    key: str = ""
    http: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def call(self, method: str, path: str, data: Any = None, **extra: Any) -> Response:
        """One call; whatever it answers is in the format of its address and sets no cookie."""
        response = self.http.generic(method, self.base + path, data or b"", **extra)
        self.check(response, path)
        return response

    def get(self, path: str, **parameters: str) -> Any:
        """The parsed answer of a successful GET."""
        response = self.http.get(self.base + path, parameters)
        self.check(response, path)
        assert response.status_code == 200, response.content.decode()
        return json.loads(response.content) if path.endswith("json") else response.content

    def refused(self, path: str, status: int, **parameters: str) -> str:
        """The descriptions of a refused GET."""
        response = self.http.get(self.base + path, parameters)
        return self._descriptions(response, path, status)

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """A POST of a form, with the key when there is one."""
        fields = {**({"api_key": self.key} if self.key else {}), **(data or {})}
        if any(_is_file(value) for value in fields.values()):
            response = self.http.post(self.base + path, fields, headers=dict(headers or {}))
        else:
            body, form = urlencode(fields, doseq=True), "application/x-www-form-urlencoded"
            response = self.http.post(self.base + path, body, content_type=form, headers=dict(headers or {}))
        self.check(response, path)
        return response

    def sent(self, path: str, data: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Any:
        """The parsed JSON of a successful POST."""
        response = self.post(path, data, headers)
        assert response.status_code == 200, response.content.decode()
        return json.loads(response.content)

    def not_sent(
        self, path: str, status: int, data: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> str:
        """The descriptions of a refused POST."""
        return self._descriptions(self.post(path, data, headers), path, status)

    def check(self, response: Response, path: str) -> None:
        """What holds for every answer."""
        assert not response.cookies
        kind = path.split("?", maxsplit=1)[0].rpartition(".")[2]
        if kind == "json":
            assert response["Content-Type"] == "application/json; charset=utf-8"
        elif response.content:
            assert response["Content-Type"] == "text/xml; charset=utf-8"
            if b"<discovery>" not in response.content and b"<extended_attributes>" not in response.content:
                assert faults(response.content) == [], response.content.decode()

    def _descriptions(self, response: Response, path: str, status: int) -> str:
        self.check(response, path)
        assert response.status_code == status, response.content.decode()
        if not path.endswith("json"):
            return response.content.decode()
        errors = json.loads(response.content)
        assert [set(error) for error in errors] == [{"code", "description"}] * len(errors)
        return " | ".join(error["description"] for error in errors)


def _is_file(value: Any) -> bool:
    return hasattr(value, "read") or (isinstance(value, list) and hasattr(value[0], "read"))


def key_at(at: datetime) -> CommandKey:
    """The envelope of one command."""
    return CommandKey(uuid4(), at, b"")


def jurisdiction(name: str = "sh.example.cn", city: AreaCode = SHANGHAI, **changes: Any) -> JurisdictionCard:
    """A jurisdiction as an administrator would open it."""
    return JurisdictionCard(
        name, Label("示范市", "Sample City"), city, "12345", "https://sh.example.cn/keys", START, **changes
    )


def issue(name: str = "app", where: str = "sh.example.cn", by: Actor = MANAGER, **rights: bool) -> str:
    """A key."""
    return create_client(by=by, key=key_at(START), wanted=NewClient(where, name, **rights)).key


def card(code: str, resident: Label, **changes: Any) -> CategoryCard:
    """A category of the catalogue."""
    given: dict[str, Any] = {
        "key": CategoryKey("cityops", "2026", code),
        "kind": "component",
        "group_code": code[:3],
        "group": Label("公用设施", "utilities"),
        "name": Label("路灯", "street lamp"),
        "resident": resident,
        "severity": "C",
        "needs_verification": True,
        "private": False,
        "public": True,
        "keywords_zh": ("路灯", "不亮"),
        "keywords_en": ("lamp", "dark"),
    }
    return CategoryCard(**{**given, **changes})


CATALOGUE = (
    card("C0101", Label("井盖坏了", "manhole cover")),
    card("C0102", Label("路灯坏了", "lamp out")),
    card("E0199", Label("家中暴力", "violence at home"), private=True),
    card("E0201", Label("内部巡查", "internal patrol"), public=False),
)
COVER, LAMP, PRIVATE, INTERNAL = (str(each.key) for each in CATALOGUE)


def put(posting: Posting) -> None:
    """Set how a service is offered."""
    post_service(by=MANAGER, key=key_at(START), posting=posting)
