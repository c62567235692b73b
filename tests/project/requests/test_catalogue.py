"""From a table to units, codes, limits and sheets: the same every time, and readable by the catalogue itself."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from lilong.apps.organisations.rules.sheets import read_catalogue
from lilong.apps.organisations.terms import Stage
from lilong.kernel.clocks import ClockKind, Limit
from lilong.project.requests import catalogue
from lilong.project.requests.survey import Spoken, Survey, survey
from tests.project.requests.samples import a_mapping, line, read, table

HOURS, DAYS = ClockKind.NATURAL_HOURS, ClockKind.NATURAL_DAYS


def surveyed(folder: Path, *lines: str) -> Survey:
    """What a table of these lines speaks of."""
    return survey(read(table(folder, *lines)), lambda _: None)


def test_the_survey_counts_what_can_be_read(tmp_path: Path) -> None:
    found = surveyed(
        tmp_path,
        line(no="1"),
        line(no="2", kind="street  light OUTAGES", office="pwdx"),
        line(no="3", office="ISD", lat="", lon="", quarter=""),
        line(no="3"),
        line(no="4", opened="2010-01-01 00:00:00", target="2059-12-31 00:00:00"),
    )
    assert (found.rows, found.earliest is not None and found.earliest.year) == (5, 2010)
    assert found.units == Counter({"PWDx": 3, "ISD": 1})
    assert list(found.categories) == ["Street Light Outages"]
    spoken = found.categories["Street Light Outages"]
    assert (spoken.unit, spoken.group, spoken.usual) == ("PWDx", "Street Lights", timedelta(days=2))
    assert found.positions.total() == 3


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Street Light Outages", "street-light-outages"),
        ("STREET  light outages", "street-light-outages"),
        ("PWDx", "pwdx"),
        ("Pothole Repair (Internal)", "pothole-repair-92ab7e7c"),
        ("Pothole Repair, Internal", "pothole-repair-6284bb86"),
        ("路灯不亮", "a4cb33c6"),
    ],
)
def test_a_name_has_one_code_for_ever(name: str, code: str) -> None:
    assert catalogue.coded(name, 24) == code


def test_a_category_fits_the_column_of_a_case() -> None:
    key = catalogue.category_key(a_mapping(), "Unsatisfactory Living Conditions and much more than fits")
    assert len(str(key)) <= 40
    assert (key.scheme, key.version) == ("test.311", "2011")


@pytest.mark.parametrize(
    ("seconds", "limit"),
    [
        ([], Limit(30, DAYS)),
        ([60], Limit(1, HOURS)),
        ([3600 * 5, 3600 * 8, 3600 * 900], Limit(8, HOURS)),
        ([3600 * 72], Limit(72, HOURS)),
        ([3600 * 73], Limit(3, DAYS)),
        ([86400 * 45], Limit(45, DAYS)),
    ],
)
def test_the_usual_target_becomes_the_limit(seconds: list[int], limit: Limit) -> None:
    assert catalogue.limit_of(a_mapping(), Spoken(seconds=seconds)) == limit


def test_the_sheets_are_what_the_catalogue_reads(tmp_path: Path) -> None:
    mapping = a_mapping(categories__names={"Potholes": "路面坑洞"})
    found = surveyed(
        tmp_path,
        line(no="1"),
        line(no="2", kind="Potholes", group='"Roads, ""all"""', office="Roads | Bridges"),
        line(no="3", kind="Potholes", group='"Roads, ""all"""', office="Roads | Bridges"),
        line(no="4", kind="Potholes", group='"Roads, ""all"""'),
    )
    structure = catalogue.structure(mapping, sorted(found.units))
    functions = {function.code: function for function in structure.functions}
    rows = read_catalogue(catalogue.sheets(mapping, found, "test"), name="test", functions=functions)
    assert [str(card.key) for card in rows.categories] == [
        "test.311:2011:potholes",
        "test.311:2011:street-light-outages",
    ]
    assert (rows.categories[0].name.zh, rows.categories[0].group.en) == ("路面坑洞", 'Roads, "all"')
    assert {(card.category, card.row) for card in rows.standards} == {(card.key, 1) for card in rows.categories}
    handlers = {row.category: row.function for row in rows.responsibilities if row.stage is Stage.HANDLE}
    assert handlers == {
        "potholes": catalogue.function_code(mapping, "Roads | Bridges"),
        "street-light-outages": "test.311.pwdx",
    }
    desk = {row.stage for row in rows.responsibilities if row.function == "test.311.desk"}
    assert desk == set(Stage) - {Stage.HANDLE}


def test_every_unit_reports_to_the_desk_and_has_a_post() -> None:
    structure = catalogue.structure(a_mapping(), ["ISD", "PWDx"])
    assert [(unit.code, unit.above) for unit in structure.units] == [
        ("test.311.desk-91", ""),
        ("test.311.isd-91", "test.311.desk-91"),
        ("test.311.pwdx-91", "test.311.desk-91"),
    ]
    assert [post.unit for post in structure.posts] == [unit.code for unit in structure.units]
