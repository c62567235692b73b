"""Logs tell what happened to the program, never what people wrote."""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Any

from typing_extensions import override

from lilong.project.home import Home

_Told = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_LONG = 16 * 1024 * 1024


class Discreet(logging.Formatter):
    """Leaves out what a database error quotes of a row."""

    _QUOTES = ("DETAIL:", "CONTEXT:", "Failing row")

    @override
    def formatException(self, ei: _Told) -> str:
        """The traceback without the lines in which PostgreSQL repeats values."""
        lines = super().formatException(ei).splitlines()
        return "\n".join(line for line in lines if not line.lstrip().startswith(self._QUOTES))


def rotate(home: Home) -> None:
    """Set long log files aside, one generation; called while no program of this home writes to them."""
    for path in home.log.glob("*.log"):
        if path.stat().st_size > _LONG:
            path.replace(path.with_suffix(".log.1"))


def logging_settings(home: Home) -> dict[str, Any]:
    """Django's LOGGING: the console, and LILONG_HOME/log once there is one."""
    handlers: dict[str, Any] = {
        "console": {"class": "logging.StreamHandler", "formatter": "discreet", "level": "WARNING"}
    }
    if home.log.is_dir():
        handlers["file"] = {
            "class": "logging.FileHandler",
            "filename": str(home.log / "lilong.log"),
            "delay": True,
            "encoding": "utf-8",
            "formatter": "discreet",
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"discreet": {"()": Discreet, "format": "{asctime} {levelname} {name} {message}", "style": "{"}},
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": "INFO"},
    }
