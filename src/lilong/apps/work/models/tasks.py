"""The table of tasks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from lilong.apps.work.lifecycle import OPEN_STATES, TASK
from lilong.ledger.models import Living


class Task(Living):
    """One piece of work for one unit. A subject has at most one open task per step, role and unit.

    ``step`` is the key of the work; ``act`` the stage of the subject's own life-cycle that the step stands for, if any.
    """

    kind = models.CharField("事类 kind", max_length=60)
    subject = models.UUIDField("事项 subject")
    step = models.CharField("步骤 step", max_length=120)
    act = models.CharField("环节 act", max_length=20, default="", db_default="")
    label = models.JSONField("叫法 label")
    hand_in = models.JSONField("要交 to hand in")
    role = models.CharField("角色 role", max_length=20)
    unit = models.IntegerField("单位 unit")
    limit_amount = models.SmallIntegerField("时限 limit")
    limit_kind = models.CharField("时限种类 clock", max_length=20)
    started_at = models.DateTimeField("开始 started")
    due_at = models.DateTimeField("到期 due")
    ended_at = models.DateTimeField("了结 ended", null=True)
    raised_at = models.DateTimeField("上报 raised", null=True)
    because = models.JSONField("因为 because", default=list)
    # What was answered to a supervision: erasable here, the journal holds its salted digest.
    answer = models.TextField("答复 answer", default="", db_default="")
    answer_salt = models.BinaryField(null=True)

    class Meta:
        db_table = "work_task"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TASK.state_names), name="work_task_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES) ^ Q(ended_at__isnull=False), name="work_task_ended_iff_final"
            ),
            models.UniqueConstraint(
                fields=["subject", "step", "role", "unit"],
                condition=Q(ended_at__isnull=True),
                name="work_task_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "due_at", "id"], condition=Q(ended_at__isnull=True), name="work_task_inbox"),
            models.Index(
                fields=["due_at"], condition=Q(ended_at__isnull=True, raised_at__isnull=True), name="work_task_overdue"
            ),
            models.Index(fields=["subject"], name="work_task_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.subject}"
