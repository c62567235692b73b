"""Publishing a year. Reference data of everybody: no area, no posts. Whoever calls decides who may, and journals it.

Both verbs write all of a notice or nothing, one import at a time.
"""

from __future__ import annotations

import csv
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Q

from lilong.calendars.models import PublishedDay, PublishedYear
from lilong.calendars.queries import forget
from lilong.calendars.rules import notice_of, read_table
from lilong.calendars.terms import DayChange, Imported, NoticeTable, Source, TableRow
from lilong.kernel.days import DayKind, ExceptionalDay, is_weekend
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

_DATA = Path(__file__).parent / "data"


def import_year(*, content: bytes, source: Source, at: datetime, year: int | None = None) -> Imported:
    """Publish or correct the year of one notice from a table (:mod:`lilong.calendars.rules` says of which shapes).

    ``year`` defaults to the latest in the table. Raises :class:`~lilong.kernel.refusals.Refused` with every row that
    stands in the way; then nothing was written. Processes that compute deadlines see the year within a minute.
    """
    notice = notice_of(read_table(content), year)
    with transaction.atomic():
        _one_at_a_time()
        return _publish(notice, source, at)


def load_published_years(*, at: datetime) -> tuple[int, ...]:
    """Publish the years shipped with the software and return those that were new or corrected. May be run again.

    A year that was imported here is never overwritten by a shipped one.
    """
    with transaction.atomic():
        _one_at_a_time()
        known = {row.year: row for row in PublishedYear.objects.all()}
        loaded = []
        for notice, source in packaged_notices():
            there = known.get(notice.year)
            if there is None or (there.is_packaged and there.digest != notice.digest):
                _publish(notice, source, at)
                loaded.append(notice.year)
    return tuple(loaded)


def _one_at_a_time() -> None:
    """Two imports at once would each compare with a calendar that the other is about to change."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE calendars_year IN SHARE ROW EXCLUSIVE MODE")


def _publish(notice: NoticeTable, source: Source, at: datetime) -> Imported:
    named = [each.day for each in notice.days]
    touched = Q(year_id=notice.year) | Q(day__in=[row.day for row in notice.rows])
    there = {row.day: row for row in PublishedDay.objects.filter(touched)}
    later = {day: row for day, row in there.items() if row.year_id > notice.year}
    _refuse_overruled(notice, later)
    before = {day: row for day, row in there.items() if row.year_id == notice.year or day in set(named)}
    published = set(PublishedYear.objects.values_list("year", flat=True))
    created = sum(day not in before and day.year not in published for day in named)
    changes = _changes(notice.days, before, published)
    _write(notice, source, at, kept=later)
    transaction.on_commit(forget)
    return Imported(notice.year, notice.year not in published, len(notice.rows), created, changes, notice.digest)


def _write(notice: NoticeTable, source: Source, at: datetime, kept: Container[date]) -> None:
    PublishedYear.objects.update_or_create(
        year=notice.year,
        defaults={
            "notice": source.notice,
            "number": source.number,
            "url": source.url,
            "is_packaged": source.is_packaged,
            "imported_at": at,
            "digest": notice.digest,
        },
    )
    days = [each for each in notice.days if each.day not in kept]
    PublishedDay.objects.filter(Q(year_id=notice.year) | Q(day__in=[each.day for each in days])).delete()
    PublishedDay.objects.bulk_create(
        PublishedDay(day=each.day, year_id=notice.year, kind=each.kind, holiday=each.holiday) for each in days
    )


def _changes(
    days: Iterable[ExceptionalDay], before: Mapping[date, PublishedDay], published: Container[int]
) -> tuple[DayChange, ...]:
    """Days about which something was published and that are something else now: deadlines may rest on them."""
    now = {each.day: each for each in days}
    changed = []
    for day in sorted(before.keys() | {day for day in now if day.year in published}):
        was = DayKind(before[day].kind) if day in before else _by_the_week(day)
        became, holiday = (now[day].kind, now[day].holiday) if day in now else (_by_the_week(day), "")
        if was is not became:
            changed.append(DayChange(day, was, became, holiday))
    return tuple(changed)


def _by_the_week(day: date) -> DayKind:
    return DayKind.WEEKEND if is_weekend(day) else DayKind.WORKDAY


def _refuse_overruled(notice: NoticeTable, later: Mapping[date, PublishedDay]) -> None:
    """A day that a later year's notice named is that notice's: this one may repeat it but not contradict it."""
    wrong = [
        Refusal(
            "calendars.named_later",
            Label(
                f"第 {row.row} 行：{row.day} 由 {later[row.day].year_id} 年的通知确定，与此表不同。",
                f"Row {row.row}: the notice of {later[row.day].year_id} set {row.day}, and this table differs.",
            ),
            Label("请去掉这一行，或重新导入那一年的通知。", "Leave the row out, or import that year's notice again."),
            "date",
            f"row:{row.row}",
        )
        for row in notice.rows
        if row.day in later and DayKind(later[row.day].kind).works is not row.works
    ]
    if wrong:
        raise Refused(RefusalKind.INVALID, tuple(wrong))


def packaged_notices() -> list[tuple[NoticeTable, Source]]:
    """The notices shipped with the software, earliest first, each with its source (``data/SOURCES.txt``)."""
    content = (_DATA / "cn_workdays.csv").read_bytes()
    rows = {row.day.isoformat(): row for row in read_table(content)}
    by_year: dict[int, list[TableRow]] = {}
    for day in csv.DictReader(content.decode().splitlines()):
        by_year.setdefault(int(day["notice"]), []).append(rows[day["date"]])
    return [(notice_of(by_year[year], year), source) for year, source in _packaged_sources()]


def _packaged_sources() -> Iterator[tuple[int, Source]]:
    for row in csv.DictReader((_DATA / "cn_notices.csv").read_text(encoding="utf-8").splitlines()):
        number = "；".join(filter(None, (row["number"], row["changed_by"])))
        yield int(row["year"]), Source(row["title"], number, row["url"], is_packaged=True)
