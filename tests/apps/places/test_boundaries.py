"""Importing boundaries into a real database: a city nobody here wrote, and new versions of known areas."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely

from lilong.apps.places import public as places
from lilong.apps.places.models import Area, Boundary, City, Vintage
from lilong.apps.places.terms import BoundaryReport, Flag, Located
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.ledger.models import JournalEntry
from tests.apps.places.samples import AT, SHANGHAI, area_file, boundary_file, key, operator, table

pytestmark = pytest.mark.usefixtures("committed_db")
BOSTON = AreaCode("9901")
FILE = Path(__file__).parent / "data" / "boston_neighborhoods.geojson.gz"


def boston(content: bytes | None = None, city_name: str = "Boston", days: int = 0) -> BoundaryReport:
    """Import Boston's neighbourhoods, or another file for Boston."""
    body = FILE.read_bytes() if content is None else content
    file = boundary_file(body, BOSTON, Level.DISTRICT, "name", city_name)
    return places.import_boundaries(by=operator(area=BOSTON), key=key(body, AT + timedelta(days=days)), file=file)


def everything() -> tuple[object, ...]:
    """All that an import of boundaries may write."""
    return (
        sorted(Area.objects.values_list("code", "name")),
        sorted(Boundary.objects.values_list("area_id", "version", "valid_to")),
        Vintage.objects.count(),
        sorted(City.objects.values_list("area_id", "stamp")),
        JournalEntry.objects.using("owner").count(),
    )


def squares(**corners: tuple[float, float]) -> bytes:
    """Named squares of a hundredth of a degree."""
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": json.loads(shapely.to_geojson(shapely.box(west, south, west + 0.01, south + 0.01))),
        }
        for name, (west, south) in corners.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


# --- a city nobody here wrote --------------------------------------------------------------------------------------


def test_a_city_is_made_from_its_neighbourhoods() -> None:
    report = boston()
    assert (report.read, report.created, report.changed, report.refusals, report.applied) == (26, 26, 0, (), True)
    assert [item["name"] for item in report.repaired] == ["Hyde Park"]
    assert "Self-intersection" in str(report.repaired[0]["reason"])
    assert (len(report.new_areas), report.overlapping) == (27, ())
    assert [city.name for city in places.cities()] == ["Boston"]
    below = places.areas_below(BOSTON, Level.DISTRICT)
    assert [area.code.digits for area in below] == [f"9901{n:02d}" for n in range(1, 27)]
    assert {area.kind for area in below} == {"neighbourhood"}
    assert all(shapely.from_wkb(bytes(b.geometry)).is_valid for b in Boundary.objects.all())


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [(42.3601, -71.0589, "Downtown"), (42.3505, -71.0810, "Back Bay"), (42.2553, -71.1256, "Hyde Park")],
)
def test_points_of_boston_are_found(latitude: float, longitude: float, name: str) -> None:
    boston()
    located = places.locate_point(latitude, longitude, city=BOSTON)
    assert isinstance(located, Located)
    assert located.words.en == name
    assert located.metres is not None
    assert max(abs(located.metres.x), abs(located.metres.y)) < 20_000


def test_boston_s_exchanged_and_far_points_are_refused_with_a_remedy() -> None:
    boston()
    exchanged = places.locate_point(-71.0589, 42.3601, city=BOSTON)
    far = places.locate_point(31.23, 121.47, city=BOSTON)
    assert isinstance(exchanged, Refusal)
    assert isinstance(far, Refusal)
    assert (exchanged.code, far.code) == ("places.coordinates_exchanged", "places.outside_city")


def test_the_import_is_journalled_with_what_was_repaired() -> None:
    boston()
    entry = JournalEntry.objects.using("owner").get()
    assert (entry.kind, entry.area, entry.data["created"]) == ("places.boundary", "9901", 26)
    assert entry.data["repaired"][0]["name"] == "Hyde Park"


def test_the_same_file_again_changes_nothing() -> None:
    boston()
    before = everything()
    again = boston(days=1)
    assert (again.created, again.changed, again.applied) == (0, 0, True)
    assert everything() == before


def test_an_unnamed_city_is_refused_with_the_remedy() -> None:
    report = boston(city_name="")
    assert "--city-name" in report.refusals[0].reason.en
    assert (Area.objects.count(), Vintage.objects.count()) == (0, 0)


def test_the_duty_is_asked_for_and_nothing_changes() -> None:
    file = boundary_file(FILE.read_bytes(), BOSTON, Level.DISTRICT, "name", "Boston")
    with pytest.raises(Refused) as caught:
        places.import_boundaries(by=operator(frozenset(), BOSTON), key=key(), file=file)
    assert (caught.value.kind, caught.value.refusals[0].reference) == (RefusalKind.DENIED, "places.boundary.import")
    assert everything() == ([], [], 0, [], 0)


