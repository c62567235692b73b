"""What every shell needs beside its page: the reader's size and theme, the menu, who acts, and where the reader is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_urlconf, resolve, reverse

from lilong.identity.access import Access, Door, access_of
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.words import Label
from lilong.ledger.rooms import MenuItem, rooms

SIZE_COOKIE = "lilong_size"
THEME_COOKIE = "lilong_theme"
SIZES = ("standard", "large", "elder")
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the navigation as this page shows it; ``count`` None where nothing is counted."""

    label: Label
    url: str
    icon: str
    current: bool
    count: int | None = None


def shell(request: HttpRequest) -> dict[str, Any]:
    """``size`` and ``theme`` from their cookies (unknown values read as the first), ``actor`` as the request carries
    it, ``here`` the address a preference link comes back to, ``menu`` computed only where a shell shows it."""
    return {
        "size": _chosen(request, SIZE_COOKIE, SIZES),
        "theme": _chosen(request, THEME_COOKIE, THEMES),
        "menu": partial(menu_of, request),
        "actor": getattr(request, "actor", None),
        "here": request.get_full_path(),
    }


def menu_of(request: HttpRequest) -> list[MenuEntry]:
    """What the rooms of the house offer to this actor. A view may set ``request.menu_counts``, by route name."""
    actor = getattr(request, "actor", None)
    counts: Mapping[str, int] = getattr(request, "menu_counts", {})
    entries = _entries(get_urlconf() or settings.ROOT_URLCONF)
    offered = [(item, url) for item, url, access in entries if actor is not None and _opens(item, access, actor)]
    here = max((url for _, url in offered if request.path.startswith(url)), key=len, default="")
    return [MenuEntry(item.label, url, item.icon, url == here, counts.get(item.url)) for item, url in offered]


@cache
def _entries(_routes: object) -> tuple[tuple[MenuItem, str, Access | None], ...]:
    """What the rooms offer, where it lies and who may open it; the same for as long as the routes are."""
    found = [(item, reverse(item.url)) for room in rooms() for item in room.menu]
    return tuple((item, url, access_of(resolve(url).func)) for item, url in found)


def _opens(item: MenuItem, access: Access | None, actor: Actor) -> bool:
    """Whether the post carries the entry's duty and the page behind it is for people like this actor at all."""
    is_for_residents = access is not None and access.door is Door.RESIDENT
    if is_for_residents and actor.kind is not ActorKind.RESIDENT:
        return False
    return not item.duty or item.duty in actor.duties


def _chosen(request: HttpRequest, cookie: str, allowed: tuple[str, ...]) -> str:
    value = request.COOKIES.get(cookie, "")
    return value if value in allowed else allowed[0]
