"""Reading tables and making notices of them: what is taken, and what is refused with which row."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from lilong.calendars.rules import BYTES_MAX, compare, notice_of, read_table
from lilong.kernel.days import DayKind, ExceptionalDay, WorkingDays
from lilong.kernel.refusals import RefusalKind, Refused

# A made-up notice of 2027; nobody has published one.
NOTICE = """date,is_workday,kind,holiday
2027-01-01,0,holiday,元旦
2027-01-02,0,holiday,元旦
2027-01-03,0,holiday,元旦
2027-05-01,0,holiday,劳动节
2027-05-03,0,holiday,劳动节
2027-05-08,1,makeup_workday,劳动节
2027-10-01,0,holiday,国庆节
2027-10-02,0,holiday,国庆节
2027-10-03,0,holiday,国庆节
2027-10-04,0,holiday,国庆节
2027-10-09,1,makeup_workday,国庆节
"""


def table(*lines: str, header: str = "date,is_workday,kind,holiday") -> bytes:
    return "\n".join((header, *lines)).encode()


def whole_year(year: int = 2027) -> list[str]:
    """Every day by date and is_workday alone, the festivals fixed by law off."""
    off = {(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)}
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    return [f"{day},{int(day.weekday() < 5 and (day.month, day.day) not in off)}" for day in days]


def refusals(content: bytes, year: int | None = None) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        notice_of(read_table(content), year)
    for refusal in raised.value.refusals:
        assert refusal.remedy.zh != refusal.remedy.en
    return [(refusal.code.removeprefix("calendars."), refusal.reference) for refusal in raised.value.refusals]


# --- what is taken -----------------------------------------------------------------------------------------------


def test_a_table_of_exceptional_days_is_the_notice_of_its_year() -> None:
    notice = notice_of(read_table(NOTICE.encode()))
    assert notice.year == 2027
    assert len(notice.days) == len(notice.rows) == 11
    assert notice.days[5] == ExceptionalDay(date(2027, 5, 8), DayKind.MAKEUP_WORKDAY, "劳动节")


def test_without_kinds_the_week_and_the_name_of_the_holiday_tell() -> None:
    lines = [f"{day},{works},{name}" for day, works, _, name in (line.split(",") for line in NOTICE.split()[1:])]
    bare = notice_of(read_table(table(*lines, header="date,is_workday,holiday")))
    assert bare.days == notice_of(read_table(NOTICE.encode())).days


def test_a_table_of_the_whole_year_keeps_only_what_the_week_does_not_say() -> None:
    notice = notice_of(read_table(table(*whole_year(), header="date,is_workday")))
    assert len(notice.rows) == 365
    # 1 May, 2 and 3 October 2027 lie on weekends: with no name they are what the week says
    assert notice.days == tuple(ExceptionalDay(date(2027, *day), DayKind.HOLIDAY) for day in ((1, 1), (10, 1)))


def test_json_is_taken_as_a_list_as_an_object_and_in_the_words_of_holiday_cn() -> None:
    rows = [line.split(",") for line in NOTICE.split()[1:]]
    plain: list[dict[str, Any]] = [
        {"date": day, "is_workday": works == "1", "kind": kind, "holiday": name} for day, works, kind, name in rows
    ]
    other = {"year": 2027, "days": [{"date": day, "isOffDay": works == "0", "name": n} for day, works, _, n in rows]}
    expected = notice_of(read_table(NOTICE.encode())).days
    assert notice_of(read_table(json.dumps(plain).encode())).days == expected
    assert notice_of(read_table(json.dumps({"days": plain}).encode())).days == expected
    assert notice_of(read_table(json.dumps(other).encode())).days == expected


def test_a_byte_order_mark_spaces_capitals_and_empty_lines_do_no_harm() -> None:
    content = (
        "\ufeffDate, Is_Workday,kind,holiday,remark\n\n 2027-01-01 ,0, holiday ,元旦,x\n,,\n" + NOTICE.split("\n", 2)[2]
    )
    assert notice_of(read_table(content.encode())).days == notice_of(read_table(NOTICE.encode())).days


def test_days_of_december_before_belong_to_the_notice_that_changes_them() -> None:
    content = NOTICE + "2026-12-31,0,holiday,元旦\n2026-12-26,1,makeup_workday,元旦\n"
    notice = notice_of(read_table(content.encode()))
    assert notice.year == 2027
    assert notice.days[0] == ExceptionalDay(date(2026, 12, 26), DayKind.MAKEUP_WORKDAY, "元旦")


def test_the_same_days_have_the_same_digest_in_whatever_order() -> None:
    head, *lines = NOTICE.split()
    turned = notice_of(read_table("\n".join((head, *reversed(lines))).encode()))
    assert turned.digest == notice_of(read_table(NOTICE.encode())).digest
    assert turned.digest != notice_of(read_table(NOTICE.replace("2027-10-04,0", "2027-10-05,0").encode())).digest


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("2027-13-01,0,,", "date_malformed", "date"),
        ("2027-02-29,0,,", "date_malformed", "date"),
        ("20270101,0,,", "date_malformed", "date"),
        ("01/01/2027,0,,", "date_malformed", "date"),
        ("٢٠٢٧-01-01,0,,", "date_malformed", "date"),
        ("2027-01-04", "is_workday_malformed", "is_workday"),
        ("2027-01-04,yes,,", "is_workday_malformed", "is_workday"),
        ("2027-01-04,0,feast,", "kind_unknown", "kind"),
        ("2027-01-04,0,workday,", "kind_contradicts", "kind"),
        ("2027-01-04,1,holiday,元旦", "kind_contradicts", "kind"),
        ("2027-01-04,1,makeup_workday,元旦", "kind_on_wrong_day", "kind"),
        ("2027-01-09,1,workday,", "kind_on_wrong_day", "kind"),
        ("2027-01-04,0,weekend,", "kind_on_wrong_day", "kind"),
        ("2027-01-04,0,holiday," + "节" * 61, "holiday_too_long", "holiday"),
        ("2027-01-01,1,,", "date_twice", "date"),
        ("2027-01-04,\"0", "csv_malformed", "file"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_named_with_its_field_and_a_remedy(line: str, code: str, field: str) -> None:
    with pytest.raises(Refused) as raised:
        read_table((NOTICE + line + "\n").encode())
    (refusal,) = raised.value.refusals
    assert (refusal.code, refusal.field, refusal.reference) == (f"calendars.{code}", field, "row:13")
    assert refusal.text.zh.startswith("第 13 行：")
    assert refusal.text.en.startswith("Row 13: ")
    assert refusal.remedy.zh
    assert raised.value.kind is RefusalKind.INVALID


def test_all_wrong_rows_are_told_at_once_and_the_many_are_counted() -> None:
    assert refusals(table("x,0,,", "2027-01-04,1,,", "y,0,,")) == [
        ("date_malformed", "row:2"),
        ("date_malformed", "row:4"),
    ]
    many = refusals(table(*["x,0,,"] * 60))
    assert len(many) == 51
    assert many[-1] == ("more", "")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "column_missing"),
        (b"day,works\n2027-01-01,0\n", "column_missing"),
        (b"date,is_workday\n", "table_empty"),
        (b"[]", "table_empty"),
        (b"[{", "json_malformed"),
        (b"{}", "json_malformed"),
        (b'{"days": 7}', "json_malformed"),
        (b"[" * 100_000, "json_malformed"),
        (b"[7]", "date_malformed"),
        (b'[{"date": 20270101, "is_workday": 1}]', "date_malformed"),
        (b'[{"date": "2027-01-01", "isOffDay": "no"}]', "is_workday_malformed"),
        ("date,is_workday,holiday\n2027-01-01,0,元旦\n".encode("gb18030"), "not_utf8"),
        (b"\x00\x01\x02", "column_missing"),
        (b"x" * (BYTES_MAX + 1), "file_too_large"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, code: str) -> None:
    assert refusals(content)[0][0] == code


def test_what_somebody_else_wrote_is_shown_short_and_without_control_characters() -> None:
    with pytest.raises(Refused) as raised:
        read_table(table("\x1b[31m" + "x" * 500 + ",0,,"))
    assert "\x1b" not in raised.value.refusals[0].text.en
    assert len(raised.value.refusals[0].text.en) < 100


@pytest.mark.parametrize(
    ("extra", "year", "found"),
    [
        ("2026-05-01,0,holiday,劳动节", None, ("wrong_year", "row:13")),
        ("2028-01-03,0,holiday,元旦", 2027, ("wrong_year", "row:13")),
        ("2026-12-30,1,workday,", None, ("wrong_year", "row:13")),  # an ordinary day of the December before
        ("2027-01-04,1,workday,", None, ("days_missing", "row:13")),  # an ordinary day, but not the whole year
        ("2027-01-09,0,,", None, ("days_missing", "row:13")),  # a weekend day off without a holiday's name
    ],
)
def test_a_row_that_makes_the_table_no_notice_is_named(extra: str, year: int | None, found: tuple[str, str]) -> None:
    assert refusals((NOTICE + extra + "\n").encode(), year) == [found]


def test_a_year_that_is_not_the_tables_refuses_every_row() -> None:
    assert len(refusals(NOTICE.encode(), 2030)) == 11


def test_a_whole_year_with_a_day_missing_is_refused_and_says_which() -> None:
    lines = [line for line in whole_year() if not line.startswith("2027-07-07")]
    with pytest.raises(Refused) as raised:
        notice_of(read_table(table(*lines, header="date,is_workday")))
    assert "2027-07-07" in raised.value.refusals[0].text.en


@pytest.mark.parametrize("lost", ["2027-01-01", "2027-10-01"])
def test_a_notice_without_the_festivals_of_the_law_is_refused(lost: str) -> None:
    lines = [line for line in NOTICE.split()[1:] if not line.startswith(lost)]
    with pytest.raises(Refused) as raised:
        notice_of(read_table(table(*lines)))
    (refusal,) = raised.value.refusals
    assert refusal.code == "calendars.festival_missing"
    assert lost in refusal.text.zh
    assert refusal.reference == "law:全国年节及纪念日放假办法@2024-11-10#2"


def test_a_festival_worked_on_a_weekend_is_refused_too() -> None:
    content = NOTICE.replace("2027-10-02,0,holiday", "2027-10-02,1,makeup_workday")
    assert [code for code, _ in refusals(content.encode())] == ["festival_missing"]


# --- beside the calendar -----------------------------------------------------------------------------------------


def test_a_table_is_compared_day_by_day_and_other_columns_are_ignored() -> None:
    days = WorkingDays(frozenset({2027}), notice_of(read_table(NOTICE.encode())).days)
    rows = read_table(
        table("2027-10-01,0,nonsense,", "2027-10-05,0,,", "2027-10-09,1,weekend,", "2027-10-10,1,,"), days_only=True
    )
    found = compare(rows, days)
    assert (found.read, found.agreed, found.unpublished) == (4, 2, 0)
    assert [(each.row, each.day.day, each.ours.works, each.theirs) for each in found.disagreements] == [
        (3, 5, True, False),
        (5, 10, False, True),
    ]


def test_unpublished_days_are_counted_and_disagree_only_when_they_differ() -> None:
    nothing = WorkingDays(frozenset(), ())
    found = compare(read_table(table("2027-01-01,0,,", "2027-01-02,0,,")), nothing)
    assert (found.read, found.agreed, found.unpublished) == (2, 1, 2)
    assert [(each.day.day, each.is_published) for each in found.disagreements] == [(1, False)]
    assert found.as_json()["disagreements"] == [
        {"row": 2, "date": "2027-01-01", "ours": 1, "theirs": 0, "kind": "workday", "published": False}
    ]
