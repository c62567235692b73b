"""The tables of people that the application may read. What is kept of a person stands in the vault (``sql/vault.sql``):
no role of the application may read that but through its functions, so no model stands for it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from lilong.identity.models import Account


class Person(models.Model):
    """A resident as a number: no name, no telephone, no address.

    Without ``account`` it is a guest, who left a way to be reached about one matter. ``joined_to`` says that the guest
    turned out to be somebody with an account.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    account = models.OneToOneField(Account, null=True, on_delete=models.PROTECT, related_name="+")
    joined_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "people_person"
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(joined_to__isnull=True), name="people_person_only_guests_join"
            ),
            models.CheckConstraint(
                condition=Q(joined_to__isnull=True) | ~Q(joined_to=F("id")), name="people_person_joins_another"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
