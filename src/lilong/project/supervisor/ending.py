"""``lilong stop``: whatever runs under a home ends, also what a killed supervisor left behind."""

from __future__ import annotations

from dataclasses import dataclass

from lilong.project.cluster import Cluster
from lilong.project.cluster.targets import own_server
from lilong.project.home import Home
from lilong.project.supervisor.records import CHILDREN, SUPERVISOR, end, forget, recorded

_PATIENCE_WITH_SUPERVISOR = 60.0
_PATIENCE_WITH_CHILD = 20.0


@dataclass(frozen=True, slots=True)
class Ended:
    """What was running and does not run any more."""

    parts: tuple[str, ...]


def end_all(home: Home) -> Ended:
    """Stop the supervisor, its parts and the embedded database. Nothing running is no error."""
    if not home.run.is_dir():
        return Ended(())
    ended: list[str] = []
    if supervisor := recorded(home, SUPERVISOR):
        end(supervisor.mark, patience=_PATIENCE_WITH_SUPERVISOR, group=False)
        ended.append(SUPERVISOR)
    forget(home, SUPERVISOR)
    ended.extend(end_leftovers(home))
    if own_server() is None and (Cluster(home).stop() or ended):
        ended.append("database")
    return Ended(tuple(ended))


def end_leftovers(home: Home) -> list[str]:
    """Stop the parts whose supervisor was killed. Returns their names."""
    ended = []
    for name in CHILDREN:
        if left := recorded(home, name):
            end(left.mark, patience=_PATIENCE_WITH_CHILD, group=True)
            ended.append(name)
        forget(home, name)
    return ended
