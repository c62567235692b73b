"""The tables of the ledger, and the row shape that every living subject shares."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from lilong.kernel.areas import AreaCode


def area_column() -> models.CharField[str, str]:
    """A column of :class:`~lilong.kernel.areas.AreaCode` digits, compared byte by byte.

    The C collation makes ``area >= low AND area < high`` the prefix test and lets an index answer it.
    """
    return models.CharField("区域 area", max_length=20, db_collation="C")


class JournalEntry(models.Model):
    """One act on one subject. Append-only by privilege and trigger; hash-chained per subject.

    ``seq`` counts from 1 without gaps and equals the subject's version after the act.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.UUIDField()
    seq = models.IntegerField()
    kind = models.CharField(max_length=60)
    area = area_column()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    step = models.CharField(max_length=80)
    data = models.JSONField()
    prev = models.BinaryField(null=True)
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_journal"
        constraints = [models.UniqueConstraint(fields=["subject", "seq"], name="ledger_journal_chain")]
        # Entries arrive nearly in the order of their time: a block range index costs a writer nothing.
        indexes = [BrinIndex(fields=["at"], name="ledger_journal_at")]

    def __str__(self) -> str:
        return f"{self.subject}#{self.seq} {self.step}"


class OutboxEvent(models.Model):
    """News for the apps above, written with the act and removed when every reader has had it.

    A reader that fails leaves the row here, counted in ``attempts``, to be tried again after ``not_before``.
    """

    id = models.BigAutoField(primary_key=True)
    topic = models.CharField(max_length=80)
    subject = models.UUIDField()
    version = models.IntegerField()
    payload = models.JSONField()
    at = models.DateTimeField()
    attempts = models.SmallIntegerField(default=0, db_default=0)
    not_before = models.DateTimeField(null=True)
    last_error = models.TextField(default="", db_default="")

    class Meta:
        db_table = "ledger_outbox"

    def __str__(self) -> str:
        return f"{self.topic} {self.subject}"


class KeptReceipt(models.Model):
    """The answer to a command, kept so that a repeat of the same key gets the same answer and no second effect."""

    key = models.UUIDField(primary_key=True)
    digest = models.BinaryField()
    receipt = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "ledger_receipts"

    def __str__(self) -> str:
        return str(self.key)


class Living(models.Model):
    """A subject with a life-cycle: its id, area, state and version. Only ``ledger.acts`` changes it."""

    id = models.UUIDField(primary_key=True, editable=False)
    area = area_column()
    state = models.CharField("状态 state", max_length=40)
    version = models.IntegerField("版本 version", default=0)
    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True

    @property
    def area_code(self) -> AreaCode:
        """The area as a value."""
        return AreaCode(self.area)
