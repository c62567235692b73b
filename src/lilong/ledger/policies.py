"""Row-level security, declared once per table: the second wall behind every query that forgets its scope.

Three roles meet it. ``lilong_app`` sees the range of areas its transaction was opened for. ``lilong_resident`` (taken
with SET LOCAL ROLE) sees only the subjects named for the transaction. ``lilong_search`` owns a few definer functions
that apply the range themselves, because trigram and geometric operators may not use an index under a policy.
The owner writes everything: migrations and bulk loads run as the owner.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

_RANGE = "area >= current_setting('lilong.area_low', true) AND area < current_setting('lilong.area_high', true)"
_OWN = "{column} = ANY (string_to_array(current_setting('lilong.subjects', true), ',')::uuid[])"


def area_policy(table: str, subject: str = "id") -> RunSQL:
    """Force row-level security on ``table``, whose ``area`` column says where and ``subject`` whose matter it is."""
    own = _OWN.format(column=subject)
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY scope ON {table} TO lilong_app USING ({_RANGE}) WITH CHECK ({_RANGE});
        CREATE POLICY own ON {table} TO lilong_resident USING ({own}) WITH CHECK ({own});
        CREATE POLICY search ON {table} FOR SELECT TO lilong_search USING (true);
        CREATE POLICY upkeep ON {table} TO CURRENT_USER USING (true) WITH CHECK (true);
        GRANT SELECT, INSERT, UPDATE ON {table} TO lilong_resident;
        GRANT SELECT ON {table} TO lilong_search;
        """,
        f"""
        DROP POLICY scope ON {table}; DROP POLICY own ON {table};
        DROP POLICY search ON {table}; DROP POLICY upkeep ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


def open_to_residents(*tables: str, write: bool = False) -> RunSQL:
    """Let residents' transactions read (or also write) tables that hold nothing of any one person."""
    rights = "SELECT, INSERT, UPDATE" if write else "SELECT"
    names = ", ".join(tables)
    return RunSQL(f"GRANT {rights} ON {names} TO lilong_resident", f"REVOKE {rights} ON {names} FROM lilong_resident")
