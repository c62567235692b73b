"""News is delivered once with its removal, and what a reader fails on stays."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from lilong.ledger import outbox
from lilong.ledger.events import Event
from lilong.ledger.models import KeptReceipt, OutboxEvent
from tests.ledger.lamp import AT, install, tend, tender


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """A reader of every topic; it fails on a subject named in ``broken``."""
    got: list[Event] = []

    def readers(_: str) -> list[object]:
        return [got.append]

    monkeypatch.setattr(outbox, "readers_of", readers)
    return got


@pytest.fixture
def lamp(lamps: None) -> UUID:
    """A lamp that was put up and darkened: two pieces of news."""
    number = uuid4()
    install(tender(), number)
    tend(tender(), number, "darken")
    return number


def test_news_arrives_in_order_and_leaves(lamp: UUID, read: list[Event]) -> None:
    assert outbox.drain(AT) == 2
    assert [(e.topic, e.version) for e in read] == [("test.lamp_installed", 1), ("test.lamp_dark", 2)]
    assert read[1].payload == {"bulb": "darken", "area": "310101002"}
    assert OutboxEvent.objects.count() == 0
    assert outbox.drain(AT) == 0


def test_a_failing_reader_keeps_its_event_and_delays_no_other(lamp: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[Event] = []

    def read_dark_only(event: Event) -> None:
        if event.topic == "test.lamp_installed":
            raise RuntimeError("no stock list")
        got.append(event)

    monkeypatch.setattr(outbox, "readers_of", lambda _: [read_dark_only])
    assert outbox.drain(AT) == 1
    kept = OutboxEvent.objects.get()
    assert (kept.topic, kept.attempts, kept.last_error) == ("test.lamp_installed", 1, "RuntimeError: no stock list")
    assert outbox.drain(AT) == 0
    assert kept.not_before is not None
    monkeypatch.setattr(outbox, "readers_of", lambda _: [got.append])
    assert outbox.drain(kept.not_before) == 1
    assert [e.topic for e in got] == ["test.lamp_dark", "test.lamp_installed"]


def test_a_reader_that_fails_late_undoes_the_earlier_ones(lamp: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(event: Event) -> None:
        KeptReceipt.objects.create(key=uuid4(), digest=b"", receipt={}, at=event.at)

    def fail(_: Event) -> None:
        raise RuntimeError("later reader")

    before = KeptReceipt.objects.count()
    monkeypatch.setattr(outbox, "readers_of", lambda _: [write, fail])
    assert outbox.drain(AT) == 0
    assert KeptReceipt.objects.count() == before


def test_receipts_are_kept_longer_than_a_week_offline(lamp: UUID) -> None:
    assert outbox.forget_receipts(AT + timedelta(days=7)) == 0
    assert outbox.forget_receipts(AT + timedelta(days=9)) == 2
