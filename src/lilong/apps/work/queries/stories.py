"""Who did what when with a subject of work, from the journal."""

from __future__ import annotations

from uuid import UUID

from lilong.kernel.actors import Actor, machine
from lilong.kernel.words import Label
from lilong.ledger import history
from lilong.ledger.events import Entry
from lilong.ledger.scope import reading

# The library stands open to every post, whatever its area; what its journal tells holds nothing of a person.
_LIBRARIAN = machine(Label("场景库", "the library"), frozenset())


def story_of_version(version: UUID) -> tuple[Entry, ...]:
    """Every act on a version of a scenario, oldest first: who wrote, approved and published it, on what evidence."""
    with reading(_LIBRARIAN):
        return tuple(entry for entry in history.entries(version) if entry.step.startswith("work.scenario."))


def story(*, seen_by: Actor, subject: UUID) -> tuple[Entry, ...]:
    """Every act on the subject that the actor may see, oldest first."""
    with reading(seen_by):
        return history.entries(subject)
