"""Running other programs, and recognising the ones that run."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system account a program runs under."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a program ended and what it said."""

    code: int
    said: str

    @property
    def ok(self) -> bool:
        """Whether it reported success."""
        return self.code == 0


class Program(subprocess.Popen[str]):
    """A program started without a shell, in the root directory, its two outputs joined."""

    def __init__(
        self, words: Sequence[str | Path], *, account: Account | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(
            [str(word) for word in words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=dict(environ) if environ is not None else None,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            text=True,
            errors="replace",
        )

    def outcome(self, seconds: float) -> Outcome:
        """Wait for the end; a program that takes longer is killed and counts as failed."""
        try:
            said, _ = self.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            said, _ = self.communicate()
            said = f"{said}\n(killed after {seconds:.0f} s)"
        return Outcome(self.returncode, said.strip())


class Background(subprocess.Popen[bytes]):
    """A program in a session of its own: the signals of our terminal do not reach it, and it may outlive us."""

    def __init__(
        self, words: Sequence[str | Path], *, environ: Mapping[str, str], output: int, inherited: Sequence[int] = ()
    ) -> None:
        super().__init__(
            [str(word) for word in words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=dict(environ),
            pass_fds=tuple(inherited),
            start_new_session=True,
        )
        self.since = time.monotonic()


def ran(
    words: Sequence[str | Path],
    *,
    account: Account | None = None,
    environ: Mapping[str, str] | None = None,
    seconds: float = 60,
) -> Outcome:
    """Run a program to its end."""
    with Program(words, account=account, environ=environ) as program:
        return program.outcome(seconds)


@dataclass(frozen=True, slots=True)
class Mark:
    """One process beyond its number: numbers are used again, number and start together are not."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> Mark | None:
        """The mark of a living process; None when there is none, or only a zombie nobody has reaped."""
        try:
            found = psutil.Process(pid)
            if found.status() == psutil.STATUS_ZOMBIE:
                return None
            return cls(pid, found.create_time())
        except psutil.NoSuchProcess:
            return None

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        now = Mark.of(self.pid)
        return now is not None and abs(now.started - self.started) < 0.05

    def ends_within(self, seconds: float) -> bool:
        """Wait for its end; returns whether it came."""
        deadline = time.monotonic() + seconds
        while self.alive:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


def words_of(pid: int) -> tuple[str, ...]:
    """The command line of a living process, or () when there is none to see."""
    try:
        return tuple(psutil.Process(pid).cmdline())
    except psutil.Error:
        return ()


def titled(beginning: str) -> list[int]:
    """The living processes whose title begins so."""
    found = []
    for each in psutil.process_iter(["pid", "cmdline", "status"]):
        words = each.info["cmdline"] or []
        if each.info["status"] != psutil.STATUS_ZOMBIE and " ".join(words).startswith(beginning):
            found.append(int(each.info["pid"]))
    return found


def quiet_environment() -> dict[str, str]:
    """The environment for database programs: no PG* variable of the caller reaches them, messages in English."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "TZ") if name in os.environ}
    return {"PATH": "/usr/bin:/bin", **kept, "LC_ALL": "C"}
