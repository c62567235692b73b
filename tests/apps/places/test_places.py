"""The synthetic Shanghai: drawn whole, found by point, address and words, near by metres."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lilong.apps.places import public as places
from lilong.apps.places.models import Area, Boundary, Building, Room
from lilong.apps.places.queries import atlas
from lilong.apps.places.rules.datums import wgs84_to_gcj02
from lilong.apps.places.terms import BuildingGiven, Flag, Located, Position, Where
from lilong.kernel.actors import ANONYMOUS
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.ledger.scope import reading
from tests.apps.places.samples import AT, SHANGHAI, area_file, key, operator, table

pytestmark = pytest.mark.usefixtures("committed_db")
PARK = Position(31.2325, 121.4725)


@pytest.fixture
def city(committed_db: None) -> None:
    """The small Shanghai, drawn synthetically, with buildings in two of its streets."""
    content = table()
    places.import_areas(by=operator(), key=key(content), file=area_file(content))
    places.synthesise_city(by=operator(), key=key(b"drawing"), sketch=sketch())


def sketch() -> places.Sketch:
    """The shipped outline, for the two districts the small table has."""
    shipped = places.shanghai_sketch()
    seats = {code: seat for code, seat in shipped.seats.items() if code in {"310101", "310107"}}
    return places.Sketch(
        SHANGHAI, shipped.outline, shipped.origin, shipped.source, seats, ("310101002", "310107022"), 1
    )


def found(answer: Located | Refusal) -> Located:
    assert isinstance(answer, Located), answer
    return answer


def refused(answer: Located | Refusal) -> Refusal:
    assert isinstance(answer, Refusal), answer
    return answer


# --- drawing -------------------------------------------------------------------------------------------------------


def test_the_whole_real_city_is_drawn_and_written() -> None:
    """6,760 areas, some 13,000 grids, buildings in four streets: seconds, and every community locatable."""
    content = places.shanghai_table()
    places.import_areas(by=operator(), key=key(content), file=area_file(content))
    told: list[tuple[int, int]] = []
    began = time.monotonic()
    receipt = places.synthesise_city(
        by=operator(), key=key(b"drawing"), sketch=places.shanghai_sketch(), progress=lambda *step: told.append(step)
    )
    assert time.monotonic() - began < 30
    assert told[-1] == (6760, 6760)
    grids = Area.objects.filter(level=Level.GRID)
    assert receipt.details["grids"] == grids.count() > 10_000
    assert receipt.details["boundaries"] == Boundary.objects.count() == 6760 + grids.count()
    assert not grids.filter(synthetic=False).exists()
    assert not Boundary.objects.filter(synthetic=False).exists()
    assert not grids.exclude(name__contains="演示").exists()
    assert Building.objects.count() == receipt.details["buildings"] > 200
    park = found(places.locate_point(*PARK, city=SHANGHAI))
    assert (park.level, park.area.district) == (Level.GRID, AreaCode("310101"))
    assert Flag.SYNTHETIC in park.flags
    assert park.metres == pytest.approx((0, 0), abs=1e-6)


@pytest.mark.usefixtures("city")
def test_nothing_synthetic_is_drawn_over_a_drawn_city() -> None:
    before = (Boundary.objects.count(), Area.objects.count(), Building.objects.count())
    with pytest.raises(Refused) as caught:
        places.synthesise_city(by=operator(), key=key(b"again"), sketch=sketch())
    assert caught.value.kind is RefusalKind.NOT_NOW
    assert (Boundary.objects.count(), Area.objects.count(), Building.objects.count()) == before


def test_an_empty_city_is_not_drawn() -> None:
    with pytest.raises(Refused) as caught:
        places.synthesise_city(by=operator(), key=key(b"drawing"), sketch=sketch())
    assert (caught.value.kind, Boundary.objects.count()) == (RefusalKind.NOT_NOW, 0)


# --- points --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("city")
def test_a_point_lies_in_a_grid_and_says_why() -> None:
    located = found(places.locate_point(*PARK, city=SHANGHAI))
    assert located.level is Level.GRID
    assert located.because[-1].reference == f"boundary:{located.area}@1"
    assert "合成" in located.because[-1].text.zh
    assert located.words.zh.split()[0] == "黄浦区"
    assert (located.latitude, located.longitude) == PARK


@pytest.mark.usefixtures("city")
def test_the_same_place_in_another_datum_is_the_same_place() -> None:
    plain = found(places.locate_point(*PARK, city=SHANGHAI))
    shown = wgs84_to_gcj02(PARK)
    converted = found(places.locate_point(*shown, city=SHANGHAI, datum="gcj02"))
    assert converted.area == plain.area
    assert converted.position == pytest.approx(PARK, abs=1e-7)
    assert Flag.CONVERTED in converted.flags
    assert converted.because[0].reference == "datum:gcj02"


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("where", "code", "field"),
    [
        (Where(0.0, 0.0), "places.coordinates_zero", "lat"),
        (Where(121.47, 31.23), "places.coordinates_invalid", "lat"),
        (Where(31.23, 500.0), "places.coordinates_invalid", "long"),
        (Where(float("nan"), 121.47), "places.coordinates_invalid", "lat"),
        (Where(42.36, -71.06), "places.outside_city", "lat"),
        (Where(31.23), "places.coordinate_missing", "long"),
        (Where(longitude=121.47), "places.coordinate_missing", "lat"),
        (Where(31.23, 121.47, datum="mars"), "places.datum_unknown", "datum"),
        (Where(), "places.place_missing", "address"),
        (Where(address="  "), "places.place_missing", "address"),
        (Where(address="不存在路9999号"), "places.address_unknown", "address"),
        (Where(address_id="x"), "places.building_unknown", "address_id"),
        (Where(address_id="00000000-0000-0000-0000-000000000000"), "places.building_unknown", "address_id"),
    ],
)
def test_a_place_that_cannot_be_found_names_the_field_and_a_remedy(where: Where, code: str, field: str) -> None:
    with pytest.raises(Refused) as caught:
        places.locate(where, city=SHANGHAI)
    (refusal,) = caught.value.refusals
    assert (caught.value.kind, refusal.code, refusal.field) == (RefusalKind.INVALID, code, field)
    assert refusal.remedy.zh
    assert refusal.remedy.en


def test_a_city_without_boundaries_asks_for_an_address() -> None:
    assert refused(places.locate_point(*PARK, city=SHANGHAI)).code == "places.no_boundaries"
    content = table()
    places.import_areas(by=operator(), key=key(content), file=area_file(content))
    assert refused(places.locate_point(*PARK, city=SHANGHAI)).code == "places.no_boundaries"
    assert found(places.locate_address("外滩街道门口", city=SHANGHAI)).area == AreaCode("310101013")


# --- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("city")
def test_the_areas_around_a_place_go_from_the_nearest_known_up() -> None:
    codes = ["310101002", "310101", "31"]
    assert [area.code.digits for area in places.areas_around(AreaCode("310101002"))] == codes
    assert [area.code.digits for area in places.areas_around(AreaCode("310101002999999"))] == codes
    assert places.areas_around(AreaCode("99")) == ()


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    "text", ["演示东一路10弄1号", "上海市黄浦区南京东路街道演示东一路１０弄一号101室", "演示东一路第十弄１号"]
)
def test_an_address_finds_its_building(text: str) -> None:
    located = found(places.locate_address(text, city=SHANGHAI))
    row = Building.objects.get(road="演示东一路", lane="10", number="1")
    assert (located.area.digits, located.position) == (row.area_id, (row.latitude, row.longitude))
    assert located.metres == row.place
    assert located.flags == (Flag.SYNTHETIC,)
    assert located.because[0].reference == f"building:{row.pk}"
    by_id = places.locate(Where(address_id=str(row.pk), latitude=0.0, longitude=0.0), city=SHANGHAI)
    assert by_id == located


@pytest.mark.usefixtures("city")
def test_a_lane_alone_is_the_area_its_buildings_share() -> None:
    located = found(places.locate_address("演示东一路10弄", city=SHANGHAI))
    assert AreaCode("310101002001").contains(located.area)
    assert Flag.COARSE in located.flags
    assert located.position is None
    road = found(places.locate_address("演示东一路", city=SHANGHAI))
    assert (road.area, Flag.AMBIGUOUS in road.flags) == (AreaCode("310101002"), True)


@pytest.mark.usefixtures("city")
def test_a_number_that_no_building_has_is_not_guessed() -> None:
    refusal = refused(places.locate_address("演示东一路10弄99号", city=SHANGHAI))
    assert refusal.code == "places.address_unknown"
    assert "演示东一路" in refused(places.locate_address("演示冬一路10弄1号", city=SHANGHAI)).remedy.zh


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("text", "code", "flags"),
    [
        ("真如镇街道富平居委会门口", "310107022001", (Flag.COARSE,)),
        ("富平居委会门口", "310107", (Flag.COARSE, Flag.AMBIGUOUS)),
        ("黄浦区", "310101", (Flag.COARSE,)),
    ],
)
def test_a_named_area_is_a_coarse_answer(text: str, code: str, flags: tuple[Flag, ...]) -> None:
    located = found(places.locate_address(text, city=SHANGHAI))
    assert (located.area.digits, located.flags) == (code, flags)


@pytest.mark.usefixtures("city")
def test_buildings_of_another_city_are_not_found_here() -> None:
    row = Building.objects.first()
    assert row is not None
    assert refused(places.locate_building(str(row.pk), city=AreaCode("4419"))).code == "places.building_unknown"


# --- search and maps -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("city")
def test_search_finds_areas_then_buildings_within_what_was_asked() -> None:
    names = [place.path[-1] for place in places.search_places("富平", within=SHANGHAI)]
    assert names == ["富平居委会", "富平居委会"]
    assert [place.area.digits for place in places.search_places("富平", within=AreaCode("310107022"))] == [
        "310107022001"
    ]
    buildings = places.search_places("演示东一路10弄", within=SHANGHAI)
    assert buildings
    assert all(place.building and place.position and place.synthetic for place in buildings)
    assert places.locate_building(buildings[0].building, city=SHANGHAI) == places.locate_address(
        buildings[0].words.zh.split()[-1].split("演示里")[0], city=SHANGHAI
    )
    assert places.search_places("演示东一路10弄", within=AreaCode("310107")) == ()
    assert places.search_places("  ", within=SHANGHAI) == ()
    assert len(places.search_places("演示", within=SHANGHAI, limit=2)) == 2


@pytest.mark.usefixtures("city")
def test_a_whole_name_comes_before_a_part_of_one() -> None:
    assert places.search_places("黄浦区", within=SHANGHAI)[0].area == AreaCode("310101")


@pytest.mark.usefixtures("city")
def test_the_map_is_labelled_and_tells_its_source() -> None:
    layer = places.boundaries_geojson(within=AreaCode("310101"), level=Level.STREET)
    document = json.loads(layer.geojson)
    assert [feature["id"] for feature in document["features"]] == ["310101002", "310101013"]
    assert all(feature["properties"]["synthetic"] for feature in document["features"])
    assert layer.synthetic
    assert "OpenStreetMap" in layer.attribution
    empty = places.boundaries_geojson(within=AreaCode("4419"), level=Level.STREET)
    assert json.loads(empty.geojson) == {"type": "FeatureCollection", "features": []}


# --- areas ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("city")
def test_areas_by_code_level_and_path() -> None:
    street = places.area(AreaCode("310101002"))
    assert street is not None
    assert (street.name, street.level, street.kind_label.zh) == ("南京东路街道", Level.STREET, "街道")
    assert places.area_kind(street.code) == "subdistrict"
    assert (places.area(AreaCode("310199")), places.area_kind(AreaCode("99"))) == (None, "")
    assert [area.code.digits for area in places.areas_below(SHANGHAI, Level.DISTRICT)] == ["310101", "310107"]
    assert [area.code.digits for area in places.areas_below(AreaCode(""), Level.CITY)] == ["31"]
    assert [area.code for area in places.areas_below(street.code, Level.STREET)] == [street.code]
    assert [area.name for area in places.children_of(street.code)] == ["云南中路居委会", "贵州居委会"]
    assert places.areas_below(AreaCode("4419"), Level.STREET) == ()


@pytest.mark.usefixtures("city")
def test_areas_cost_no_statement_while_they_are_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """One look at the version in two seconds; the areas themselves are read again only when it changed."""
    now = [100.0]
    monkeypatch.setattr(atlas.SHELF, "_seconds", lambda: now[0])
    places.forget()
    places.locate_point(*PARK, city=SHANGHAI)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            for _ in range(50):
                places.path_of(AreaCode("310101002001"))
                places.locate_point(*PARK, city=SHANGHAI)
        return len(captured)

    assert statements() == 0
    now[0] += atlas.FRESH_SECONDS
    assert statements() == 1


@pytest.mark.usefixtures("city")
def test_another_process_s_import_is_seen_when_freshness_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(atlas.SHELF, "_seconds", lambda: now[0])
    places.forget()
    assert places.path_of(AreaCode("310101"))[-1] == "黄浦区"
    monkeypatch.setattr(atlas.SHELF, "forget", lambda: None)
    renamed = table().replace("黄浦区".encode(), "黄浦新区".encode())
    places.import_areas(by=operator(), key=key(renamed, AT + timedelta(days=9)), file=area_file(renamed), apply=True)
    assert places.path_of(AreaCode("310101"))[-1] == "黄浦区"
    now[0] += atlas.FRESH_SECONDS
    assert places.path_of(AreaCode("310101"))[-1] == "黄浦新区"


# --- buildings and nearness ----------------------------------------------------------------------------------------


def given(address: str, area: str = "310101002001", position: Position = PARK, **more: object) -> BuildingGiven:
    return BuildingGiven(AreaCode(area), address, position, **more)  # type: ignore[arg-type]


@pytest.mark.usefixtures("city")
def test_buildings_with_entrances_and_rooms_are_recorded_whole() -> None:
    house = given("云南中路８弄1-3幢", name="云南小区", units=("1",), rooms=(("1", "101"), ("", "地下室")))
    receipt = places.record_buildings(by=operator(), key=key(b"h"), city=SHANGHAI, given=[house], source="房屋普查")
    assert receipt.details["created"] == 1
    located = found(places.locate_address("云南中路8弄2幢", city=SHANGHAI))
    assert (located.area.digits, located.flags) == ("310101002001", ())
    with reading(operator()):
        rooms = Room.objects.filter(unit__building__road="云南中路").order_by("name")
        assert [(room.unit.name, room.name, room.area) for room in rooms] == [
            ("1", "101", "310101002001"),
            ("无", "地下室", "310101002001"),
        ]


@pytest.mark.usefixtures("city")
def test_rooms_are_seen_only_from_their_own_area() -> None:
    house = given("云南中路8弄1号", rooms=(("", "101"),))
    places.record_buildings(by=operator(), key=key(b"h"), city=SHANGHAI, given=[house], source="房屋普查")
    rooms = Room.objects.filter(unit__building__road="云南中路")
    with reading(operator(area=AreaCode("310101002"))):
        assert rooms.count() == 1
    with reading(operator(area=AreaCode("310101013"))):
        assert rooms.count() == 0
    with reading(ANONYMOUS):
        assert rooms.count() == 0
        assert Building.objects.filter(road="云南中路").count() == 1


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize(
    ("buildings", "says"),
    [
        ([given("8弄1号")], "has no road"),
        ([given("云南中路8号", area="310199002001")], "unknown area"),
        ([given("云南中路8号", area="4419")], "unknown area"),
        ([given("演示东一路10弄1号")], "recorded already"),
        ([given("云南中路8号"), given("云南中路８号")], "Building 2"),
    ],
)
def test_one_building_that_cannot_stand_refuses_the_list(buildings: list[BuildingGiven], says: str) -> None:
    before = Building.objects.count()
    good = given("云南中路1号")
    with pytest.raises(Refused) as caught:
        places.record_buildings(
            by=operator(), key=key(b"h"), city=SHANGHAI, given=[*buildings, good], source="房屋普查"
        )
    assert says in caught.value.refusals[0].text.en
    assert Building.objects.count() == before


@pytest.mark.usefixtures("city")
def test_recording_needs_its_duty() -> None:
    before = Building.objects.count()
    with pytest.raises(Refused) as caught:
        places.record_buildings(
            by=operator(frozenset()), key=key(b"h"), city=SHANGHAI, given=[given("云南中路1号")], source="房屋普查"
        )
    assert caught.value.refusals[0].reference == "places.address.record"
    assert Building.objects.count() == before


@pytest.mark.usefixtures("city")
def test_nearness_is_in_metres_and_uses_the_index() -> None:
    houses = [
        given(f"云南中路{n}号", position=Position(PARK.latitude + n * 0.0001, PARK.longitude)) for n in range(1, 9)
    ]
    places.record_buildings(by=operator(), key=key(b"h"), city=SHANGHAI, given=houses, source="房屋普查")
    here = places.to_metres(PARK, SHANGHAI)
    near = Building.objects.filter(road="云南中路", place__within=(here, 50)).annotate(
        metres=places.distance_to("place", here)
    )
    assert [(row.number, round(row.metres)) for row in near.order_by("metres")] == [
        ("1", 11), ("2", 22), ("3", 33), ("4", 44)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        query = Building.objects.filter(place__within=(here, 50))
        assert "places_building_place" in query.explain()
        cursor.execute("RESET enable_seqscan")


@pytest.mark.usefixtures("city")
def test_a_point_comes_back_as_it_went() -> None:
    row = Building.objects.first()
    assert row is not None
    assert places.to_metres(Position(row.latitude, row.longitude), SHANGHAI) == row.place
    with pytest.raises(Refused):
        places.to_metres(PARK, AreaCode("4419"))
