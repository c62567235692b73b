"""The roles, their rights and the extensions of one database: made where we may, else written down for who may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from lilong.project.cluster.targets import APP, KEYS, OWNER, Target
from lilong.project.home import Home
from lilong.project.keys import Keys
from lilong.project.trouble import Trouble

_SQL = Path(__file__).parent / "sql"
_ROLES = (OWNER, APP, "lilong_resident", "lilong_search")


def create_database(administrator: Target) -> None:
    """Make the database itself when it is missing, on the embedded server."""
    with psycopg.connect(replace(administrator, database="postgres").conninfo, autocommit=True) as connection:
        name = administrator.database
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def furnish(home: Home, administrator: Target) -> None:
    """Give the database its roles, rights and extensions; what is there already stays.

    Raises :class:`Trouble` when ``administrator`` may not, with a file of exactly the SQL that an administrator must
    run, or when the roles belong to another instance on the same server.
    """
    strangers = [role for role in (OWNER, APP) if not _accepted(home, administrator, role)]
    with _connected(administrator) as connection:
        if strangers or not _complete(connection):
            script = _script(home, connection, strangers)
            if not _may_make_roles(connection):
                raise _to_be_run_by_an_administrator(home, administrator, script)
            _refuse_to_rob(connection, strangers)
            _run(home, connection, administrator, script)
        _refuse_too_mighty(connection)
    with _connected(_as(home, administrator, OWNER)) as connection:
        connection.execute((_SQL / "owner.sql").read_bytes())


def own_everything(administrator: Target) -> None:
    """Let the owner own the embedded database, and with it the schema public."""
    with _connected(administrator) as connection:
        statement = sql.SQL("ALTER DATABASE {} OWNER TO {}")
        connection.execute(statement.format(sql.Identifier(administrator.database), sql.Identifier(OWNER)))


@dataclass(frozen=True, slots=True)
class Rights:
    """What the server says about a role."""

    superuser: bool
    passes_by_row_security: bool
    owned: int


def rights(connection: psycopg.Connection[tuple[object, ...]], role: str) -> Rights | None:
    """What ``role`` may, and how many objects of this database it owns; None when there is no such role."""
    row = connection.execute(
        """SELECT rolsuper, rolbypassrls,
                  (SELECT count(*) FROM pg_shdepend JOIN pg_database d ON d.oid = dbid
                   WHERE refobjid = r.oid AND deptype = 'o' AND d.datname = current_database())
           FROM pg_roles r WHERE rolname = %s""",
        [role],
    ).fetchone()
    return Rights(bool(row[0]), bool(row[1]), int(str(row[2]))) if row else None


def _as(home: Home, administrator: Target, role: str) -> Target:
    return replace(administrator, user=role, password=Keys(home).read(KEYS[role]))


def _connected(target: Target) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(target.conninfo, autocommit=True)
    except psycopg.OperationalError as error:
        raise Trouble(
            f"The database {target.database} cannot be reached as {target.user or 'the current user'}: "
            f"{str(error).strip().splitlines()[-1]}.",
            "Check DATABASE_URL, and that the server runs and lets this role in.",
        ) from error


def _accepted(home: Home, administrator: Target, role: str) -> bool:
    """Whether the role exists and takes our password."""
    try:
        psycopg.connect(_as(home, administrator, role).conninfo).close()
    except psycopg.OperationalError:
        return False
    return True


def _complete(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    found = connection.execute(
        """SELECT (SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s)) = 4
              AND (SELECT count(*) FROM pg_extension WHERE extname IN ('pg_trgm', 'btree_gist')) = 2
              AND coalesce((SELECT pg_has_role(a.oid, r.oid, 'MEMBER') AND pg_has_role(o.oid, s.oid, 'MEMBER')
                              AND has_schema_privilege(o.oid, 'public', 'CREATE')
                              AND has_schema_privilege(s.oid, 'public', 'CREATE')
                              AND has_schema_privilege(a.oid, 'public', 'USAGE')
                              AND has_database_privilege(o.oid, current_database(), 'CREATE')
                            FROM pg_roles a, pg_roles o, pg_roles r, pg_roles s
                            WHERE a.rolname = 'lilong_app' AND o.rolname = 'lilong_owner'
                              AND r.rolname = 'lilong_resident' AND s.rolname = 'lilong_search'), false)""",
        [list(_ROLES)],
    ).fetchone()
    return found is not None and bool(found[0])


def _may_make_roles(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    found = connection.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    return found is not None and bool(found[0])


def _script(home: Home, connection: psycopg.Connection[tuple[object, ...]], strangers: Iterable[str]) -> sql.Composed:
    """The SQL to be run. It carries verifiers, never passwords."""
    keys, parts = Keys(home), [sql.SQL(_text("roles.sql"))]
    composed: list[sql.Composable] = list(parts)
    for role in strangers:
        verifier = connection.pgconn.encrypt_password(keys.read(KEYS[role]).encode(), role.encode(), b"scram-sha-256")
        statement = sql.SQL("ALTER ROLE {} PASSWORD {};\n")
        composed.append(statement.format(sql.Identifier(role), sql.Literal(verifier.decode())))
    return sql.Composed(composed)


def _run(
    home: Home, connection: psycopg.Connection[tuple[object, ...]], administrator: Target, script: sql.Composed
) -> None:
    try:
        connection.execute(script)
    except psycopg.errors.InsufficientPrivilege as error:
        raise _to_be_run_by_an_administrator(home, administrator, script) from error


def _text(name: str) -> str:
    return (_SQL / name).read_text(encoding="utf-8")


def _to_be_run_by_an_administrator(home: Home, administrator: Target, script: sql.Composed) -> Trouble:
    path = home.run / "roles.sql"
    home.write_private(path, script.as_string(None))
    return Trouble(
        f"The role {administrator.user} may not make Lilong's roles in the database {administrator.database}.",
        f"Let an administrator of that server run: psql -d {administrator.database} -f {path} (it holds password "
        "verifiers, no passwords), then try again.",
    )


def _refuse_to_rob(connection: psycopg.Connection[tuple[object, ...]], strangers: Iterable[str]) -> None:
    """A role with a password of somebody else's may be an instance that runs: its password is not ours to change."""
    others = connection.execute(
        """SELECT DISTINCT d.datname FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
           JOIN pg_roles r ON r.oid = s.refobjid
           WHERE r.rolname = ANY (%s) AND d.datname <> current_database() ORDER BY 1""",
        [list(strangers)],
    ).fetchall()
    if others:
        names = ", ".join(str(row[0]) for row in others)
        raise Trouble(
            f"The roles of Lilong on this server belong to another instance (database {names}).",
            "Copy the files postgres-owner and postgres-app from that instance's LILONG_HOME/keys into this one's, "
            "or use another server.",
        )


def _refuse_too_mighty(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    found = rights(connection, APP)
    if found is None or found.superuser or found.passes_by_row_security or found.owned:
        raise Trouble(
            f"The role {APP} must be neither superuser nor BYPASSRLS and must own nothing, or row-level security "
            "would not hold it.",
            f"ALTER ROLE {APP} NOSUPERUSER NOBYPASSRLS; and give what it owns to {OWNER}.",
        )
