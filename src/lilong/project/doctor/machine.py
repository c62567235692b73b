"""What the machine gives: space, closed directories, and what only the tests need."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from lilong.project.cluster.account import areas_outside
from lilong.project.doctor.findings import Finding, fine, note, wrong
from lilong.project.home import Home

_GIGABYTE = 1024**3
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FONT_ROOTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts")
_CHINESE_FONTS = ("NotoSansCJK*", "NotoSerifCJK*", "wqy-*", "PingFang*", "SourceHanSans*")


def disk_space(home: Home) -> Iterator[Finding]:
    """Room for the database to grow and to recover after a crash."""
    place = home.pg.resolve() if home.pg.exists() else home.path
    free = shutil.disk_usage(place).free
    said = f"{free / _GIGABYTE:.1f} GB free at {place}"
    if free < _GIGABYTE:
        yield wrong("disk", f"Only {said}.", "Free space now: at zero the database stops taking cases.")
    elif free < 5 * _GIGABYTE:
        yield note("disk", f"{said}.", "Plan for more space.")
    else:
        yield fine("disk", f"{said}.")


def closed_directories(home: Home) -> Iterator[Finding]:
    """Nobody else on the machine reads secrets or pictures."""
    for room in (home.keys, home.media):
        mode = stat.S_IMODE(room.stat().st_mode)
        if mode & 0o077:
            yield wrong("privacy", f"{room} is open to other users ({mode:o}).", f"chmod 700 {room}")
        else:
            yield fine("privacy", f"{room} is closed to other users.")


def orphans(home: Home) -> Iterator[Finding]:
    """Databases placed outside their home, whose home is gone: found, never removed unasked."""
    del home
    for area, owner in areas_outside():
        if not (owner / "pg").is_symlink():
            yield note(
                "orphan", f"{area} holds the database of {owner}, which is gone.", f"If it is not wanted: rm -r {area}"
            )


def browser_and_fonts(home: Home) -> Iterator[Finding]:
    """The tests in a browser need one, and a Chinese font to draw with."""
    del home
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if browser:
        yield fine("browser", f"{browser} is there for the tests.")
    else:
        yield note("browser", "No Chromium was found.", "Only the browser tests need it: apt-get install chromium.")
    if any(next(Path(root).rglob(font), None) for root in _FONT_ROOTS for font in _CHINESE_FONTS):
        yield fine("font", "A Chinese font is there.")
    else:
        yield note(
            "font", "No Chinese font was found.", "Only pictures of pages need it: apt-get install fonts-noto-cjk."
        )
