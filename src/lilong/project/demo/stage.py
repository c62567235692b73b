"""Where the demonstration's matters happen, and who acts in them: spots in grids, posts of units as actors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from shapely.geometry import Point, shape

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import PostCard
from lilong.apps.places import public as places
from lilong.apps.places.terms import Area, Where
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.words import Label
from lilong.project.demo.founding import CITY
from lilong.project.demo.matters import invented

# Matters gather where the demonstration's accounts look: 新桥居委会, its street, its district, then everywhere.
HOME_STREET = AreaCode("310101002")
HOME_COMMUNITY = AreaCode("310101002006")
_HOME_SHARE, _DISTRICT_SHARE, _COMMUNITY_SHARE = 0.55, 0.75, 0.5
_DEGREES_OF_A_FEW_METRES = 0.0001


@dataclass(frozen=True, slots=True)
class Spot:
    """One place: its position and words."""

    latitude: float
    longitude: float
    words: str

    def where(self) -> Where:
        """As a report gives it."""
        return Where(self.latitude, self.longitude, address=self.words)

    def beside(self, random: Random) -> Spot:
        """A few metres away: the same matter told by a neighbour."""
        shift = random.uniform(-_DEGREES_OF_A_FEW_METRES, _DEGREES_OF_A_FEW_METRES)
        return Spot(self.latitude + shift, self.longitude - shift, self.words)


def spot_for(area_type: str, hint: str, random: Random) -> Spot:
    """A made-up spot in a community of a street of this type (``*``: any that is no special zone)."""
    street = random.choice(_streets(area_type, random))
    communities = places.areas_below(street.code, Level.COMMUNITY)
    home = [area for area in communities if area.code == HOME_COMMUNITY]
    community = home[0] if home and random.random() < _COMMUNITY_SHARE else random.choice(communities)
    outline = shape(_outline(community.code.digits))
    west, south, east, north = outline.bounds
    for _ in range(200):
        point = Point(random.uniform(west, east), random.uniform(south, north))
        if outline.contains(point):
            break
    else:
        point = outline.representative_point()
    road, lane = random.choice(invented("road")), random.choice(invented("lane"))
    return Spot(point.y, point.x, f"{road}{random.randint(2, 380)} 号{lane}，{hint}")


def actor_of(unit: int, duty: str) -> Actor | None:
    """The post of a unit that carries a duty, as the actor of its step; None when the unit has no such post."""
    held = [post for post in _posts(unit) if duty in post.duties]
    if not held:
        return None
    post = held[0]
    office = organisations.unit(unit)
    name = Label("{unit} · {post}", "{unit} · {post}").filled(unit=office.name if office else "", post=post.title)
    return Actor(ActorKind.STAFF, name, post.area, post.duties, post=post.id, unit=post.unit)


@cache
def _posts(unit: int) -> tuple[PostCard, ...]:
    return organisations.posts_of_unit(unit)


def _streets(area_type: str, random: Random) -> Sequence[Area]:
    streets = [area for area in places.areas_below(CITY, Level.STREET) if _fits(area, area_type)]
    share = random.random()
    home = [area for area in streets if area.code == HOME_STREET]
    district = [area for area in streets if area.code.district == HOME_STREET.district]
    if home and share < _HOME_SHARE:
        return home
    return district if district and share < _DISTRICT_SHARE else streets


def _fits(area: Area, area_type: str) -> bool:
    return area.kind != "special" if area_type == "*" else area.kind == area_type


@cache
def _outline(community: str) -> dict[str, object]:
    layer = places.boundaries_geojson(within=AreaCode(community), level=Level.COMMUNITY)
    geometry: dict[str, object] = json.loads(layer.geojson)["features"][0]["geometry"]
    return geometry
