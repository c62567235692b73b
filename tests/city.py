"""A small city for tests: two streets of one district, with everything a matter needs to travel from report to archive.

It is made once for a run, by the commands themselves, and kept as a copy that each test gets in a few milliseconds.

    31 试验市 ⊃ 310101 东区 ⊃ 310101001 南塘街道 ⊃ 新桥 (…001), 老桥 (…002)
                            ⊃ 310101002 北塘镇   ⊃ 河湾 (…001)          each community in two grids, …01 and …02
                            ⊃ 310101500 某开发区 ⊃ 虚拟社区 (…500)

Everything is a rectangle; 南塘 is the west half of the city, 北塘 the east half, the zone a strip south of both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Protocol
from uuid import UUID, uuid4

import psycopg
import pytest
from django.test import Client
from psycopg import sql
from pytest_django import DjangoDbBlocker

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import Report, Source
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.queries import shelf
from lilong.apps.organisations.terms import CategoryKey, CityArea, PostCard, PostingDraft, Routed, Stage, UnitCard
from lilong.apps.people.commands import arrive_by_phone
from lilong.apps.places import public as places
from lilong.apps.places.terms import AreaFile, BoundaryFile, BuildingGiven, Position, Where
from lilong.apps.work.queries import shelf as library
from lilong.calendars import queries as calendars
from lilong.identity.accounts import open_account
from lilong.identity.models import Account
from lilong.kernel.actors import ANONYMOUS, Actor, ActorKind, machine
from lilong.kernel.areas import EVERYWHERE, AreaCode, Level
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt
from lilong.ledger.rooms import all_duties, resident_duties

MADE = datetime(2026, 1, 1, tzinfo=UTC)
# A Tuesday, ten in the morning in Shanghai: nothing of the working day is lost yet.
NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
PASSWORD = "一个足够长、别人猜不到的试验密码"
PHONE = "+8613812340417"

CITY = AreaCode("31")
DISTRICT = AreaCode("310101")
STREET = AreaCode("310101001")
TOWN = AreaCode("310101002")
NEW_BRIDGE = AreaCode("310101001001")
OLD_BRIDGE = AreaCode("310101001002")
RIVER_BEND = AreaCode("310101002001")
ZONE = AreaCode("310101500")
# A place in the first grid of each community.
AT_NEW_BRIDGE = Position(31.2050, 121.4050)
AT_OLD_BRIDGE = Position(31.2350, 121.4050)
AT_RIVER_BEND = Position(31.2100, 121.4350)
IN_THE_ZONE = Position(31.1950, 121.4050)
OUTSIDE = Position(31.5, 121.9)
ADDRESS = "演示路12弄3号"

# Categories of the shipped catalogue: both are looked at by the community before they are filed.
LAMP = CategoryKey("gbt30428.2", "2013", "C0137")
MANHOLE = CategoryKey("gbt30428.2", "2013", "C0103")
CATALOGUE = "2026-09"

_AREAS = (
    (CITY, 1, "试验市", "municipality", (121.40, 31.19, 121.46, 31.24)),
    (DISTRICT, 2, "东区", "district", (121.40, 31.19, 121.46, 31.24)),
    (STREET, 3, "南塘街道", "subdistrict", (121.40, 31.20, 121.43, 31.24)),
    (TOWN, 3, "北塘镇", "town", (121.43, 31.20, 121.46, 31.24)),
    (ZONE, 3, "某开发区", "special", (121.40, 31.19, 121.46, 31.20)),
    (NEW_BRIDGE, 4, "新桥居委会", "residents_committee", (121.40, 31.20, 121.43, 31.22)),
    (OLD_BRIDGE, 4, "老桥居委会", "residents_committee", (121.40, 31.22, 121.43, 31.24)),
    (RIVER_BEND, 4, "河湾村委会", "villagers_committee", (121.43, 31.20, 121.46, 31.24)),
    (AreaCode("310101500500"), 4, "某开发区虚拟社区", "special", (121.40, 31.19, 121.46, 31.20)),
)

# Who sits where: account name, then function, area and title of the post.
SEATS = {
    "grid": ("community_committee", NEW_BRIDGE, "居委网格岗"),
    "grid_duty": ("community_committee", NEW_BRIDGE, "居委值班岗"),
    "village_grid": ("community_committee", RIVER_BEND, "居委网格岗"),
    "property": ("property_company", NEW_BRIDGE, "物业承办岗"),
    "intake": ("street_operations", STREET, "街镇受理派单岗"),
    "checker": ("street_operations", STREET, "街镇核查岗"),
    "shift": ("street_operations", STREET, "街镇值班长"),
    "keeper": ("street_operations", STREET, "街镇目录管理员"),
    "enforcement": ("street_urban_management", STREET, "执法队承办岗"),
    "environment": ("street_environment", STREET, "市容环境所承办岗"),
    "town_intake": ("street_operations", TOWN, "街镇受理派单岗"),
    "town_checker": ("street_operations", TOWN, "街镇核查岗"),
    "town_shift": ("street_operations", TOWN, "街镇值班长"),
    "town_keeper": ("street_operations", TOWN, "街镇目录管理员"),
    "town_environment": ("street_environment", TOWN, "市容环境所承办岗"),
    "district_intake": ("district_operations", DISTRICT, "区受理派单岗"),
    "district_command": ("district_operations", DISTRICT, "区指挥岗"),
    "district_administrator": ("district_operations", DISTRICT, "区系统管理员"),
    "roads": ("district_roads", DISTRICT, "市政道路承办岗"),
    "power": ("power_company", DISTRICT, "供电抢修承办岗"),
    "water": ("district_water", DISTRICT, "水务局承办岗"),
    "city_command": ("city_operations", CITY, "市指挥岗"),
    "city_shift": ("city_operations", CITY, "市值班长"),
    "administrator": ("city_operations", CITY, "市系统管理员"),
    "hotline": ("city_hotline", CITY, "热线受理岗"),
}


class Slate(Protocol):
    """The worker's database, as the conftest keeps it."""

    conninfo: str
    tables: tuple[str, ...]

    def wipe(self) -> None:
        """Take away what was written."""


