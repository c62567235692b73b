"""The tables of undertakings."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from lilong.apps.work.lifecycle import UNDERTAKING
from lilong.apps.work.models.tasks import Task
from lilong.apps.work.terms.undertakings import TITLE_MAX
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.ledger.models import Living, area_column
from lilong.ledger.scope import reading


class Undertaking(Living):
    """A matter that a unit began by itself, handled by the version of a scenario it began with.

    Title, about and facts are erasable here; the journal keeps a salted digest of the words and the facts' names.
    """

    number = models.CharField("编号 number", max_length=20, unique=True)
    scenario = models.CharField("场景 scenario", max_length=60)
    progress = models.JSONField("进展 progress", default=dict)
    facts = models.JSONField("事实 facts", default=dict)
    title = models.CharField("标题 title", max_length=TITLE_MAX)
    about = models.TextField("说明 about", blank=True)
    salt = models.BinaryField()
    begun_at = models.DateTimeField("开始 begun")
    begun_by = models.JSONField("开始的岗位 begun by")
    ended_at = models.DateTimeField("了结 ended", null=True)
    due_at = models.DateTimeField("到期 due", null=True)
    because = models.JSONField("因为 because", default=list)

    class Meta:
        db_table = "work_undertaking"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UNDERTAKING.state_names), name="work_undertaking_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=UNDERTAKING.open_state_names) ^ Q(ended_at__isnull=False),
                name="work_undertaking_ended_iff_final",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("begun_at")), name="work_undertaking_ends_after"
            ),
        ]
        indexes = [
            models.Index(fields=["area", "-begun_at", "-id"], name="work_undertaking_here"),
            models.Index(fields=["scenario", "state"], name="work_undertaking_scenario"),
            models.Index(
                fields=["area"],
                condition=Q(ended_at__isnull=True, progress__has_key="unassigned"),
                name="work_undertaking_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class UndertakingNote(models.Model):
    """Words added on the way: what was handed in, reasons, messages to ``hearer``.

    Erasable; the journal keeps the salted digest. ``text_en`` only where the words came from the scenario.
    """

    undertaking = models.ForeignKey(Undertaking, on_delete=models.PROTECT, related_name="+")
    area = area_column()
    kind = models.CharField(max_length=20)
    step = models.CharField(max_length=120, blank=True)
    text = models.TextField()
    text_en = models.TextField(blank=True)
    salt = models.BinaryField()
    by = models.JSONField()
    at = models.DateTimeField()
    hearer = models.CharField(max_length=20, blank=True)
    unit = models.IntegerField(null=True)

    class Meta:
        db_table = "work_undertaking_note"
        indexes = [models.Index(fields=["undertaking"], name="work_undertaking_note_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%F %R}"


def acting_in(actor: Actor, undertaking: UUID) -> Actor:
    """``actor`` in the whole area of a matter of which its own unit has or had a task, with no duty more than before.

    A matter of a street may have work for one of its communities: the task is what lets that community act in it.
    """
    with reading(actor):
        digits = Undertaking.objects.filter(pk=undertaking).values_list("area", flat=True).first()
        if digits is None or actor.area.contains(AreaCode(digits)):
            return actor
        has_part = Task.objects.filter(subject=undertaking, unit=actor.unit or 0).exists()
    return replace(actor, area=AreaCode(digits)) if has_part else actor
