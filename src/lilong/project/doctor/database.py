"""What the database must promise: that a commit survives a crash, and that the application's role is held."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from lilong.project.cluster.roles import rights
from lilong.project.cluster.targets import APP, OWNER, administrator, target
from lilong.project.doctor.findings import Finding, fine, wrong
from lilong.project.home import Home

_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
_LOST = ("off", "local")
_GUARDED = "SELECT count(*) FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"


def durability(home: Home) -> Iterator[Finding]:
    """Acknowledged means kept."""
    with psycopg.connect(target(home, APP).conninfo, autocommit=True) as connection:
        for name in _DURABLE:
            row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            value = str(row[0]) if row else ""
            if value in _LOST:
                yield wrong(
                    "durability", f"{name} is {value}: a crash may lose what was acknowledged.", f"Set {name} = on."
                )
            else:
                yield fine("durability", f"{name} is {value}.")


def roles(home: Home) -> Iterator[Finding]:
    """Row-level security holds the application: it is no superuser, passes nothing by, owns nothing."""
    with psycopg.connect(target(home, OWNER).conninfo, autocommit=True) as connection:
        found = rights(connection, APP)
        if found is None or found.superuser or found.passes_by_row_security:
            yield wrong("roles", f"{APP} passes row-level security by.", f"ALTER ROLE {APP} NOSUPERUSER NOBYPASSRLS;")
        elif found.owned:
            yield wrong("roles", f"{APP} owns {found.owned} object(s).", f"REASSIGN OWNED BY {APP} TO {OWNER};")
        else:
            yield fine("roles", f"{APP} is held by row-level security and owns nothing.")
        row = connection.execute(_GUARDED).fetchone()
        if row and row[0]:
            yield wrong(
                "roles",
                f"{row[0]} table(s) have row-level security that is not forced.",
                "ALTER TABLE … FORCE ROW LEVEL SECURITY;",
            )


def checksums(home: Home) -> Iterator[Finding]:
    """Damaged pages are noticed."""
    with psycopg.connect(administrator(home).conninfo, autocommit=True) as connection:
        row = connection.execute("SELECT current_setting('data_checksums')").fetchone()
    if row and row[0] == "on":
        yield fine("checksums", "Data checksums are on.")
    else:
        yield wrong(
            "checksums",
            "Data checksums are off: a damaged page would be served.",
            "Stop the server and run pg_checksums --enable.",
        )
