"""交结果: hand in one's part of a step that no stage of its subject stands for, whatever app owns the subject."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.utils.module_loading import import_string

from lilong.apps.work.terms import Handed
from lilong.kernel.actors import Actor
from lilong.kernel.keys import CommandKey
from lilong.ledger.receipts import Receipt
from lilong.ledger.rooms import subject_port


def hand_in(*, by: Actor, key: CommandKey, kind: str, subject: UUID, task_key: str, handed: Handed) -> Receipt:
    """Let the app that owns ``kind`` take the step; refused as that app refuses it."""
    finish = cast("Callable[..., Receipt]", import_string(subject_port(kind).finish))
    return finish(by=by, key=key, subject=subject, task_key=task_key, handed=handed)
