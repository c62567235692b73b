"""A small city for the tests of the gateway: its places, units and catalogue, and staff that moves cases on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lilong.apps.cases import public as cases
from lilong.apps.cases.models import Case, CaseText
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CityArea
from lilong.apps.places import public as places
from lilong.apps.places.terms import AreaFile, BoundaryFile
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry
from lilong.ledger.outbox import drain
from lilong.ledger.scope import reading
from tests.gateways.open311.client import SHANGHAI, START, Now, Open311, key_at

BOSTON = AreaCode("99")
AREAS = (
    CityArea(SHANGHAI, Level.CITY, Label("上海市", "Shanghai"), "city"),
    CityArea(AreaCode("310101"), Level.DISTRICT, Label("黄浦区", "Huangpu"), "district"),
    CityArea(AreaCode("310101002"), Level.STREET, Label("南京东路街道", "East Nanjing Road"), "subdistrict"),
    CityArea(AreaCode("310101002001"), Level.COMMUNITY, Label("云南中路居委会", "Yunnan Road"), "residents_committee"),
)
COVER, LAMP = "gbt30428.2:2013:C0101", "gbt30428.2:2013:C0102"
HERE = {"service_code": COVER, "lat": "31.2304", "long": "121.4737", "description": "弄口井盖松动"}


TABLE = """code,level,name,parent_code,type
310000000000,1,上海市,,municipality
310101000000,2,黄浦区,310000000000,district
310101002000,3,南京东路街道,310101000000,subdistrict
310101002001,4,云南中路居委会,310101002000,residents_committee
"""
SQUARE = [[[121.0, 31.0], [122.0, 31.0], [122.0, 31.6], [121.0, 31.6], [121.0, 31.0]]]


def draw(staff: Actor, code: AreaCode, name: str) -> None:
    """The areas of a city and the boundary of its one community."""
    table = TABLE.replace("\n31", f"\n{code}").replace(",31", f",{code}").replace("上海市", name)
    file = AreaFile(code, table.encode(), "areas.csv", "统计用区划代码", "2023-06-30")
    made = places.import_areas(by=staff, key=key_at(START), file=file, apply=True)
    assert made.applied, made.refusals
    feature = {
        "type": "Feature",
        "properties": {"name": "云南中路居委会"},
        "geometry": {"type": "Polygon", "coordinates": SQUARE},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    boundary = BoundaryFile(code, content, "b.geojson", Level.COMMUNITY, "name")
    drawn = places.import_boundaries(by=staff, key=key_at(START), file=boundary)
    assert drawn.applied, drawn.refusals


@dataclass
class City:
    """The city's side: its staff moves cases on."""

    now: Now
    staff: Actor

    def case(self, number: str) -> Case:
        """The row behind a number."""
        with reading(self.staff):
            return Case.objects.get(number=number)

    def text(self, number: str) -> CaseText:
        """What was written."""
        with reading(self.staff):
            return CaseText.objects.get(case__number=number)

    def count(self) -> int:
        """How many cases there are."""
        with reading(self.staff):
            return Case.objects.count()

    def entries(self) -> int:
        """How many acts the journal holds."""
        with reading(self.staff):
            return JournalEntry.objects.count()

    def step(self, name: str, number: str, **inputs: Any) -> None:
        """Take one step of a case, a minute later; news is carried at once."""
        self.now.pass_(minutes=1)
        command = getattr(cases, f"{name}_case")
        command(by=self.staff, key=key_at(self.now.at), case=self.case(number).id, **inputs)
        drain(self.now.at)

    def file(self, number: str) -> None:
        """Verify and file."""
        self.step("verify", number, finding="confirmed")
        row = self.case(number)
        (standard, *_) = organisations.standards_of(organisations_key(row.category), area=row.area_code, at=self.now.at)
        self.step("file", number, standard=standard.id)

    def finish(self, number: str, resolution: str = "solved") -> None:
        """The rest of an ordinary life."""
        self.file(number)
        unit = organisations.units_within(AreaCode("310101002"))[0]
        self.step("dispatch", number, unit=unit.id)
        self.staff = Actor(ActorKind.STAFF, self.staff.name, duties=self.staff.duties, account=1, post=1, unit=unit.id)
        self.step("accept", number)
        self.step("hand_in", number, resolution=resolution, result="已换新，问李师傅13812345678")
        self.step("close", number, condition=self.case(number).standard)


def organisations_key(text: str) -> Any:
    """A category's key from its text."""
    return type(organisations.categories(area=SHANGHAI, at=START)[0].key).parse(text)


def report(app: Open311, key: str = "", **fields: str) -> str:
    headers = {"Idempotency-Key": key} if key else {}
    number = app.sent("requests.json", {**HERE, **fields}, headers)[0]["service_request_id"]
    assert isinstance(number, str)
    return number


def numbers(app: Open311, **asked: str) -> list[str]:
    return [found["service_request_id"] for found in app.get("requests.json", **asked)]


def update_of(number: str, update_id: str, **changes: str) -> dict[str, str]:
    return {
        "service_request_id": number,
        "update_id": update_id,
        "status": "FIXED",
        "updated_datetime": "2026-11-05T04:00:05+00:00",
        "description": "邻居说已经好了",
        **changes,
    }
