"""What a new scenario may begin from: the files that come with the platform, and what other areas put in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from lilong.apps.work.models.frames import frames
from lilong.apps.work.queries.library import library
from lilong.apps.work.queries.versions import version
from lilong.apps.work.rules.files import read_scenario
from lilong.apps.work.terms import LibraryFilter, Scenario
from lilong.kernel.actors import Actor
from lilong.kernel.refusals import absent
from lilong.kernel.words import Label

SHIPPED = Path(__file__).parents[1] / "data" / "scenarios"
_FILE = "file:"
_OF_OTHERS_MAX = 50
_LABEL = Label("{title}\n{purpose}", "{title}\n{purpose}")


@dataclass(frozen=True, slots=True)
class Template:
    """Something to begin from. ``key`` asks :func:`text_of` for it; ``label`` is its title and, below, its purpose."""

    key: str
    label: Label
    kind: str


@cache
def shipped() -> Mapping[str, Scenario]:
    """The scenarios that come with the platform, by name; read once."""
    known = frames()
    found = (read_scenario(path.read_text(encoding="utf-8"), known) for path in sorted(SHIPPED.glob("*.yaml")))
    return {scenario.name: scenario for scenario in found}


def shipped_text(name: str) -> str:
    """The file of a scenario that comes with the platform. Raises :class:`~lilong.kernel.refusals.Refused` (absent)."""
    path = SHIPPED / f"{name}.yaml"
    if path.parent == SHIPPED and path.is_file():
        return path.read_text(encoding="utf-8")
    raise absent(Label("模板", "template"))


def templates(*, seen_by: Actor) -> tuple[Template, ...]:
    """Everything that a new scenario may begin from: shipped files first, then what is in force elsewhere."""
    files = (
        Template(f"{_FILE}{one.name}", _LABEL.filled(title=one.title, purpose=one.purpose), one.kind)
        for one in shipped().values()
    )
    wanted = LibraryFilter(state="published", size=_OF_OTHERS_MAX)
    others = (
        Template(str(row.id), _LABEL.filled(title=row.title, purpose=row.purpose), row.kind)
        for row in library(seen_by=seen_by, wanted=wanted).rows
    )
    return (*files, *others)


def text_of(key: str, *, seen_by: Actor) -> str:
    """The file of a template. Raises :class:`~lilong.kernel.refusals.Refused` (absent)."""
    if key.startswith(_FILE):
        return shipped_text(key.removeprefix(_FILE))
    try:
        return version(seen_by=seen_by, version=UUID(key)).text
    except ValueError:
        raise absent(Label("模板", "template")) from None
