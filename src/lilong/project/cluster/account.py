"""PostgreSQL refuses to run as root, so for root it runs as a system user that can do nothing else.

That user must be able to reach the programs and the data. What it cannot reach is copied or placed where it can;
no directory of anybody's is opened for it.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from lilong.project.cluster.binaries import Server
from lilong.project.home import Home
from lilong.project.programs import Account, ran
from lilong.project.trouble import Trouble

NAME = "lilong-pg"
_STATE = Path("/var/lib") / NAME
_OWNER = "home"
_SYSTEM_PATH = "/usr/sbin:/sbin:/usr/bin:/bin"
_AS_SYSTEM_USER = (
    "--system",
    "--user-group",
    "--no-create-home",
    f"--home-dir={_STATE}",
    "--shell=/usr/sbin/nologin",
)
_LEFT_OUT = ("include", "*.a", "pgxs", "pkgconfig", "__pycache__")


def server_account() -> Account | None:
    """The account the server runs under: None for ourselves, the system user when we are root."""
    if os.geteuid() != 0:
        return None
    try:
        return _known()
    except KeyError:
        return _made()


def _known() -> Account:
    return Account(pwd.getpwnam(NAME).pw_uid, grp.getgrnam(NAME).gr_gid)


def _made() -> Account:
    program = shutil.which("useradd", path=_SYSTEM_PATH)
    said = "there is no useradd"
    for _ in range(5) if program else ():
        said = ran([program or "", *_AS_SYSTEM_USER, NAME]).said
        try:
            return _known()
        except KeyError:
            time.sleep(0.5)
    raise Trouble(
        f"PostgreSQL does not run as root and the system user {NAME} could not be made ({said}).",
        "Run Lilong as an ordinary user, or point DATABASE_URL to a server of your own.",
    )


def reachable(path: Path, account: Account) -> bool:
    """Whether that account may enter (or run) ``path``."""
    return ran(["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", path], account=account).ok


def area_for_data(home: Home, account: Account | None) -> Path:
    """The directory in which the cluster's directory is to stand: the home, or for root one the server can enter."""
    if account is None:
        return home.path
    if home.mark.exists():
        os.chown(home.path, -1, account.gid)
        home.path.chmod(0o710)
    probe = Path(tempfile.mkdtemp(prefix=".reach-", dir=home.path))
    try:
        os.chown(probe, account.uid, account.gid)
        if reachable(probe, account):
            return home.path
    finally:
        probe.rmdir()
    _STATE.mkdir(mode=0o755, exist_ok=True)
    area = Path(tempfile.mkdtemp(prefix="instance-", dir=_STATE))
    os.chown(area, -1, account.gid)
    area.chmod(0o710)
    (area / _OWNER).write_text(f"{home.path}\n", encoding="utf-8")
    return area


def areas_outside() -> Iterator[tuple[Path, Path]]:
    """The databases that were placed outside their homes on this machine, each with its home."""
    if os.access(_STATE, os.R_OK):
        for area in sorted(_STATE.glob("instance-*")):
            if os.access(area / _OWNER, os.R_OK):
                yield area, Path((area / _OWNER).read_text(encoding="utf-8").strip())


def within_reach(server: Server, account: Account | None) -> Path:
    """The directory of the programs, copied (once per version) when the server's account cannot reach the original."""
    if account is None or reachable(server.bin / "postgres", account):
        return server.bin
    mark = sha256(os.fsencode(server.bin)).hexdigest()[:8]
    target = _STATE / f"server-{server.version}-{mark}"
    if not target.exists():
        _copy(server, target)
    programs = target / server.bin.relative_to(server.root)
    if not reachable(programs / "postgres", account):
        raise Trouble(
            f"PostgreSQL's programs could not be placed where the user {NAME} can run them ({target}).",
            "Run Lilong as an ordinary user, or install PostgreSQL from your system's packages.",
        )
    return programs


def _copy(server: Server, target: Path) -> None:
    """Copy what the server consists of, each part at its place, because programs find libraries by relative paths."""
    _STATE.mkdir(mode=0o755, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".server-", dir=_STATE))
    for part in server.parts:
        shutil.copytree(server.root / part, draft / part, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    draft.chmod(0o755)
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)
