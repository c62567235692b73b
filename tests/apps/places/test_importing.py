"""Importing areas into a real database: what is written, what is only told, what is refused whole."""

from __future__ import annotations

import gzip
import threading
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from lilong.apps.places import public as places
from lilong.apps.places.models import Area, Boundary, Building, City, Room, Vintage
from lilong.apps.places.terms import BuildingGiven, ImportReport, Position
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.ledger.models import JournalEntry, OutboxEvent
from lilong.ledger.scope import reading
from lilong.ledger.verify import verify
from tests.apps.places.samples import AT, SHANGHAI, area_file, edited, key, operator, shanghai, table

pytestmark = pytest.mark.usefixtures("committed_db")


def importing(content: bytes, *, apply: bool = False, dry_run: bool = False) -> ImportReport:
    """One import by the operator, a day after the last."""
    at = AT + timedelta(days=Vintage.objects.count())
    return places.import_areas(
        by=operator(), key=key(content, at), file=area_file(content), apply=apply, dry_run=dry_run
    )


def everything() -> tuple[object, ...]:
    """All that an import may write."""
    return (
        sorted(Area.objects.values_list("code", "name", "kind", "source_code", "valid_to", "successor_id")),
        Vintage.objects.count(),
        list(City.objects.values_list("area_id", "stamp")),
        JournalEntry.objects.using("owner").count(),
        OutboxEvent.objects.count(),
    )


NOTHING: tuple[object, ...] = ([], 0, [], 0, 0)


# --- the first import ----------------------------------------------------------------------------------------------


def test_the_real_city_is_written_at_once_and_whole() -> None:
    content = gzip.compress(shanghai())
    told: list[tuple[int, int]] = []
    began = time.monotonic()
    report = places.import_areas(
        by=operator(), key=key(content), file=area_file(content), progress=lambda *step: told.append(step)
    )
    assert time.monotonic() - began < 10
    assert (report.read, report.created, report.changed, report.applied) == (6760, 6760, 0, True)
    assert report.as_json()["by_level"] == {"1": 1, "2": 16, "3": 234, "4": 6509}
    assert (report.as_json()["refused"], report.as_json()["refusals"], report.new) == (0, [], ())
    assert told[-1] == (6760, 6760)
    assert [Area.objects.filter(level=level).count() for level in (1, 2, 3, 4)] == [1, 16, 234, 6509]
    pairs = Area.objects.exclude(parent=None).values_list("code", "parent_id")
    assert [code for code, parent in pairs if not code.startswith(str(parent))] == []


def test_the_import_is_one_entry_of_the_journal_and_one_piece_of_news(tmp_path: Path) -> None:
    importing(table())
    entry, event, vintage = JournalEntry.objects.using("owner").get(), OutboxEvent.objects.get(), Vintage.objects.get()
    assert (entry.kind, entry.area, entry.step) == ("places.area", "31", "places.area.import")
    assert (entry.data["created"], entry.data["digest"], entry.data["vintage"]) == (12, vintage.digest, "2023-06-30")
    assert (entry.subject, entry.data["because"][0]["reference"]) == (vintage.pk, f"sha256:{vintage.digest}")
    assert (event.topic, event.payload["created"]) == ("places.areas_imported", 12)
    assert verify(tmp_path / "roots", tmp_path / "key") == (1, [])


def test_codes_are_prefixes_and_the_source_s_own_are_kept() -> None:
    importing(table())
    community = Area.objects.get(name="云南中路居委会")
    assert (community.pk, community.source_code, community.level) == ("310101002001", "310101002001", 4)
    assert (community.parent_id, community.kind) == ("310101002", "residents_committee")
    assert Area.objects.get(name="黄浦区").source_code == "310101000000"
    assert community.vintage.scheme == "统计用区划代码"


def test_a_dry_run_of_the_first_import_writes_nothing() -> None:
    report = importing(table(), dry_run=True)
    assert (report.would_create, report.created, report.applied) == (12, 0, False)
    assert everything() == NOTHING


