"""A request as the house hands it to its views, and the envelope of a command made from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address, ip_network
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from lilong.kernel.actors import Actor
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.refusals import invalid
from lilong.kernel.words import Label

KEY_FIELD = "key"
KEY_HEADER = "Idempotency-Key"
VERSION_FIELD = "version"
VERSION_HEADER = "If-Match"
# What a browser adds on its own account and changes between two sendings of one form.
_NOT_CONTENT = frozenset({KEY_FIELD, "csrfmiddlewaretoken"})
_FORM_TYPES = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})


class Request(HttpRequest):
    """What the middleware adds: when it arrived, under which number, and (composed at first use) who sent it.

    A view may set ``menu_counts``: what the navigation shows beside an entry, by the name of its route.
    """

    at: datetime
    number: UUID
    actor: Actor
    menu_counts: Mapping[str, int]


def fresh_key(request: Request) -> str:
    """A new idempotency key for the hidden field of a form that is being shown."""
    return str(new_id(request.at))


def command_key(request: Request, version: int | None = None, *, key: UUID | None = None) -> CommandKey:
    """The envelope of the command in this request.

    The idempotency key is the form field ``key`` or the header ``Idempotency-Key``, a UUID made by the client; a
    gateway whose protocol has none passes its own. The version is the one given, else the field ``version`` or the
    header ``If-Match``, else None. Raises :class:`~lilong.kernel.refusals.Refused` (invalid) naming the field.
    """
    seen = version if version is not None else _version_seen(request)
    return CommandKey(key or _key_sent(request), request.at, content_digest(request), seen)


def content_digest(request: HttpRequest) -> bytes:
    """The digest of what was meant: equal for two sendings of one form, whatever boundary or token came with it."""
    if request.content_type not in _FORM_TYPES:
        return body_digest(request.body)
    fields = [[name, values] for name, values in sorted(request.POST.lists()) if name not in _NOT_CONTENT]
    files = [[name, [_file_digest(file) for file in files]] for name, files in sorted(request.FILES.lists())]
    return body_digest(json.dumps([request.path, fields, files], ensure_ascii=False).encode())


def client_address(request: HttpRequest) -> str:
    """The network address that asks, for counting tries: an IPv4 address, or the /64 of an IPv6 one.

    ``X-Forwarded-For`` counts only as far as it was written by the proxies named in LILONG_TRUSTED_PROXIES.
    """
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    hops.append(request.META.get("REMOTE_ADDR", ""))
    nearest_stranger = next((hop for hop in reversed(hops) if hop not in settings.LILONG_TRUSTED_PROXIES), hops[0])
    try:
        address = ip_address(nearest_stranger)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)


def own_address(request: HttpRequest, wanted: str) -> str:
    """``wanted`` when it leads to a page of ours, else nothing: no link to a sign-in leads to a stranger."""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours and wanted.startswith("/") else ""


def _key_sent(request: HttpRequest) -> UUID:
    text = _field(request, KEY_FIELD) or request.headers.get(KEY_HEADER, "")
    try:
        return UUID(text)
    except ValueError:
        raise invalid(
            "key_missing",
            Label("这次提交没有带编号。", "This submission carries no key."),
            Label(
                f"请重新打开页面再提交；程序请在 {KEY_HEADER} 头里放一个 UUID。",
                f"Open the page again; a program sends a UUID in the header {KEY_HEADER}.",
            ),
            KEY_FIELD,
        ) from None


def _version_seen(request: HttpRequest) -> int | None:
    text = _field(request, VERSION_FIELD) or request.headers.get(VERSION_HEADER, "").strip('W/"')
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise invalid(
            "version_unreadable",
            Label("版本号不是数字。", "The version is no number."),
            Label("请重新打开页面再提交。", "Open the page again and send once more."),
            VERSION_FIELD,
        )
    return int(text)


def _field(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, "")) if request.content_type in _FORM_TYPES else ""


def _file_digest(file: UploadedFile[bytes]) -> str:
    digest = hashlib.sha256(str(file.name).encode())
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
