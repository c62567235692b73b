"""Every ledger test has lamps to act on."""

from __future__ import annotations

import pytest
from django.db import connections

from tests.ledger.lamp import make_table


@pytest.fixture
def lamps(committed_db: None) -> None:
    """The table of lamps, empty."""
    make_table()
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM test_lamp")