def test_a_dry_run_writes_nothing() -> None:
    file = boundary_file(FILE.read_bytes(), BOSTON, Level.DISTRICT, "name", "Boston")
    report = places.import_boundaries(by=operator(area=BOSTON), key=key(), file=file, dry_run=True)
    assert (report.created, report.applied) == (26, False)
    assert everything() == ([], [], 0, [], 0)


# --- boundaries of known areas -------------------------------------------------------------------------------------


def shanghai_districts(content: bytes, days: int = 1) -> BoundaryReport:
    """Import boundaries for the districts of the small Shanghai."""
    file = boundary_file(content, SHANGHAI, Level.DISTRICT)
    return places.import_boundaries(by=operator(), key=key(content, AT + timedelta(days=days)), file=file)


@pytest.fixture
def known_shanghai(committed_db: None) -> None:
    content = table()
    places.import_areas(by=operator(), key=key(content), file=area_file(content))


@pytest.mark.usefixtures("known_shanghai")
def test_features_find_their_areas_by_name_or_by_any_form_of_the_code() -> None:
    shanghai_districts(squares(黄浦区=(121.47, 31.22)))
    shanghai_districts(squares(**{"310107000000": (121.39, 31.25)}), days=2)
    assert sorted(Boundary.objects.values_list("area_id", flat=True)) == ["310101", "310107"]
    assert Area.objects.count() == 12


@pytest.mark.usefixtures("known_shanghai")
def test_a_new_boundary_ends_the_old_one_and_keeps_it() -> None:
    shanghai_districts(squares(黄浦区=(121.47, 31.22)))
    report = shanghai_districts(squares(黄浦区=(121.48, 31.22)), days=2)
    assert (report.created, report.changed) == (0, 1)
    assert sorted(Boundary.objects.values_list("version", "valid_to")) == [(1, AT + timedelta(days=2)), (2, None)]
    located = places.locate_point(31.225, 121.485, city=SHANGHAI)
    assert isinstance(located, Located)
    assert located.because[-1].reference == "boundary:310101@2"
    assert isinstance(places.locate_point(31.225, 121.475, city=SHANGHAI), Refusal)


@pytest.mark.usefixtures("known_shanghai")
def test_the_origin_of_the_plane_is_fixed_by_the_first_boundary() -> None:
    shanghai_districts(squares(黄浦区=(121.47, 31.22)))
    first = places.cities()[0].origin
    shanghai_districts(squares(普陀区=(121.39, 31.25)), days=2)
    assert first == pytest.approx((31.225, 121.475))
    assert places.cities()[0].origin == first


@pytest.mark.usefixtures("known_shanghai")
@pytest.mark.parametrize(
    ("content", "rows", "says"),
    [
        (squares(黄浦区=(121.47, 31.22), 静安区=(121.45, 31.23)), [2], "No single area “静安区”"),
        (squares(**{"黄浦区": (121.47, 31.22), "310101": (121.46, 31.22)}), [2], "more than once"),
        (squares(**{"": (121.47, 31.22)}), [1], "no property “name”"),
        (b"{}", [1], "no FeatureCollection"),
    ],
)
def test_one_refused_feature_refuses_the_file(content: bytes, rows: list[int], says: str) -> None:
    before = everything()
    report = shanghai_districts(content)
    assert [refusal.row for refusal in report.refusals] == rows
    assert says in report.refusals[0].reason.en
    assert not report.applied
    assert everything() == before


@pytest.mark.usefixtures("known_shanghai")
def test_overlaps_are_reported_and_points_in_them_flagged() -> None:
    report = shanghai_districts(squares(黄浦区=(121.47, 31.22), 普陀区=(121.475, 31.22)))
    assert report.overlapping == ({"one": "310101", "other": "310107", "share": 0.5},)
    located = places.locate_point(31.225, 121.4775, city=SHANGHAI)
    assert isinstance(located, Located)
    assert (located.area.digits, [code.digits for code in located.candidates]) == ("310101", ["310107"])
    assert Flag.OVERLAP in located.flags


@pytest.mark.usefixtures("known_shanghai")
def test_a_known_city_gets_no_new_areas_from_a_drawing() -> None:
    file = boundary_file(squares(某网格=(121.47, 31.22)), SHANGHAI, Level.GRID)
    report = places.import_boundaries(by=operator(), key=key(), file=file)
    assert "No single area" in report.refusals[0].reason.en
    assert Area.objects.count() == 12
