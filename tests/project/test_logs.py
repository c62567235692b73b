"""What the logs leave out."""

from __future__ import annotations

import logging
from pathlib import Path

from lilong.project.home import Home
from lilong.project.logs import Discreet, logging_settings


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