@pytest.mark.parametrize("apply", [False, True])
def test_one_refused_row_refuses_the_whole_file(*, apply: bool) -> None:
    report = importing(edited(("310101002001,4", "310101002001,x")), apply=apply)
    assert ([refusal.row for refusal in report.refusals], report.applied, report.read) == ([5], False, 12)
    assert everything() == NOTHING


def test_a_repeat_of_the_same_command_has_one_effect() -> None:
    content, envelope = table(), key(table())
    first = places.import_areas(by=operator(), key=envelope, file=area_file(content))
    second = places.import_areas(by=operator(), key=envelope, file=area_file(content), apply=True)
    assert (first.created, second.created, Vintage.objects.count()) == (12, 0, 1)


def test_a_post_without_the_duty_is_refused_by_name_and_nothing_changes() -> None:
    with pytest.raises(Refused) as caught:
        places.import_areas(by=operator(frozenset()), key=key(), file=area_file(table()))
    assert caught.value.kind is RefusalKind.DENIED
    assert caught.value.refusals[0].reference == "places.area.import"
    assert everything() == NOTHING


def test_another_city_s_operator_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        places.import_areas(by=operator(area=AreaCode("4419")), key=key(), file=area_file(table()))
    assert caught.value.kind is RefusalKind.DENIED
    assert everything() == NOTHING


def test_a_city_inside_a_known_city_is_refused() -> None:
    importing(table())
    before = everything()
    inner = table("310101000000,1,黄浦区,,district")
    with pytest.raises(Refused) as caught:
        places.import_areas(by=operator(), key=key(), file=area_file(inner, AreaCode("310101")))
    assert caught.value.refusals[0].code == "places.city_nested"
    assert everything() == before


# --- a re-import ---------------------------------------------------------------------------------------------------


def test_the_same_table_again_changes_nothing() -> None:
    importing(table())
    before = everything()
    again = importing(table())
    assert (again.read, again.created, again.changed, again.applied) == (12, 0, 0, False)
    assert (again.renamed, again.moved, again.swapped, again.new, again.vanished) == ((), (), (), (), ())
    assert importing(table(), apply=True).applied
    assert everything() == before


CHANGED = edited(
    ("云南中路居委会", "云南路居委会"),
    ("310107021000,3,万里街道", "310107021000,3,真如镇街道"),
    ("310107022000,3,真如镇街道", "310107022000,3,万里街道"),
    ("310101002002,4,贵州居委会,310101002000", "310101002002,4,贵州居委会,310101013000"),
    drop=("310101013001",),
    add=("310101013009,4,新居委会,310101013000,residents_committee",),
)


def test_a_re_import_tells_and_writes_nothing_without_apply() -> None:
    importing(table())
    before = everything()
    report = importing(CHANGED)
    assert [(item["from"], item["to"]) for item in report.renamed] == [("云南中路居委会", "云南路居委会")]
    assert [(item["name"], item["from"], item["to"]) for item in report.moved] == [
        ("贵州居委会", "310101002", "310101013")
    ]
    assert [item["codes"] for item in report.swapped] == [["310107021000", "310107022000"]]
    assert [item["name"] for item in report.new] == ["新居委会"]
    assert [item["code"] for item in report.vanished] == ["310101013001"]
    assert (report.created, report.changed, report.applied) == (0, 0, False)
    assert everything() == before


