"""What the logs leave out."""

from __future__ import annotations

import logging
from pathlib import Path

from lilong.project.home import Home
from lilong.project.logs import Discreet, logging_settings, rotate


def test_what_the_database_quotes_of_a_row_is_left_out() -> None:
    error = ValueError("duplicate key value\nDETAIL:  Key (phone)=(13800001111) already exists.")
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, (ValueError, error, None))
    text = Discreet().format(record)
    assert "duplicate key value" in text
    assert "13800001111" not in text


def test_there_is_a_file_only_where_there_is_a_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    assert set(logging_settings(home)["handlers"]) == {"console"}
    home.prepare()
    assert logging_settings(home)["handlers"]["file"]["filename"] == str(home.log / "lilong.log")


def test_a_long_log_is_set_aside_and_a_short_one_goes_on(tmp_path: Path) -> None:
    home = Home(tmp_path / "var")
    home.prepare()
    (home.log / "short.log").write_bytes(b"x")
    (home.log / "long.log").write_bytes(b"x" * (16 * 1024 * 1024 + 1))
    rotate(home)
    assert {path.name for path in home.log.iterdir()} == {"short.log", "long.log.1"}
