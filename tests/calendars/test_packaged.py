"""The shipped years, held against what was not their source."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from lilong.calendars.commands import packaged_notices
from lilong.calendars.terms import NoticeTable, Source
from lilong.kernel.days import DayKind, WorkingDays
from tests.kernel.notice_2026 import exceptions_of_2026

# Weekend days worked by each notice, changes included, as counted by a reading of the notices on gov.cn (2008 to 2026)
# and by hand from those of 2006 (国办发明电〔2005〕35号) and 2007 (国办发明电〔2006〕49号).
WEEKEND_DAYS_WORKED = dict(
    zip(range(2006, 2027), (7, 8, 6, 6, 8, 5, 7, 12, 5, 5, 6, 5, 6, 7, 6, 7, 7, 7, 8, 5, 6), strict=True)
)


def shipped() -> list[tuple[NoticeTable, Source]]:
    return packaged_notices()


def calendar() -> WorkingDays:
    days = tuple(day for notice, _ in shipped() for day in notice.days)
    return WorkingDays(frozenset(notice.year for notice, _ in shipped()), days)


def test_every_year_from_2004_to_2026_is_shipped_and_says_where_it_comes_from() -> None:
    assert [notice.year for notice, _ in shipped()] == list(range(2004, 2027))
    for notice, source in shipped():
        assert source.notice == f"国务院办公厅关于{notice.year}年部分节假日安排的通知"
        assert source.url.startswith("https://")
        assert source.is_packaged
        assert source.number.startswith("国办发明电〔") or notice.year in (2004, 2005)


def test_2027_is_not_published() -> None:
    assert calendar().is_provisional(date(2027, 1, 1))


def test_2026_is_the_notice_typed_by_hand() -> None:
    (found,) = [notice for notice, _ in shipped() if notice.year == 2026]
    assert found.days == tuple(sorted(exceptions_of_2026()))


def test_each_notice_has_as_many_weekend_days_worked_as_others_read_in_it() -> None:
    counted = Counter(notice.year for notice, _ in shipped() for day in notice.days if day.kind.works)
    assert {year: counted[year] for year in WEEKEND_DAYS_WORKED} == WEEKEND_DAYS_WORKED


def test_the_days_on_which_two_collections_differ_are_what_the_notices_say() -> None:
    days = calendar()
    assert days.kind(date(2005, 12, 31)) is DayKind.MAKEUP_WORKDAY  # 国办发明电〔2005〕35号, clause 1
    assert days.kind(date(2020, 2, 3)) is DayKind.WORKDAY  # a Monday: work resumes, nothing is made up


def test_changes_within_a_year_are_in_it() -> None:
    days = calendar()
    assert days.kind(date(2015, 9, 3)) is DayKind.HOLIDAY  # 国发明电〔2015〕1号
    assert days.kind(date(2015, 9, 6)) is DayKind.MAKEUP_WORKDAY
    assert days.kind(date(2019, 5, 2)) is DayKind.HOLIDAY  # 国办发明电〔2019〕3号
    assert days.kind(date(2020, 2, 1)) is DayKind.HOLIDAY  # 国办发明电〔2020〕1号
    assert days.kind(date(2020, 1, 31)) is DayKind.HOLIDAY


def test_decembers_changed_by_the_next_years_notice_belong_to_it() -> None:
    (notice,) = [notice for notice, _ in shipped() if notice.year == 2019]
    assert [day.day for day in notice.days if day.day.year == 2018] == [
        date(2018, 12, 29) + timedelta(days=n) for n in range(3)
    ]


def test_each_year_keeps_the_number_of_working_days_that_the_law_leaves() -> None:
    """Moving days changes nothing in a year's sum: weekdays less public holidays, which were 10 to 13 days by law.

    Days moved over a New Year, the extension of 2020 and the day of 2015 shift a year's sum by at most three.
    """
    days = calendar()
    for year in range(2004, 2027):
        weekdays = sum((date(year, 1, 1) + timedelta(days=n)).weekday() < 5 for n in range(365))
        worked = days.workdays_between(date(year - 1, 12, 31), date(year, 12, 31))
        assert 8 <= weekdays - worked <= 15, year


def test_the_shipped_table_is_in_the_form_that_an_import_takes() -> None:
    for notice, _ in shipped():
        assert len({day.day for day in notice.days}) == len(notice.days)
        assert all(day.holiday for day in notice.days)
