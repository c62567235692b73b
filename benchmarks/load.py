"""A bounded load on 127.0.0.1: so many connections kept alive, each sends the next request when it has its answer."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Load:
    """What came back: seconds per answer, statuses, and how often a connection had to be made."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    connections: int = 0
    lasted: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.lasted


@dataclass
class _Lane:
    socket: socket.socket
    began: float = 0.0
    got: bytes = b""


def load(port: int, lanes: int, seconds: float, request: Callable[[], bytes]) -> Load:
    """Send what ``request`` makes over ``lanes`` connections for ``seconds``; waits for what is under way."""
    found = Load()
    chooser = selectors.DefaultSelector()
    for _ in range(lanes):
        _begin(chooser, found, port, request())
    started = time.perf_counter()
    while chooser.get_map():
        for key, _ in chooser.select(timeout=10):
            lane: _Lane = key.data
            lane.got += lane.socket.recv(65536) or _broken(port)
            if not _is_whole(lane.got):
                continue
            now = time.perf_counter()
            found.seconds.append(now - lane.began)
            status = int(lane.got[9:12])
            found.statuses[status] = found.statuses.get(status, 0) + 1
            found.lasted = now - started
            if found.lasted > seconds:
                chooser.unregister(lane.socket)
                lane.socket.close()
            else:
                lane.got, lane.began = b"", now
                lane.socket.sendall(request())
    return found


def _begin(chooser: selectors.BaseSelector, found: Load, port: int, first: bytes) -> None:
    made = socket.create_connection(("127.0.0.1", port))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    found.connections += 1
    lane = _Lane(made, time.perf_counter())
    chooser.register(made, selectors.EVENT_READ, lane)
    made.sendall(first)


def _broken(port: int) -> bytes:
    raise ConnectionError(f"the server on port {port} closed a connection that was to be kept alive")


def _is_whole(got: bytes) -> bool:
    head, mark, body = got.partition(b"\r\n\r\n")
    if not mark:
        return False
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    raise ConnectionError("an answer without a length")
