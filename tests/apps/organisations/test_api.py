"""The catalogue for programs: categories for all, the inside of the house for posts, gaps for their keeper."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.queries.missing import open_gaps
from lilong.apps.organisations.terms import CategoryKey, Gap, NotRouted, Stage
from lilong.kernel.areas import AreaCode
from tests.city import DISTRICT, LAMP, MANHOLE, NEW_BRIDGE, NOW, RIVER_BEND, STREET, City

pytestmark = pytest.mark.usefixtures("city")
ORGANISATIONS = "/api/v1/organisations"
HIDDEN = "gbt30428.2:2013:C0131"


def asked(city: City, path: str, seat: str = "", status: int = 200) -> Any:
    """The answer to that seat."""
    answer = city.client(seat).get(f"{ORGANISATIONS}{path}")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()
