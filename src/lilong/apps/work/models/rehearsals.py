"""The table of rehearsals: what was asked, how far it is, what came out. The evidence an approval points at."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lilong.apps.work.models.versions import REFERENCE_MAX, ScenarioVersion
from lilong.apps.work.terms import Stand
from lilong.ledger.models import area_column


class KeptRehearsal(models.Model):
    """One rehearsal of a version beside another one, on the past of an area. A report that is kept never changes."""

    id = models.UUIDField(primary_key=True, editable=False)
    area = area_column()
    version = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField("文件摘要 digest", max_length=64)
    present = models.CharField("现行版本 present", max_length=REFERENCE_MAX)
    since = models.DateTimeField("自 since")
    until = models.DateTimeField("至 until")
    seed = models.BigIntegerField("种子 seed")
    load = models.JSONField("设定的来件 load", null=True)
    stand = models.CharField("进度 stand", max_length=20, default=Stand.WAITING.value)
    done = models.IntegerField("已演练 done", default=0)
    total = models.IntegerField("共有 total", default=0)
    report = models.JSONField("结果 report", null=True)
    why_failed = models.JSONField("为什么没成 why failed", null=True)
    by = models.JSONField("由谁 by")
    actor = models.CharField("账号 actor", max_length=80)
    at = models.DateTimeField("时间 at")
    finished_at = models.DateTimeField("完成 finished", null=True)

    class Meta:
        db_table = "work_rehearsal"
        constraints = [
            models.CheckConstraint(condition=Q(stand__in=[each.value for each in Stand]), name="work_rehearsal_stand"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="work_rehearsal_period"),
            models.CheckConstraint(condition=Q(stand="done") ^ Q(report__isnull=True), name="work_rehearsal_reports"),
        ]
        indexes = [models.Index(fields=["version", "-at"], name="work_rehearsal_of")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.at:%F %R}"
