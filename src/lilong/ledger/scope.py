"""What one transaction may see: the range of areas of a post, or the subjects of a resident."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from lilong.kernel.actors import Actor, ActorKind

_OUTSIDE_STAFF = frozenset({ActorKind.RESIDENT, ActorKind.ANONYMOUS})


@contextmanager
def reading(seen_by: Actor) -> Iterator[None]:
    """A transaction in which row-level security shows what ``seen_by`` may see, and nothing else.

    Inside another scope it keeps that outer scope: a query called from a command reads within the command's own.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        take_scope(seen_by)
        yield


def take_scope(actor: Actor) -> None:
    """Set the scope of the open transaction; it ends with the transaction, whatever the pool does after."""
    if actor.kind in _OUTSIDE_STAFF:
        settings = {
            "lilong.subjects": ",".join(str(subject) for subject in sorted(actor.subjects)),
            "lilong.person": str(actor.person or ""),
            "role": "lilong_resident",
        }
    else:
        unit = "" if actor.unit is None else str(actor.unit)
        settings = {"lilong.area_low": actor.area.low, "lilong.area_high": actor.area.high, "lilong.unit": unit}
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    parameters = [word for pair in settings.items() for word in pair]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", parameters)
