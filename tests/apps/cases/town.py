"""A small town for tests, made by the platform's own commands, with the shipped catalogue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from uuid import UUID, uuid4

import pytest
from shapely.geometry import box

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import Report, Source
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey, CityArea, PostCard, Routed, Stage, UnitCard
from lilong.apps.places import public as places
from lilong.apps.places.public import Sketch
from lilong.apps.places.terms import AreaFile, Located, Position, Where
from lilong.calendars.commands import load_published_years
from lilong.kernel.actors import ANONYMOUS, Actor, ActorKind, machine
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt
from lilong.ledger.rooms import all_duties, resident_duties

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)  # Monday, 10:00 in Shanghai
CITY = AreaCode("31")
DISTRICT = AreaCode("310101")
STREET = AreaCode("310101002")
OTHER_STREET = AreaCode("310101013")
LAMP = CategoryKey("gbt30428.2", "2013", "C0137")
_TABLE = """code,level,name,parent_code,type
310000000000,1,上海市,,municipality
310101000000,2,黄浦区,310000000000,district
310101002000,3,南京东路街道,310101000000,subdistrict
310101002001,4,云中居委会,310101002000,residents_committee
310101002006,4,新桥居委会,310101002000,residents_committee
310101013000,3,外滩街道,310101000000,subdistrict
310101013001,4,山北居委会,310101013000,residents_committee
310101500000,3,某开发区,310101000000,special
310101500500,4,某开发区虚拟社区,310101500000,special
"""
_OUTLINE = box(121.46, 31.22, 121.50, 31.25)
_ORIGIN = Position(31.235, 121.48)


_TICKS = count()


def envelope(version: int | None = None, *, after: timedelta = timedelta(0), number: UUID | None = None) -> CommandKey:
    """A fresh command, ``after`` the beginning of the test's day; each a moment later than the one before."""
    moment = AT + after + timedelta(milliseconds=2 * next(_TICKS))
    return CommandKey(number or uuid4(), moment, body_digest(b"test"), version)


@dataclass(frozen=True)
class Town:
    """The small town, and who acts in it."""

    def unit(self, function: str, area: AreaCode) -> UnitCard:
        """The unit of a function in an area."""
        (found,) = organisations.units_within(area, function=function, level=_level(area))
        return found

    def post(self, unit: UnitCard, duty: str) -> Actor:
        """The first post of a unit that carries a duty, as an actor."""
        held = [post for post in organisations.posts_of_unit(unit.id) if duty in post.duties]
        return acting(held[0])

    def taker(self, stage: Stage, duty: str, key: CategoryKey = LAMP, area: AreaCode | None = None) -> Actor:
        """Whoever the catalogue names for a stage, as an actor holding ``duty``."""
        routing = organisations.route_stage(key, area=area or self.grid, stage=stage, at=AT)
        assert isinstance(routing, Routed), routing
        return self.post(routing.unit, duty)

    @cached_property
    def grid(self) -> AreaCode:
        """A grid of the home street."""
        return places.areas_below(STREET, Level.GRID)[0].code

    @cached_property
    def spot(self) -> Where:
        """A place inside that grid."""
        return spot_in(self.grid)

    @cached_property
    def dispatcher(self) -> Actor:
        """The home street's intake and dispatch post."""
        return self.post(self.unit("street_operations", STREET), "cases.case.dispatch")

    @cached_property
    def verifier(self) -> Actor:
        """The post that looks first."""
        return self.taker(Stage.VERIFY, "cases.case.verify")

    @cached_property
    def handler(self) -> Actor:
        """The post of the unit that handles lamps."""
        return self.taker(Stage.HANDLE, "cases.case.handle")

    @cached_property
    def checker(self) -> Actor:
        """The post that checks lamps."""
        return self.taker(Stage.CHECK, "cases.case.check")

    @cached_property
    def lamp_out(self) -> Report:
        """A report that a lamp is out; tests replace in it what they are about."""
        return Report(
            category=str(LAMP),
            body="弄口第二根灯杆不亮，晚上看不见台阶。",
            place=self.spot,
            city=CITY,
            source=Source.RESIDENT_WEB,
        )

    def reported(self, report: Report | None = None, by: Actor | None = None, key: CommandKey | None = None) -> Receipt:
        """Report something (a lamp that is out) as somebody (a passer-by)."""
        return cases.report_case(by=by or PASSER_BY, key=key or envelope(), report=report or self.lamp_out)


PASSER_BY = replace(ANONYMOUS, duties=frozenset({"cases.case.report", "cases.case.follow"}))


def follower(*subjects: UUID) -> Actor:
    """Somebody who holds the receipts of these matters."""
    return Actor(ActorKind.ANONYMOUS, Label("居民", "resident"), duties=resident_duties(), subjects=frozenset(subjects))


def acting(post: PostCard) -> Actor:
    """A post as an actor."""
    return Actor(ActorKind.STAFF, post.title, post.area, post.duties, post=post.id, unit=post.unit)


def spot_in(area: AreaCode) -> Where:
    """A place inside an area, by trying a lattice over the city."""
    for row in range(60):
        for column in range(60):
            latitude, longitude = 31.2202 + row * 0.0005, 121.4602 + column * 0.00066
            found = places.locate_point(latitude, longitude, city=CITY)
            if isinstance(found, Located) and area.contains(found.area):
                return Where(latitude, longitude, address="演示路 12 弄弄口")
    raise LookupError(f"no point of the lattice lies in {area}")


def _level(area: AreaCode) -> Level:
    return {2: Level.CITY, 6: Level.DISTRICT, 9: Level.STREET, 12: Level.COMMUNITY}[len(area.digits)]


@pytest.fixture
def town(committed_db: None) -> Town:
    """The small town, freshly founded."""
    return found_town()


def found_town() -> Town:
    """Found the small town in an empty database."""
    by = machine(Label("测试", "test"), frozenset(all_duties()), CITY)
    load_published_years(at=AT)
    for door in (places, organisations):
        door.forget()
    file = AreaFile(CITY, _TABLE.encode(), "small.csv", "test", "2023")
    places.import_areas(by=by, key=envelope(), file=file, apply=True)
    sketch = Sketch(CITY, _OUTLINE, _ORIGIN, Label("测试边界", "test boundaries"))
    places.synthesise_city(by=by, key=envelope(), sketch=sketch)
    staffing = organisations.staffing_in(organisations.SHIPPED_SHEETS, leading_duty="work.task.supervise")
    levels = (Level.CITY, Level.DISTRICT, Level.STREET, Level.COMMUNITY)
    areas = [area for level in levels for area in places.areas_below(CITY, level)]
    staffed = [CityArea(area.code, area.level, Label(area.name, area.name), area.kind) for area in areas]
    organisations.establish_city(by=by, key=envelope(), city=CITY, areas=staffed, staffing=staffing)
    sheets = organisations.sheets_in(organisations.SHIPPED_SHEETS)
    loaded = organisations.load_catalogue(by=by, key=envelope(), area=CITY, name="2026-09", sheets=sheets)
    draft = loaded.details["catalogue"]
    organisations.publish_catalogue(by=by, key=envelope(), catalogue=draft, valid_from=AT - timedelta(days=300))
    for door in (places, organisations):
        door.forget()
    return Town()
