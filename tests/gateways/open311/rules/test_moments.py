"""Dates: tolerant in, strict out (rule 10)."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.gateways.open311.rules.moments import read_moment, shifted, written
from lilong.gateways.open311.terms import Fault

EARLY, LATE = (datetime.fromisoformat(day) for day in ("0001-01-03", "9999-12-29"))
NOON = datetime(2026, 11, 5, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-05T12:00:00Z", NOON),
        ("2026-11-05t12:00:00z", NOON),
        ("2026-11-05T20:00:00+08:00", NOON),
        ("2026-11-05T20:00:00 08:00", NOON),  # "+" decoded to a space on its way
        ("2026-11-05T20:00:00+0800", NOON),
        ("2026-11-05T06:30:00-05:30", NOON),
        ("2026-11-05T12:00:00.017Z", NOON + timedelta(milliseconds=17)),
        ("2026-11-05T12:00:00,017Z", NOON + timedelta(milliseconds=17)),
        ("2026-11-05T12:00:00.0171239999Z", NOON + timedelta(microseconds=17123)),
        ("2026-11-05T12:00:00.123456", NOON + timedelta(microseconds=123456)),  # isoformat() of a naive UTC time
        ("2026-11-05 12:00:00Z", NOON),
        ("2026-11-05T12:00Z", NOON),
        ("2026-11-05T12:00", NOON),
    ],
)
def test_what_clients_send_is_read(text: str, expected: datetime) -> None:
    moment = read_moment("start_date", text)
    assert (moment.at, moment.last, moment.whole_day) == (expected, expected, False)


def test_a_bare_date_begins_its_day_and_as_an_end_includes_it() -> None:
    moment = read_moment("end_date", "2026-11-05")
    assert moment.whole_day
    assert moment.at == datetime(2026, 11, 5, tzinfo=UTC)
    assert moment.last == datetime(2026, 11, 5, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2026-13-01",
        "2026-02-30T00:00:00Z",
        "2026-11-05T24:00:00Z",
        "2026-11-05T12:00:60Z",
        "2026-11-05T12:00:00+24:00",
        "2026-11-05T12:00:00+08:60",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
        "05.11.2026",
        "1762344000",
        "2026-11-05T12:00:00ZZ",
        "２０２６-11-05",
        "2026-11-05T12:00.5Z",
    ],
)
def test_what_means_nothing_is_a_400_that_names_the_parameter(text: str) -> None:
    with pytest.raises(Fault) as refused:
        read_moment("start_date", text)
    assert refused.value.status == 400
    assert "start_date" in refused.value.errors[0].description


@given(
    st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?(Z|[+ -]\d\d:?\d\d)?", fullmatch=True)
)
def test_nothing_but_the_protocols_error_is_raised(text: str) -> None:
    with suppress(Fault):
        moment = read_moment("end_date", text)
        assert moment.at <= moment.last


@given(
    st.datetimes(
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(-timedelta(hours=9.5))]),
        min_value=EARLY,
        max_value=LATE,
    )
)
def test_times_leave_in_utc_with_whole_seconds_and_z(at: datetime) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", written(at))
    assert read_moment("x", written(at)).at == at.astimezone(UTC).replace(microsecond=0)


def test_shifting_stops_at_the_ends_of_the_calendar() -> None:
    assert shifted(datetime(1, 1, 1, tzinfo=UTC), -timedelta(days=90)) == datetime(1, 1, 1, tzinfo=UTC)
    assert shifted(datetime(9999, 12, 31, tzinfo=UTC), timedelta(days=90)).year == 9999
