"""Working days: what the week says, what notices change, and what is not known yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.kernel.because import Ground
from lilong.kernel.days import DayKind, ExceptionalDay, WorkingDays, holiday_label, is_weekend, unpublished


def off(first: date, days: int, holiday: str) -> list[ExceptionalDay]:
    return [ExceptionalDay(first + timedelta(days=n), DayKind.HOLIDAY, holiday) for n in range(days)]


def worked(day: date, holiday: str) -> ExceptionalDay:
    return ExceptionalDay(day, DayKind.MAKEUP_WORKDAY, holiday)


# 国办发明电〔2018〕15号 as changed by 国办发明电〔2019〕3号, the part around New Year and May.
AROUND_2019 = WorkingDays(
    frozenset({2019}),
    (
        worked(date(2018, 12, 29), "元旦"),
        *off(date(2018, 12, 30), 3, "元旦"),
        worked(date(2019, 4, 28), "劳动节"),
        *off(date(2019, 5, 1), 4, "劳动节"),
        worked(date(2019, 5, 5), "劳动节"),
    ),
    version="a1b2c3",
)
NOTHING_PUBLISHED = WorkingDays(frozenset(), ())


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2019, 4, 26), DayKind.WORKDAY),
        (date(2019, 4, 27), DayKind.WEEKEND),
        (date(2019, 4, 28), DayKind.MAKEUP_WORKDAY),
        (date(2019, 5, 1), DayKind.HOLIDAY),
        (date(2019, 5, 4), DayKind.HOLIDAY),  # a Saturday that the notice names
        (date(2019, 5, 5), DayKind.MAKEUP_WORKDAY),
        (date(2019, 5, 11), DayKind.WEEKEND),
    ],
)
def test_a_day_is_what_the_notice_says_and_else_what_the_week_says(day: date, kind: DayKind) -> None:
    assert AROUND_2019.kind(day) is kind
    assert AROUND_2019.is_workday(day) is kind.works


def test_the_holiday_for_which_a_day_is_off_or_worked_is_known_by_name() -> None:
    assert AROUND_2019.holiday(date(2019, 5, 1)) == "劳动节"
    assert AROUND_2019.holiday(date(2019, 4, 28)) == "劳动节"
    assert AROUND_2019.holiday(date(2019, 4, 27)) == ""


def test_a_december_day_named_by_the_next_years_notice_is_published_while_its_year_is_not() -> None:
    assert not AROUND_2019.is_provisional(date(2018, 12, 31))
    assert AROUND_2019.is_provisional(date(2018, 12, 28))
    assert not AROUND_2019.is_provisional(date(2019, 7, 1))
    assert AROUND_2019.is_provisional(date(2020, 1, 1))


def test_in_an_unpublished_year_weekends_are_off_and_everything_else_is_worked() -> None:
    assert NOTHING_PUBLISHED.kind(date(2027, 10, 1)) is DayKind.WORKDAY  # a Friday: no guess at National Day
    assert NOTHING_PUBLISHED.kind(date(2027, 10, 2)) is DayKind.WEEKEND


def test_add_workdays_steps_over_holidays_and_onto_make_up_days() -> None:
    assert AROUND_2019.add_workdays(date(2019, 4, 26), 1) == date(2019, 4, 28)
    assert AROUND_2019.add_workdays(date(2019, 4, 28), 3) == date(2019, 5, 5)
    assert AROUND_2019.add_workdays(date(2018, 12, 28), 2) == date(2019, 1, 2)


def test_add_workdays_of_none_is_the_day_itself_and_backward_is_refused() -> None:
    assert AROUND_2019.add_workdays(date(2019, 5, 1), 0) == date(2019, 5, 1)
    with pytest.raises(ValueError, match="forward"):
        AROUND_2019.add_workdays(date(2019, 5, 1), -1)


def test_every_unpublished_year_on_the_way_is_a_reason_in_the_words_promised() -> None:
    (reason,) = NOTHING_PUBLISHED.reasons(date(2027, 3, 1), date(2027, 3, 5))
    assert reason == unpublished(2027)
    assert reason.ground is Ground.CALENDAR
    assert reason.text.zh == "2027 年安排尚未公布，暂按周末计算，公布后重算"
    assert "2027 is not published" in reason.text.en
    assert reason.reference == "calendar:2027:unpublished"
    years = NOTHING_PUBLISHED.unpublished_years(date(2026, 12, 31), date(2028, 1, 1))
    assert years == (2026, 2027, 2028)


def test_reasons_gather_a_run_of_holidays_and_name_each_make_up_day() -> None:
    reasons = AROUND_2019.reasons(date(2019, 4, 1), date(2019, 5, 31))
    assert [reason.text.zh for reason in reasons] == [
        "4月28日（周日）调休上班，计入",
        "5月1日至4日劳动节放假，不计",
        "5月5日（周日）调休上班，计入",
    ]
    assert [reason.text.en for reason in reasons] == [
        "Sunday 28 April is a make-up working day: counted",
        "1–4 May, Labour Day: not counted",
        "Sunday 5 May is a make-up working day: counted",
    ]
    assert reasons[1].reference == "calendar:2019-05-01..2019-05-04@a1b2c3"


def test_a_run_over_the_end_of_a_month_names_both_months() -> None:
    days = WorkingDays(frozenset({2023}), tuple(off(date(2023, 9, 29), 8, "中秋节、国庆节")))
    (reason,) = days.reasons(date(2023, 9, 1), date(2023, 10, 31))
    assert reason.text.zh == "9月29日至10月6日中秋节、国庆节放假，不计"
    assert reason.text.en == "29 September – 6 October, Mid-Autumn Festival and National Day: not counted"


def test_a_holiday_of_unknown_name_keeps_its_own() -> None:
    assert holiday_label("进口博览会").en == "进口博览会"
    assert holiday_label("").zh == "节假日"


def test_two_holidays_side_by_side_are_two_reasons() -> None:
    days = WorkingDays(frozenset({2026}), (*off(date(2026, 5, 1), 1, "劳动节"), *off(date(2026, 5, 2), 1, "端午节")))
    assert len(days.reasons(date(2026, 5, 1), date(2026, 5, 2))) == 2


@pytest.mark.parametrize("kind", [DayKind.WORKDAY, DayKind.WEEKEND])
def test_what_the_week_says_is_no_exception(kind: DayKind) -> None:
    with pytest.raises(ValueError, match="not an exception"):
        ExceptionalDay(date(2026, 5, 1), kind)


def test_a_make_up_day_from_monday_to_friday_is_refused() -> None:
    with pytest.raises(ValueError, match="weekend"):
        worked(date(2020, 2, 3), "春节")


def test_a_day_named_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        WorkingDays(frozenset({2026}), (*off(date(2026, 5, 1), 1, "劳动节"), *off(date(2026, 5, 1), 1, "国庆节")))


FIRST = date(2025, 12, 1)
EXCEPTIONS = st.sets(st.integers(0, 150), max_size=60).map(
    lambda offsets: WorkingDays(
        frozenset({2026}),
        tuple(
            worked(day, "春节") if is_weekend(day) and n % 2 else ExceptionalDay(day, DayKind.HOLIDAY, "春节")
            for n, day in enumerate(FIRST + timedelta(days=offset) for offset in sorted(offsets))
        ),
    )
)


@given(days=EXCEPTIONS, start=st.integers(-10, 160), length=st.integers(0, 200))
def test_counting_agrees_with_walking_day_by_day(days: WorkingDays, start: int, length: int) -> None:
    after = FIRST + timedelta(days=start)
    through = after + timedelta(days=length)
    walked = sum(days.is_workday(after + timedelta(days=n)) for n in range(1, length + 1))
    assert days.workdays_between(after, through) == walked


@given(days=EXCEPTIONS, start=st.integers(-10, 160), count=st.integers(1, 120))
def test_adding_agrees_with_walking_day_by_day(days: WorkingDays, start: int, count: int) -> None:
    day = FIRST + timedelta(days=start)
    found, left = day, count
    while left:
        found += timedelta(days=1)
        left -= days.is_workday(found)
    assert days.add_workdays(day, count) == found
