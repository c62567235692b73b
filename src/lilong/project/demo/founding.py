"""Founding the demonstration's city: areas, boundaries, catalogue, units, posts. Each part is done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid5

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CityArea
from lilong.apps.places import public as places
from lilong.apps.places.terms import AreaFile
from lilong.gateways.open311.commands.upkeep import create_client, open_jurisdiction
from lilong.gateways.open311.queries.offices import jurisdictions
from lilong.gateways.open311.terms import JurisdictionCard, NewClient
from lilong.kernel.actors import machine
from lilong.kernel.areas import Level
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.rooms import all_duties

CITY = places.SHANGHAI
CATALOGUE = "2026-09"
IN_FORCE_FROM = datetime(2025, 12, 31, 16, tzinfo=UTC)  # 1 January 2026 in Shanghai
KEYS = UUID("7f0d6b3e-0a57-4a7e-9a55-3d2f5d0c9b01")
_FOUNDER = Label("演示城市的筹建", "the founder of the demonstration")
Step = Callable[[int, int], None]


def found_city(at: datetime, progress: Step) -> Iterator[Label]:
    """Found what is not there yet; says each part before doing it. ``progress`` follows the longest one."""
    by = machine(_FOUNDER, frozenset(all_duties()), CITY)
    if not places.cities():
        yield Label("导入上海区划（16 区、234 街镇、6,509 居村）", "importing Shanghai's areas")
        file = AreaFile(CITY, places.shanghai_table(), "shanghai_2023.csv.gz", "cn-statistics", "2023-06-30")
        places.import_areas(by=by, key=key_of("areas", at), file=file, apply=True)
    if places.cities()[0].origin is None:
        yield Label("合成网格与边界（演示数据）", "making up grids and boundaries (synthetic)")
        places.synthesise_city(by=by, key=key_of("boundaries", at), sketch=places.shanghai_sketch(), progress=progress)
    if not organisations.units_within(CITY):
        yield Label("设立单位与岗位", "setting up units and posts")
        staffing = organisations.staffing_in(organisations.SHIPPED_SHEETS, leading_duty="work.task.supervise")
        organisations.establish_city(by=by, key=key_of("units", at), city=CITY, areas=_city_areas(), staffing=staffing)
        organisations.forget()
    if not organisations.categories(area=CITY, at=at):
        yield Label("发布权责清单与处置标准", "publishing the catalogue")
        sheets = organisations.sheets_in(organisations.SHIPPED_SHEETS)
        loaded = organisations.load_catalogue(
            by=by, key=key_of("catalogue", at), area=CITY, name=CATALOGUE, sheets=sheets
        )
        organisations.publish_catalogue(
            by=by, key=key_of("publish", at), catalogue=loaded.details["catalogue"], valid_from=IN_FORCE_FROM
        )
        organisations.forget()


def open_to_programs(at: datetime) -> str:
    """Open the city's Open311 jurisdiction and make a key for trying it out; empty when that was done before."""
    if jurisdictions():
        return ""
    by = machine(_FOUNDER, frozenset({"open311.jurisdiction.manage", "open311.client.manage"}), CITY)
    name, contact = Label("上海（演示）", "Shanghai (demonstration)"), "demo@example.org"
    card = JurisdictionCard("shanghai.demo", name, CITY, contact, contact, at)
    open_jurisdiction(by=by, key=key_of("jurisdiction", at), jurisdiction=card)
    wanted = NewClient("shanghai.demo", "demonstration", may_update=True)
    return create_client(by=by, key=key_of("client", at), wanted=wanted).key


def key_of(what: str, at: datetime) -> CommandKey:
    """The key of one part of the demonstration: the same whenever it is tried again."""
    return CommandKey(uuid5(KEYS, what), at, hashlib.sha256(what.encode()).digest())


def _city_areas() -> list[CityArea]:
    levels = (Level.CITY, Level.DISTRICT, Level.STREET, Level.COMMUNITY)
    areas = [area for level in levels for area in places.areas_below(CITY, level)]
    return [CityArea(area.code, area.level, Label(area.name, area.name), area.kind) for area in areas]
