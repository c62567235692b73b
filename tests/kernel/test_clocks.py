"""The four clocks, by examples from the notice of 2026."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from lilong.kernel.because import Ground
from lilong.kernel.clocks import (
    AMOUNT_MAX,
    STANDARD_SESSIONS,
    Clock,
    ClockKind,
    Light,
    Limit,
    Pause,
    Sessions,
    WorkingTime,
    deadline,
    due_at,
    elapsed,
    light,
    reading,
)
from tests.kernel.notice_2026 import DAYS, SHANGHAI, WORKING, at

NATURAL_HOURS, WORKING_HOURS = ClockKind.NATURAL_HOURS, ClockKind.WORKING_HOURS
WORKING_DAYS, NATURAL_DAYS = ClockKind.WORKING_DAYS, ClockKind.NATURAL_DAYS
WORKING_KINDS = (WORKING_HOURS, WORKING_DAYS)

# --- when something is due -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (at(11, 20, 17), 2, at(11, 20, 19)),  # after work
        (at(11, 20, 23), 4, at(11, 21, 3)),  # through the night into a Saturday
        (at(9, 30, 20), 24, at(10, 1, 20)),  # into National Day
    ],
)
def test_urgent_hours_run_through_nights_weekends_and_holidays(start: datetime, hours: int, due: datetime) -> None:
    assert due_at(start, Limit(hours, NATURAL_HOURS), WORKING).at == due


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (at(11, 23, 8), 2, at(11, 23, 10)),
        (at(11, 23, 11), 2, at(11, 23, 15)),  # over noon
        (at(11, 23, 8), 4, at(11, 23, 12)),  # the end of a session, not the beginning of the next
        (at(11, 23, 8), 8, at(11, 23, 18)),
        (at(11, 23, 13), 1, at(11, 23, 15)),  # started at noon
        (at(11, 23, 3), 1, at(11, 23, 9)),  # started before work
        (at(11, 23, 20), 1, at(11, 24, 9)),  # started after work
        (at(11, 27, 17), 2, at(11, 30, 9)),  # over a weekend
        (at(9, 19, 10), 2, at(9, 20, 10)),  # Saturday; the Sunday is a make-up day
        (at(9, 24, 17), 2, at(9, 28, 9)),  # over Mid-Autumn
    ],
)
def test_working_hours_run_only_in_sessions_of_working_days(start: datetime, hours: int, due: datetime) -> None:
    assert due_at(start, Limit(hours, WORKING_HOURS), WORKING).at == due


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (at(11, 23, 10), 1, at(11, 24, 18)),  # within work: the day itself is not counted
        (at(11, 23, 0), 1, at(11, 24, 18)),  # at its first minute neither
        (at(11, 23, 22), 1, at(11, 24, 18)),  # after work
        (at(11, 21, 10), 1, at(11, 23, 18)),  # a Saturday
        (at(11, 20, 10), 5, at(11, 27, 18)),
        (at(9, 18, 10), 1, at(9, 20, 18)),  # the make-up Sunday counts
        (at(9, 30, 10), 2, at(10, 9, 18)),  # the whole of National Day does not
        (at(9, 30, 10), 3, at(10, 10, 18)),  # the make-up Saturday does
        (at(10, 1, 10), 1, at(10, 8, 18)),  # started on a holiday
        (at(2, 13, 10), 1, at(2, 14, 18)),
        (at(2, 13, 10), 2, at(2, 24, 18)),
    ],
)
def test_working_days_are_due_when_work_ends_on_the_nth_working_day_after(
    start: datetime, days: int, due: datetime
) -> None:
    assert due_at(start, Limit(days, WORKING_DAYS), WORKING).at == due


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (at(11, 23, 10), 1, at(11, 23, 18)),  # work is going on: the day counts
        (at(11, 23, 18), 1, at(11, 24, 18)),  # work has just ended: it does not
        (at(11, 21, 10), 1, at(11, 23, 18)),  # no working day to count
        (at(11, 20, 10), 5, at(11, 26, 18)),
    ],
)
def test_where_the_rules_count_the_first_day_it_counts_while_work_goes_on(
    start: datetime, days: int, due: datetime
) -> None:
    working = WorkingTime(DAYS, STANDARD_SESSIONS, SHANGHAI, start_day_counts=True)
    found = due_at(start, Limit(days, WORKING_DAYS), working)
    assert found.at == due
    assert "当日计入" in found.because[0].text.zh
    assert found.because[0].ground is Ground.RULE_ROW  # no longer the civil code's rule


def test_natural_days_end_at_the_same_time_of_day() -> None:
    assert due_at(at(9, 28, 10, 30), Limit(7, NATURAL_DAYS), WORKING).at == at(10, 5, 10, 30)


def test_the_wall_clock_is_the_one_given_and_not_the_zone_of_the_start() -> None:
    start = at(11, 20, 23).astimezone(UTC)  # still Friday in Shanghai and 15:00 in Greenwich
    assert due_at(start, Limit(1, WORKING_DAYS), WORKING).at == at(11, 23, 18)
    greenwich = WorkingTime(DAYS, STANDARD_SESSIONS, UTC)
    assert due_at(start, Limit(1, WORKING_HOURS), greenwich).at == start + timedelta(hours=1)


def test_natural_hours_and_natural_days_part_where_clocks_are_turned() -> None:
    working = WorkingTime(DAYS, STANDARD_SESSIONS, ZoneInfo("Europe/Berlin"))
    start = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))  # one hour is lost in the night
    by_day = due_at(start, Limit(1, NATURAL_DAYS), working).at
    by_hour = due_at(start, Limit(24, NATURAL_HOURS), working).at
    assert (by_day.day, by_day.hour) == (29, 12)
    assert (by_hour.day, by_hour.hour) == (29, 13)


def test_other_sessions_give_other_deadlines() -> None:
    straight = WorkingTime(DAYS, Sessions(((time(9), time(17, 30)),)), SHANGHAI)
    assert due_at(at(11, 23, 11), Limit(2, WORKING_HOURS), straight).at == at(11, 23, 13)
    assert due_at(at(11, 23, 11), Limit(1, WORKING_DAYS), straight).at == at(11, 24, 17, 30)


# --- because ---------------------------------------------------------------------------------------------------


def test_a_deadline_says_its_limit_its_way_of_counting_and_each_day_that_was_not_ordinary() -> None:
    found = due_at(at(9, 18, 10), Limit(15, WORKING_DAYS), WORKING)
    assert [because.text.zh for because in found.because] == [
        "时限 15 工作日：起算当日不计，其后第 15 个工作日下班时到期",
        "9月20日（周日）调休上班，计入",
        "9月25日至27日中秋节放假，不计",
        "10月1日至7日国庆节放假，不计",
        "10月10日（周六）调休上班，计入",
    ]
    assert found.because[0].ground is Ground.CLAUSE
    assert found.because[0].reference == "law:中华人民共和国民法典@2020-05-28#201,203"
    assert {because.ground for because in found.because[1:]} == {Ground.CALENDAR}
    assert found.provisional == ()


def test_a_start_day_that_is_not_counted_is_not_said_to_be() -> None:
    on_make_up_day = due_at(at(9, 20, 10), Limit(1, WORKING_DAYS), WORKING)
    assert len(on_make_up_day.because) == 1
    in_hours = due_at(at(9, 20, 10), Limit(1, WORKING_HOURS), WORKING)
    assert in_hours.because[1].text.zh == "9月20日（周日）调休上班，计入"


@pytest.mark.parametrize("kind", WORKING_KINDS)
def test_a_deadline_through_an_unpublished_year_says_so_and_can_be_found_again(kind: ClockKind) -> None:
    found = due_at(at(12, 31, 17), Limit(16, kind), WORKING)
    assert found.provisional == (2027,)
    assert "2027 年安排尚未公布，暂按周末计算，公布后重算" in [because.text.zh for because in found.because]


@pytest.mark.parametrize("kind", [NATURAL_HOURS, NATURAL_DAYS])
def test_natural_clocks_do_not_care_what_is_published(kind: ClockKind) -> None:
    found = due_at(at(12, 31, 17), Limit(240, kind), WORKING)
    assert found.provisional == ()
    assert len(found.because) == 1


def test_a_deadline_before_the_unpublished_year_rests_on_nothing_provisional() -> None:
    assert due_at(at(12, 30, 10), Limit(1, WORKING_DAYS), WORKING).provisional == ()


@pytest.mark.parametrize(
    ("limit", "zh", "en"),
    [
        (Limit(2, NATURAL_HOURS), "2 紧急工作时", "2 hours round the clock"),
        (Limit(1, NATURAL_HOURS), "1 紧急工作时", "1 hour round the clock"),
        (Limit(4, WORKING_HOURS), "4 工作时", "4 working hours"),
        (Limit(3, WORKING_DAYS), "3 工作日", "3 working days"),
        (Limit(1, WORKING_DAYS), "1 工作日", "1 working day"),
        (Limit(7, NATURAL_DAYS), "7 自然日", "7 calendar days"),
    ],
)
def test_a_limit_is_spoken_in_the_words_of_the_field(limit: Limit, zh: str, en: str) -> None:
    assert (limit.label.zh, limit.label.en) == (zh, en)


# --- pauses and extensions -------------------------------------------------------------------------------------


def test_a_pause_moves_the_due_date_by_the_time_it_stopped() -> None:
    pause = Pause(at(11, 23, 9), at(11, 23, 17))
    assert deadline(Clock(Limit(2, NATURAL_HOURS), at(11, 23, 8), (pause,)), WORKING).at == at(11, 23, 18)
    assert deadline(Clock(Limit(2, WORKING_HOURS), at(11, 23, 8), (pause,)), WORKING).at == at(11, 23, 18)
    assert deadline(Clock(Limit(1, NATURAL_DAYS), at(11, 23, 8), (pause,)), WORKING).at == at(11, 24, 16)
    # six hours of session time were stopped: they are given back on the day after
    assert deadline(Clock(Limit(1, WORKING_DAYS), at(11, 23, 8), (pause,)), WORKING).at == at(11, 25, 16)


@pytest.mark.parametrize("kind", WORKING_KINDS)
def test_a_pause_outside_work_gives_nothing_to_a_working_clock(kind: ClockKind) -> None:
    pause = Pause(at(11, 27, 18), at(11, 30, 8))
    plain = Clock(Limit(3, kind), at(11, 27, 17))
    assert deadline(Clock(plain.limit, plain.started, (pause,)), WORKING).at == deadline(plain, WORKING).at


def test_a_pause_that_begins_when_the_time_is_up_gives_nothing() -> None:
    clock = Clock(Limit(2, NATURAL_HOURS), at(11, 23, 8), (Pause(at(11, 23, 10), at(11, 25, 10)),))
    found = deadline(clock, WORKING)
    assert found.at == at(11, 23, 10)
    assert len(found.because) == 1


def test_overlapping_and_early_pauses_are_counted_once_and_from_the_start() -> None:
    pauses = (
        Pause(at(11, 23, 10), at(11, 23, 12)),
        Pause(at(11, 22, 0), at(11, 23, 9)),
        Pause(at(11, 23, 11), at(11, 23, 13)),
        Pause(at(11, 23, 11), at(11, 23, 12, 30)),
        Pause(at(11, 20, 0), at(11, 21, 0)),
    )
    clock = Clock(Limit(3, NATURAL_HOURS), at(11, 23, 8), pauses)
    assert deadline(clock, WORKING).at == at(11, 23, 15)


def test_while_a_pause_lasts_the_due_date_moves_with_the_moment() -> None:
    clock = Clock(Limit(4, NATURAL_HOURS), at(11, 23, 8), (Pause(at(11, 23, 9)),))
    early, late = reading(clock, at(11, 23, 10), WORKING), reading(clock, at(11, 23, 20), WORKING)
    assert (early.due, late.due) == (at(11, 23, 13), at(11, 23, 23))
    assert early.used == late.used == Fraction(1, 4)
    assert early.is_paused
    assert early.remaining == late.remaining == timedelta(hours=3)
    with pytest.raises(ValueError, match="without an end"):
        deadline(clock, WORKING)


def test_a_pause_with_a_planned_end_gives_the_due_date_beforehand() -> None:
    clock = Clock(Limit(4, NATURAL_HOURS), at(11, 23, 8), (Pause(at(11, 23, 9), at(11, 30, 9)),))
    found = reading(clock, at(11, 24), WORKING)
    assert found.due == at(11, 30, 12)
    assert found.used == Fraction(1, 4)
    assert found.is_paused
    assert not reading(clock, at(11, 30, 9), WORKING).is_paused
    assert found.because[1].text.zh == "挂账停表：11月23日 09:00 至 11月30日 09:00"
    assert found.because[1].ground is Ground.CHOICE


@pytest.mark.parametrize("kind", list(ClockKind))
def test_an_extension_is_a_limit_that_starts_when_the_last_one_ends(kind: ClockKind) -> None:
    limit, start = Limit(3, kind), at(9, 24, 10)
    once = deadline(Clock(limit, start, extensions=(limit,)), WORKING)
    assert once.at == due_at(due_at(start, limit, WORKING).at, limit, WORKING).at
    assert once.because[1].text.zh.startswith("延期 1 次，共增加 3 ")
    twice = deadline(Clock(limit, start, extensions=(limit, limit)), WORKING)
    assert twice.at == due_at(once.at, limit, WORKING).at
    assert twice.because[1].text.en.startswith("Extended 2 times, by 6 ")


def test_an_extension_by_another_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="same clock"):
        Clock(Limit(1, WORKING_DAYS), at(11, 23), extensions=(Limit(1, NATURAL_DAYS),))


# --- lights and readings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "total", "shown"),
    [
        (0, 5, Light.GREEN),
        (4, 5, Light.GREEN),
        (799_999_999, 1_000_000_000, Light.GREEN),
        (800_000_001, 1_000_000_000, Light.YELLOW),
        (5, 5, Light.YELLOW),
        (1_000_000_001, 1_000_000_000, Light.RED),
    ],
)
def test_lights_turn_exactly_at_their_thresholds(used: int, total: int, shown: Light) -> None:
    assert light(used, total, is_late=False) is shown


def test_a_late_clock_is_red_whatever_its_share() -> None:
    assert light(1, 5, is_late=True) is Light.RED


MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (at(11, 23, 7), Light.GREEN),  # before it starts
        (at(11, 23, 12), Light.GREEN),
        (at(11, 23, 12) + MICROSECOND, Light.YELLOW),
        (at(11, 23, 13), Light.YELLOW),
        (at(11, 23, 13) + MICROSECOND, Light.RED),
    ],
)
def test_the_light_of_a_five_hour_limit_turns_at_four_hours_and_at_five(moment: datetime, shown: Light) -> None:
    assert reading(Clock(Limit(5, NATURAL_HOURS), at(11, 23, 8)), moment, WORKING).light is shown


def test_a_working_clock_is_red_the_moment_its_due_time_has_passed_although_it_stands_still_overnight() -> None:
    clock = Clock(Limit(1, WORKING_DAYS), at(11, 23, 10))
    on_time, at_night = reading(clock, at(11, 24, 18), WORKING), reading(clock, at(11, 24, 22), WORKING)
    assert (on_time.light, on_time.used) == (Light.YELLOW, Fraction(1))
    assert (at_night.light, at_night.used, at_night.left.zh) == (Light.RED, Fraction(1), "已超时")
    assert reading(clock, at(11, 25, 9), WORKING).left.zh == "已超时 1 工作时"


def test_use_is_measured_in_the_clocks_own_time() -> None:
    found = reading(Clock(Limit(8, WORKING_HOURS), at(11, 27, 14)), at(11, 30, 8), WORKING)  # over a weekend
    assert found.used == Fraction(1, 2)
    assert found.remaining == timedelta(hours=4)
    assert elapsed(Clock(Limit(8, WORKING_HOURS), at(11, 27, 14)), at(11, 30, 8), WORKING) == timedelta(hours=4)


@pytest.mark.parametrize(
    ("clock", "moment", "zh", "en"),
    [
        (
            Clock(Limit(3, WORKING_DAYS), at(11, 23, 8)),
            at(11, 23, 9),
            "还剩 3 工作日 7 工作时",
            "3 working days 7 working hours left",
        ),
        (Clock(Limit(2, NATURAL_HOURS), at(11, 23, 8)), at(11, 23, 9, 1), "还剩 59 分钟", "59 minutes left"),
        (Clock(Limit(2, NATURAL_DAYS), at(11, 23, 8)), at(11, 24, 8), "还剩 1 天", "1 day left"),
        (Clock(Limit(2, NATURAL_DAYS), at(11, 23, 8)), at(11, 24, 7, 59), "还剩 1 天", "1 day left"),
        (Clock(Limit(2, NATURAL_DAYS), at(11, 23, 8)), at(11, 24, 5, 30), "还剩 1 天 2 小时", "1 day 2 hours left"),
        (Clock(Limit(1, NATURAL_HOURS), at(11, 23, 8)), at(11, 23, 9), "还剩不到 1 分钟", "less than a minute left"),
        (
            Clock(Limit(1, NATURAL_HOURS), at(11, 23, 8)),
            at(11, 23, 11, 30),
            "已超时 2 小时 30 分钟",
            "overdue by 2 hours 30 minutes",
        ),
    ],
)
def test_what_is_left_is_said_in_at_most_two_units(clock: Clock, moment: datetime, zh: str, en: str) -> None:
    left = reading(clock, moment, WORKING).left
    assert (left.zh, left.en) == (zh, en)


@pytest.mark.parametrize("light_shown", list(Light))
def test_every_light_has_words(light_shown: Light) -> None:
    assert light_shown.label.zh != light_shown.label.en


# --- what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [0, -1, AMOUNT_MAX + 1])
def test_a_limit_outside_its_range_is_refused(amount: int) -> None:
    with pytest.raises(ValueError, match="a limit is 1 to"):
        Limit(amount, WORKING_DAYS)


@pytest.mark.parametrize(
    "parts",
    [
        (),
        ((time(12), time(8)),),
        ((time(8), time(8)),),
        ((time(8), time(12)), (time(11), time(18))),
        ((time(14), time(18)), (time(8), time(12))),
    ],
)
def test_sessions_that_are_not_in_order_are_refused(parts: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="work sessions"):
        Sessions(parts)


def test_times_without_a_zone_are_refused() -> None:
    naive = at(11, 23).replace(tzinfo=None)
    clock = Clock(Limit(1, WORKING_DAYS), at(11, 23))
    for attempt in (
        lambda: Clock(Limit(1, WORKING_DAYS), naive),
        lambda: Pause(naive),
        lambda: Pause(at(11, 23), naive),
        lambda: reading(clock, naive, WORKING),
        lambda: elapsed(clock, naive, WORKING),
    ):
        with pytest.raises(ValueError, match="aware"):
            attempt()


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Pause(at(11, 23), at(11, 23))
