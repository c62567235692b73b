"""The posture of each area: a fact that all may read and only the emergency app writes."""

from __future__ import annotations

from django.db import models

from lilong.ledger.models import area_column


class EmergencyPeriod(models.Model):
    """An area in emergency posture from ``since`` until ``until``; no row means ordinary times."""

    area = area_column()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    is_drill = models.BooleanField(default=False)

    class Meta:
        db_table = "posture_emergency"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="posture_emergency_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.since}"
