"""What every test of places starts from: no city held in memory from an earlier test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lilong.apps.places import public as places


@pytest.fixture(autouse=True)
def _nothing_held() -> Iterator[None]:
    places.forget()
    yield
    places.forget()
