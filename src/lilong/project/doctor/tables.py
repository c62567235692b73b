"""What Django knows of the database."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import ERROR, run_checks

from lilong.project.doctor.findings import Finding, fine, wrong
from lilong.project.home import Home
from lilong.project.instance import let_go, pending_migrations, wake


def system_checks(home: Home) -> Iterator[Finding]:
    """What Django itself finds wrong with the code and settings."""
    wake(home)
    serious = [found for found in run_checks() if found.level >= ERROR]
    for found in serious:
        yield wrong("code", f"{found.msg} ({found.id})", found.hint or "This is a fault of the software: report it.")
    if not serious:
        yield fine("code", "Django's own checks find nothing.")


def migrations(home: Home) -> Iterator[Finding]:
    """Tables and code are of the same version."""
    wake(home)
    try:
        pending = pending_migrations()
    finally:
        let_go()
    if pending:
        yield wrong("migrations", f"{pending} migration(s) are not applied.", "Run `lilong init`.")
    else:
        yield fine("migrations", "All migrations are applied.")
