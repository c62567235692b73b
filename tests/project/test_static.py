"""What every page loads: how heavy it is, whose it is, and that what others wrote is unchanged."""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from pathlib import Path

import pytest

import lilong

STATIC = Path(lilong.__file__).parent / "project" / "static" / "lilong"
KB = 1024


def weight(*names: str) -> int:
    """Bytes under deflate, the compression that every server and phone has; brotli is lighter."""
    return sum(len(zlib.compress((STATIC / name).read_bytes(), 9)) for name in names)


@pytest.mark.parametrize(
    ("names", "most"),
    [
        (("lilong.css",), 16 * KB),
        (("js/lilong.js", "js/drafts.js", "js/map.js"), 30 * KB),
        (("js/lilong.js", "js/drafts.js", "js/queue.js", "js/map.js", "vendor/htmx-4.0.1.min.js"), 60 * KB),
        (("icons.svg",), 4 * KB),
    ],
)
def test_the_budget_of_a_page_holds(names: tuple[str, ...], most: int) -> None:
    assert weight(*names) <= most


def test_vendored_files_are_what_their_note_says() -> None:
    rows = re.findall(
        r"^\| `([^`]+)` \|.*`(sha384-[^`]+)` \|$", (STATIC / "vendor/README.md").read_text(), re.MULTILINE
    )
    vendored = {path.name for path in (STATIC / "vendor").iterdir() if path.suffix in {".js", ".mjs", ".css"}}
    assert {name for name, _ in rows} == vendored
    for name, noted in rows:
        digest = hashlib.sha384((STATIC / "vendor" / name).read_bytes()).digest()
        assert noted == f"sha384-{base64.b64encode(digest).decode()}", name


def test_our_own_files_name_no_other_origin_and_no_source_of_code_but_files() -> None:
    own = [*STATIC.glob("js/*.js"), *STATIC.glob("*.css"), *STATIC.glob("*.svg")]
    foreign = re.compile(r"https?://(?!www\.w3\.org/)|\beval\(|new Function|innerHTML|@import|url\((?!#)")
    assert {path.name: found.group() for path in own if (found := foreign.search(path.read_text()))} == {}


def test_old_phones_can_read_the_style_sheet() -> None:
    sheet = (STATIC / "lilong.css").read_text()
    assert not re.search(r"@layer|@container|:has\(|^\s+&", sheet, re.MULTILINE)
    assert sheet.count("{") == sheet.count("}")


@pytest.mark.parametrize("name", ["lilong.js", "drafts.js", "queue.js", "map.js"])
def test_a_script_stays_small_enough_to_read(name: str) -> None:
    assert len((STATIC / "js" / name).read_text().splitlines()) <= 400
