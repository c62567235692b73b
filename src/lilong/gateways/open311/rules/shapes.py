"""The protocol's answers as documents: which fields stand where, in which order, under which names."""

from __future__ import annotations

from collections.abc import Iterable

from lilong.gateways.open311.rules.documents import Document, Fields, Instant, Listing, Value
from lilong.gateways.open311.terms import (
    Acknowledgement,
    Attribute,
    Discovery,
    Endpoint,
    ErrorItem,
    Extensions,
    RequestUpdate,
    Service,
    ServiceDefinition,
    ServiceRequest,
    Token,
)

Pairs = tuple[tuple[str, Value], ...]


def discovery(found: Discovery) -> Document:
    """Where the protocol is spoken."""
    return Document(
        "discovery",
        Fields(
            (
                ("changeset", Instant(found.changeset)),
                ("contact", found.contact),
                ("key_service", found.key_service),
                ("endpoints", Listing("endpoint", tuple(_endpoint(endpoint) for endpoint in found.endpoints))),
            )
        ),
    )


def services(found: Iterable[Service]) -> Document:
    """The list of services."""
    return Document("services", Listing("service", tuple(_service(service) for service in found)))


def definition(found: ServiceDefinition) -> Document:
    """One service's questions; without any, an empty list."""
    attributes = Listing("attribute", tuple(_attribute(attribute) for attribute in found.attributes))
    return Document("service_definition", Fields((("service_code", found.service_code), ("attributes", attributes))))


def requests(found: Iterable[ServiceRequest]) -> Document:
    """Requests; one request is a list of one."""
    return _requests(Fields(_request(request)) for request in found)


def acknowledgement(made: Acknowledgement) -> Document:
    """The answer to a new request: only the id or only the token, or neither."""
    pairs: Pairs = ()
    if made.service_request_id:
        pairs += (("service_request_id", made.service_request_id),)
    if made.token:
        pairs += (("token", made.token),)
    if made.service_notice:
        pairs += (("service_notice", made.service_notice),)
    return _requests((Fields((*pairs, ("account_id", made.account_id))),))


def token(found: Token) -> Document:
    """The answer to a token: the token alone while there is no id yet."""
    known: Pairs = (("service_request_id", found.service_request_id),) if found.service_request_id else ()
    return _requests((Fields((*known, ("token", found.token))),))


def updates(found: Iterable[RequestUpdate]) -> Document:
    """Updates of requests."""
    return _updates(Fields(_update(update)) for update in found)


def update_kept(update_id: str) -> Document:
    """The answer to a new update: our id of it."""
    return _updates((Fields((("update_id", update_id),)),))


def errors(found: Iterable[ErrorItem]) -> Document:
    """What was refused."""
    items = (Fields((("code", error.code), ("description", error.description))) for error in found)
    return Document("errors", Listing("error", tuple(items)))


def _requests(items: Iterable[Fields]) -> Document:
    return Document("service_requests", Listing("request", tuple(items)))


def _updates(items: Iterable[Fields]) -> Document:
    return Document("service_request_updates", Listing("request_update", tuple(items)))


def _endpoint(endpoint: Endpoint) -> Fields:
    return Fields(
        (
            ("specification", endpoint.specification),
            ("url", endpoint.url),
            ("changeset", Instant(endpoint.changeset)),
            ("type", endpoint.kind.value),
            ("formats", Listing("format", endpoint.formats)),
        )
    )


def _service(service: Service) -> Fields:
    pairs: Pairs = (
        ("service_code", service.code),
        ("service_name", service.name),
        ("description", service.description),
        ("metadata", service.metadata),
        ("type", service.kind.value),
        ("keywords", ", ".join(service.keywords)),
        ("group", service.groups[0] if service.groups else ""),
    )
    if len(service.groups) > 1:
        pairs += (("groups", Listing("group", service.groups)),)
    return Fields(pairs)


def _attribute(attribute: Attribute) -> Fields:
    values = (Fields((("key", value.key), ("name", value.name))) for value in attribute.values)
    return Fields(
        (
            ("variable", attribute.variable),
            ("code", attribute.code),
            ("datatype", attribute.datatype.value),
            ("required", attribute.required),
            ("datatype_description", attribute.datatype_description),
            ("order", attribute.order),
            ("description", attribute.description),
            ("values", Listing("value", tuple(values))),
        )
    )


def _request(request: ServiceRequest) -> Pairs:
    pairs: Pairs = (
        ("service_request_id", request.service_request_id),
        ("status", request.status.value),
        ("status_notes", request.status_notes),
        ("service_name", request.service_name),
        ("service_code", request.service_code),
        ("description", request.description),
        ("agency_responsible", request.agency_responsible),
        ("service_notice", request.service_notice),
        ("requested_datetime", Instant(request.requested)),
        ("updated_datetime", Instant(request.updated)),
        ("expected_datetime", Instant(request.expected)),
        ("address", request.address),
        ("address_id", request.address_id),
        ("zipcode", request.zipcode),
        ("lat", request.lat),
        ("long", request.long),
        ("media_url", request.media_url),
    )
    return pairs + _extensions(request.extensions) if request.extensions else pairs


def _extensions(extensions: Extensions) -> Pairs:
    answers = (Fields((("code", a.code), ("label", a.label), ("value", a.value))) for a in extensions.answers)
    photos = (
        Fields((("media_url", p.media_url), ("title", p.title), ("created_at", Instant(p.created))))
        for p in extensions.photos
    )
    notes = (
        Fields((("datetime", Instant(n.at)), ("description", n.description), ("type", n.kind)))
        for n in extensions.notes
    )
    extended = Fields(
        (
            ("channel", extensions.channel),
            ("detailed_status", extensions.detail.value),
            ("photos", Listing("photo", tuple(photos))),
        )
    )
    return (
        ("attributes", Listing("attribute", tuple(answers))),
        ("extended_attributes", extended),
        ("notes", Listing("note", tuple(notes))),
    )


def _update(update: RequestUpdate) -> Pairs:
    pairs: Pairs = (
        ("update_id", update.update_id),
        ("service_request_id", update.service_request_id),
        ("status", update.detail.value),
        ("updated_datetime", Instant(update.updated)),
        ("description", update.description),
        ("media_url", update.media_url),
        ("external_status_code", update.external_status_code),
    )
    return (*pairs, ("fixmystreet_id", update.fixmystreet_id)) if update.fixmystreet_id else pairs
