"""The secrets of an instance."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lilong.project.home import Home
from lilong.project.keys import NAMES, Keys


def test_two_at_once_end_up_with_the_same_secrets(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    home.prepare()

    def ensured(_: int) -> dict[str, str]:
        keys = Keys(home)
        keys.ensure()
        return {name: keys.read(name) for name in NAMES}

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(ensured, range(8)))
    assert all(each == seen[0] for each in seen)
    assert len(set(seen[0].values())) == len(NAMES)
    assert {path.name for path in home.keys.iterdir()} == set(NAMES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.keys.iterdir()} == {0o600}


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    home.prepare()
    Keys(home).ensure()
    before = Keys(home).read("django")
    Keys(home).ensure()
    assert Keys(home).read("django") == before != ""


def test_a_missing_secret_reads_as_nothing(tmp_path: Path) -> None:
    assert Keys(Home(tmp_path)).read("django") == ""
