"""What the tests of people's pages share: the site, and a phone that receives its codes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from lilong.identity.senders import code_sender
from tests.identity.parts import Inbox
from tests.project.addresses import open_site


@pytest.fixture
def site(settings: Settings, committed_db: None) -> None:
    """The addresses of people behind the middleware."""
    open_site(settings)


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Inbox]:
    """The phone of the test."""
    settings.LILONG_CODE_SENDER = "tests.identity.parts.Inbox"
    code_sender.cache_clear()
    received = code_sender()
    assert isinstance(received, Inbox)
    yield received
    code_sender.cache_clear()
