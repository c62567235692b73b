"""The instance the loads run on: the whole demonstration city, its units, catalogue and accounts, without its day."""

from __future__ import annotations

import argparse
import time

from lilong.project import clock
from lilong.project.demo.accounts import make_accounts
from lilong.project.demo.founding import found_city


def measure(_: argparse.Namespace) -> None:
    """Found the city, once; says how long it took."""
    started = time.monotonic()
    at = clock.now()
    for part in found_city(at, lambda *_: None):
        print(f"  {part.en}", flush=True)
    list(make_accounts(at))
    print(f"  ready in {time.monotonic() - started:.1f} s")
