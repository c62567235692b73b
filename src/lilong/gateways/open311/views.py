"""GeoReport v2 over HTTP: a view reads the call, asks or tells, and answers in the format the address ends in.

Every answer, errors too, has the protocol's shape. Nothing here touches a session, so nothing sets a cookie.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.http import HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from lilong.gateways.open311.commands import city as city_commands
from lilong.gateways.open311.commands import trials as trial_commands
from lilong.gateways.open311.queries import catalogue, offices
from lilong.gateways.open311.queries import city as city_queries
from lilong.gateways.open311.queries import trials as trial_queries
from lilong.gateways.open311.rules import faults, shapes
from lilong.gateways.open311.rules.documents import Document
from lilong.gateways.open311.rules.listings import read_request_query, read_update_query
from lilong.gateways.open311.rules.parameters import Parameters, from_pairs, read_form
from lilong.gateways.open311.rules.submissions import read_submission, read_update
from lilong.gateways.open311.rules.text import clean
from lilong.gateways.open311.terms import (
    Acknowledgement,
    Caller,
    ClientCard,
    Discovery,
    Endpoint,
    EndpointKind,
    Fault,
    Picture,
    RequestQuery,
    RequestUpdate,
    Service,
    ServiceKind,
    ServiceRequest,
    Submission,
    Token,
    UpdateQuery,
    UpdateSubmission,
    WireFormat,
)
from lilong.identity.access import public_page
from lilong.identity.requests import KEY_HEADER, Request
from lilong.kernel.refusals import Refused

logger = logging.getLogger(__name__)
BODY_MEGABYTES_MAX = 64
_FORM_MEGABYTES_MAX = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
_KEY_CHARACTERS_MAX = 200
_PICTURE_PARTS = ("media", "photo", "file")
_FILES_MAX = settings.DATA_UPLOAD_MAX_NUMBER_FILES
_TEST = "test/"
# What a client can bring about; anything else is a fault of ours.
_EXPECTED = (Fault, Refused, MultiPartParserError, SuspiciousOperation, UnreadablePostError)


class Asking(Protocol):
    """What can be asked, of the city or of the test endpoint."""

    def listed_requests(self, caller: Caller, query: RequestQuery) -> tuple[ServiceRequest, ...]:
        """The requests that the query asks for."""

    def one_request(self, caller: Caller, number: str, query: RequestQuery) -> ServiceRequest:
        """One request, or the 404."""

    def token_answer(self, caller: Caller, token: str) -> Token:
        """The token with its id once there is one, or the 404."""

    def listed_updates(self, caller: Caller, query: UpdateQuery) -> tuple[RequestUpdate, ...]:
        """The updates that the query asks for."""


class Telling(Protocol):
    """What can be told, to the city or to the test endpoint."""

    def send_request(
        self,
        *,
        caller: Caller,
        client: ClientCard,
        service: Service,
        sent: tuple[Submission, tuple[Picture, ...]],
        header: str,
    ) -> Acknowledgement:
        """Take a new request."""

    def send_update(self, *, caller: Caller, client: ClientCard, update: UpdateSubmission) -> str:
        """Take an update and give our id of it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, read but not yet understood. ``mount`` is the protocol's root, up to and including its last slash."""

    at: datetime
    parameters: Parameters
    pictures: tuple[Picture, ...]
    idempotency_key: str
    is_test: bool
    origin: str
    mount: str

    @property
    def asking(self) -> Asking:
        """Whom to ask."""
        return trial_queries if self.is_test else city_queries

    @property
    def telling(self) -> Telling:
        """Whom to tell."""
        return trial_commands if self.is_test else city_commands

    def caller(self) -> Caller:
        """The jurisdiction of this call, and nobody in particular calling."""
        jurisdiction = offices.jurisdiction_of(self.parameters.text("jurisdiction_id"))
        language = self.parameters.text("locale") or jurisdiction.language
        return Caller(jurisdiction, None, self.at, language, self.origin)

    def client(self, caller: Caller) -> ClientCard:
        """The client whose key came with the call; raises 403, also for a test key at the city and the reverse."""
        client = offices.client_with(self.parameters.text("api_key"), caller.jurisdiction)
        if client.is_test is not self.is_test:
            raise faults.wrong_key()
        return client


