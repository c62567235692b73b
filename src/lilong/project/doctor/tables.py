"""What Django knows of the database."""

from __future__ import annotations

from collections.abc import Iterator

from lilong.project.doctor.findings import Finding, fine, wrong
from lilong.project.home import Home
from lilong.project.instance import let_go, pending_migrations, wake


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
