"""Asking for the posture."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label
from lilong.posture.models import EmergencyPeriod


class Posture(StrEnum):
    """Ordinary times, or an emergency layer on top of them. A drill never changes the posture of real matters."""

    NORMAL = "normal"
    EMERGENCY = "emergency"

    @property
    def label(self) -> Label:
        """The posture's name."""
        return Label("平时", "ordinary times") if self is Posture.NORMAL else Label("应急", "emergency")


def posture_of(area: AreaCode, at: datetime) -> Posture:
    """The posture of ``area`` at ``at``: emergency when it, or an area above it, is in one that is no drill."""
    above = [area.digits[:length] for length in range(len(area.digits) + 1)]
    lasting = Q(until__isnull=True) | Q(until__gt=at)
    found = EmergencyPeriod.objects.filter(lasting, area__in=above, since__lte=at, is_drill=False).exists()
    return Posture.EMERGENCY if found else Posture.NORMAL
