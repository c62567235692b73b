"""The embedded PostgreSQL of one home: made, started, joined and stopped by several processes without harm.

Whoever makes or starts it holds a lock, so two commands at once start one server. It is a daemon of its own: it
outlives the command that started it and a killed supervisor, and `lilong stop` finds it by its directory.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg

from lilong.project.cluster import configuration, sockets
from lilong.project.cluster.account import area_for_data, server_account, within_reach
from lilong.project.cluster.binaries import chosen
from lilong.project.home import Home
from lilong.project.keys import Keys
from lilong.project.locks import alone
from lilong.project.programs import Account, Mark, Outcome, quiet_environment, ran, titled, words_of
from lilong.project.trouble import Trouble

SUPERUSER = "postgres"
_PATIENCE = 60.0
_LOCALES = (
    ("--locale=C.UTF-8",),
    # macOS knows its character classes by this name and has no C.UTF-8 before version 15.
    ("--locale=C", "--lc-ctype=UTF-8"),
    ("--locale=C", "--lc-ctype=en_US.UTF-8"),
    ("--locale=C",),
)


@dataclass(frozen=True)
class Cluster:
    """The database cluster below one home."""

    home: Home

    @cached_property
    def account(self) -> Account | None:
        """Whom the server runs as, when not as ourselves."""
        return server_account()

    @property
    def data(self) -> Path:
        """The cluster's directory itself, behind the link that may stand in the home."""
        return self.home.pg.resolve()

    @property
    def name(self) -> str:
        """What the server's processes are called in the process list."""
        return f"lilong-{self.home.digest}"

    @property
    def exists(self) -> bool:
        """Whether a cluster was made here."""
        return (self.home.pg / "PG_VERSION").exists()

    @property
    def recorded_major(self) -> int | None:
        """The major version that made the cluster, the only one that can open it."""
        path = self.home.pg / "PG_VERSION"
        return int(path.read_text(encoding="ascii").strip()) if path.exists() else None

    def conninfo(self, *, user: str = SUPERUSER, key: str = "postgres-superuser", database: str = "postgres") -> str:
        """How to reach the server as ``user`` with the password kept under ``key``."""
        return psycopg.conninfo.make_conninfo(
            host=str(sockets.recorded(self.home)),
            port=sockets.PORT,
            user=user,
            password=Keys(self.home).read(key),
            dbname=database,
            connect_timeout=5,
        )

    def prepare(self) -> None:
        """Make the home, its secrets and the place of the cluster and its socket, so that settings can be computed."""
        self.home.prepare()
        with self._locked():
            Keys(self.home).ensure()
            self._place()
            sockets.settle(self.home, self.account)

    def ensure_running(self, *, durable: bool = True) -> None:
        """Make the cluster if there is none, start it if it is down, join it if it runs.

        After a crash it waits up to a minute for recovery. Raises :class:`Trouble` with the server's last words.
        """
        self.prepare()
        if self.answers():
            return
        with self._locked():
            if self.answers():
                return
            if not self.exists:
                self._make()
            self._start(durable=durable)

    def answers(self) -> bool:
        """Whether the server takes connections."""
        if not sockets.socket_in(sockets.recorded(self.home)).exists():
            return False
        try:
            psycopg.connect(self.conninfo()).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise Trouble(
                    f"The database below {self.home.path} does not accept the password in {self.home.keys}.",
                    "Put the keys directory back that belongs to this database.",
                ) from error
            return False
        return True

    def stop(self) -> bool:
        """Stop the server, whoever started it. Returns whether there was one to stop."""
        if not self.exists:
            return False
        with self._locked():
            return self._stop()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with alone(self.home.run / "cluster.lock"):
            yield

    def _place(self) -> None:
        if self.exists or self.home.pg.is_symlink():
            return
        area = area_for_data(self.home, self.account)
        if area != self.home.path:
            self.home.pg.symlink_to(area / "pg")

    def _make(self) -> None:
        programs = within_reach(chosen(), self.account)
        draft, password = self.data.with_name("pg.making"), self.data.with_name("pg.password")
        for locale in _LOCALES:
            if draft.exists():
                shutil.rmtree(draft)
            draft.mkdir(mode=0o700)
            self._give(draft)
            password.touch(mode=0o600)
            password.write_text(Keys(self.home).read("postgres-superuser"), encoding="ascii")
            self._give(password)
            outcome = self._initdb(programs, draft, password, locale)
            password.unlink()
            if outcome.ok:
                break
            if "locale" not in outcome.said:
                raise Trouble(f"initdb failed: {outcome.said}", "See to what it says, then try again.")
        else:
            raise Trouble("initdb accepts no locale of this machine.", "Install the locale C.UTF-8.")
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"\ninclude_if_exists = '{configuration.FILE}'\n")
        draft.rename(self.data)

    def _initdb(self, programs: Path, draft: Path, password: Path, locale: tuple[str, ...]) -> Outcome:
        words = ["--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8", "--no-instructions", *locale]
        return ran(
            [programs / "initdb", "-D", draft, f"--username={SUPERUSER}", f"--pwfile={password}", *words],
            account=self.account,
            environ=quiet_environment(),
            seconds=300,
        )

    def _give(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def _start(self, *, durable: bool) -> None:
        server = chosen(self.recorded_major)
        programs = within_reach(server, self.account)
        socket = sockets.settle(self.home, self.account)
        configuration.write(self.data, cluster_name=self.name, socket=socket, durable=durable)
        self._give(self.data / configuration.FILE)
        deadline = time.monotonic() + _PATIENCE
        while True:
            self._clear_stale_lock(programs, socket)
            outcome = self._pg_ctl(programs, "start", "-w", "-t", f"{_PATIENCE:.0f}", "-l", self.data / "start.log")
            if self.answers():
                return
            if time.monotonic() > deadline:
                raise Trouble(
                    f"PostgreSQL {server.version} did not start: {self._last_words() or outcome.said}",
                    f"The whole log is in {self.data / 'log'}.",
                )
            time.sleep(0.5)

    def _pg_ctl(self, programs: Path, *words: str | Path) -> Outcome:
        return ran(
            [programs / "pg_ctl", "-D", self.data, *words],
            account=self.account,
            environ=quiet_environment(),
            seconds=_PATIENCE + 30,
        )

    def _clear_stale_lock(self, programs: Path, socket: Path) -> None:
        """Remove the lock of a postmaster that is gone, when a zombie or a stranger bears its number.

        PostgreSQL itself sees through a number nobody bears; it must not be helped while a worker of the old server
        still lives, because only the lock file leads it to the shared memory that worker may be writing to.
        """
        lock = self.data / "postmaster.pid"
        pid = _first_number(lock)
        if pid is None:
            return
        if self._is_ours(pid):
            if not sockets.socket_in(socket).exists():
                # Alive but not addressable: a cleaner of temporary files took the socket away.
                self._pg_ctl(programs, "stop", "-m", "fast", "-w")
        elif not titled(f"postgres: {self.name}: "):
            lock.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        return Mark.of(pid) is not None and str(self.data) in words_of(pid)

    def _stop(self) -> bool:
        pid = _first_number(self.data / "postmaster.pid")
        if pid is None or not self._is_ours(pid):
            return False
        programs = within_reach(chosen(self.recorded_major), self.account)
        for way in ("fast", "immediate"):
            if self._pg_ctl(programs, "stop", "-m", way, "-w", "-t", f"{_PATIENCE:.0f}").ok or not self._is_ours(pid):
                return True
        raise Trouble(f"The database server (process {pid}) does not stop.", f"Look into {self.data / 'log'}.")

    def _last_words(self) -> str:
        logs = sorted((self.data / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
        for path in (*reversed(logs[-1:]), self.data / "start.log"):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
            if lines:
                return " | ".join(lines[-3:])
        return ""


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii", errors="replace").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
