"""A small city and its catalogue, in plain values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from lilong.apps.organisations.commands import load_catalogue, publish_catalogue
from lilong.apps.organisations.models import (
    CatalogueVersion,
    Category,
    Function,
    MissingResponsibility,
    Post,
    Posting,
    Responsibility,
    Standard,
    Unit,
)
from lilong.apps.organisations.terms import (
    ANY_AREA_TYPE,
    CategoryCard,
    CategoryKey,
    FunctionCard,
    PostDraft,
    ResponsibilityRow,
    Stage,
    Structure,
    UnitCard,
    UnitDraft,
)
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.areas import EVERYWHERE, AreaCode, Level
from lilong.kernel.clocks import ClockKind, Limit
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.events import Entry
from lilong.ledger.history import entries
from lilong.ledger.models import JournalEntry
from lilong.ledger.scope import reading

SHANGHAI = ZoneInfo("Asia/Shanghai")
CITY = AreaCode("31")
DISTRICT = AreaCode("310101")
STREET = AreaCode("310101002")
COMMUNITY = AreaCode("310101002001")
GRID = AreaCode("31010100200103")
TWO_HOURS = Limit(2, ClockKind.NATURAL_HOURS)


def at(text: str) -> datetime:
    """A moment in Shanghai, from ISO words."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def function(code: str, *levels: Level, area_types: frozenset[str] = frozenset({ANY_AREA_TYPE})) -> FunctionCard:
    """A kind of office named by its code."""
    pattern = Label(f"{{area}}{code}", f"{{area}} {code}")
    return FunctionCard(code, Label(f"职能{code}", code), frozenset(levels), "government", area_types, pattern)


def unit(number: int, function: str, level: Level, area: AreaCode, *, active: bool = True, above: int = 0) -> UnitCard:
    """A unit named by its number."""
    name = Label(f"单位{number}", f"unit {number}")
    return UnitCard(number, f"{function}-{area}", name, function, level, area, above or None, active)


def row(
    number: int,
    category: str,
    *,
    stage: Stage = Stage.HANDLE,
    level: Level = Level.STREET,
    function: str = "works",
    area_type: str = ANY_AREA_TYPE,
    co_functions: tuple[str, ...] = (),
    legal_basis: str = "",
    note: Label | None = None,
) -> ResponsibilityRow:
    """A row of the catalogue 2026-09."""
    return ResponsibilityRow(
        number, category, area_type, stage, level, function, co_functions, TWO_HOURS, legal_basis, note, "2026-09"
    )


def category(code: str, *, public: bool = True, zh: tuple[str, ...] = (), en: tuple[str, ...] = ()) -> CategoryCard:
    """A category whose names are its code."""
    name = Label(f"类{code}", f"kind {code}")
    key = CategoryKey("test", "1", code)
    group = Label("组", "group")
    return CategoryCard(
        key,
        kind="event",
        group_code="E",
        group=group,
        name=name,
        resident=name,
        severity="C",
        needs_verification=False,
        private=False,
        public=public,
        keywords_zh=zh,
        keywords_en=en,
        catalogue="2026-09",
    )


ADMINISTER = "organisations.unit.administer"
KEEP = "organisations.catalogue.keep"
NOW = at("2026-09-14T09:00")


def command(
    moment: datetime = NOW, *, body: bytes = b"", version: int | None = None, key: UUID | None = None
) -> CommandKey:
    """The envelope of one command; a new key unless one is given."""
    return CommandKey(key or new_id(moment), moment, body_digest(body), version)


def staff(area: AreaCode, *duties: str) -> Actor:
    """Somebody in a post with these duties there."""
    return Actor(ActorKind.STAFF, Label("管理岗", "administrator"), area, frozenset(duties), account=1, post=1, unit=1)


def administrator(area: AreaCode = CITY) -> Actor:
    """The administrator of units of an area."""
    return staff(area, ADMINISTER)


def keeper(area: AreaCode = CITY) -> Actor:
    """The catalogue's keeper of an area."""
    return staff(area, KEEP)


def unit_draft(function: str, level: Level, area: AreaCode, above: str = "") -> UnitDraft:
    """A unit named by its code."""
    code = f"{function}-{area}"
    return UnitDraft(code, Label(f"单位{code}", f"unit {code}"), function, level, area, above)


def post_draft(unit: str, area: AreaCode, *duties: str) -> PostDraft:
    """A post with these duties."""
    return PostDraft(unit, area, Label("承办岗", "handler"), frozenset(duties))


