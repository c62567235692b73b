"""What changed between two tables, on real vintages and on generated ones."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lilong.apps.places.rules.comparing import Comparison, compare
from lilong.apps.places.rules.tables import read_table
from lilong.apps.places.rules.vintages import Known
from lilong.kernel.areas import AreaCode, Level
from tests.apps.places.samples import HEADING, SHANGHAI, after, edited, shanghai, table

CASES = Path(__file__).parents[1] / "data"


def compared(data: bytes, known: list[Known] | None = None, city: AreaCode = SHANGHAI) -> Comparison:
    """The comparison of a table that must not be refused."""
    found = compare(read_table(data), city, known or [])
    assert found.report.refusals == (), found.report.refusals[:3]
    return found


def test_the_real_city_gives_every_area_its_own_digits() -> None:
    plan = compared(shanghai()).plan
    assert len(plan.creations) == 6760
    assert all(made.source_code == AreaCode(made.code).official for made in plan.creations)
    assert all(made.code.startswith(made.parent) for made in plan.creations)
    assert Counter(made.level for made in plan.creations) == {
        Level.CITY: 1,
        Level.DISTRICT: 16,
        Level.STREET: 234,
        Level.COMMUNITY: 6509,
    }
    names = Counter(made.name for made in plan.creations if made.level is Level.COMMUNITY)
    assert sum(count - 1 for count in names.values()) == 402


@pytest.fixture(scope="module")
def shanghai_2023() -> list[Known]:
    return after(compared(shanghai()).plan)


@pytest.fixture(scope="module")
def streets_2026() -> bytes:
    """Shanghai's streets of the 2026 vintage below the districts of 2023, as an import wants them."""
    above = [line for line in shanghai().decode().splitlines()[1:] if line.split(",")[1] in "12"]
    with gzip.open(CASES / "shanghai_townships_2026.csv.gz", "rt", encoding="utf-8") as file:
        streets = [f"{r['code']},3,{r['name']},{r['county_code']}," for r in csv.DictReader(file)]
    return table([*above, *streets])


def test_the_bureau_s_exchange_and_shift_are_told_as_such(shanghai_2023: list[Known], streets_2026: bytes) -> None:
    report = compared(streets_2026, shanghai_2023).report
    (swapped,) = report.swapped
    assert swapped["codes"] == ["310107021000", "310107022000"]
    assert (swapped["names"], swapped["names_now"]) == (["万里街道", "真如镇街道"], ["真如镇街道", "万里街道"])
    chongming = next(run for run in report.shifted if run["parent_name"] == "崇明区")
    assert (chongming["by"], chongming["count"]) == (-1, 18)
    assert [(item["from"], item["to"]) for item in report.renamed] == [("古美街道", "古美路街道")]
    assert [item["name"] for item in report.new] == ["头桥街道"]
    assert len(report.vanished) == 19
    assert report.moved == ()


def test_levels_the_table_does_not_hold_are_left_alone(shanghai_2023: list[Known], streets_2026: bytes) -> None:
    """No community is called vanished by a table of streets; those below a vanished street end with it."""
    found = compared(streets_2026, shanghai_2023)
    assert {item["level"] for item in found.report.vanished} == {3}
    ended = {closure.code for closure in found.plan.closures}
    gone = {str(item["code"]) for item in found.report.vanished}
    assert all(any(code.startswith(street) for street in gone) for code in ended)
    assert len(ended) > len(gone)


def test_an_applied_vintage_compares_equal(shanghai_2023: list[Known], streets_2026: bytes) -> None:
    there = after(compared(streets_2026, shanghai_2023).plan, shanghai_2023)
    again = compared(streets_2026, there)
    assert (again.report.would_create, again.report.would_change) == (0, 0)
    names = {area.code: area.name for area in there if not area.closed}
    assert (names["310107021"], names["310151101"]) == ("万里街道", "城桥镇")


def small() -> list[Known]:
    """The small city as known."""
    return after(compared(edited()).plan)


