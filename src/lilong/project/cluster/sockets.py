"""Where the server's unix socket stands. The address of one may be no longer than about a hundred bytes."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lilong.project.home import Home
from lilong.project.programs import Account
from lilong.project.trouble import Trouble

PORT = 5432
_LONGEST = 100
_SHORT_ROOTS = (Path("/", "tmp"), Path("/", "var", "tmp"))
# libpq splits a host at commas, the server its list of directories too.
_UNSAFE = frozenset(",'\"\\\n")


def record(home: Home) -> Path:
    """The file that names the socket's directory."""
    return home.run / "socket"


def recorded(home: Home) -> Path:
    """The socket's directory, or the cluster's own before one was chosen."""
    path = record(home)
    return Path(path.read_text(encoding="utf-8").strip()) if path.exists() else home.pg


def socket_in(directory: Path) -> Path:
    """The socket's own path."""
    return directory / f".s.PGSQL.{PORT}"


def fits(directory: Path) -> bool:
    """Whether a socket in ``directory`` can be addressed."""
    name = str(socket_in(directory))
    return len(os.fsencode(name)) <= _LONGEST and not _UNSAFE.intersection(name)


def settle(home: Home, account: Account | None) -> Path:
    """Choose the socket's directory and record it: the cluster's own, else a private one under the temporary files."""
    directory = home.pg.resolve()
    if not fits(directory):
        directory = _private(home, account)
    if not record(home).exists() or recorded(home) != directory:
        draft = record(home).with_suffix(".new")
        draft.write_text(f"{directory}\n", encoding="utf-8")
        draft.replace(record(home))
    return directory


def _private(home: Home, account: Account | None) -> Path:
    owner = account.uid if account else os.geteuid()
    for directory in _candidates(home):
        if not fits(directory):
            continue
        try:
            directory.mkdir(mode=0o700)
            if account:
                os.chown(directory, account.uid, account.gid)
        except FileExistsError:
            pass
        if _is_private(directory, owner):
            return directory
    raise Trouble(
        f"No private directory short enough for the database's socket could be made (LILONG_HOME {home.path}).",
        "Choose a shorter LILONG_HOME.",
    )


def _candidates(home: Home) -> Iterator[Path]:
    for root in (Path(tempfile.gettempdir()), *_SHORT_ROOTS):
        yield root / f"lilong-{home.digest}"


def _is_private(directory: Path, owner: int) -> bool:
    """Ours, a real directory, closed to others: nobody else made it first to sit between us and the server."""
    found = directory.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and stat.S_IMODE(found.st_mode) == 0o700
