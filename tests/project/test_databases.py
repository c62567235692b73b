"""Django's two aliases, computed without a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from lilong.project.databases import databases
from lilong.project.home import Home
from lilong.project.keys import Keys
from lilong.project.trouble import Trouble


@pytest.fixture
def ready(tmp_path: Path) -> Home:
    home = Home(tmp_path / "var")
    home.prepare()
    Keys(home).ensure()
    return home


def test_the_embedded_server_is_reached_by_its_socket_in_two_roles(ready: Home) -> None:
    found = databases(ready, {})
    assert {alias: (each["USER"], each["NAME"], each["HOST"]) for alias, each in found.items()} == {
        "default": ("lilong_app", "lilong", str(ready.pg)),
        "owner": ("lilong_owner", "lilong", str(ready.pg)),
    }
    assert found["default"]["PASSWORD"] != found["owner"]["PASSWORD"]
    assert "pool" in found["default"]["OPTIONS"]
    assert "pool" not in found["owner"]["OPTIONS"]


def test_a_server_of_ones_own_is_reached_by_its_address_but_in_our_roles(ready: Home) -> None:
    url = "postgresql://admin:s%20p@db.example:6543/city?sslmode=verify-full"
    for alias, each in databases(ready, {"DATABASE_URL": url}).items():
        assert (each["HOST"], each["PORT"], each["NAME"]) == ("db.example", "6543", "city")
        assert each["USER"] == {"default": "lilong_app", "owner": "lilong_owner"}[alias]
        assert each["PASSWORD"] not in ("s p", "")
        assert each["OPTIONS"]["sslmode"] == "verify-full"


@pytest.mark.parametrize("url", ["postgresql://u@h:1/", "postgresql://u@h/d?nonsense=1", "mysql://u@h/d", "x"])
def test_an_address_that_cannot_be_read_is_refused_naming_the_variable(ready: Home, url: str) -> None:
    with pytest.raises(Trouble, match="DATABASE_URL"):
        databases(ready, {"DATABASE_URL": url})


def test_nothing_is_written_for_a_home_that_does_not_exist(tmp_path: Path) -> None:
    databases(Home(tmp_path / "none"), {})
    assert list(tmp_path.iterdir()) == []