def test_one_renamed_area_is_a_rename() -> None:
    report = compared(edited(("山北居委会", "山南居委会")), small()).report
    assert [(i["code"], i["from"], i["to"]) for i in report.renamed] == [("310101013001", "山北居委会", "山南居委会")]
    assert (report.would_create, report.would_change) == (0, 1)
    assert (report.new, report.vanished, report.swapped) == ((), (), ())


def exchanged_streets(content: bytes) -> bytes:
    """The table with the names of two streets exchanged and nothing else."""
    text = content.decode()
    for old, new in (("万里街道", "暂名"), ("真如镇街道", "万里街道"), ("暂名", "真如镇街道")):
        text = text.replace(f",{old},", f",{new},")
    return text.encode()


def test_exchanged_names_over_communities_that_stayed_are_an_exchange_of_names(shanghai_2023: list[Known]) -> None:
    """The communities still hang on their old codes: the codes kept their places, only the names went over."""
    found = compared(exchanged_streets(shanghai()), shanghai_2023)
    (swapped,) = found.report.swapped
    assert (swapped["codes"], swapped["exchanged"]) == (["310107021000", "310107022000"], "names")
    assert (found.report.would_create, found.report.would_change) == (0, 2)
    assert {(update.code, update.name) for update in found.plan.updates} == {
        ("310107021", "真如镇街道"),
        ("310107022", "万里街道"),
    }
    others = (found.report.renamed, found.report.moved, found.report.shifted, found.report.new, found.report.vanished)
    assert others == ((), (), (), (), ())


def test_exchanged_codes_over_communities_that_went_along_are_an_exchange_of_codes(
    shanghai_2023: list[Known],
) -> None:
    """The whole of each street stands under the other's code: the places keep the platform's codes."""
    text = shanghai().decode()
    for old, new in (("310107021", "X"), ("310107022", "310107021"), ("X", "310107022")):
        text = text.replace(old, new)
    found = compared(text.encode(), shanghai_2023)
    (swapped,) = found.report.swapped
    assert swapped["exchanged"] == "codes"
    assert (found.plan.creations, found.plan.closures) == ([], [])
    names = {area.code: area.name for area in after(found.plan, shanghai_2023)}
    assert (names["310107021"], names["310107022"]) == ("万里街道", "真如镇街道")
    assert all(update.name == names[update.code] for update in found.plan.updates)
    others = (found.report.renamed, found.report.moved, found.report.shifted, found.report.new, found.report.vanished)
    assert others == ((), (), (), (), ())


def test_a_street_with_one_child_kept_and_one_gone_along_is_taken_by_name() -> None:
    """Evidence that is equal on both sides decides nothing; the name does."""
    report = compared(exchanged_streets(edited()), small()).report
    assert [item["exchanged"] for item in report.swapped] == ["codes"]


def test_names_exchanged_across_streets_are_told_as_an_exchange() -> None:
    data = edited(("云南中路居委会", "临时"), ("山北居委会", "云南中路居委会"), ("临时", "山北居委会"))
    report = compared(data, small()).report
    assert (report.renamed, len(report.swapped)) == ((), 1)
    assert sorted(map(str, report.swapped[0]["names"])) == ["云南中路居委会", "山北居委会"]  # type: ignore[call-overload]


def test_an_area_under_another_parent_with_another_code_is_a_move() -> None:
    data = edited(
        ("310101013001,4,山北居委会,310101013000", "310107021009,4,山北居委会,310107021000"),
    )
    found = compared(data, small())
    (moved,) = found.report.moved
    assert (moved["code"], moved["new_code"], moved["name"]) == ("310101013001", "310107021001", "山北居委会") or (
        moved["code"],
        moved["new_code"],
    ) == ("310101013001", "310107021999")
    assert (found.report.new, found.report.vanished) == ((), ())


def test_a_name_borne_twice_proves_no_move() -> None:
    """富平居委会 stands in two streets: the end of one and a new one elsewhere are an end and a beginning."""
    data = edited(drop=("310107021001",), add=("310101013005,4,富平居委会,310101013000,residents_committee",))
    report = compared(data, small()).report
    assert (report.moved, len(report.new), len(report.vanished)) == ((), 1, 1)


