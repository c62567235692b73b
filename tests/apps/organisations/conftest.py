"""A small city in the database, made by the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lilong.apps.organisations import public
from lilong.apps.organisations.models import Unit
from lilong.apps.places import public as places
from lilong.apps.places.terms import AreaFile
from tests.apps.organisations.samples import AREAS, CITY, STRUCTURE, administrator, command, staff


@pytest.fixture
def city(committed_db: None) -> Iterator[dict[str, int]]:
    """Units of one city, one district, one street and one community: their ids by code."""
    public.forget()
    places.forget()
    file = AreaFile(CITY, AREAS.encode(), "areas.csv")
    assert places.import_areas(by=staff(CITY, "places.area.import"), key=command(), file=file).applied
    public.establish_structure(by=administrator(), key=command(), area=CITY, structure=STRUCTURE)
    yield dict(Unit.objects.values_list("code", "id"))
    public.forget()
    places.forget()
