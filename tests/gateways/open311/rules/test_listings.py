"""What a client may ask of the lists: windows, pages, filters (rules 6, 11, 12)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lilong.gateways.open311.rules.listings import read_request_query, read_update_query
from lilong.gateways.open311.rules.parameters import from_pairs, read_form
from lilong.gateways.open311.terms import Box, Circle, Fault, RequestQuery, Sheet

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def read(text: str = "") -> RequestQuery:
    return read_request_query(from_pairs(read_form(text.encode())), NOW)


def refused(text: str) -> Fault:
    with pytest.raises(Fault) as found:
        read(text)
    assert found.value.status == 400
    return found.value


def test_by_default_the_latest_90_days_and_1000_rows() -> None:
    assert read() == RequestQuery(start=NOW - 90 * DAY, end=NOW, sheet=Sheet(1, 1000))


def test_ids_override_all_other_arguments_even_wrong_ones() -> None:
    query = read("service_request_id=1,%202,1&start_date=rubbish&status=shut&page=-1&service_code=x&bbox=1")
    assert query == RequestQuery(ids=("1", "2"))


def test_at_most_1000_ids_are_looked_up() -> None:
    assert len(read("service_request_id=" + ",".join(map(str, range(1500)))).ids) == 1000


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("start_date=2026-10-01T00:00:00Z", datetime(2026, 10, 1, tzinfo=UTC), NOW),
        ("end_date=2026-06-01T00:00:00Z", datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)),
        (
            "start_date=2026-01-01&end_date=2026-04-01",  # 90 days by the calendar, the last one whole
            datetime(2026, 1, 1, tzinfo=UTC),
            datetime(2026, 4, 1, 23, 59, 59, 999999, tzinfo=UTC),
        ),
        ("start_date=2027-01-01", datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ("end_date=0001-01-01", datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, 23, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_windows(text: str, start: datetime, end: datetime) -> None:
    query = read(text)
    assert (query.start, query.end) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "start_date=2026-01-01T00:00:00Z&end_date=2026-04-01T00:00:01Z",
        "start_date=2026-01-01&end_date=2026-04-02",
        "start_date=2026-08-07T11:59:59Z",  # until now it is more than 90 days
        "start_date=2026-02-01&end_date=2026-01-01",
    ],
)
def test_a_window_of_more_than_90_days_or_backwards_is_refused_not_cut(text: str) -> None:
    assert "end_date" in refused(text).errors[0].description


@pytest.mark.parametrize(
    ("text", "sheet"),
    [
        ("page=0", Sheet(1, 1000)),
        ("page=1", Sheet(1, 1000)),
        ("page=3&page_size=250", Sheet(3, 250)),
        ("page_size=5000", Sheet(1, 1000)),
        ("page=999999999999", Sheet(1_000_000, 1000)),
    ],
)
def test_pages_count_from_one_zero_is_the_first_and_1000_is_the_cap(text: str, sheet: Sheet) -> None:
    assert read(text).sheet == sheet


def test_the_third_page_of_250_begins_after_500() -> None:
    assert Sheet(3, 250).skipped == 500


@pytest.mark.parametrize("text", ["page=-1", "page=x", "page_size=0", "page_size=1.5"])
def test_a_page_that_is_none_is_refused(text: str) -> None:
    refused(text)


def test_status_in_any_case_and_as_a_list() -> None:
    assert read("status=Closed").states == frozenset({"closed", "archived", "declined", "merged"})
    assert read("status=closed,duplicate,OPEN").states is not None
    assert read("status=cancelled").states == frozenset()
    assert read("status=").states is None
    assert "status" in refused("status=open,shut").errors[0].description


def test_filters_beyond_the_specification() -> None:
    query = read(
        "service_code=a,b&updated_after=2026-11-01&updated_before=2026-11-02&bbox=121.0,31.0,122,32&extensions=true"
    )
    assert query.service_codes == ("a", "b")
    assert query.updated_after == datetime(2026, 11, 1, tzinfo=UTC)
    assert query.updated_before == datetime(2026, 11, 2, 23, 59, 59, 999999, tzinfo=UTC)
    assert query.within == Box(121, 31, 122, 32)
    assert query.extensions
    assert read("lat=31.2&long=121.5&radius=250").within == Circle(31.2, 121.5, 250)
    assert read("lat=31.2&long=121.5").within == Circle(31.2, 121.5, 1000)


@pytest.mark.parametrize(
    "text",
    [
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=122,31,121,32",
        "bbox=121,95,122,96",
        "lat=31",
        "long=121",
        "lat=31&long=121&radius=50001",
        "updated_after=x",
        "updated_before=x",
    ],
)
def test_a_filter_that_means_nothing_is_refused(text: str) -> None:
    refused(text)


def test_everything_wrong_is_told_at_once() -> None:
    errors = refused("start_date=x&status=shut&page=-1&bbox=1&updated_after=x&updated_before=x").errors
    assert len(errors) == 6


def test_updates_have_the_same_window_and_pages() -> None:
    query = read_update_query(from_pairs([("start_date", "2026-11-05T10:00:00Z"), ("page_size", "10")]), NOW)
    assert (query.window.start, query.window.end) == (NOW - timedelta(hours=2), NOW)
    assert query.sheet == Sheet(1, 10)
    with pytest.raises(Fault):
        read_update_query(from_pairs([("start_date", "2025-01-01")]), NOW)