def test_of_two_that_bore_one_name_none_is_said_to_have_moved() -> None:
    data = edited(
        drop=("310107021001", "310107022001"),
        add=("310101013005,4,富平居委会,310101013000,residents_committee",),
    )
    report = compared(data, small()).report
    assert (report.moved, len(report.new), len(report.vanished)) == ((), 1, 2)


def test_of_two_sisters_with_one_name_none_is_said_to_have_another_code() -> None:
    sisters = [f"31010101300{n},4,姐妹居委会,310101013000," for n in (5, 6)]
    before = after(compared(edited(add=sisters)).plan)
    report = compared(edited(add=["310101013007,4,姐妹居委会,310101013000,"]), before).report
    assert (report.shifted, len(report.new), len(report.vanished)) == ((), 1, 2)


def test_a_moved_street_takes_its_communities_with_it() -> None:
    found = compared(edited(("外滩街道,310101000000", "外滩街道,310107000000")), small())
    (moved,) = found.report.moved
    assert (moved["code"], moved["to"]) == ("310101013", "310107")
    there = {area.name: area for area in after(found.plan, small()) if not area.closed}
    assert there["外滩街道"].code.startswith("310107")
    assert there["山北居委会"].parent == there["外滩街道"].code
    assert there["山北居委会"].code.startswith(there["外滩街道"].code)
    successors = {closure.code: closure.successor for closure in found.plan.closures}
    assert successors == {
        "310101013": there["外滩街道"].code,
        "310101013001": there["山北居委会"].code,
    }


def test_pseudo_levels_keep_their_place_but_no_name_on_the_way() -> None:
    rows = [
        "310000000000,1,上海市,,",
        "310100000000,2,市辖区,310000000000,",
        "310101000000,3,黄浦区,310100000000,",
        "310101002000,4,南京东路街道,310101000000,",
        "310101002001,5,云南中路居委会,310101002000,",
    ]
    made = {creation.name: creation for creation in compared(table(rows)).plan.creations}
    assert (made["市辖区"].kind, made["市辖区"].code) == ("pseudo", "3101")
    assert (made["黄浦区"].level, made["黄浦区"].code, made["黄浦区"].parent) == (Level.DISTRICT, "310101", "3101")
    assert made["云南中路居委会"].level is Level.COMMUNITY


def test_a_code_that_does_not_continue_its_parent_s_gets_one_that_does() -> None:
    data = edited(add=("310199009001,4,飞地居委会,310101013000,residents_committee",))
    made = next(creation for creation in compared(data).plan.creations if creation.name == "飞地居委会")
    assert (made.code, made.source_code) == ("310101013999", "310199009001")


def test_an_area_with_a_foreign_code_may_be_renamed() -> None:
    row = "310199009001,4,{},310101013000,residents_committee"
    before = after(compared(edited(add=[row.format("飞地居委会")])).plan)
    report = compared(edited(add=[row.format("回归居委会")]), before).report
    assert [(item["code"], item["to"]) for item in report.renamed] == [("310101013999", "回归居委会")]
    assert (report.would_create, report.would_change) == (0, 1)


@pytest.mark.parametrize("order", [1, -1])
def test_grids_whose_codes_would_contain_each_other_are_kept_apart(order: int) -> None:
    grids = ("31010100200101,5,一网格,310101002001,grid", "310101002001011,5,二网格,310101002001,grid")
    data = edited(add=grids[::order])
    codes = [creation.code for creation in compared(data).plan.creations if creation.level is Level.GRID]
    assert len(codes) == 2
    assert not any(a != b and AreaCode(a).contains(AreaCode(b)) for a in codes for b in codes)


def test_a_city_of_own_codes_may_have_nine_levels() -> None:
    rows = ["L1,1,一,,"] + [f"L{n},{n},层{n},L{n - 1}," for n in range(2, 9)]
    plan = compared(table(rows), city=AreaCode("9901")).plan
    assert [creation.level for creation in plan.creations][-1] is Level.GRID
    assert all(creation.code.startswith(creation.parent) for creation in plan.creations)
    deeper = compare(read_table(table([*rows, "L9,9,层9,L8,"])), AreaCode("99010101"), [])
    assert deeper.report.refusals
    assert "No code is left" in deeper.report.refusals[0].reason.en


