"""What the protocol answers, as values free of Django and of any format.

Source: GeoReport v2 (frozen 2011, wiki.open311.org/GeoReport_v2) and the extensions its clients use today: pages,
updates, extended statuses and attributes. Field names are the protocol's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
DESCRIPTION_CHARACTERS_MAX = 4000
ROWS_MAX = 1000
WINDOW_DAYS_MAX = 90


class WireFormat(StrEnum):
    """The two formats of the protocol, by the ending of the address."""

    XML = "xml"
    JSON = "json"

    @property
    def media_type(self) -> str:
        """The media type that discovery advertises."""
        return {WireFormat.XML: "text/xml", WireFormat.JSON: "application/json"}[self]

    @property
    def content_type(self) -> str:
        """The Content-Type of every answer in this format."""
        return f"{self.media_type}; charset=utf-8"


class EndpointKind(StrEnum):
    """Whether what is sent to an endpoint is acted upon."""

    PRODUCTION = "production"
    TEST = "test"


class ServiceKind(StrEnum):
    """How a new request gets its id: at once, later by token, or never."""

    REALTIME = "realtime"
    BATCH = "batch"
    BLACKBOX = "blackbox"


class Datatype(StrEnum):
    """What an attribute's answer is."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTI = "multivaluelist"


class Status(StrEnum):
    """The protocol's whole vocabulary for a request."""

    OPEN = "open"
    CLOSED = "closed"


class Detail(StrEnum):
    """The extended statuses that update-reading clients (FixMyStreet and its adapter) understand."""

    OPEN = "open"
    FOR_TRIAGE = "for_triage"
    INVESTIGATING = "investigating"
    PLANNED = "planned"
    ACTION_SCHEDULED = "action_scheduled"
    IN_PROGRESS = "in_progress"
    FIXED = "fixed"
    CLOSED = "closed"
    NO_FURTHER_ACTION = "no_further_action"
    NOT_OUR_RESPONSIBILITY = "not_councils_responsibility"
    INTERNAL_REFERRAL = "internal_referral"
    DUPLICATE = "duplicate"
    CANCELLED = "cancelled"
    REOPEN = "reopen"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address at which the protocol is spoken. ``changeset`` moves when services or definitions change."""

    url: str
    changeset: datetime
    kind: EndpointKind
    formats: tuple[str, ...] = (WireFormat.XML.media_type, WireFormat.JSON.media_type)
    specification: str = SPECIFICATION


@dataclass(frozen=True, slots=True)
class Discovery:
    """Where the protocol is spoken, whom to ask, and how to get a key."""

    changeset: datetime
    contact: str
    key_service: str
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """One choice of a list attribute."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """One extra question of a service. ``variable`` False is a text shown, not asked; ``order`` starts at 1."""

    code: str
    datatype: Datatype
    required: bool
    order: int
    description: str
    variable: bool = True
    datatype_description: str = ""
    values: tuple[AttributeValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of request that may be sent."""

    code: str
    name: str
    description: str
    kind: ServiceKind
    keywords: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()

    @property
    def metadata(self) -> bool:
        """Whether a definition with questions exists."""
        return bool(self.attributes)

    @property
    def definition(self) -> ServiceDefinition:
        """The questions; none when ``metadata`` is false."""
        return ServiceDefinition(self.code, self.attributes)


@dataclass(frozen=True, slots=True)
class ServiceDefinition:
    """The questions of one service."""

    service_code: str
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A given answer to one attribute, as ``extensions=true`` shows it."""

    code: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A published picture."""

    media_url: str
    title: str = ""
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """One step in a request's life, in public words."""

    at: datetime
    description: str
    kind: str


@dataclass(frozen=True, slots=True)
class Extensions:
    """What ``extensions=true`` adds to a request."""

    detail: Detail
    channel: str = ""
    answers: tuple[Answer, ...] = ()
    photos: tuple[Photo, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A request as the public may see it; it has no field for a name, a phone number or an e-mail address."""

    service_request_id: str
    status: Status
    status_notes: str
    service_name: str
    service_code: str
    description: str
    requested: datetime
    updated: datetime
    expected: datetime | None = None
    agency_responsible: str = ""
    service_notice: str = ""
    address: str = ""
    address_id: str = ""
    zipcode: str = ""
    lat: float | None = None
    long: float | None = None
    media_url: str = ""
    extensions: Extensions | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The answer to a new request: an id, or a token, or neither (blackbox), never both."""

    service_request_id: str = ""
    token: str = ""
    service_notice: str = ""
    account_id: str = ""

    def __post_init__(self) -> None:
        if self.service_request_id and self.token:
            raise ValueError("an acknowledgement carries an id or a token, not both")


@dataclass(frozen=True, slots=True)
class Token:
    """The answer to a token: with the id once there is one."""

    token: str
    service_request_id: str = ""


@dataclass(frozen=True, slots=True)
class RequestUpdate:
    """One update of a request. ``fixmystreet_id`` is shown only to the client that sent it with the request."""

    update_id: str
    service_request_id: str
    detail: Detail
    updated: datetime
    description: str
    media_url: str = ""
    external_status_code: str = ""
    fixmystreet_id: str = ""


@dataclass(frozen=True, slots=True)
class ErrorItem:
    """One entry of an error answer; ``code`` is the HTTP status, ``description`` is meant to be read by a person."""

    code: int
    description: str


class Fault(Exception):
    """Whatever the protocol answers with an error. ``allow`` goes with 405, ``retry_seconds`` with 429."""

    def __init__(
        self, status: int, errors: tuple[ErrorItem, ...], allow: tuple[str, ...] = (), retry_seconds: int = 0
    ) -> None:
        if not errors:
            raise ValueError("an error answer names at least one error")
        super().__init__("; ".join(error.description for error in errors))
        self.status = status
        self.errors = errors
        self.allow = allow
        self.retry_seconds = retry_seconds
