"""The tables of work."""

from lilong.apps.work.models.rehearsals import KeptRehearsal
from lilong.apps.work.models.tasks import Task
from lilong.apps.work.models.undertakings import Undertaking, UndertakingNote
from lilong.apps.work.models.versions import Edition, Publication, Saving, ScenarioNote, ScenarioVersion

__all__ = [
    "Edition",
    "KeptRehearsal",
    "Publication",
    "Saving",
    "ScenarioNote",
    "ScenarioVersion",
    "Task",
    "Undertaking",
    "UndertakingNote",
]