_TICKS = count()


def envelope(
    version: int | None = None,
    *,
    at: datetime | None = None,
    after: timedelta = timedelta(0),
    number: UUID | None = None,
) -> CommandKey:
    """A fresh command, at that time, or ``after`` the test's moment and a little later than the one before."""
    moment = at or NOW + after + timedelta(milliseconds=2 * next(_TICKS))
    return CommandKey(number or uuid4(), moment, body_digest(b"test"), version)


def acting(post: PostCard) -> Actor:
    """A post as an actor, whoever holds it."""
    return Actor(ActorKind.STAFF, post.title, post.area, post.duties, post=post.id, unit=post.unit)


def follower(*subjects: UUID) -> Actor:
    """Somebody who holds the receipts of these matters."""
    return Actor(ActorKind.ANONYMOUS, ANONYMOUS.name, duties=resident_duties(), subjects=frozenset(subjects))


@dataclass(frozen=True)
class City:
    """The city as a test holds it."""

    actors: Mapping[str, Actor]
    accounts: Mapping[str, int]
    resident_account: int

    def actor(self, seat: str) -> Actor:
        """Whoever sits there, acting in that post."""
        return self.actors[seat]

    def unit(self, seat: str) -> int:
        """The unit of a seat."""
        unit = self.actors[seat].unit
        assert unit is not None
        return unit

    @property
    def passer_by(self) -> Actor:
        """Somebody who is not signed in."""
        return Actor(ActorKind.ANONYMOUS, ANONYMOUS.name, duties=resident_duties())

    def post(self, unit: UnitCard, duty: str) -> Actor:
        """The first post of a unit that carries a duty, as an actor."""
        return next(acting(post) for post in organisations.posts_of_unit(unit.id) if duty in post.duties)

    def post_of(self, function: str, area: AreaCode, duty: str) -> Actor:
        """The same of the unit of a function in an area."""
        return self.post(_unit_of(function, area), duty)

    def taker(self, stage: Stage, duty: str) -> Actor:
        """Whoever the catalogue names for a stage of a lamp in the home grid, as an actor holding ``duty``."""
        routing = organisations.route_stage(LAMP, area=self.grid, stage=stage, at=NOW)
        assert isinstance(routing, Routed), routing
        return self.post(routing.unit, duty)

    @property
    def grid(self) -> AreaCode:
        """A grid of the home street."""
        return AreaCode(f"{NEW_BRIDGE}01")

    @property
    def spot(self) -> Where:
        """A place inside that grid."""
        return Where(*AT_NEW_BRIDGE, address="演示路 12 弄弄口")

    @cached_property
    def dispatcher(self) -> Actor:
        """The home street's intake and dispatch post."""
        return self.post_of("street_operations", STREET, "cases.case.dispatch")

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

    @property
    def lamp_out(self) -> Report:
        """A report that a lamp is out; tests replace in it what they are about."""
        body = "弄口第二根灯杆不亮，晚上看不见台阶。"
        return Report(str(LAMP), body, self.spot, CITY, Source.RESIDENT_WEB)

    def reported(self, report: Report | None = None, by: Actor | None = None, key: CommandKey | None = None) -> Receipt:
        """Report something (a lamp that is out) as somebody (a passer-by)."""
        return cases.report_case(by=by or self.passer_by, key=key or envelope(), report=report or self.lamp_out)

    def client(self, seat: str = "") -> Client:
        """A browser signed in as that seat (``resident``: as the resident); without a name, nobody's."""
        client = Client(HTTP_ACCEPT_LANGUAGE="zh-hans")
        if seat:
            number = self.resident_account if seat == "resident" else self.accounts[seat]
            client.force_login(Account.objects.get(pk=number))
        return client


