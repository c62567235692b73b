"""LILONG_HOME."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from lilong.project.home import Home
from lilong.project.trouble import Trouble


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_var_beside_the_working_directory_unless_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Home.here({}).path == tmp_path / "var"
    assert Home.here({"LILONG_HOME": ""}).path == tmp_path / "var"
    assert Home.here({"LILONG_HOME": "elsewhere/x"}).path == tmp_path / "elsewhere" / "x"


def test_what_it_makes_is_closed_to_others_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        home = Home(tmp_path / "a" / "var")
        home.prepare()
        home.write_private(home.keys / "secret", "x")
    finally:
        os.umask(before)
    assert mode(home.path) == 0o700
    assert {mode(room) for room in (home.media, home.static, home.keys, home.run, home.log, home.roots)} == {0o700}
    assert mode(home.keys / "secret") == 0o600


def test_an_empty_directory_is_adopted_and_closed_a_used_one_keeps_its_mode(tmp_path: Path) -> None:
    empty, used = Home(tmp_path / "empty"), Home(tmp_path / "used")
    for home in (empty, used):
        home.path.mkdir(mode=0o755)
    (used.path / "letter.txt").write_text("mine", encoding="utf-8")
    empty.prepare()
    used.prepare()
    assert (mode(empty.path), empty.mark.exists()) == (0o700, True)
    assert (mode(used.path), used.mark.exists()) == (0o755, False)


def test_a_file_in_its_place_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("", encoding="utf-8")
    with pytest.raises(Trouble, match="LILONG_HOME") as caught:
        Home(tmp_path / "var").prepare()
    assert "LILONG_HOME" in caught.value.remedy


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's directory")
def test_another_users_directory_is_refused_and_left_alone(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    with pytest.raises(Trouble, match="belongs to another user"):
        Home(tmp_path).prepare()
    assert list(tmp_path.iterdir()) == []


def test_a_home_without_instance_is_told_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="lilong init"):
        Home(tmp_path).refuse_absent()
