"""The project's place in the house: templates, tags and static files of every face."""

from __future__ import annotations

from lilong.kernel.words import Label
from lilong.ledger.rooms import Room


class ProjectRoom(Room):
    """The only place that knows every app."""

    name = "lilong.project"
    label = "project"
    title = Label("平台", "Platform")
