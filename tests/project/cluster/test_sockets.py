"""Where the server's socket stands."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lilong.project.cluster import sockets
from lilong.project.home import Home
from lilong.project.trouble import Trouble


@pytest.fixture
def roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary directory of our own, and no other one to fall back to."""
    with tempfile.TemporaryDirectory(prefix="ll-") as short:
        monkeypatch.setattr(tempfile, "tempdir", short)
        monkeypatch.setattr(sockets, "_SHORT_ROOTS", ())
        yield Path(short)


@pytest.fixture
def long_home(tmp_path: Path) -> Home:
    home = Home(tmp_path / ("long" * 20))
    home.prepare()
    return home


def test_it_stands_in_the_cluster_while_its_name_is_short_enough(roots: Path) -> None:
    home = Home(roots / "h")
    home.prepare()
    assert sockets.settle(home, None) == home.pg == sockets.recorded(home)


def test_else_in_a_private_directory_that_is_recorded(roots: Path, long_home: Home) -> None:
    directory = sockets.settle(long_home, None)
    assert directory == roots / f"lilong-{long_home.digest}" == sockets.recorded(long_home)
    assert directory.stat().st_mode & 0o777 == 0o700
    assert sockets.settle(long_home, None) == directory


@pytest.mark.parametrize("trap", ["open to all", "a link", "a file"])
def test_a_directory_that_somebody_else_put_there_is_not_used(roots: Path, long_home: Home, trap: str) -> None:
    place = roots / f"lilong-{long_home.digest}"
    if trap == "open to all":
        place.mkdir(mode=0o777)
        place.chmod(0o777)
    elif trap == "a link":
        (roots / "target").mkdir(mode=0o700)
        place.symlink_to(roots / "target")
    else:
        place.touch(mode=0o700)
    with pytest.raises(Trouble, match="socket"):
        sockets.settle(long_home, None)
    assert not sockets.record(long_home).exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's directory")
def test_another_users_directory_is_not_used(roots: Path, long_home: Home) -> None:
    place = roots / f"lilong-{long_home.digest}"
    place.mkdir(mode=0o700)
    os.chown(place, 12345, 12345)
    with pytest.raises(Trouble, match="socket"):
        sockets.settle(long_home, None)


def test_a_path_that_libpq_would_split_is_not_used(roots: Path) -> None:
    home = Home(roots / "a,b")
    home.prepare()
    assert sockets.settle(home, None) != home.pg
