"""The doctor's round: every check in turn; one that cannot look says so instead of stopping the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
from django.db.utils import Error as DatabaseError
from django.utils.module_loading import import_string

from lilong.project import cluster
from lilong.project.doctor.database import checksums, durability, roles
from lilong.project.doctor.findings import Finding, Grade, fine, wrong
from lilong.project.doctor.machine import browser_and_fonts, closed_directories, disk_space, orphans
from lilong.project.doctor.tables import migrations, system_checks
from lilong.project.home import FIRST, Home
from lilong.project.instance import let_go, wake
from lilong.project.supervisor.records import SUPERVISOR, recorded
from lilong.project.trouble import Trouble

Check = Callable[[Home], Iterator[Finding]]

ON_THE_MACHINE: tuple[Check, ...] = (disk_space, closed_directories, orphans, browser_and_fonts)
WITH_THE_DATABASE: tuple[Check, ...] = (durability, roles, checksums, migrations, system_checks)
# Checks that need models, named because models may be imported only once Django is awake.
WITH_THE_MODELS: tuple[str, ...] = ("lilong.project.doctor.calendars.years",)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found."""

    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> int:
        """How many findings must be mended."""
        return sum(finding.grade is Grade.WRONG for finding in self.findings)


def examine(home: Home) -> Report:
    """Look at everything. Starts the embedded server for as long as it looks; changes nothing else."""
    if not home.path.is_dir() or not home.keys.is_dir():
        return Report((wrong("instance", f"There is no instance in {home.path}.", FIRST),))
    return Report((*_looked(ON_THE_MACHINE, home), *_with_the_database(home), _served(home)))


def _with_the_database(home: Home) -> tuple[Finding, ...]:
    try:
        with cluster.in_use(home):
            return (*_looked(WITH_THE_DATABASE, home), *_with_the_models(home))
    except Trouble as trouble:
        return (wrong("database", trouble.text, trouble.remedy),)


def _with_the_models(home: Home) -> tuple[Finding, ...]:
    wake(home)
    try:
        return tuple(_looked(tuple(import_string(path) for path in WITH_THE_MODELS), home))
    finally:
        let_go()


def _looked(checks: tuple[Check, ...], home: Home) -> Iterator[Finding]:
    for check in checks:
        try:
            yield from check(home)
        except (psycopg.Error, DatabaseError, OSError) as error:
            first = (str(error).strip().splitlines() or [type(error).__name__])[0]
            yield wrong(check.__name__, f"Could not be looked at: {first}.", FIRST)


def _served(home: Home) -> Finding:
    if served := recorded(home, SUPERVISOR):
        return fine("serving", f"Served at {served.url} by process {served.mark.pid}.")
    return fine("serving", "Not served now; `lilong serve` serves it.")