def test_applied_changes_close_and_never_delete() -> None:
    importing(table())
    report = importing(CHANGED, apply=True)
    # Renamed, vanished and moved one each; of the two that exchanged codes each, and the one community of each.
    assert (report.created, report.changed, report.applied) == (1, 1 + 1 + 1 + 2 + 2, True)
    vanished, moved = Area.objects.get(pk="310101013001"), Area.objects.get(pk="310101002002")
    assert (vanished.valid_to, vanished.successor_id) == (AT + timedelta(days=1), None)
    assert moved.valid_to is not None
    successor = moved.successor
    assert successor is not None
    assert (successor.name, successor.parent_id, successor.source_code) == ("贵州居委会", "310101013", "310101002002")
    assert successor.pk.startswith("310101013")
    assert Area.objects.get(pk="310101002001").name == "云南路居委会"
    entry = JournalEntry.objects.using("owner").order_by("id").last()
    assert entry is not None
    assert [item["code"] for item in entry.data["vanished"]] == ["310101013001"]


def test_places_that_exchanged_codes_keep_their_rows() -> None:
    """Rows of work that point at 万里 must go on pointing at 万里, whatever number the bureau gives it."""
    importing(table())
    importing(CHANGED, apply=True)
    wanli, zhenru = Area.objects.get(pk="310107021"), Area.objects.get(pk="310107022")
    assert (wanli.name, wanli.source_code) == ("万里街道", "310107022000")
    assert (zhenru.name, zhenru.source_code) == ("真如镇街道", "310107021000")
    again = importing(CHANGED)
    assert (again.would_create, again.would_change, again.swapped) == (0, 0, ())


def test_a_code_that_ended_is_never_given_to_another_place() -> None:
    importing(table())
    importing(edited(drop=("310101013001",)), apply=True)
    importing(edited(("山北居委会", "全新居委会")), apply=True)
    former, newcomer = Area.objects.get(pk="310101013001"), Area.objects.get(name="全新居委会")
    assert (former.name, former.valid_to is not None) == ("山北居委会", True)
    assert (newcomer.pk, newcomer.source_code) == ("310101013999", "310101013001")


def test_an_area_that_comes_back_is_the_same_area() -> None:
    importing(table())
    importing(edited(drop=("310101013001",)), apply=True)
    report = importing(table(), apply=True)
    back = Area.objects.get(pk="310101013001")
    assert (report.created, back.valid_to, back.name) == (1, None, "山北居委会")


def test_what_the_table_does_not_speak_of_follows_its_parent() -> None:
    """Grids are no part of the public table: they survive it, move with their community and end with it."""
    importing(table())
    grids = table(
        [
            "31010100200201,5,贵州第一网格,310101002002,grid",
            "31010101300101,5,山北第一网格,310101013001,grid",
            "31010100200101,5,云南第一网格,310101002001,grid",
        ]
    )
    assert importing(grids, apply=True).created == 3
    importing(CHANGED, apply=True)
    kept, ended = Area.objects.get(pk="31010100200101"), Area.objects.get(pk="31010101300101")
    carried = Area.objects.get(pk="31010100200201").successor
    assert (kept.valid_to, ended.valid_to is not None, ended.successor_id) == (None, True, None)
    assert carried is not None
    assert (carried.name, carried.parent_id) == ("贵州第一网格", Area.objects.get(pk="310101002002").successor_id)


def test_boundaries_buildings_and_rooms_go_with_a_moved_area() -> None:
    importing(table())
    old = "310101002002"
    Boundary.objects.create(
        area_id=old, version=3, geometry=b"wkb", vintage=Vintage.objects.get(), valid_from=AT, synthetic=False
    )
    City.objects.update(origin_latitude=31.2, origin_longitude=121.4)
    house = BuildingGiven(AreaCode(old), "贵州路1号", Position(31.2, 121.4), rooms=(("", "101"),))
    places.record_buildings(by=operator(), key=key(b"house"), city=SHANGHAI, given=[house], source="测试")
    importing(CHANGED, apply=True)
    successor = Area.objects.get(pk=old).successor_id
    assert Building.objects.get().area_id == successor
    assert list(Boundary.objects.filter(valid_to=None).values_list("area_id", "version")) == [(successor, 1)]
    with reading(operator()):
        assert Room.objects.get().area == successor


