"""What the tests of sign-in share: a phone that receives its codes, accounts, and who may administer them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from lilong.identity.models import Account
from lilong.identity.senders import code_sender
from tests.identity.parts import PASSWORD, Inbox


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Inbox]:
    """The phone of the test: every code sent lands here."""
    settings.LILONG_CODE_SENDER = "tests.identity.parts.Inbox"
    code_sender.cache_clear()
    received = code_sender()
    assert isinstance(received, Inbox)
    yield received
    code_sender.cache_clear()


@pytest.fixture
def officer(committed_db: None) -> Account:
    """A member of staff with a password."""
    return Account.objects.create_user("officer", PASSWORD)
