"""A city nobody here wrote, from its table to cases: what is told, what is refused, and what a second run changes."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from django.db import connection

from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import CaseFilter
from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryKey, Routed, Stage
from lilong.apps.places import public as places
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label
from lilong.ledger.verify import verify
from lilong.project import clock
from lilong.project.cluster import in_use
from lilong.project.cluster.targets import OWNER, target
from lilong.project.home import Home
from lilong.project.requests.findings import Report
from lilong.project.requests.importing import Source, import_requests
from lilong.project.requests.mapping import read_mapping
from lilong.project.trouble import Trouble
from tests.project.conftest import cli_on, environment
from tests.project.requests.samples import SHIPPED, a_mapping, line, table

EXCERPT = Path(__file__).parents[1] / "data" / "boston_excerpt.csv"
BOSTON = AreaCode("91")
EYE = machine(Label("测试", "test"), frozenset(), BOSTON)
# What the import of one case comes to, without what differs from run to run: number, salt, unit's id.
_CONTENT = """
    SELECT c.id, c.area, c.state, c.version, c.category, u.code, c.opened_at, c.due_at, c.closed_at, c.latitude,
           c.place::text, c.progress::text, t.title, t.body, t.address,
           (SELECT array_agg(j.step || ' ' || (j.data ->> 'state') ORDER BY j.seq)
            FROM ledger_journal j WHERE j.subject = c.id),
           (SELECT array_agg(w.state || ' ' || w.due_at) FROM work_task w WHERE w.subject = c.id)
    FROM cases_case c JOIN cases_text t ON t.case_id = c.id JOIN organisations_unit u ON u.id = c.lead_unit
    ORDER BY c.id
"""


@pytest.fixture
def _clean(committed_db: None) -> Iterator[None]:
    for door in (places, organisations):
        door.forget()
    yield
    for door in (places, organisations):
        door.forget()


def bring(path: Path = EXCERPT, **changes: Any) -> Report:
    """Import a file by the shipped mapping."""
    source = Source(path, read_mapping(SHIPPED), SHIPPED.parent, **changes)
    return import_requests(source, lambda *_: None)


def excerpt(folder: Path, *more: Mapping[str, str], **changed: Mapping[str, str]) -> Path:
    """The excerpt with rows changed by their number and rows added, each like its first one but for what is given."""
    with EXCERPT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    like = next(row for row in rows if row["status"] == "Closed" and row["target_dt"] and row["lat"] != "42.3594")
    changed_rows = [{**row, **changed.get(f"n{row['case_id']}", {})} for row in rows]
    path = folder / "requests.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows([*changed_rows, *({**like, **extra} for extra in more)])
    return path


def kinds(report: Report) -> dict[str, int]:
    """The findings by kind."""
    return {finding["kind"]: finding["count"] for finding in report.as_json()["findings"]}


def content() -> list[tuple[Any, ...]]:
    """Everything that was brought in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lilong.area_low', '', false), set_config('lilong.area_high', ':', false)")
        cursor.execute(_CONTENT)
        return list(cursor.fetchall())


@pytest.mark.usefixtures("_clean")
def test_the_excerpt_becomes_a_city_with_its_history() -> None:
    report = bring()
    assert (report.read, report.created, report.changed, report.refusals) == (280, 280, 0, [])
    assert report.city["areas"] == 26
    assert report.overdue_agreement is not None
    assert kinds(report) == {
        "missing_target": 118,
        "default_coordinate": 71,
        "coarse_place": 71,
        "neighbourhood_disagrees": 4,
        "zero_duration": 59,
        "on_time_missing": 4,
        "target_decades_away": 2,
        "target_before_opening": 3,
        "outside_every_polygon": 2,
    }
    assert report.agreed == report.compared - 4
    states = {row.state for row in every(EYE)}
    assert states == {"handling", "archived"}
    assert cases.lead_counts(seen_by=EYE, at=clock.now())["handling"] == sum(row[2] == "handling" for row in content())


