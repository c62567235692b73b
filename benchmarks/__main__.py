"""``python -m benchmarks [NAME …]``: each measurement in a process of its own, on an instance of its own.

Without names: city, seed, queue, intake, importing, scenarios, memory. Instances live below ``--home`` (a temporary
directory, removed at the end, when not given), so that a second run with the same ``--home`` need not seed again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from lilong.project.home import Home
from lilong.project.instance import initialise, opened, wake
from lilong.project.supervisor import end_all

# Each measurement and the instance it needs. Intake has one of its own: what it leaves behind is all open.
NAMES = {
    "city": "city",
    "seed": "city",
    "queue": "city",
    "intake": "intake",
    "importing": "boston",
    "scenarios": "city",
    "memory": "demo",
}
_CASES = 1_000_000


def main() -> None:
    """Run the named measurements, or all; status 1 when one of them could not be taken."""
    given = _arguments()
    if given.inside:
        _inside(given)
        return
    place = Path(given.home) if given.home else Path(tempfile.mkdtemp(prefix="lb-"))
    try:
        failed = [name for name in given.names or NAMES if _outside(name, place, given) != 0]
    finally:
        for instance in sorted(set(NAMES.values())):
            _put_away(Home(place / instance), keep=bool(given.home))
        if not given.home:
            shutil.rmtree(place, ignore_errors=True)
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}; all without")
    parser.add_argument("--home", default="", help="where the instances live; kept")
    parser.add_argument("--cases", type=int, default=_CASES, help="how many cases to seed")
    parser.add_argument("--seconds", type=float, default=6.0, help="how long one load lasts, at most 60")
    parser.add_argument("--rounds", type=int, default=3, help="how often each load is repeated")
    parser.add_argument("--file", default="", help="service requests to import, else the excerpt of the tests")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in NAMES]
    if unknown or not 0 < given.seconds <= 60:
        parser.error(f"no measurement {', '.join(unknown)}" if unknown else "--seconds is more than 0, at most 60")
    return given


def _outside(name: str, place: Path, given: argparse.Namespace) -> int:
    home = place / NAMES[name]
    options = {"cases": given.cases, "seconds": given.seconds, "rounds": given.rounds, "file": given.file}
    words = [f"--{option}={value}" for option, value in options.items()]
    environ = {**os.environ, "LILONG_HOME": str(home)}
    environ.pop("DATABASE_URL", None)
    print(f"\n== {name}", flush=True)
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", name, "--inside", *words], env=environ, check=False
    ).returncode


def _inside(given: argparse.Namespace) -> None:
    home = Home.here()
    initialise(home)
    wake(home)
    with opened(home):
        import_module(f"benchmarks.{given.names[0]}").measure(given)


def _put_away(home: Home, *, keep: bool) -> None:
    if home.run.is_dir():
        end_all(home)
    if keep:
        return
    data = home.pg.resolve()
    shutil.rmtree(data.parent if home.pg.is_symlink() else data, ignore_errors=True)


if __name__ == "__main__":
    main()