@pytest.fixture(scope="session")
def city_copy(slate: Slate, django_db_blocker: DjangoDbBlocker) -> tuple[City, Mapping[str, str]]:
    """The city, and for each table it fills the name of the copy of its rows."""
    with django_db_blocker.unblock():
        organisations.forget()
        _look_again()
        city = _made()
        with psycopg.connect(slate.conninfo) as connection:
            connection.execute("DROP SCHEMA IF EXISTS test_city CASCADE; CREATE SCHEMA test_city")
            filled = [table for table in slate.tables if _has_rows(connection, table)]
            copies = {table: table.replace(".", "__") for table in filled}
            for table, copy in copies.items():
                make = sql.SQL("CREATE TABLE {} AS TABLE {}")
                connection.execute(make.format(sql.Identifier("test_city", copy), _named(table)))
        slate.wipe()
    return city, copies


@pytest.fixture
def city(small_city: City) -> City:
    """The small city; where another fixture of this name stands nearer, ask for ``small_city``."""
    return small_city


@pytest.fixture
def small_city(committed_db: None, city_copy: tuple[City, Mapping[str, str]], slate: Slate) -> Iterator[City]:
    """The small city, as it was made; what a test does to it is gone after the test."""
    made, copies = city_copy
    with psycopg.connect(slate.conninfo) as connection:
        connection.execute("SET session_replication_role = replica")
        for table, copy in copies.items():
            fill = sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE TABLE {}")
            connection.execute(fill.format(_named(table), sql.Identifier("test_city", copy)))
    _look_again()
    yield made
    _look_again()


def _made() -> City:
    founder = machine(Label("建城", "the founder"), frozenset(all_duties()), EVERYWHERE)
    _draw(founder)
    staffing = organisations.staffing_in(organisations.SHIPPED_SHEETS, leading_duty="work.task.supervise")
    areas = [CityArea(code, Level(level), Label(name, name), kind) for code, level, name, kind, _ in _AREAS]
    organisations.establish_city(by=founder, key=envelope(at=MADE), city=CITY, areas=areas, staffing=staffing)
    sheets = organisations.sheets_in(organisations.SHIPPED_SHEETS)
    loaded = organisations.load_catalogue(by=founder, key=envelope(at=MADE), area=CITY, name=CATALOGUE, sheets=sheets)
    organisations.publish_catalogue(
        by=founder, key=envelope(at=MADE), catalogue=loaded.details["catalogue"], valid_from=MADE + timedelta(minutes=1)
    )
    organisations.forget()
    accounts = {seat: _seated(founder, seat) for seat in SEATS}
    actors = {seat: _actor(account) for seat, account in accounts.items()}
    return City(actors, accounts, arrive_by_phone(key=envelope(at=MADE), phone=PHONE))


