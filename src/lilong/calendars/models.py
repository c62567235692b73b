"""The tables of published years: the same for everybody, so they carry no area and no row-level security."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lilong.kernel.days import DayKind


class PublishedYear(models.Model):
    """A year whose notice is known. No row means that the year is not published, which is a state and not a fault."""

    year = models.SmallIntegerField("年份 year", primary_key=True)
    notice = models.CharField("通知 notice", max_length=200)
    number = models.CharField("文号 document number", max_length=120, blank=True)
    url = models.CharField("网址 address", max_length=300, blank=True)
    is_packaged = models.BooleanField("随软件发布 shipped with the software", default=False)
    imported_at = models.DateTimeField("导入时间 imported")
    digest = models.CharField("摘要 digest", max_length=64)

    class Meta:
        db_table = "calendars_year"

    def __str__(self) -> str:
        return f"{self.year} {self.number or self.notice}"


class PublishedDay(models.Model):
    """A day that is not what the week says. ``year`` is the notice that named it: mostly, not always, its own year."""

    day = models.DateField("日期 day", primary_key=True)
    year = models.ForeignKey(
        PublishedYear, verbose_name="通知 notice", on_delete=models.PROTECT, related_name="+", db_column="year"
    )
    kind = models.CharField("种类 kind", max_length=20)
    holiday = models.CharField("节日 holiday", max_length=60, blank=True)

    class Meta:
        db_table = "calendars_day"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[DayKind.HOLIDAY.value, DayKind.MAKEUP_WORKDAY.value]),
                name="calendars_day_is_exceptional",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DayKind.MAKEUP_WORKDAY.value) | Q(day__iso_week_day__in=[6, 7]),
                name="calendars_day_make_up_on_weekend",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
