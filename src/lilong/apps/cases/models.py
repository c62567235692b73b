"""The tables of cases. Words that may have to be erased stand apart from the case and from the journal."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from lilong.apps.cases.lifecycle import CASE
from lilong.apps.places.public import PointField
from lilong.ledger.models import Living, area_column

_OPEN = Q(closed_at__isnull=True)


class Case(Living):
    """One matter. ``progress`` says how far it is in which version of which ``scenario``; ``facts`` what is known."""

    number = models.CharField("编号 number", max_length=24, unique=True)
    category = models.CharField("类别 category", max_length=40)
    standard = models.IntegerField("标准 standard", null=True)
    source = models.CharField("来源 source", max_length=20)
    lead_unit = models.IntegerField("主办 lead", null=True)
    co_units = ArrayField(models.IntegerField(), verbose_name="协办 co-handlers", default=list, db_default=[])
    place = PointField("位置（米） place in metres", null=True)
    latitude = models.FloatField("纬度 latitude", null=True)
    longitude = models.FloatField("经度 longitude", null=True)
    opened_at = models.DateTimeField("报来 opened")
    due_at = models.DateTimeField("到期 due", null=True)
    clock_from = models.DateTimeField("起算 clock from", null=True)
    limit_amount = models.SmallIntegerField("时限 limit", null=True)
    limit_kind = models.CharField("时限种类 clock", max_length=20, default="", db_default="")
    closed_at = models.DateTimeField("了结 closed", null=True)
    scenario = models.CharField("场景 scenario", max_length=60)
    progress = models.JSONField("进展 progress", default=dict)
    facts = models.JSONField("事实 facts", default=dict, db_default={})
    reporter = models.UUIDField("报事人 reporter", null=True)
    anonymous = models.BooleanField("匿名 anonymous", default=False)
    private = models.BooleanField("不公开 private", default=False)
    because = models.JSONField("因为 because", default=list)
    original = models.UUIDField("并入 original", null=True)
    returned = models.SmallIntegerField("回退次数 returned", default=0, db_default=0)
    sent_back = models.SmallIntegerField("返工次数 sent back", default=0, db_default=0)
    asked_again = models.SmallIntegerField("再次诉求 asked again", default=0, db_default=0)
    resolution = models.CharField("办成怎样 resolution", max_length=20, default="", db_default="")
    updated_at = models.DateTimeField("最近 updated")

    class Meta:
        db_table = "cases_case"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CASE.state_names), name="cases_case_state_known"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")), name="cases_case_ends_after"
            ),
            models.CheckConstraint(condition=Q(asked_again__lte=1), name="cases_case_asked_again_once"),
        ]
        indexes = [
            # With the column beside it, counting a whole city's open cases need not look at one of them.
            models.Index(
                fields=["area", "state", "due_at", "id"],
                include=["returned"],
                condition=_OPEN,
                name="cases_case_open_here",
            ),
            models.Index(fields=["state", "category", "due_at", "id"], condition=_OPEN, name="cases_case_open_kind"),
            models.Index(fields=["area", "opened_at"], name="cases_case_here"),
            models.Index(fields=["-opened_at", "-id"], name="cases_case_latest"),
            models.Index(fields=["reporter"], condition=Q(reporter__isnull=False), name="cases_case_reporter"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseText(models.Model):
    """What the reporter wrote; erasable. ``grams`` are the two-character pieces by which it is found."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    area = area_column()
    title = models.CharField(max_length=200)
    body = models.TextField()
    address = models.CharField(max_length=300)
    salt = models.BinaryField()
    grams = ArrayField(models.TextField())

    class Meta:
        db_table = "cases_text"
        indexes = [GinIndex(fields=["grams"], name="cases_text_grams")]

    def __str__(self) -> str:
        return self.title


class CaseNote(models.Model):
    """Words added on the way: facts, results, reasons, answers, messages of the scenario.

    Erasable; the journal keeps the salted digest. ``text_en`` only where the words came from the scenario; ``unit`` is
    the one a message is for, None where it is for whoever reported.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    area = area_column()
    kind = models.CharField(max_length=20)
    text = models.TextField()
    text_en = models.TextField(blank=True, default="", db_default="")
    salt = models.BinaryField()
    by = models.JSONField()
    at = models.DateTimeField()
    public = models.BooleanField(default=True)
    unit = models.IntegerField(null=True)

    class Meta:
        db_table = "cases_note"

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%F %R}"


class CasePhoto(models.Model):
    """A picture of a case, re-encoded on arrival. The file is named by the digest of its content."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    area = area_column()
    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    width = models.IntegerField()
    height = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_photo"

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


def photo_path(digest: str) -> Path:
    """Where a picture's file lies; two characters of its digest spread the folders."""
    return Path(settings.MEDIA_ROOT) / "photos" / digest[:2] / f"{digest}.jpg"


class CaseRating(models.Model):
    """What the resident said after closing; at most one per closing."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    area = area_column()
    round = models.SmallIntegerField()
    solved = models.CharField(max_length=10)
    satisfaction = models.CharField(max_length=20)
    comment = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_rating"
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="cases_rating_once")]

    def __str__(self) -> str:
        return self.satisfaction


class CaseCallback(models.Model):
    """What a callback (回访) found: 先行联系, 解决, 解释说明 and 满意 apart from one another."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    area = area_column()
    contacted = models.CharField(max_length=10)
    solved = models.CharField(max_length=10)
    explained = models.CharField(max_length=10)
    satisfaction = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_callback"

    def __str__(self) -> str:
        return f"{self.solved} {self.at:%F}"
