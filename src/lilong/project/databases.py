"""Django's view of the database: two aliases on one database, computed from the environment and LILONG_HOME alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lilong.project.cluster.targets import APP, OWNER, target
from lilong.project.home import Home

# Blocking threads of one web worker; each may hold one connection of its pool.
THREADS = 16


def databases(
    home: Home, environ: Mapping[str, str] = os.environ, *, name: str | None = None
) -> dict[str, dict[str, Any]]:
    """``default``, pooled, as the role that owns nothing; ``owner`` for migrations and bulk loads.

    No server is contacted or started. In a home that was not initialised the passwords are empty and the first use
    fails saying where it looked. ``name`` puts another database of the same server in place.
    """
    app, owner = (target(home, role, environ) for role in (APP, OWNER))
    if name:
        app, owner = (replace(each, database=name) for each in (app, owner))
    pooled = app.as_setting
    pool = {"min_size": 1, "max_size": THREADS, "timeout": 10}
    # Only what is sent with its values apart is prepared: the few calls that ask for it, not the ORM.
    pooled["OPTIONS"] = {**pooled["OPTIONS"], "pool": pool, "prepare_threshold": 5}
    return {"default": pooled, "owner": owner.as_setting}
