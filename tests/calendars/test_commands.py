"""Publishing years: what is written, what is reported, and that a refusal writes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError

from lilong.calendars.commands import import_year, load_published_years
from lilong.calendars.models import PublishedDay, PublishedYear
from lilong.calendars.queries import published_years, working_days
from lilong.calendars.terms import Imported, Source
from lilong.kernel.days import DayKind
from lilong.kernel.refusals import Refused

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
SOURCE = Source("虚构的 2027 年通知", "虚构〔2026〕1号")
# A made-up notice of 2027; nobody has published one.
NOTICE = """date,is_workday,kind,holiday
2026-12-26,1,makeup_workday,元旦
2026-12-31,0,holiday,元旦
2027-01-01,0,holiday,元旦
2027-05-03,0,holiday,劳动节
2027-05-08,1,makeup_workday,劳动节
2027-10-01,0,holiday,国庆节
2027-10-04,0,holiday,国庆节
"""

pytestmark = pytest.mark.usefixtures("committed_db", "nothing_kept")


def stored() -> list[tuple[str, int, str, str]]:
    rows = PublishedDay.objects.order_by("day").values_list("day", "year_id", "kind", "holiday")
    return [(day.isoformat(), year, kind, holiday) for day, year, kind, holiday in rows]


def test_a_year_is_published_with_its_source_and_seen_at_once() -> None:
    assert working_days(AT).is_provisional(date(2027, 5, 3))
    done = import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
    assert (done.year, done.is_first, done.read, done.created, done.changes) == (2027, True, 7, 7, ())
    (year,) = published_years()
    assert (year.year, year.source, year.imported_at, year.digest) == (2027, SOURCE, AT, done.digest)
    days = working_days(AT)
    assert days.kind(date(2027, 5, 3)) is DayKind.HOLIDAY
    assert days.kind(date(2026, 12, 26)) is DayKind.MAKEUP_WORKDAY
    assert not days.is_provisional(date(2027, 6, 1))
    assert days.is_provisional(date(2026, 6, 1))


def test_importing_again_changes_nothing_and_says_so() -> None:
    import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
    before = stored()
    again = import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
    assert (again.is_first, again.created, again.changes) == (False, 0, ())
    assert stored() == before


def test_a_correction_reports_each_day_that_became_something_else() -> None:
    import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
    corrected = NOTICE.replace("2027-05-08,1,makeup_workday", "2027-05-15,1,makeup_workday").replace(
        "2027-05-03,0", "2027-05-04,0"
    )
    done = import_year(content=corrected.encode(), source=SOURCE, at=AT)
    assert [(change.day.isoformat(), change.was, change.now) for change in done.changes] == [
        ("2027-05-03", "holiday", "workday"),
        ("2027-05-04", "workday", "holiday"),
        ("2027-05-08", "makeup_workday", "weekend"),
        ("2027-05-15", "weekend", "makeup_workday"),
    ]
    assert done.created == 0
    assert working_days(AT).kind(date(2027, 5, 8)) is DayKind.WEEKEND


@pytest.mark.parametrize("wrong", ["2027-13-01,0,,", "2027-05-10,1,makeup_workday,劳动节", "2027-05-08,1,,"])
def test_a_refused_table_changes_nothing(wrong: str) -> None:
    import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
    before, years = stored(), published_years()
    with pytest.raises(Refused):
        import_year(content=(NOTICE.replace("2027-05-03", "2027-05-04") + wrong).encode(), source=SOURCE, at=AT)
    assert stored() == before
    assert published_years() == years


def test_a_failure_halfway_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(PublishedDay.objects, "bulk_create", broken)
    with pytest.raises(RuntimeError):
        import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
    assert stored() == []
    assert published_years() == ()


def test_a_december_day_of_a_published_year_changed_by_the_next_notice_is_a_change() -> None:
    load_published_years(at=AT)
    done = import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
    assert done.is_first
    assert done.created == 5
    assert [(change.day.isoformat(), change.was, change.now) for change in done.changes] == [
        ("2026-12-26", "weekend", "makeup_workday"),
        ("2026-12-31", "workday", "holiday"),
    ]
    assert working_days(AT).kind(date(2026, 12, 31)) is DayKind.HOLIDAY


def test_a_day_named_by_a_later_notice_may_be_repeated_but_not_contradicted() -> None:
    import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
    before_2026 = "date,is_workday,kind,holiday\n2026-01-01,0,holiday,元旦\n2026-05-01,0,holiday,劳动节\n"
    before_2026 += "2026-10-01,0,holiday,国庆节\n2026-10-02,0,holiday,国庆节\n"
    repeated = import_year(content=(before_2026 + "2026-12-31,0,holiday,元旦\n").encode(), source=SOURCE, at=AT)
    assert (repeated.year, repeated.created, repeated.changes) == (2026, 4, ())
    assert ("2026-12-31", 2027, "holiday", "元旦") in stored()
    before = stored()
    contradicting = before_2026 + "2026-12-26,0,holiday,元旦\n"
    with pytest.raises(Refused) as raised:
        import_year(content=contradicting.encode(), source=SOURCE, at=AT)
    (refusal,) = raised.value.refusals
    assert (refusal.code, refusal.reference) == ("calendars.named_later", "row:6")
    assert stored() == before


def test_a_day_that_two_notices_name_belongs_to_the_later_one() -> None:
    earlier = "date,is_workday,kind,holiday\n2026-01-01,0,holiday,元旦\n2026-05-01,0,holiday,劳动节\n"
    earlier += "2026-10-01,0,holiday,国庆节\n2026-10-02,0,holiday,国庆节\n2026-12-26,0,holiday,元旦\n"
    import_year(content=earlier.encode(), source=SOURCE, at=AT)
    done = import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
    assert [(change.day.isoformat(), change.was, change.now) for change in done.changes] == [
        ("2026-12-26", "holiday", "makeup_workday"),
        ("2026-12-31", "workday", "holiday"),
    ]
    assert ("2026-12-26", 2027, "makeup_workday", "元旦") in stored()


def test_the_shipped_years_are_loaded_once() -> None:
    assert load_published_years(at=AT) == tuple(range(2004, 2027))
    before = stored()
    assert load_published_years(at=AT) == ()
    assert stored() == before
    assert len(before) == 764


def test_a_shipped_year_is_corrected_by_a_new_version_and_an_imported_one_is_left_alone() -> None:
    load_published_years(at=AT)
    PublishedYear.objects.filter(year__in=(2025, 2026)).update(digest="of an earlier version")
    PublishedYear.objects.filter(year=2026).update(is_packaged=False)
    PublishedDay.objects.filter(day=date(2025, 10, 1)).delete()
    assert load_published_years(at=AT) == (2025,)
    assert PublishedDay.objects.filter(day=date(2025, 10, 1)).exists()


def test_two_imports_at_once_take_turns() -> None:
    """The second waits for the first and then repeats it; it does not fail on rows that it could not see."""

    def second() -> Imported:
        try:
            return import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
            waiting = pool.submit(second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
        assert waiting.result(timeout=10).is_first is False
    assert len(stored()) == 7


@pytest.mark.parametrize(
    ("day", "kind"), [(date(2027, 5, 10), "makeup_workday"), (date(2027, 5, 8), "workday"), (date(2027, 5, 8), "")]
)
def test_the_database_refuses_days_that_are_no_exceptions(day: date, kind: str) -> None:
    import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
    with pytest.raises(IntegrityError):
        PublishedDay.objects.create(day=day, year_id=2027, kind=kind)


def test_residents_may_read_the_calendar_and_not_write_it() -> None:
    import_year(content=NOTICE.encode(), source=SOURCE, at=AT)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE lilong_resident")
        cursor.execute("SELECT count(*) FROM calendars_day")
        assert cursor.fetchone() == (7,)
        cursor.execute("SELECT has_table_privilege(current_user, 'calendars_day', 'INSERT, UPDATE, DELETE')")
        assert cursor.fetchone() == (False,)
