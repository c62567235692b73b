"""The generated parts of the docs: life-cycles, duties, events and retention, written between markers of each page.

Run as a module it writes them; the house tests fail when a page is not what the code says.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import django

from lilong.kernel.lifecycle import Lifecycle
from lilong.ledger.rooms import Room, all_duties, rooms

BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"
DOCS = Path(__file__).parents[3] / "docs"


def page_of(room: Room) -> Path:
    """The page that documents a room: the docs mirror the code."""
    return DOCS.joinpath(*room.name.split(".")[1:]).with_suffix(".md")


def generated(room: Room) -> str:
    """The generated part of a room's page, in Markdown."""
    return "\n".join([*_lifecycles(room), *_duties(room), *_events(room), *_retention(room)]).rstrip() + "\n"


def filled(text: str, room: Room) -> str:
    """``text`` with its generated part as the code says now. Raises ``ValueError`` when the markers are missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page of {room.name} has no markers {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{generated(room)}{END}{after}"


def _lifecycles(room: Room) -> Iterator[str]:
    for lifecycle in room.lifecycles:
        yield f"### Life-cycle `{lifecycle.name}`\n"
        yield f"```mermaid\n{lifecycle.diagram()}\n```\n"
        yield from _steps(lifecycle)


def _steps(lifecycle: Lifecycle) -> Iterator[str]:
    yield "| step | 步骤 | from | to | duty | event | needs |"
    yield "|---|---|---|---|---|---|---|"
    for step in lifecycle.steps.values():
        needs = ", ".join(need.name + ("?" if need.optional else "") for need in step.needs)
        target = step.target or "(stays)"
        sources = ", ".join(step.sources)
        yield f"| {step.name} | {step.label.zh} | {sources} | {target} | `{step.duty}` | `{step.event}` | {needs} |"
    yield ""


def _duties(room: Room) -> Iterator[str]:
    if room.duties:
        yield "### Duties\n"
        yield "| duty | 职责 | what it lets a post do |"
        yield "|---|---|---|"
        known = all_duties()
        for duty in room.duties:
            yield f"| `{duty.code}` | {known[duty.code].zh} | {known[duty.code].en} |"
        yield ""


def _events(room: Room) -> Iterator[str]:
    if room.events:
        yield "### Events\n"
        yield "Announced: " + ", ".join(f"`{event}`" for event in sorted(room.events)) + "\n"
    if room.readers:
        yield "Read: " + ", ".join(f"`{topic}`" for topic in sorted(room.readers)) + "\n"


def _retention(room: Room) -> Iterator[str]:
    if room.retention:
        yield "### Retention\n"
        yield "| table | days | because |"
        yield "|---|---|---|"
        for kept in room.retention:
            yield f"| `{kept.table}` | {kept.days or '—'} | {kept.because.zh} / {kept.because.en} |"


def main() -> None:
    """Write the generated part of every page."""
    django.setup()
    for room in rooms():
        page = page_of(room)
        page.write_text(filled(page.read_text(encoding="utf-8"), room), encoding="utf-8")


if __name__ == "__main__":
    main()
