"""What the calendar's tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lilong.calendars.queries import forget


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """A process that has not asked yet: what one test read is nothing to the next."""
    forget()
    yield
    forget()
