"""Trees that are none: doubles, orphans, cycles, levels, roots."""

from __future__ import annotations

import pytest

from lilong.apps.places.rules.comparing import compare
from lilong.apps.places.rules.tables import read_table
from lilong.apps.places.rules.vintages import Known
from lilong.kernel.areas import AreaCode, Level
from tests.apps.places.samples import SHANGHAI, edited, table


def refused(data: bytes, city: AreaCode = SHANGHAI, known: tuple[Known, ...] = ()) -> list[tuple[int, str]]:
    """Row and English reason of everything refused; a refused table plans nothing."""
    found = compare(read_table(data), city, known)
    if found.report.refusals:
        assert (found.plan.creations, found.plan.updates, found.plan.closures) == ([], [], [])
    return [(refusal.row, refusal.reason.en) for refusal in found.report.refusals]


@pytest.mark.parametrize(
    ("data", "row", "says"),
    [
        (edited(add=["310101002001,4,再一次居委会,310101002000,residents_committee"]), 14, "already on line 5"),
        (edited(("贵州居委会,310101002000", "贵州居委会,310199002000")), 6, "parent 310199002000 is neither"),
        (edited(("贵州居委会,310101002000", "贵州居委会,310101002002")), 6, "lead back to itself"),
        (edited(("贵州居委会,310101002000", "贵州居委会,")), 6, "has no parent"),
        (edited(("310101002002,4,贵州", "310101002002,3,贵州")), 6, "Level 3 is not below level 3"),
        (edited(("310101002002,4,贵州", "310101002002,7,贵州")), 6, "level 7 is unknown"),
        (edited(("310000000000,1,上海市,,", "440000000000,1,广东省,,")), 2, "is not the city 31"),
    ],
)
def test_a_row_that_cannot_stand_is_refused_once(data: bytes, row: int, says: str) -> None:
    found = refused(data)
    assert [number for number, _ in found] == [row] or says == "is not the city 31"
    assert says in dict(found)[row]


def test_every_row_of_a_cycle_is_refused_and_none_below_it() -> None:
    data = edited(
        ("外滩街道,310101000000", "外滩街道,310107021000"),
        ("万里街道,310107000000", "万里街道,310101013000"),
    )
    assert [(row, "lead back" in reason) for row, reason in refused(data)] == [(7, True), (10, True)]


def test_what_leads_into_a_cycle_stands_on_none() -> None:
    """Whatever the order of the rows: the community of a street that circles is not at fault itself."""
    rows = ["R,1,根,,", "C,4,社区,S,", "S,3,街,D,", "D,2,区,S,"]
    assert [row for row, _ in refused(table(rows), AreaCode("9901"))] == [4, 5]


def test_what_hangs_below_a_refused_row_is_no_orphan_on_top() -> None:
    assert [row for row, _ in refused(edited(("310101002000,3,南", "310101002000,x,南")))] == [4]


def test_a_table_without_its_city_asks_for_it() -> None:
    found = refused(edited(drop=("310000000000",)))
    assert [row for row, _ in found] == [2, 8]
    assert all("Add its row" in reason for _, reason in found)


def test_a_table_may_hang_below_what_the_city_has() -> None:
    known = (
        Known("31", Level.CITY, "上海市", "municipality", "", "310000000000"),
        Known("310101", Level.DISTRICT, "黄浦区", "district", "31", "310101000000"),
    )
    data = table("310101002000,3,南京东路街道,310101000000,subdistrict")
    assert refused(data, known=known) == []
    assert [made.code for made in compare(read_table(data), SHANGHAI, known).plan.creations] == ["310101002"]


def test_a_table_of_own_codes_has_one_root() -> None:
    rows = "BOS,1,Boston,,city\nBB,2,Back Bay,BOS,\nNY,1,New York,,city"
    assert [(row, "has no parent" in reason) for row, reason in refused(table(rows), AreaCode("9901"))] == [(4, True)]


def test_a_deep_cycle_does_not_exhaust_the_stack() -> None:
    rows = ["R,1,根,,city"] + [f"N{n},2,环,N{(n + 1) % 5000},x" for n in range(5000)]
    assert len(refused(table(rows), AreaCode("9901"))) == 5000
