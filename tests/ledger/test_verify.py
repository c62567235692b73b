"""The journal refuses to change, and every change made behind its back is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection, connections
from django.db.utils import DatabaseError

from lilong.ledger.models import JournalEntry
from lilong.ledger.verify import sign_root, verify
from tests.conftest import Slate
from tests.ledger.lamp import AT, install, tend, tender

Tamper = Callable[[str, tuple[object, ...]], None]


@pytest.fixture
def lamp(lamps: None) -> UUID:
    """A lamp with three journal entries."""
    number = uuid4()
    install(tender(), number)
    tend(tender(), number, "darken")
    tend(tender(), number, "light")
    return number


@pytest.fixture
def tamper(slate: Slate) -> Tamper:
    """Change the journal as somebody would who holds the whole server: no trigger, no policy in the way."""

    def change(statement: str, values: tuple[object, ...]) -> None:
        with psycopg.connect(slate.conninfo) as power:
            power.execute("SET session_replication_role = replica")
            assert power.execute(statement.encode(), values).rowcount > 0

    return change


@pytest.mark.parametrize("alias", ["default", "owner"])
@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_journal SET actor = 'x'", "DELETE FROM ledger_journal", "TRUNCATE ledger_journal"]
)
def test_nobody_changes_the_journal(lamp: UUID, alias: str, statement: str) -> None:
    with connections[alias].cursor() as cursor, pytest.raises(DatabaseError, match=r"append-only|permission denied"):
        cursor.execute(f"BEGIN; SET LOCAL lilong.area_low = '3'; SET LOCAL lilong.area_high = '4'; {statement}")
    connections[alias].close()
    assert verify(Path("none"), Path("none"))[0] == 3


def test_a_whole_journal_is_found_whole(lamp: UUID, tmp_path: Path) -> None:
    root = sign_root(tmp_path / "roots", tmp_path / "key", AT)
    assert (root.entries, verify(tmp_path / "roots", tmp_path / "key")) == (3, (3, []))


@pytest.mark.parametrize(
    ("statement", "kinds"),
    [
        ("UPDATE ledger_journal SET actor = 'staff:9' WHERE subject = %s AND seq = 2", {"edited"}),
        ("UPDATE ledger_journal SET at = at - interval '1 second' WHERE subject = %s AND seq = 3", {"edited"}),
        ('UPDATE ledger_journal SET data = data || \'{"bulb": "x"}\' WHERE subject = %s AND seq = 1', {"edited"}),
        ("DELETE FROM ledger_journal WHERE subject = %s AND seq = 2", {"gap", "root_differs"}),
        ("DELETE FROM ledger_journal WHERE subject = %s AND seq = 3", {"root_differs"}),
        ("DELETE FROM ledger_journal WHERE subject = %s", {"root_differs"}),
    ],
)
def test_every_change_is_found(lamp: UUID, tmp_path: Path, tamper: Tamper, statement: str, kinds: set[str]) -> None:
    sign_root(tmp_path / "roots", tmp_path / "key", AT)
    tamper(statement, (lamp,))
    _, findings = verify(tmp_path / "roots", tmp_path / "key")
    assert {finding.kind for finding in findings} == kinds


def test_a_journal_rewritten_with_fitting_hashes_is_found_by_the_root(
    lamp: UUID, tmp_path: Path, tamper: Tamper
) -> None:
    sign_root(tmp_path / "roots", tmp_path / "key", AT)
    tamper("UPDATE ledger_journal SET actor = 'staff:9' WHERE subject = %s AND seq = 3", (lamp,))
    tamper(
        """UPDATE ledger_journal SET hash = ledger_entry_hash(prev, subject, seq, kind, area, at, actor, step, data)
           WHERE subject = %s""",
        (lamp,),
    )
    assert {finding.kind for finding in verify(tmp_path / "roots", tmp_path / "key")[1]} == {"root_differs"}


def test_a_forged_root_is_found(lamp: UUID, tmp_path: Path) -> None:
    roots = tmp_path / "roots"
    sign_root(roots, tmp_path / "key", AT)
    roots.write_text(roots.read_text(encoding="utf-8").replace('"entries": 3', '"entries": 2'), encoding="utf-8")
    found = {finding.kind for finding in verify(roots, tmp_path / "key")[1]}
    assert found == {"root_unsigned", "root_differs"}


def test_roots_follow_one_another(lamp: UUID, tmp_path: Path) -> None:
    first = sign_root(tmp_path / "roots", tmp_path / "key", AT)
    tend(tender(), lamp, "darken")
    second = sign_root(tmp_path / "roots", tmp_path / "key", AT)
    assert (second.after, second.entries) == (first.upto, 1)
    assert verify(tmp_path / "roots", tmp_path / "key") == (4, [])


def test_the_application_may_not_pass_row_level_security(lamp: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
    assert JournalEntry.objects.count() == 0
