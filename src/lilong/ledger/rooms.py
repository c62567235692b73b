"""What an app offers to the house: duties, life-cycles, events out and in, retention of its tables, menu.

Declared once on the app's config; the permission screens, the outbox, the retention job, the menus, the docs and the
house tests read it from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, cast

from django.apps import AppConfig, apps
from django.utils.module_loading import import_string

from lilong.kernel.actors import Actor
from lilong.kernel.lifecycle import Lifecycle
from lilong.kernel.words import Label
from lilong.ledger.events import Event

Reader = Callable[[Event], None]
Exporter = Callable[[Actor], object]


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty that posts carry in their area, e.g. ``cases.case.dispatch``."""

    code: str
    label: Label


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a table's rows are kept and what ends it; ``days`` None means as long as its subject is kept."""

    table: str
    days: int | None
    because: Label


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the navigation, shown to posts that carry ``duty`` (or to everybody when it is empty)."""

    label: Label
    url: str
    icon: str
    duty: str = ""


@dataclass(frozen=True, slots=True)
class SubjectPort:
    """What the app that owns a kind of subject offers to work below it, as dotted paths.

    ``cards`` gives its subjects' words to the inbox; ``finish`` takes one step of a subject that its own life-cycle
    does not know; ``frame`` is what the kind asks of its scenarios; ``histories`` tells past ones for rehearsal;
    ``running`` counts open ones by the version of the scenario they go by.
    """

    cards: str
    finish: str = ""
    frame: str = ""
    histories: str = ""
    running: str = ""


class Room(AppConfig):
    """An app of the house.

    ``readers`` maps a topic to the dotted paths of the functions that read it; ``subjects`` maps a life-cycle's name to
    what its app offers for subjects that are handled by scenarios; ``resident_duties`` are what any
    resident may do, signed in or not, with the subjects that are their own; ``exports`` maps a heading to the dotted
    path of the function that, given the resident as actor, returns as plain JSON values what this app keeps of them.
    """

    # Django takes the one default config of an apps module; the imported Room must not be a second candidate there.
    default = False
    default_auto_field = "django.db.models.BigAutoField"
    title: ClassVar[Label]
    duties: ClassVar[tuple[Duty, ...]] = ()
    lifecycles: ClassVar[tuple[Lifecycle, ...]] = ()
    events: ClassVar[tuple[str, ...]] = ()
    readers: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    subjects: ClassVar[Mapping[str, SubjectPort]] = {}
    resident_duties: ClassVar[frozenset[str]] = frozenset()
    retention: ClassVar[tuple[Retention, ...]] = ()
    exports: ClassVar[Mapping[str, str]] = {}
    menu: ClassVar[tuple[MenuItem, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.default = True
        if hasattr(cls, "title"):
            # How administration heads its list of tables; both languages, as the tables have them.
            cls.verbose_name = f"{cls.title.zh} {cls.title.en}"


def rooms() -> Iterator[Room]:
    """Every room of the house, lowest first as installed."""
    return (config for config in apps.get_app_configs() if isinstance(config, Room))


def all_duties() -> dict[str, Label]:
    """Every duty of the house by code."""
    return {duty.code: duty.label for room in rooms() for duty in room.duties}


def resident_duties() -> frozenset[str]:
    """What any resident may do, signed in or not."""
    return frozenset[str]().union(*(room.resident_duties for room in rooms()))


def exporters() -> dict[str, Exporter]:
    """The functions that answer a person's request for a copy of what is kept (个人信息保护法 2021-08-20 art. 45)."""
    return {name: cast("Exporter", import_string(path)) for room in rooms() for name, path in room.exports.items()}


def subject_port(kind: str) -> SubjectPort:
    """What the app that owns subjects of ``kind`` offers. Raises ``LookupError`` when no room declares the kind."""
    for room in rooms():
        if kind in room.subjects:
            return room.subjects[kind]
    raise LookupError(f"no room declares subjects of {kind}; name them in its apps.py")


def readers_of(topic: str) -> list[Reader]:
    """The functions that want this news. An unreadable path is a fault that keeps the event in the outbox."""
    paths = [path for room in rooms() for path in room.readers.get(topic, ())]
    return [cast("Reader", import_string(path)) for path in paths]