@pytest.mark.usefixtures("_clean")
def test_everything_about_a_row_arrives() -> None:
    bring()
    (row,) = [row for row in every(EYE) if row.opened_at.isoformat() == "2011-07-01T05:32:33+00:00"]
    view = cases.case_view(seen_by=EYE, at=clock.now(), number=row.number)
    assert (row.title, row.address, row.area_name) == ("Street Light Outages", "Greater Mattapan", "Boston Mattapan")
    assert row.category.group.en == "Street Lights"
    assert row.lead is not None
    assert row.lead.name == Label("公共工程局", "Public Works Department")
    assert row.due_at is not None
    assert (row.due_at.isoformat(), row.latitude, row.longitude) == ("2011-07-15T05:32:32+00:00", 42.2715, -71.0772)
    assert (row.state, view.row.source, view.body) == (
        "archived",
        "import",
        "Public Works Department\nPWDx_Street Light Outages",
    )
    assert [entry.step for entry in view.journal] == [
        "cases.case.record",
        "cases.case.record_closing",
        "cases.case.archive",
    ]
    assert view.journal[0].data["number"] == "101000295613"
    assert view.journal[0].data["channel"] == "Employee Generated"


@pytest.mark.usefixtures("_clean")
def test_the_city_can_go_on_by_itself() -> None:
    bring()
    key = CategoryKey("boston.311", "2011", "street-light-outages")
    routed = organisations.responsibilities_for(key, area=AreaCode("910001"), at=clock.now())
    assert {stage for stage, found in routed.items() if isinstance(found, Routed)} == set(Stage)
    handling = routed[Stage.HANDLE]
    assert isinstance(handling, Routed)
    assert (handling.unit.function, handling.limit is not None) == ("boston.311.pwdx", True)


@pytest.mark.usefixtures("_clean")
def test_a_second_run_changes_nothing() -> None:
    bring()
    before = content()
    again = bring()
    assert (again.created, again.changed, again.unchanged, again.city["new_categories"]) == (0, 0, 280, 0)
    assert content() == before


@pytest.mark.usefixtures("_clean")
def test_a_row_that_was_closed_since_is_closed(tmp_path: Path) -> None:
    bring()
    open_one = next(row for row in rows_of(EXCERPT) if row["status"] == "Open" and row["target_dt"])
    closing = {"status": "Closed", "closed_dt": "2012-01-05 10:00:00", "on_time": "OVERDUE"}
    report = bring(excerpt(tmp_path, **{f"n{open_one['case_id']}": closing}))
    assert (report.created, report.changed, report.unchanged) == (0, 1, 279)
    (row,) = [row for row in content() if row[8] is not None and row[8].isoformat() == "2012-01-05T15:00:00+00:00"]
    assert (row[2], row[-2], row[-1][0].split()[0]) == (
        "archived",
        ["cases.case.record handling", "cases.case.record_closing closed", "cases.case.archive archived"],
        "done",
    )


@pytest.mark.usefixtures("_clean")
def test_each_wrong_row_is_refused_with_its_line_and_the_others_are_taken(tmp_path: Path) -> None:
    wrong = [
        {"case_id": ""},
        {"case_id": "101000295613"},
        {"case_id": "n1", "open_dt": "31/12/2011"},
        {"case_id": "n2", "open_dt": "2011-08-01 00:00:00", "closed_dt": "2011-07-01 00:00:00"},
        {"case_id": "n3", "lat": "51.5", "lon": "-0.12"},
        {"case_id": "n4", "lat": "0", "lon": "0"},
        {"case_id": "n5", "lat": "-71.0772", "lon": "42.2715"},
        {"case_id": "n6", "lat": "", "lon": "", "neighborhood": "Atlantis"},
        {"case_id": "n7", "lat": "", "lon": "", "neighborhood": ""},
    ]
    report = bring(excerpt(tmp_path, *wrong, {"case_id": "n8", "lat": "", "lon": "", "neighborhood": "Roxbury"}))
    assert (report.read, report.created) == (290, 281)
    told = [(refusal.row, refusal.column, refusal.reason.en) for refusal in report.refusals]
    expected = ("case_id", "case_id", "open_dt", "closed_dt", "lat", "lat", "lat", "neighborhood", "neighborhood")
    assert [(row, column) for row, column, _ in told] == list(zip(range(282, 291), expected, strict=True))
    words = ("must not be", "already", "cannot be read", "before", "outside", "both", "exchanged", "Atlantis", "where")
    assert [word for word, (*_, reason) in zip(words, told, strict=True) if word.lower() not in reason.lower()] == []
    assert report.as_json()["refused"] == 9


