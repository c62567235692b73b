"""Threads share one index of boundaries: what GEOS builds at the first question must not be built twice at once."""

from __future__ import annotations

import subprocess
import sys

# In a process of its own: what goes wrong here is no exception but the end of the process.
_ASK_ALL_AT_ONCE = """
import threading
import shapely
from lilong.apps.places.rules.locating import Outline, PlaceIndex
from lilong.apps.places.terms import Position
from lilong.kernel.areas import AreaCode, Level

drawn = [shapely.to_wkb(shapely.Point(121 + n / 10, 31).buffer(0.06, quad_segs=500)) for n in range(6)]
for _ in range(150):
    outlines = [
        Outline(AreaCode(f"31010100{n}"), Level.STREET, str(n), 1, False, shapely.from_wkb(one))
        for n, one in enumerate(drawn)
    ]
    index, ready = PlaceIndex(outlines), threading.Barrier(8)

    def ask():
        ready.wait()
        for n in range(12):
            assert index.locate(Position(31.0001 * 1, 121 + n % 6 / 10)) is not None

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print("whole")
"""


def test_a_new_index_survives_being_asked_by_many_threads_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", _ASK_ALL_AT_ONCE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "whole"), done.stderr[-2000:]
