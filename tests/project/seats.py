"""Accounts in posts, and residents, for the tests of the actor."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.test import Client

from lilong.apps.organisations.models import Function, Post, Posting, Unit
from lilong.apps.people.commands import arrive_by_phone
from lilong.identity.models import Account
from lilong.kernel.keys import CommandKey

PHONE = "+8613812340417"
PASSWORD = "a lane of nine doors"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def seat(account: Account, area: str, *duties: str, title: str = "post", **times: datetime) -> Post:
    """A new post with these duties, held by ``account``."""
    Function.objects.using("owner").get_or_create(
        code="works",
        defaults={
            "name_zh": "市政",
            "name_en": "works",
            "nature": "government",
            "levels": [3],
            "area_types": ["*"],
            "unit_zh": "{area}市政",
            "unit_en": "{area} works",
        },
    )
    unit = Unit.objects.using("owner").create(
        subject=uuid4(),
        code=uuid4().hex,
        name_zh=f"{title}的单位",
        name_en=f"unit of {title}",
        function_id="works",
        level=3,
        area=area + str(Unit.objects.using("owner").count()),
    )
    post = Post.objects.using("owner").create(
        subject=uuid4(), unit=unit, area=area, title_zh=f"{title}岗", title_en=title, duties=list(duties)
    )
    hold(account, post, **times)
    return post


def hold(account: Account, post: Post, since: datetime = LONG_AGO, until: datetime | None = None) -> Posting:
    """Put an account into a post."""
    return Posting.objects.using("owner").create(account_id=account.pk, post_id=post.pk, since=since, until=until)


def resident_account(phone: str = PHONE) -> Account:
    """The account of somebody who proved a telephone."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    return Account.objects.get(pk=arrive_by_phone(key=CommandKey(uuid4(), at, b""), phone=phone))


def signed_in(account: Account) -> Client:
    """A browser with a session of this account, no post chosen."""
    client = Client()
    client.force_login(account)
    return client
