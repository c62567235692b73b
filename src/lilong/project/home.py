"""LILONG_HOME: the one directory in which an instance keeps everything that must outlive a restart."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from lilong.project.trouble import Trouble

FIRST = "Run `lilong init` (or `make demo` for a city to look at)."
_MARK = "This directory is one instance of Lilong. `lilong stop` before moving or removing it.\n"


@dataclass(frozen=True, slots=True)
class Home:
    """The layout below LILONG_HOME. Nothing here touches the disk except :meth:`prepare`."""

    path: Path

    @classmethod
    def here(cls, environ: Mapping[str, str] = os.environ) -> Home:
        """The home named by ``LILONG_HOME``, or ``./var`` beside the working directory."""
        return cls(Path(environ.get("LILONG_HOME") or "var").expanduser().resolve())

    @property
    def pg(self) -> Path:
        """The database cluster; a symbolic link when the server may not enter this directory."""
        return self.path / "pg"

    @property
    def media(self) -> Path:
        """What people uploaded."""
        return self.path / "media"

    @property
    def static(self) -> Path:
        """Style sheets, scripts and pictures, collected and compressed; may be deleted and is made again."""
        return self.path / "static"

    @property
    def keys(self) -> Path:
        """Generated secrets, one per file, mode 0600."""
        return self.path / "keys"

    @property
    def run(self) -> Path:
        """Locks and records of what runs now."""
        return self.path / "run"

    @property
    def log(self) -> Path:
        """Logs without personal data."""
        return self.path / "log"

    @property
    def roots(self) -> Path:
        """Signed roots of the journal, kept outside the database."""
        return self.path / "roots"

    @property
    def mark(self) -> Path:
        """Stands in a directory that Lilong made or found empty, and may therefore set the mode of."""
        return self.path / ".lilong"

    @property
    def digest(self) -> str:
        """Twelve characters that stand for this path."""
        return sha256(os.fsencode(self.path)).hexdigest()[:12]

    def prepare(self) -> None:
        """Make what is missing, readable by nobody else. Raises :class:`Trouble` when the directory is not ours."""
        try:
            self._adopt()
            for room in (self.media, self.static, self.keys, self.run, self.log, self.roots):
                room.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Trouble(
                f"LILONG_HOME {self.path} cannot be used: {error.strerror} ({error.filename}).",
                "Name a directory of your own in LILONG_HOME.",
            ) from error

    def refuse_absent(self) -> None:
        """Raise :class:`Trouble` when no instance was ever made here."""
        if not (self.keys / "postgres-app").exists():
            raise Trouble(f"There is no instance in {self.path}.", FIRST)

    @staticmethod
    def write_private(path: Path, text: str) -> None:
        """Write a file that only we may read, and see it on the disk."""
        path.touch(mode=0o600)
        with path.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def _adopt(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.path.stat().st_uid != os.geteuid():
            raise Trouble(
                f"LILONG_HOME {self.path} belongs to another user (uid {self.path.stat().st_uid}).",
                "Run the command as that user, or name another directory in LILONG_HOME.",
            )
        if not any(self.path.iterdir()):
            self.path.chmod(0o700)
            self.mark.write_text(_MARK, encoding="utf-8")
