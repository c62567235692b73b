"""What the tables of organisations share."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar, Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Func
from typing_extensions import override


class Kept(models.Model):
    """A row that is looked up and locked by its key."""

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True

    @override
    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Nothing: commands check what the database will, and say what to do; Django's words would come first."""


class TimeRange(Func):
    """The half-open range between two moments; an absent end is open."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()
