"""The draft of a report between its three screens, kept with the visitor's session, also without JavaScript.

Pictures wait as checked, re-encoded files; the draft only names them. A draft is dropped when it is sent, and swept
with its session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from lilong.apps.cases.commands.photos import laid_aside, lay_aside
from lilong.apps.cases.terms import PhotoGiven
from lilong.identity.requests import Request

_SESSION_KEY = "lilong_report"


@dataclass(frozen=True, slots=True)
class Draft:
    """What was said so far."""

    body: str = ""
    category: str = ""
    photos: tuple[str, ...] = ()
    address: str = ""
    address_id: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @property
    def is_placed(self) -> bool:
        """Whether it says where."""
        return bool(self.address or self.address_id or self.latitude is not None)


def draft_of(request: Request) -> Draft:
    """The draft of this visitor; empty when there is none."""
    kept: Mapping[str, Any] = request.session.get(_SESSION_KEY, {})
    return Draft(**{**kept, "photos": tuple(kept.get("photos", ()))}) if kept else Draft()


def keep_draft(request: Request, draft: Draft) -> None:
    """Keep the draft with the session."""
    request.session[_SESSION_KEY] = asdict(draft)


def drop_draft(request: Request) -> None:
    """Forget the draft: it was sent."""
    request.session.pop(_SESSION_KEY, None)


def with_photos(draft: Draft, given: tuple[PhotoGiven, ...]) -> Draft:
    """The draft with these pictures in place of the earlier ones; unchanged when none were sent."""
    return replace(draft, photos=lay_aside(given)) if given else draft


def photos_of(draft: Draft) -> tuple[PhotoGiven, ...]:
    """The draft's pictures as a report takes them."""
    return laid_aside(draft.photos)
