"""What the tables of organisations share."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Func


class Kept(models.Model):
    """A row that is looked up and locked by its key."""

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True


class TimeRange(Func):
    """The half-open range between two moments; an absent end is open."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()
