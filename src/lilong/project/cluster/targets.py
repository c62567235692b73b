"""Which database, and how each role reaches it: from DATABASE_URL, else from the embedded cluster's records."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from lilong.project.cluster import sockets
from lilong.project.home import Home
from lilong.project.keys import Keys
from lilong.project.trouble import Trouble

DATABASE = "lilong"
OWNER = "lilong_owner"
APP = "lilong_app"
KEYS = {OWNER: "postgres-owner", APP: "postgres-app"}
_OF_ITS_OWN = ("host", "port", "dbname", "user", "password")


@dataclass(frozen=True, slots=True)
class Target:
    """One database as reached by one role."""

    host: str
    port: str
    database: str
    user: str
    password: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def conninfo(self) -> str:
        """For psycopg."""
        return make_conninfo(
            host=self.host,
            port=self.port,
            dbname=self.database,
            user=self.user,
            password=self.password,
            **{"connect_timeout": "10", **dict(self.options)},
        )

    @property
    def as_setting(self) -> dict[str, Any]:
        """For Django's DATABASES."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.database,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": self.port,
            "CONN_MAX_AGE": 0,
            "OPTIONS": dict(self.options),
        }


def own_server(environ: Mapping[str, str] = os.environ) -> Target | None:
    """The database named by ``DATABASE_URL``, as the role it names. Raises :class:`Trouble` when it cannot be read."""
    url = environ.get("DATABASE_URL")
    if not url:
        return None
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError as error:
        raise Trouble(
            f"DATABASE_URL cannot be read: {str(error).strip()}.",
            "Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE.",
        ) from error
    if "dbname" not in parts:
        raise Trouble("DATABASE_URL names no database.", "Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE.")
    others = tuple((name, value) for name, value in parts.items() if name not in _OF_ITS_OWN)
    return Target(
        parts.get("host", ""),
        parts.get("port", "5432"),
        parts["dbname"],
        parts.get("user", ""),
        parts.get("password", ""),
        others,
    )


def administrator(home: Home, environ: Mapping[str, str] = os.environ) -> Target:
    """The database as reached by whoever may make roles there: ``DATABASE_URL``'s role or the embedded superuser."""
    return own_server(environ) or _embedded(home)


def target(home: Home, role: str, environ: Mapping[str, str] = os.environ) -> Target:
    """The database as reached by ``role``, :data:`OWNER` or :data:`APP`, with its generated password."""
    return replace(administrator(home, environ), user=role, password=Keys(home).read(KEYS[role]))


def _embedded(home: Home) -> Target:
    password = Keys(home).read("postgres-superuser")
    return Target(str(sockets.recorded(home)), str(sockets.PORT), DATABASE, "postgres", password)
