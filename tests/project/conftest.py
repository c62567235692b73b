"""Homes of their own for the tests that make, break and stop whole instances."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from lilong.project.cluster import Cluster
from lilong.project.home import Home
from lilong.project.supervisor import end_all

Ran = subprocess.CompletedProcess[str]
Cli = Callable[..., Ran]


def removed(home: Home) -> None:
    """Stop whatever runs under ``home`` and take it away, wherever its database was placed."""
    if home.run.is_dir():
        end_all(home)
    if home.pg.is_symlink():
        shutil.rmtree(home.pg.resolve().parent, ignore_errors=True)
    shutil.rmtree(home.path, ignore_errors=True)


@pytest.fixture
def home() -> Iterator[Home]:
    """A home with a short path, not prepared yet."""
    made = Home(Path(tempfile.mkdtemp(prefix="ll-")).resolve())
    yield made
    removed(made)


@pytest.fixture
def cluster(home: Home) -> Cluster:
    """The cluster of that home, not made yet."""
    return Cluster(home)


@pytest.fixture(scope="session")
def instance() -> Iterator[Home]:
    """One initialised home; each test stops what it started and mends what it broke."""
    made = Home(Path(tempfile.mkdtemp(prefix="ll-")).resolve())
    try:
        ran = cli_on(made)("init")
        assert ran.returncode == 0, ran.stderr
        yield made
    finally:
        removed(made)


@pytest.fixture
def cli(home: Home) -> Cli:
    """``lilong`` on that home, as a program of its own."""
    return cli_on(home)


def cli_on(home: Home) -> Cli:
    """``lilong`` on ``home``: returns how it ended and what it said."""

    def call(*words: str, environ: Mapping[str, str] | None = None) -> Ran:
        return subprocess.run(
            [sys.executable, "-m", "lilong.project.cli", *words],
            env={**environment(home), **(environ or {})},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    return call


def environment(home: Home) -> dict[str, str]:
    """The environment of a program that lives in ``home``."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PORT", "LILONG_ORIGIN")}
    return {**kept, "LILONG_HOME": str(home.path)}


@pytest.fixture
def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