@pytest.mark.usefixtures("_clean")
def test_new_categories_and_units_join_the_catalogue(tmp_path: Path) -> None:
    bring()
    first = organisations.catalogue_in_force(area=BOSTON, at=clock.now())
    new = {
        "case_id": "n1",
        "type": "Sinkholes",
        "reason": "Streets",
        "department": "GEO",
        "open_dt": "2011-06-01 00:00:00",
    }
    report = bring(excerpt(tmp_path, new))
    assert (report.created, report.city["new_categories"]) == (1, 1)
    second = organisations.catalogue_in_force(area=BOSTON, at=clock.now())
    assert first is not None
    assert second is not None
    assert first.name != second.name
    # Shown by name although it is older than the version that explains it, and handled by its new unit.
    (row,) = [row for row in every(EYE) if row.title == "Sinkholes"]
    assert (row.category.group.en, row.lead.function if row.lead else "") == ("Streets", "boston.311.geo")
    key = CategoryKey("boston.311", "2011", "sinkholes")
    routed = organisations.responsibilities_for(key, area=BOSTON, at=clock.now())
    assert {stage for stage, found in routed.items() if isinstance(found, Routed)} == set(Stage)


@pytest.mark.usefixtures("_clean")
def test_where_a_request_lies_is_said_honestly(tmp_path: Path) -> None:
    areas = tmp_path / "areas.geojson"
    squares = {"West": (-71.2, -71.1), "Middle": (-71.15, -71.0), "East": (-71.0, -70.9)}
    areas.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {"name": name},
                        "geometry": {
                            "type": "Polygon",
                            "coordinates": [[[w, 42.0], [e, 42.0], [e, 42.1], [w, 42.1], [w, 42.0]]],
                        },
                    }
                    for name, (w, e) in squares.items()
                ],
            }
        ),
        encoding="utf-8",
    )
    spots = [
        {"lat": "42.05", "lon": "-71.18", "quarter": "West"},
        {"lat": "42.05", "lon": "-71.12", "quarter": "Middle"},
        {"lat": "42.05", "lon": "-70.95", "quarter": "West"},
        {"lat": "42.05", "lon": "-70.96", "quarter": "Elsewhere"},
        {"lat": "42.1005", "lon": "-70.95", "quarter": ""},
        {"lat": "", "lon": "", "quarter": "East"},
        {"lat": "", "lon": "", "quarter": "Seaside"},
        {"lat": "", "lon": "", "quarter": "All over"},
    ]
    path = table(tmp_path, *(line(no=str(n), **spot) for n, spot in enumerate(spots)))
    mapping = a_mapping(neighbourhoods={"Seaside": ["East", "Middle"], "All over": []})
    report = import_requests(Source(path, mapping, tmp_path), lambda *_: None)
    assert (report.created, report.refusals) == (8, [])
    assert kinds(report) == {
        "overlapping_polygons": 1,
        "neighbourhood_disagrees": 2,
        "neighbourhood_unknown": 1,
        "outside_every_polygon": 1,
        "coarse_place": 3,
    }
    names = {row.area_name.removeprefix("Testville ") for row in every(machine(Label("测", "t"), frozenset(), BOSTON))}
    assert names == {"West", "East", "Testville"}


@pytest.mark.usefixtures("_clean")
def test_a_mapping_that_names_an_area_the_city_lacks_is_told(tmp_path: Path) -> None:
    wrong = msgspec.structs.replace(read_mapping(SHIPPED), neighbourhoods={"x": ("Y",)})
    with pytest.raises(Trouble, match="areas the city does not have: Y"):
        import_requests(Source(EXCERPT, wrong, SHIPPED.parent), lambda *_: None)
    assert content() == []


@pytest.mark.usefixtures("_clean")
def test_a_table_of_which_nothing_can_be_read_founds_no_city(tmp_path: Path) -> None:
    path = table(tmp_path, line(opened="?"), line(opened="!"))
    report = import_requests(Source(path, a_mapping(), tmp_path), lambda *_: None)
    assert (report.read, report.created, len(report.refusals)) == (2, 0, 2)
    assert places.cities() == ()


@pytest.mark.usefixtures("_clean")
@pytest.mark.parametrize(
    ("changes", "said"), [({}, "areas.geojson cannot be read"), ({"areas__file": ""}, "names no file")]
)
def test_a_city_without_areas_asks_for_them(tmp_path: Path, changes: dict[str, str], said: str) -> None:
    source = Source(table(tmp_path, line()), a_mapping(**changes), tmp_path)
    with pytest.raises(Trouble, match=said):
        import_requests(source, lambda *_: None)
    assert places.cities() == ()


