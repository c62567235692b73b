"""``lilong serve``: start the parts, keep them running, stop them in order."""

from __future__ import annotations

import errno
import http.client
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from lilong.project import cluster
from lilong.project.home import Home
from lilong.project.logs import rotate
from lilong.project.programs import Mark, ran
from lilong.project.supervisor.children import Keeper, web_words, worker_words
from lilong.project.supervisor.ending import end_leftovers
from lilong.project.supervisor.records import SUPERVISOR, Record, forget, recorded
from lilong.project.trouble import Trouble

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_TOO_OFTEN = 5
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Serving:
    """Where and with how many web workers to serve."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2

    @property
    def url(self) -> str:
        """The address people open."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


class AlreadyServed(Trouble):
    """This instance is served by another process already, at ``url``."""

    def __init__(self, url: str, pid: int) -> None:
        super().__init__(f"This instance is already served at {url} (process {pid}).", "`lilong stop` ends it.")
        self.url = url


def serve(home: Home, serving: Serving, ready: Callable[[str], None]) -> None:
    """Serve until a signal says stop; ``ready`` is called with the address once it answers.

    The database is started first and stopped last. Raises :class:`Trouble` when the instance is not ready, is served
    already, the port is taken, or a part cannot be kept running.
    """
    clear_the_way(home, serving)
    with cluster.in_use(home) as lease:
        _preflight(home)
        stopping = threading.Event()
        environ = {**_environment(home), "PORT": str(serving.port), "DJANGO_SETTINGS_MODULE": "lilong.project.settings"}
        parts = {"web": web_words(serving.host, serving.port, serving.workers), "worker": worker_words()}
        keepers = tuple(Keeper(home, name, words, environ, lease.descriptor) for name, words in parts.items())
        with _signals(stopping), _on_record(home, serving):
            try:
                _keep(keepers, serving, stopping, ready)
            finally:
                for keeper in keepers:
                    keeper.end()


def clear_the_way(home: Home, serving: Serving) -> None:
    """Stop what a killed supervisor left running, and begin new log files where the old ones are long.

    Raises :class:`Trouble` when this instance is served already or somebody else has the port.
    """
    if served := recorded(home, SUPERVISOR):
        raise AlreadyServed(served.url, served.mark.pid)
    end_leftovers(home)
    rotate(home)
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((serving.host, serving.port))
        except OSError as error:
            raise _unusable(serving, error) from error


def _unusable(serving: Serving, error: OSError) -> Trouble:
    if error.errno == errno.EADDRINUSE:
        return Trouble(
            f"Port {serving.port} on {serving.host} is taken by another program.",
            f"Choose another one, for example PORT={serving.port + 1}.",
        )
    return Trouble(
        f"{serving.host}:{serving.port} cannot be listened on: {error.strerror}.",
        "Choose an address of this machine and a port above 1023.",
    )


def _preflight(home: Home) -> None:
    """Check the database and collect static files in a process of its own, so that ours stays small."""
    words = [sys.executable, "-m", "lilong.project.supervisor.preflight"]
    looked = ran(words, environ=_environment(home), seconds=_PATIENCE)
    if not looked.ok:
        text, _, remedy = looked.said.rpartition("\n")[2].partition("\t")
        raise Trouble(text or "The instance is not ready to be served.", remedy or "Run `lilong doctor`.")


def _environment(home: Home) -> dict[str, str]:
    return {**os.environ, "LILONG_HOME": str(home.path)}


@contextmanager
def _signals(stopping: threading.Event) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = [(number, signal.signal(number, stop)) for number in _SIGNALS]
    try:
        yield
    finally:
        for number, action in before:
            signal.signal(number, action)


@contextmanager
def _on_record(home: Home, serving: Serving) -> Iterator[None]:
    if mark := Mark.of(os.getpid()):
        Record(SUPERVISOR, mark, serving.url).write(home)
    try:
        yield
    finally:
        forget(home, SUPERVISOR)


def _keep(keepers: Sequence[Keeper], serving: Serving, stopping: threading.Event, ready: Callable[[str], None]) -> None:
    told = False
    while not stopping.is_set():
        for keeper in keepers:
            keeper.look_after()
            if keeper.young_deaths >= _TOO_OFTEN and not told:
                raise Trouble(
                    f"The {keeper.name} part died {_TOO_OFTEN} times right after its start.",
                    "What it said stands above and in LILONG_HOME/log.",
                )
        if not told and answers(serving):
            told = True
            ready(serving.url)
        stopping.wait(0.5 if told else 0.1)


def answers(serving: Serving) -> bool:
    """Whether the web workers answer, whatever they answer."""
    connection = http.client.HTTPConnection(serving.host, serving.port, timeout=5)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
