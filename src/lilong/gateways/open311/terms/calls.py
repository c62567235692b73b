"""What clients ask and send, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lilong.gateways.open311.terms.protocol import ROWS_MAX, Detail


@dataclass(frozen=True, slots=True)
class Circle:
    """Everything within ``metres`` of a WGS-84 point."""

    lat: float
    long: float
    metres: float


@dataclass(frozen=True, slots=True)
class Box:
    """A WGS-84 rectangle; bounds belong to it."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which rows of a listing: 1-based page of ``size`` rows."""

    page: int = 1
    size: int = ROWS_MAX

    @property
    def skipped(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * self.size


@dataclass(frozen=True, slots=True)
class RequestQuery:
    """What a client asks of the list of requests. With ``ids`` everything else is at its default.

    ``start`` and ``end`` bound the time of the request and are both inclusive; None means unbounded.
    ``states`` are case states; None means any, the empty set none.
    """

    ids: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    states: frozenset[str] | None = None
    start: datetime | None = None
    end: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    within: Box | Circle | None = None
    sheet: Sheet = Sheet()
    extensions: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a request, as far as told. It goes into the vault and never comes out of this gateway."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An uploaded file as it came; what it really is, the case app finds out."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Submission:
    """A new request, checked against the protocol and the service's definition."""

    service_code: str
    title: str
    description: str
    lat: float | None
    long: float | None
    datum: str
    address: str
    address_id: str
    sender: Sender | None
    is_private: bool
    answers: Mapping[str, tuple[str, ...]]
    media_urls: tuple[str, ...]
    external_id: str
    account_id: str
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UpdateSubmission:
    """An update sent by a client: what it says happened on its side. It moves no state here by itself."""

    service_request_id: str
    update_id: str
    detail: Detail
    updated: datetime
    description: str
    media_urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, both ends included."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class UpdateQuery:
    """Which updates a client asks for."""

    window: Window
    sheet: Sheet
