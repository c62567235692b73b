"""The sheets of catalogue and staffing: what is read, and how each fault is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.apps.organisations.rules.sheets import Sheets, read_catalogue, read_staffing
from lilong.apps.organisations.terms import CatalogueRows, CategoryKey, Stage
from lilong.kernel.areas import Level
from lilong.kernel.clocks import ClockKind, Limit
from lilong.kernel.refusals import Refused
from lilong.kernel.words import Label
from tests.apps.organisations.samples import function

FUNCTIONS = {"works": function("works", Level.STREET)}
SHEETS = {
    "categories": (
        "scheme,scheme_version,code,kind,group_code,group_zh,group_en,name_zh,name_en,needs_verification,"
        "private_by_default,keywords_zh,keywords_en,severity,resident_zh,resident_en,public\n"
        "gb,2013,C0101,component,C01,公用设施,Utilities,井盖,Cover,1,0,井盖|窨井盖,lid,B,井盖坏了,Cover broken,1\n"
    ),
    "standards": (
        "code,row,filing_condition_zh,filing_condition_en,closing_condition_zh,closing_condition_en,severity,"
        "limit_amount,limit_kind,legal_basis,source,verified\n"
        'C0101,1,缺失,"Missing, or broken",补齐,Replaced,A,2,natural_hours,,starter,0\n'
    ),
    "responsibilities": (
        "version,row,category,area_type,stage,level,function,co_functions,limit_amount,limit_kind,legal_basis,"
        "note_zh,note_en\n"
        "2026-09,1,C*,*,handle,street,works,works,1,working_days,,就近,Near\n"
        "2026-09,2,C0101,town,check,street,works,,,,法@2018-05-24#12,,\n"
    ),
    "functions": (
        "code,name_zh,name_en,nature,levels,area_types,unit_zh,unit_en\n"
        "works,工务,Works,government,street|district,*,{area}工务,{area} works\n"
    ),
    "posts": (
        "code,function,level,title_zh,title_en,duties\n"
        "worker,works,street,承办岗,Handler,cases.case.handle|cases.case.view\n"
    ),
}
DUTIES = frozenset({"cases.case.handle", "cases.case.view"})


def catalogue(sheets: Sheets = SHEETS) -> CatalogueRows:
    return read_catalogue(sheets, name="2026-09", functions=FUNCTIONS)


def read_both(sheets: Sheets) -> None:
    catalogue(sheets)
    read_staffing(sheets, leading_duty="cases.case.view", duties=DUTIES)


def is_read_or_refused(sheets: Sheets) -> bool:
    """Anything but a refusal with reasons comes through as the error it is."""
    try:
        read_both(sheets)
    except Refused as refused:
        return bool(refused.refusals)
    return True


def refusals(sheet: str, old: str, new: str) -> dict[str, str]:
    """What is refused when one place of a sheet is spoilt: field and English reason."""
    changed = {**SHEETS, sheet: SHEETS[sheet].replace(old, new)}
    assert changed != SHEETS
    with pytest.raises(Refused) as caught:
        read_both(changed)
    return {refusal.field: refusal.text.en for refusal in caught.value.refusals}


def test_the_catalogue_is_read_whole() -> None:
    rows = catalogue()
    (category,), (standard,), (first, second) = rows.categories, rows.standards, rows.responsibilities
    assert category.key == CategoryKey("gb", "2013", "C0101")
    assert (category.needs_verification, category.private, category.public) == (True, False, True)
    assert category.keywords_zh == ("井盖", "窨井盖")
    assert (standard.category, standard.limit) == (category.key, Limit(2, ClockKind.NATURAL_HOURS))
    assert standard.filing_condition == Label("缺失", "Missing, or broken")
    assert (first.category, first.level, first.co_functions) == ("C*", Level.STREET, ("works",))
    assert first.note == Label("就近", "Near")
    assert (second.stage, second.area_type, second.limit, second.note) == (Stage.CHECK, "town", None, None)


def test_the_staffing_is_read_whole() -> None:
    staffing = read_staffing(SHEETS, leading_duty="cases.case.view", duties=DUTIES)
    (works,), (post,) = staffing.functions, staffing.posts
    assert works.levels == {Level.STREET, Level.DISTRICT}
    assert works.unit_name.filled(area="外滩").zh == "外滩工务"
    assert (post.function, post.level, post.duties) == ("works", Level.STREET, DUTIES)


@pytest.mark.parametrize(
    ("sheet", "old", "new", "field", "reason"),
    [
        ("categories", ",B,", ",D,", "categories:2 severity", "unknown value D (known: A, B, C)"),
        ("categories", "component", "thing", "categories:2 kind", "unknown value thing (known: component, event)"),
        ("categories", ",1,0,", ",yes,0,", "categories:2 needs_verification", "unknown value yes (known: 0, 1)"),
        ("categories", "Cover,1", ",1", "categories:2 name_en", "must not be empty"),
        ("categories", "gb,2013", "g:b,2013", "categories:2 code", "must not contain a colon"),
        (
            "categories",
            "Cover,1",
            f"{'x' * 401},1",
            "categories:2 name_en",
            "has more than 400 characters or a forbidden one",
        ),
        ("categories", "C0101", "C" * 41, "categories:2 code", "has more than 40 characters or a forbidden one"),
        ("categories", "resident_en", "resident", "categories:2 resident_en", "this column is missing"),
        ("categories", "broken,1", "broken", "categories:2", "has not as many cells as the header"),
        ("categories", "broken,1", "broken,1,1", "categories:2", "has not as many cells as the header"),
        ("standards", "C0101", "C0102", "standards:2 code", "unknown value C0102 (known: C0101)"),
        ("standards", ",2,natural", ",x,natural", "standards:2 limit_amount", "is no whole number: x"),
        ("standards", ",2,natural", ",0,natural", "standards:2 limit_amount", "must be 1 to 10000"),
        ("standards", ",2,natural", ",99999,natural", "standards:2 limit_amount", "must be 1 to 10000"),
        ("responsibilities", "C*", "E*", "responsibilities:2 category", "no category fits E*"),
        ("responsibilities", "C0101", "C01", "responsibilities:3 category", "no category fits C01"),
        (
            "responsibilities",
            "street,works,,",
            "street,fire,,",
            "responsibilities:3 function",
            "unknown value fire (known: works)",
        ),
        (
            "responsibilities",
            "works,works",
            "works,fire",
            "responsibilities:2 co_functions",
            "unknown functions: ['fire']",
        ),
        (
            "responsibilities",
            "street,works,works",
            "city,works,works",
            "responsibilities:2 level",
            "the function does not exist at this level",
        ),
        (
            "responsibilities",
            "2026-09,1",
            "2026-08,1",
            "responsibilities:2 version",
            "unknown value 2026-08 (known: 2026-09)",
        ),
        ("functions", "street|district", "moon", "functions:2 levels", "unknown levels: ['moon']"),
        ("posts", "works,street", "works,city", "posts:2 level", "the function does not exist at this level"),
        ("posts", "cases.case.handle", "cases.case.eat", "posts:2 duties", "unknown duties: cases.case.eat"),
    ],
)
def test_a_fault_is_named_with_sheet_line_and_column(sheet: str, old: str, new: str, field: str, reason: str) -> None:
    assert refusals(sheet, old, new) == {field: reason}


@pytest.mark.parametrize(
    ("sheet", "addition", "reason"),
    [
        (
            "responsibilities",
            "2026-09,3,C*,*,handle,street,works,,1,working_days,,,\n",
            "stands there twice: C* * handle",
        ),
        ("responsibilities", "2026-09,2,C*,*,file,street,works,,1,working_days,,,\n", "stands there twice: 2"),
        ("standards", "C0101,1,a,b,c,d,A,2,natural_hours,,starter,0\n", "stands there twice: C0101 1"),
        ("posts", "worker,works,street,岗,Post,cases.case.view\n", "stands there twice: worker"),
    ],
)
def test_the_same_said_twice_is_refused(sheet: str, addition: str, reason: str) -> None:
    assert reason in refusals(sheet, SHEETS[sheet], SHEETS[sheet] + addition).values()


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Refused) as caught:
        catalogue({**SHEETS, "standards": SHEETS["standards"].replace("A,2", "Z,2"), "responsibilities": ""})
    assert [refusal.field for refusal in caught.value.refusals] == ["standards:2 severity"]
    with pytest.raises(Refused) as caught:
        catalogue({})
    assert [refusal.field for refusal in caught.value.refusals] == ["categories"]


@given(st.sampled_from(sorted(SHEETS)), st.text(max_size=300))
def test_any_text_in_place_of_a_sheet_is_read_or_refused(sheet: str, text: str) -> None:
    assert is_read_or_refused({**SHEETS, sheet: text})


@given(st.sampled_from(sorted(SHEETS)), st.integers(0, 600), st.text(max_size=3))
def test_a_sheet_spoilt_anywhere_is_read_or_refused(sheet: str, place: int, text: str) -> None:
    spoilt = SHEETS[sheet][:place] + text + SHEETS[sheet][place + 1 :]
    assert is_read_or_refused({**SHEETS, sheet: spoilt})
