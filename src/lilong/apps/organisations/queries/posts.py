"""Who holds which post, and which posts carry a duty."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from lilong.apps.organisations.models import Post, Posting
from lilong.apps.organisations.terms import PostCard, PostHeld
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label

# Asked at every request of somebody signed in: values, not three objects a row.
_HELD = (
    "post",
    "post__unit",
    "post__unit__name_zh",
    "post__unit__name_en",
    "post__area",
    "post__title_zh",
    "post__title_en",
    "post__duties",
    "since",
    "until",
)


def post(number: int) -> PostCard | None:
    """A post by its id, also a closed one."""
    row = Post.objects.filter(pk=number).first()
    return row.card if row else None


def posts_of_account(account: int, at: datetime) -> tuple[PostHeld, ...]:
    """The active posts that ``account`` holds at ``at``, oldest posting first."""
    lasting = Q(until__isnull=True) | Q(until__gt=at)
    held = (
        Posting.objects.filter(lasting, account=account, since__lte=at, post__active=True)
        .order_by("since", "id")
        .values_list(*_HELD)
    )
    return tuple(
        PostHeld(
            post=post,
            unit=unit,
            unit_name=Label(unit_zh, unit_en),
            area=AreaCode(area),
            title=Label(title_zh, title_en),
            duties=frozenset(duties),
            since=since,
            until=ends,
        )
        for post, unit, unit_zh, unit_en, area, title_zh, title_en, duties, since, ends in held
    )


def posts_with_duty(duty: str, area: AreaCode) -> tuple[PostCard, ...]:
    """The active posts that carry ``duty`` for ``area``, the nearest area first."""
    around = [area.digits[:width] for width in range(len(area.digits) + 1)]
    rows = Post.objects.filter(area__in=around, duties__contains=[duty], active=True)
    return tuple(sorted((row.card for row in rows), key=lambda card: (-len(card.area.digits), card.id)))


def posts_of_unit(unit: int) -> tuple[PostCard, ...]:
    """The active posts of a unit."""
    return tuple(row.card for row in Post.objects.filter(unit=unit, active=True).order_by("id"))
