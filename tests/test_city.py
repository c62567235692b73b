"""The small city is what it says, every time."""

from __future__ import annotations

import pytest

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import Routed, Stage
from lilong.apps.places import public as places
from lilong.apps.places.terms import Where
from tests.city import ADDRESS, AT_NEW_BRIDGE, AT_RIVER_BEND, CITY, LAMP, NEW_BRIDGE, NOW, RIVER_BEND, City


@pytest.mark.parametrize("turn", [1, 2])
def test_a_point_and_an_address_find_their_grid(city: City, turn: int) -> None:
    found = [places.locate(Where(*at), city=CITY).area for at in (AT_NEW_BRIDGE, AT_RIVER_BEND)]
    assert [area.digits for area in found] == [f"{NEW_BRIDGE}01", f"{RIVER_BEND}01"]
    assert places.locate(Where(address=ADDRESS), city=CITY).area.digits == f"{NEW_BRIDGE}01"


def test_the_shipped_catalogue_is_in_force_and_routes_every_stage(city: City) -> None:
    for stage, routing in organisations.responsibilities_for(LAMP, area=NEW_BRIDGE, at=NOW).items():
        assert isinstance(routing, Routed), (stage, routing)
    assert isinstance(organisations.route_stage(LAMP, area=NEW_BRIDGE, stage=Stage.FILE, at=NOW), Routed)


def test_every_seat_is_taken_by_somebody_with_duties(city: City) -> None:
    assert all(actor.duties and actor.unit for actor in city.actors.values())
    assert city.actor("intake").holds("cases.case.dispatch", NEW_BRIDGE)
    assert not city.actor("intake").holds("cases.case.dispatch", RIVER_BEND)