Answering = Callable[..., Document]


def resource(**answers: Answering) -> Callable[..., HttpResponseBase]:
    """A view that answers each method with its function, in the protocol's terms whatever happens."""
    readers = {**answers, "HEAD": answers["GET"]} if "GET" in answers else answers
    allow = (*sorted(readers), "OPTIONS")

    def view(request: Request, /, **names: str) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(headers={"Allow": ", ".join(allow)})
        wire_format, is_test = WireFormat(names.pop("ending")), bool(names.pop("test", ""))
        try:
            answering = readers.get(str(request.method)) or _wrong_method(request, allow)
            called = {name: clean(value) for name, value in names.items()}
            document = answering(_call(request, is_test=is_test), **called)
        except _EXPECTED as error:
            return _refusal(_fault_of(error), wire_format)
        except Exception:
            logger.exception("An Open311 call failed")
            return _refusal(faults.our_own(), wire_format)
        return _response(document, wire_format)

    return csrf_exempt(public_page(view))


def nothing(request: Request) -> HttpResponseBase:
    """404 for every address that the protocol does not have, in the format it seems to ask for."""
    wire_format = WireFormat.JSON if request.path.endswith(".json") else WireFormat.XML
    return _refusal(faults.no_such_address(), wire_format)


nothing_here = csrf_exempt(public_page(nothing))


def discovery(call: Call) -> Document:
    """Where the protocol is spoken: here, and on the test endpoint beside it."""
    jurisdiction = call.caller().jurisdiction
    found = Discovery(
        jurisdiction.changed,
        jurisdiction.contact,
        jurisdiction.key_service,
        (
            Endpoint(call.mount.rstrip("/"), jurisdiction.changed, EndpointKind.PRODUCTION),
            Endpoint(f"{call.mount}{_TEST}".rstrip("/"), jurisdiction.changed, EndpointKind.TEST),
        ),
    )
    return shapes.discovery(found)


def list_services(call: Call) -> Document:
    """GET services."""
    return shapes.services(catalogue.services(call.caller()))


def define_service(call: Call, code: str) -> Document:
    """GET services/{service_code}: without questions an empty list of attributes."""
    caller = call.caller()
    return shapes.definition(catalogue.service_called(caller, _named("service_code", code)).definition)


def list_requests(call: Call) -> Document:
    """GET requests."""
    caller = call.caller()
    return shapes.requests(call.asking.listed_requests(caller, read_request_query(call.parameters, call.at)))


def show_request(call: Call, number: str) -> Document:
    """GET requests/{service_request_id}: a list of one."""
    caller = call.caller()
    query = RequestQuery(extensions=call.parameters.flag("extensions"))
    return shapes.requests((call.asking.one_request(caller, _named("service_request_id", number), query),))


def answer_token(call: Call, token: str) -> Document:
    """GET tokens/{token}."""
    return shapes.token(call.asking.token_answer(call.caller(), _named("token", token)))


def create_request(call: Call) -> Document:
    """POST requests."""
    caller = call.caller()
    client = call.client(caller)
    if not client.may_create:
        raise faults.wrong_key()
    found = faults.Findings()
    service = Service("", "", "", ServiceKind.REALTIME)
    with found.gathering():
        service = catalogue.service_called(caller, call.parameters.required("service_code"))
    with found.gathering():
        submission = read_submission(call.parameters, service)
    found.settle()
    made = call.telling.send_request(
        caller=caller.made_by(client),
        client=client,
        service=service,
        sent=(submission, call.pictures),
        header=call.idempotency_key,
    )
    return shapes.acknowledgement(made)