AREAS = """code,level,name,parent_code,type
310000000000,1,上海市,,municipality
310101000000,2,黄浦区,310000000000,district
310104000000,2,徐汇区,310000000000,district
310101002000,3,外滩街道,310101000000,subdistrict
310101501000,3,某园区,310101000000,special
310101002001,4,甲居委会,310101002000,residents_committee
310101002002,4,乙居委会,310101002000,residents_committee
310101002009,4,丙居委会,310101002000,residents_committee
310101501498,4,园区,310101501000,community_other
"""
STRUCTURE = Structure(
    (
        function("centre", Level.CITY, Level.DISTRICT, Level.STREET),
        function("works", Level.DISTRICT, Level.STREET),
        function("committee", Level.COMMUNITY),
    ),
    (
        unit_draft("centre", Level.CITY, CITY),
        unit_draft("centre", Level.DISTRICT, DISTRICT, "centre-31"),
        unit_draft("centre", Level.STREET, STREET, "centre-310101"),
        unit_draft("works", Level.STREET, STREET, "centre-310101002"),
        unit_draft("committee", Level.COMMUNITY, COMMUNITY, "centre-310101002"),
    ),
    (
        post_draft("centre-31", CITY, ADMINISTER, KEEP),
        post_draft("centre-310101002", STREET, KEEP),
        post_draft("works-310101002", STREET),
    ),
)
SHEETS = {
    "categories": (
        "scheme,scheme_version,code,kind,group_code,group_zh,group_en,name_zh,name_en,needs_verification,"
        "private_by_default,keywords_zh,keywords_en,severity,resident_zh,resident_en,public\n"
        "gb,2013,C0101,component,C01,公用设施,Utilities,井盖,Cover,1,0,井盖|窨井盖,lid,B,井盖坏了,Cover broken,1\n"
        "gb,2013,C0137,component,C01,公用设施,Utilities,路灯,Lamp,0,0,灯不亮,lamp,C,路灯不亮,Street lamp out,1\n"
        "gb,2013,E0101,event,E01,市容,Streets,投诉,Complaint,0,1,投诉,complaint,C,投诉,Complaint,0\n"
    ),
    "standards": (
        "code,row,filing_condition_zh,filing_condition_en,closing_condition_zh,closing_condition_en,severity,"
        "limit_amount,limit_kind,legal_basis,source,verified\n"
        "C0101,1,缺失,Missing,补齐,Replaced,A,2,natural_hours,,starter,0\n"
        "C0101,2,松动,Loose,垫稳,Firm,B,1,working_days,,starter,0\n"
    ),
    "responsibilities": (
        "version,row,category,area_type,stage,level,function,co_functions,limit_amount,limit_kind,legal_basis,"
        "note_zh,note_en\n"
        "2026-09,1,C*,*,handle,street,works,committee,1,working_days,,就近,Near\n"
        "2026-09,2,C*,*,dispatch,street,centre,,1,working_hours,,,\n"
        "2026-09,3,C0101,*,check,district,works,,1,working_days,法@2018-05-24#12,,\n"
    ),
}
COVER, LAMP = CategoryKey("gb", "2013", "C0101"), CategoryKey("gb", "2013", "C0137")
COMPLAINT = CategoryKey("gb", "2013", "E0101")


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All that a command of organisations could change, and the journal."""
    with reading(administrator(EVERYWHERE)):
        tables = (
            Function,
            Unit,
            Post,
            Posting,
            CatalogueVersion,
            Category,
            Standard,
            Responsibility,
            MissingResponsibility,
        )
        rows: dict[str, list[tuple[object, ...]]] = {
            table.__name__: list(table.objects.order_by("pk").values_list()) for table in tables
        }
        return {**rows, "journal": list(JournalEntry.objects.order_by("id").values_list("id", "step"))}


def refusal(act: Callable[[], object]) -> tuple[RefusalKind, str]:
    """What was refused first; and nothing was written."""
    before = everything()
    with pytest.raises(Refused) as caught:
        act()
    assert everything() == before
    return caught.value.kind, caught.value.refusals[0].code


def journal(subject: UUID) -> list[Entry]:
    """The acts on a subject, oldest first."""
    with reading(administrator(EVERYWHERE)):
        return list(entries(subject))


def load(name: str = "2026-09", sheets: dict[str, str] | None = None) -> int:
    """The small catalogue as a draft of the city: its id."""
    texts = sheets or {sheet: text.replace("2026-09", name) for sheet, text in SHEETS.items()}
    return int(load_catalogue(by=keeper(), key=command(), area=CITY, name=name, sheets=texts).details["catalogue"])


def publish(catalogue: int, valid_from: str, moment: datetime = NOW) -> None:
    """Put a draft in force."""
    publish_catalogue(by=keeper(), key=command(moment), catalogue=catalogue, valid_from=at(valid_from))