def _draw(founder: Actor) -> None:
    table = AreaFile(CITY, _table(), "试验市区划.csv", "test", "2026")
    places.import_areas(by=founder, key=envelope(at=MADE), file=table)
    levels = {Level(level) for _, level, *_ in _AREAS}
    for level in sorted(levels):
        drawn = {code.digits: box for code, at, _, _, box in _AREAS if at == level}
        _import_boundaries(founder, level, drawn)
    _import_boundaries(founder, Level.GRID, _grids())
    given = [BuildingGiven(AreaCode(f"{NEW_BRIDGE}01"), ADDRESS, AT_NEW_BRIDGE, units=("1",), rooms=(("1", "101"),))]
    places.record_buildings(by=founder, key=envelope(at=MADE), city=CITY, given=given, source="试验地址")


def _grids() -> dict[str, tuple[float, float, float, float]]:
    grids = {}
    for code, level, _, _, (west, south, east, north) in _AREAS:
        if level == Level.COMMUNITY:
            middle = (west + east) / 2
            grids[f"{code}01"] = (west, south, middle, north)
            grids[f"{code}02"] = (middle, south, east, north)
    return grids


def _table() -> bytes:
    rows = [f"{code.official},{level},{name},{_above(code)},{kind}" for code, level, name, kind, _ in _AREAS]
    rows += [f"{code},5,第{code[-2:]}网格,{code[:-2]},grid" for code in _grids()]
    return "\n".join(("code,level,name,parent_code,type", *rows)).encode()


def _above(code: AreaCode) -> str:
    around = [other for other, *_ in _AREAS if other != code and other.contains(code)]
    return around[-1].official if around else ""


def _import_boundaries(founder: Actor, level: Level, boxes: Mapping[str, tuple[float, float, float, float]]) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
        }
        for code, (w, s, e, n) in boxes.items()
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    file = BoundaryFile(CITY, content, f"试验市边界 {level.label.zh}", level, "code")
    report = places.import_boundaries(by=founder, key=envelope(at=MADE), file=file)
    assert report.applied, report.refusals


def _seated(founder: Actor, seat: str) -> int:
    function, area, title = SEATS[seat]
    unit = _unit_of(function, area)
    post = next(post.id for post in organisations.posts_of_unit(unit.id) if post.title.zh == title)
    opened = open_account(by=founder, key=envelope(at=MADE), username=seat, password=PASSWORD)
    account = int(opened.details["account"])
    posting = PostingDraft(post, account, MADE)
    organisations.assign_posting(by=founder, key=envelope(at=MADE), posting=posting)
    return account


def _actor(account: int) -> Actor:
    (held,) = organisations.posts_of_account(account, NOW)
    return Actor(ActorKind.STAFF, held.title, held.area, held.duties, account=account, post=held.post, unit=held.unit)


def _unit_of(function: str, area: AreaCode) -> UnitCard:
    (found,) = [unit for unit in organisations.units_within(area, function=function) if unit.area == area]
    return found


def _look_again() -> None:
    """Have this process compare what it holds in memory with the tables at its next question."""
    places.forget()
    calendars.forget()
    shelf._KEEPER._looked = 0.0
    library._KEEPER._looked = 0.0


def _has_rows(connection: psycopg.Connection[tuple[object, ...]], table: str) -> bool:
    return connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(_named(table))).fetchone() is not None


def _named(table: str) -> sql.Identifier:
    return sql.Identifier(*table.split(".", 1))