# --- as a program ----------------------------------------------------------------------------------------------------


def test_the_command_prints_one_object_and_ends_with_its_status(instance: Home, tmp_path: Path) -> None:
    call = cli_on(instance)
    done = call("requests", "import", str(EXCERPT), "--mapping", str(SHIPPED), "--json")
    facts = json.loads(done.stdout)
    assert done.returncode == 0
    assert (facts["read"], facts["created"], facts["changed"], facts["refused"]) == (280, 280, 0, 0)
    assert facts["overdue_agreement"] > 0.97
    assert {"kind", "count"} <= facts["findings"][0].keys()
    partly = call("requests", "import", str(excerpt(tmp_path, {"case_id": ""})), "--mapping", str(SHIPPED), "--json")
    assert (partly.returncode, json.loads(partly.stdout)["refusals"][0]["row"]) == (1, 282)
    spoken = call("requests", "import", str(EXCERPT), "--mapping", str(SHIPPED))
    assert (spoken.returncode, "280 as they were" in spoken.stdout) == (0, True)


@pytest.mark.parametrize(
    ("mapping", "file", "said"),
    [
        ("format = 1", None, "lacks the key city"),
        (None, "no,such,columns\n1,2,3\n", "has no column"),
        (None, "", "is empty"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_no_traceback(
    instance: Home, tmp_path: Path, mapping: str | None, file: str | None, said: str
) -> None:
    mapping_path, path = tmp_path / "m.toml", tmp_path / "f.csv"
    mapping_path.write_text(SHIPPED.read_text(encoding="utf-8") if mapping is None else mapping, encoding="utf-8")
    path.write_text(EXCERPT.read_text(encoding="utf-8") if file is None else file, encoding="utf-8")
    done = cli_on(instance)("requests", "import", str(path), "--mapping", str(mapping_path))
    assert done.returncode == 1
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("_clean")
def test_killed_in_the_middle_it_goes_on_without_doubling_or_losing_a_row(home: Home, tmp_path: Path) -> None:
    many = tmp_path / "many.csv"
    with many.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows_of(EXCERPT)[0]))
        writer.writeheader()
        for copy in range(16):
            writer.writerows({**row, "case_id": f"{row['case_id']}-{copy}"} for row in rows_of(EXCERPT))
    call = cli_on(home)
    assert call("init").returncode == 0
    words = [sys.executable, "-m", "lilong.project.cli", "requests", "import", str(many), "--mapping", str(SHIPPED)]
    killed = subprocess.Popen(words, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        # Held open here, so that the server outlives the programs that use it.
        with in_use(home), psycopg.connect(target(home, OWNER, {}).conninfo, autocommit=True) as owner:
            part = _wait_for_a_part(owner, killed)
            os.kill(killed.pid, signal.SIGKILL)
            killed.wait(20)
            resumed = call("requests", "import", str(many), "--mapping", str(SHIPPED), "--json")
            facts = json.loads(resumed.stdout)
            assert 0 < part < 4480
            assert (resumed.returncode, facts["read"], facts["created"] + facts["unchanged"]) == (0, 4480, 4480)
            assert facts["unchanged"] >= part
            found = owner.execute(_CONTENT).fetchall()
    finally:
        killed.kill()
        killed.wait()
    assert call("ledger", "verify").returncode == 0
    report = bring(many)
    assert report.created == 4480
    assert [tuple(row) for row in found] == content()
    assert verify(tmp_path / "no-roots", tmp_path / "no-key")[1] == []


def _wait_for_a_part(owner: psycopg.Connection[tuple[Any, ...]], running: subprocess.Popen[bytes]) -> int:
    """Wait until the first batch is kept; returns how many rows there are."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and running.poll() is None:
        (count,) = owner.execute("SELECT count(*) FROM cases_case").fetchone() or (0,)
        if count:
            return int(count)
        time.sleep(0.02)
    raise AssertionError("the import ended before it could be killed")


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a table as its columns name them."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def every(seen_by: Actor) -> list[Any]:
    """Every case, as a list shows it."""
    return list(cases.cases(seen_by=seen_by, at=clock.now(), wanted=CaseFilter(size=1000)).rows)
