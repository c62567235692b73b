"""The demonstration's day is played by the platform's own commands, and playing it again changes nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lilong.apps.cases.models import Case
from lilong.kernel.actors import machine
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry
from lilong.ledger.scope import reading
from lilong.ledger.verify import verify
from lilong.project.demo import day
from lilong.project.demo.matters import matters
from tests.city import NOW, City

ALL = machine(Label("全部", "all"), frozenset())


def held() -> tuple[int, dict[str, int]]:
    """How many journal entries there are, and how many cases stand in each state."""
    with reading(ALL):
        states = list(Case.objects.values_list("state", flat=True))
        return JournalEntry.objects.count(), {state: states.count(state) for state in sorted(set(states))}


def test_the_day_is_as_varied_as_it_says() -> None:
    everything = matters()
    assert len(everything) >= 300
    assert len({matter.category for matter in everything}) >= 60
    assert {"plain", "returned", "sent_back", "declined", "merged", "asked_again"} <= {m.storyline for m in everything}
    earlier = {matter.row for matter in everything}
    assert all(m.duplicate_of in earlier and m.duplicate_of < m.row for m in everything if m.duplicate_of)


def test_playing_it_twice_changes_nothing(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    some = [m for m in matters() if m.area_type == "*"][:70]
    rows = {matter.row for matter in some}
    monkeypatch.setattr(day, "matters", lambda: [m for m in some if m.duplicate_of is None or m.duplicate_of in rows])
    seen: list[int] = []
    at = NOW + timedelta(days=1)
    played = day.play_day(at, lambda done, _: seen.append(done))
    before = held()
    assert seen == list(range(1, played + 1))
    assert sum(before[1].values()) == played
    assert before[1]["closed"] > 0
    assert set(before[1]) - {"closed", "declined", "merged"}, "nothing was left open"
    day.play_day(at, lambda *_: None)
    assert held() == before
    assert verify(Path("none"), Path("none"))[1] == []