# --- generated hierarchies -----------------------------------------------------------------------------------------

WORDS = st.text(alphabet="东南西北中华新光明和平", min_size=1, max_size=3)


@st.composite
def hierarchies(draw: st.DrawFn) -> dict[str, tuple[int, str, str]]:
    """code → (level, name, parent) of a city in the statistical scheme."""
    rows = {"310000000000": (1, "上海市", "")}
    for district in draw(st.sets(st.integers(1, 99), min_size=1, max_size=3)):
        code = f"3101{district:02d}000000"
        rows[code] = (2, f"{draw(WORDS)}区", "310000000000")
        for street in draw(st.sets(st.integers(1, 999), max_size=3)):
            below = f"{code[:6]}{street:03d}000"
            rows[below] = (3, f"{draw(WORDS)}街道", code)
            for community in draw(st.sets(st.integers(1, 999), max_size=4)):
                rows[f"{below[:9]}{community:03d}"] = (4, f"{draw(WORDS)}居委会", below)
    return rows


@st.composite
def edits(draw: st.DrawFn, rows: dict[str, tuple[int, str, str]]) -> dict[str, tuple[int, str, str]]:
    """The same city some years later: renamed, exchanged, moved, ended, begun."""
    later = dict(rows)
    leaves = [code for code, row in rows.items() if row[0] == 4]
    streets = [code for code, row in rows.items() if row[0] == 3]
    for code in draw(st.lists(st.sampled_from(leaves), unique=True, max_size=4)) if leaves else []:
        level, name, parent = later[code]
        later[code] = draw(
            st.sampled_from(
                [
                    (level, f"改{name}", parent),
                    (level, name, draw(st.sampled_from(streets))),
                    (level, "新居委会", parent),
                ]
            )
        )
    for code in draw(st.lists(st.sampled_from(leaves), unique=True, max_size=2)) if leaves else []:
        later.pop(code)
    if len(streets) > 1:
        one, other = draw(st.permutations(streets))[:2]
        later[one], later[other] = (3, later[other][1], later[one][2]), (3, later[one][1], later[other][2])
    return later


def as_table(rows: dict[str, tuple[int, str, str]]) -> bytes:
    lines = [f"{code},{level},{name},{parent}," for code, (level, name, parent) in rows.items()]
    return "\n".join([HEADING, *lines]).encode()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_two_vintages_meet(data: st.DataObject) -> None:
    """Whatever happened between two tables: applied, the city is as the new one, and no code changed its place.

    After the import the open areas are exactly the table's rows; each lies below its parent's code; every code that
    was ever given out still exists; importing the same table again finds nothing to do.
    """
    first = data.draw(hierarchies())
    second = data.draw(edits(first))
    # A table without any row of a level does not speak of that level; that has its own test above.
    assume({level for level, _, _ in first.values()} == {level for level, _, _ in second.values()})
    before = after(compared(as_table(first)).plan)
    found = compared(as_table(second), before)
    there = after(found.plan, before)
    in_force = {area.source_code: area for area in there if not area.closed}
    assert {code: (area.name, area.level) for code, area in in_force.items()} == {
        code: (name, Level(level)) for code, (level, name, _) in second.items()
    }
    for code, (_, _, parent) in second.items():
        if parent:
            assert in_force[code].parent == in_force[parent].code
            assert in_force[code].code.startswith(in_force[parent].code)
    assert {area.code for area in before} <= {area.code for area in there}
    again = compared(as_table(second), there)
    assert (again.report.would_create, again.report.would_change) == (0, 0)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_own_codes_keep_their_areas_whatever_the_order(data: st.DataObject) -> None:
    """The same areas in another order keep the codes they were given."""
    first = data.draw(hierarchies())
    own = {f"A{n}": row for n, row in enumerate(first)}
    names = {old: new for new, old in own.items()}
    rows = [f"{names[c]},{lv},{name},{names.get(parent, '')}," for c, (lv, name, parent) in first.items()]
    before = after(compared(table(rows), city=AreaCode("9901")).plan)
    again = compared(table(data.draw(st.permutations(rows))), before, AreaCode("9901"))
    assert (again.report.would_create, again.report.would_change) == (0, 0)