def test_places_are_asked_afresh_after_an_import() -> None:
    importing(table())
    assert places.path_of(AreaCode("310101002001")) == ("上海市", "黄浦区", "南京东路街道", "云南中路居委会")
    importing(CHANGED, apply=True)
    assert places.path_of(AreaCode("310101002001"))[-1] == "云南路居委会"
    ended = places.area(AreaCode("310101002002"))
    assert ended is not None
    assert ended.valid_to is not None
    present = places.present_area(ended.code)
    assert present is not None
    assert (present.code, present.name) == (ended.successor, "贵州居委会")
    assert places.present_area(AreaCode("310101013001")) is None
    assert ended.code not in [area.code for area in places.areas_below(SHANGHAI, Level.COMMUNITY)]


# --- other cities, other codes -------------------------------------------------------------------------------------


def test_a_city_without_districts_is_taken_as_it_is() -> None:
    dongguan = AreaCode("4419")
    content = table(
        "441900000000,1,东莞市,,city\n441900003000,3,东城街道,441900000000,subdistrict\n"
        "441900003001,4,岗贝社区,441900003000,residents_committee"
    )
    report = places.import_areas(by=operator(area=dongguan), key=key(), file=area_file(content, dongguan))
    assert (report.created, report.by_level) == (3, {"1": 1, "3": 1, "4": 1})
    street = places.area(AreaCode("441900003"))
    assert street is not None
    assert (street.level, street.parent) == (Level.STREET, dongguan)


def test_a_city_with_codes_of_its_own_gets_codes_below_it() -> None:
    boston = AreaCode("9901")
    content = table("BOS,1,Boston,,city\nBB,2,Back Bay,BOS,neighbourhood\nBB-1,3,Back Bay East,BB,")
    places.import_areas(by=operator(area=boston), key=key(), file=area_file(content, boston))
    rows = Area.objects.order_by("code").values_list("code", "source_code", "level", "kind")
    assert list(rows) == [
        ("9901", "BOS", 1, "city"),
        ("990101", "BB", 2, "neighbourhood"),
        ("990101001", "BB-1", 3, "street"),
    ]


# --- at the same time ----------------------------------------------------------------------------------------------


def _first_import(results: list[object]) -> None:
    content = table()
    try:
        results.append(places.import_areas(by=operator(), key=key(content), file=area_file(content)).created)
    except Refused as refused:
        results.append(refused.refusals[0].code)
    finally:
        connection.close()


def test_two_first_imports_at_once_write_one() -> None:
    results: list[object] = []
    threads = [threading.Thread(target=_first_import, args=(results,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) in (["12", "places.areas_changed"], ["0", "12"])
    assert (Area.objects.count(), Vintage.objects.count()) == (12, 1)


def test_without_the_lock_the_two_would_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: only the lock made the second one look again."""
    barrier = threading.Barrier(2, timeout=20)

    def wait_instead(_city: AreaCode) -> None:
        barrier.wait()

    monkeypatch.setattr("lilong.apps.places.commands.importing.lock_city", wait_instead)
    results: list[object] = []

    def run() -> None:
        try:
            _first_import(results)
        except IntegrityError:
            results.append("collided")

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "collided" in results


def test_what_was_shown_is_what_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that lands between the comparison and the lock makes the second one stop, not write over it."""
    importing(table())

    def somebody_else_first(city: AreaCode) -> None:
        Area.objects.filter(pk="310101002001").update(name="别的名字")

    monkeypatch.setattr("lilong.apps.places.commands.importing.lock_city", somebody_else_first)
    envelope = CommandKey(uuid4(), AT + timedelta(days=3), b"x")
    with pytest.raises(Refused) as caught:
        places.import_areas(by=operator(), key=envelope, file=area_file(CHANGED), apply=True)
    assert (caught.value.kind, caught.value.refusals[0].code) == (RefusalKind.STALE, "places.areas_changed")
    assert Area.objects.get(pk="310101002001").name == "云南中路居委会"
