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
    """No page or source names the machine it was written on."""
    told = re.compile(r"/(work|root|home)/\w+|site-packages/|localhost:\d+/simple")
    files = [p for p in ROOT.rglob("*") if p.suffix in {".md", ".py", ".toml", ".html", ".sql"} and p.is_file()]
    ours = [p for p in files if not {".venv", "var", "node_modules", ".git"} & set(p.relative_to(ROOT).parts)]
    assert [str(p) for p in ours if told.search(p.read_text(encoding="utf-8")) and "tests/house" not in str(p)] == []
