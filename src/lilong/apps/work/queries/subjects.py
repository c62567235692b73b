"""Where the subjects of work have their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast
from uuid import UUID

from django.utils.module_loading import import_string

from lilong.apps.work.terms import PastMatter, SubjectCard
from lilong.kernel.actors import Actor
from lilong.ledger.rooms import subject_port
from lilong.ledger.scope import reading

Histories = Callable[..., Iterable[PastMatter]]


def histories_of(kind: str) -> Histories:
    """How a kind of subject tells its past; a kind that does not tells of nothing."""
    path = subject_port(kind).histories
    return cast("Histories", import_string(path)) if path else _nothing


def _nothing(**_: object) -> Iterable[PastMatter]:
    return ()


def subject_cards(*, seen_by: Actor, kind: str, subjects: Iterable[UUID]) -> Mapping[UUID, SubjectCard]:
    """Number, title and address of subjects of one kind, as far as the actor may see them."""
    cards = cast("Callable[..., Mapping[UUID, SubjectCard]]", import_string(subject_port(kind).cards))
    with reading(seen_by):
        return cards(set(subjects))
