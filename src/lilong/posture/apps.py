"""Posture's place in the house."""

from __future__ import annotations

from lilong.kernel.words import Label
from lilong.ledger.rooms import Retention, Room


class PostureRoom(Room):
    """Peace or emergency, by area."""

    name = "lilong.posture"
    label = "posture"
    title = Label("平急状态", "Posture")
    retention = (
        Retention("posture_emergency", None, Label("公开的事实，随档案", "a public fact, kept with the archive")),
    )