def list_updates(call: Call) -> Document:
    """GET servicerequestupdates: no key is needed, but a wrong one is refused."""
    caller = call.caller()
    if call.parameters.text("api_key"):
        caller = caller.made_by(call.client(caller))
    return shapes.updates(call.asking.listed_updates(caller, read_update_query(call.parameters, call.at)))


def create_update(call: Call) -> Document:
    """POST servicerequestupdates."""
    caller = call.caller()
    client = call.client(caller)
    if not client.may_update:
        raise faults.wrong_key()
    update = read_update(call.parameters)
    return shapes.update_kept(call.telling.send_update(caller=caller.made_by(client), client=client, update=update))


def _wrong_method(request: Request, allow: tuple[str, ...]) -> Answering:
    raise faults.wrong_method(clean(str(request.method)), allow)


def _named(name: str, value: str) -> str:
    if not value:
        raise faults.missing(name)
    return value


def _call(request: Request, *, is_test: bool) -> Call:
    sent, pictures = _body(request) if request.method == "POST" else ([], ())
    asked = read_form(_query(request))
    key = clean(request.headers.get(KEY_HEADER, "")).strip()
    if len(key) > _KEY_CHARACTERS_MAX:
        raise faults.long_header(KEY_HEADER, _KEY_CHARACTERS_MAX)
    origin = f"{request.scheme}://{request.get_host()}"
    below = reverse("open311:discovery", kwargs={"ending": WireFormat.XML})
    return Call(
        at=request.at,
        parameters=from_pairs([*asked, *sent]),
        pictures=pictures,
        idempotency_key=key,
        is_test=is_test,
        origin=origin,
        mount=f"{origin}{below.removesuffix('discovery.xml')}",
    )


def _query(request: Request) -> bytes:
    """The query's bytes: PEP 3333 hands them over as latin-1, some servers as they read them."""
    text = str(request.META.get("QUERY_STRING", ""))
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _body(request: Request) -> tuple[list[tuple[str, str]], tuple[Picture, ...]]:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal():
        raise faults.unreadable()
    if int(length) > BODY_MEGABYTES_MAX * 1024 * 1024:
        raise faults.too_large(BODY_MEGABYTES_MAX)
    if request.content_type == "multipart/form-data":
        request.encoding = "utf-8"  # the protocol has no other, whatever the header says
        fields = [(name, str(value)) for name, values in request.POST.lists() for value in values]
        return fields, _pictures(request)
    if request.content_type not in {"", "application/x-www-form-urlencoded"}:
        raise faults.wrong_content()
    return read_form(request.body), ()


def _pictures(request: Request) -> tuple[Picture, ...]:
    """The uploaded parts ``media``, and FixMyStreet's ``photo1..n`` and ``file_*``; other files are not read."""
    found = []
    for name, files in request.FILES.lists():
        if name.startswith(_PICTURE_PARTS):
            found += [Picture(clean(str(file.name)), file.read()) for file in files]
    return tuple(found)


def _fault_of(error: Exception) -> Fault:
    match error:
        case Fault():
            return error
        case Refused():
            return faults.from_refused(error)
        case RequestDataTooBig():
            return faults.too_large(_FORM_MEGABYTES_MAX)
        case TooManyFilesSent():
            return faults.too_many_files(_FILES_MAX)
    return faults.unreadable()


def _refusal(found: Fault, wire_format: WireFormat) -> HttpResponse:
    headers = {"Allow": ", ".join(found.allow)} if found.allow else {}
    if found.retry_seconds:
        headers["Retry-After"] = str(found.retry_seconds)
    return _response(shapes.errors(found.errors), wire_format, found.status, headers)


def _response(
    document: Document, wire_format: WireFormat, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    body = document.encoded(wire_format)
    response = HttpResponse(body, status=status, headers=dict(headers or {}), content_type=wire_format.content_type)
    response["Content-Length"] = str(len(body))  # before the server drops the body of a HEAD
    return response
