"""The docs mirror the code: every room has its page, and the generated part is what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lilong.ledger.rooms import Room, rooms
from lilong.project.documents import DOCS, filled, page_of

ROOT = DOCS.parent
HEADINGS = ("Purpose", "Words", "Promises", "When it fails", "What it does not do")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("room", list(rooms()), ids=lambda room: room.name)
def test_every_room_has_its_page_and_it_tells_the_truth(room: Room) -> None:
    text = page_of(room).read_text(encoding="utf-8")
    assert [heading for heading in HEADINGS if f"## {heading}" not in text] == []
    assert filled(text, room) == text, "run `make docs`"


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_no_link_leads_nowhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_project_speaks_of_itself_alone() -> None:
    """No page or source names the folder it stands in, or its author's home."""
    told = (str(ROOT), f"{ROOT.parent}/", f"{Path.home()}/")
    wanted = {".md", ".py", ".toml", ".html", ".sql", ".lock", ".in"}
    files = [path for path in ROOT.rglob("*") if path.suffix in wanted and path.is_file()]
    ours = [path for path in files if not {".venv", "var", "build", ".git"} & set(path.relative_to(ROOT).parts)]
    texts = {path: path.read_text(encoding="utf-8") for path in ours}
    assert [str(path) for path, text in texts.items() if any(place in text for place in told if len(place) > 6)] == []
