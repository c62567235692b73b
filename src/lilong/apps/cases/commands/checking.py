"""Check, closing and what comes after: 核查, 返工, 结案, 回访, 归档."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from lilong.apps.cases.commands.steps import Move, Verb, Words, take
from lilong.apps.cases.models import Case, CaseCallback
from lilong.apps.cases.rules import RATING_WINDOW
from lilong.kernel.actors import Actor, machine
from lilong.kernel.because import Because, Ground
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Turn
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading

ARCHIVIST = machine(Label("到期归档", "the archivist"), frozenset({"cases.case.archive"}))
_ARCHIVE_KEYS = UUID("0f1b3c52-6c0e-4f5e-9a37-5d6f3f0c8a11")


def send_back_case(*, by: Actor, key: CommandKey, case: UUID, reason: str) -> Receipt:
    """返工: the same unit does it again, with all that was handed in kept."""

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        turn.row.sent_back += 1
        return {"unit": turn.row.lead_unit}

    verb = Verb("send_back", Move("check", "send_back"), Words("reason", reason), write)
    return take(by=by, key=key, case=case, verb=verb, inputs={"reason": reason})


def close_case(
    *,
    by: Actor,
    key: CommandKey,
    case: UUID,
    condition: int,
    note: str = "",
    answers: Mapping[str, object] | None = None,
) -> Receipt:
    """核查通过并结案: against the closing condition of the standard row it was filed under."""

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        turn.row.closed_at = key.at
        in_time = turn.row.due_at is None or key.at <= turn.row.due_at
        return {"condition": condition, "in_time": in_time, "resolution": turn.row.resolution}

    verb = Verb("close", Move("check"), Words("check", note), write, answers=answers or {})
    return take(by=by, key=key, case=case, verb=verb, inputs={"condition": condition, "note": note})


def call_back(*, by: Actor, key: CommandKey, case: UUID, answers: Mapping[str, str], note: str = "") -> Receipt:
    """回访: ``answers`` holds contacted, solved, explained and (if the resident said) satisfaction."""

    def write(turn: Turn[Case]) -> Mapping[str, Any]:
        found = {name: answers.get(name, "") for name in ("contacted", "solved", "explained", "satisfaction")}
        CaseCallback.objects.create(case=turn.row, area=turn.row.area, at=key.at, **found)
        return {"answers": found}

    verb = Verb("call_back", None, Words("callback", note, public=False), write)
    return take(by=by, key=key, case=case, verb=verb, inputs={**answers, "note": note})


def archive_closed(at: datetime, limit: int = 500) -> int:
    """归档 every case closed longer than the rating window before ``at``, each once; returns how many."""
    with reading(ARCHIVIST):
        due = Case.objects.filter(state="closed", closed_at__lte=at - RATING_WINDOW).order_by("closed_at")
        found = list(due.values_list("id", flat=True)[:limit])
    for case in found:
        archive_case(by=ARCHIVIST, key=CommandKey(uuid5(_ARCHIVE_KEYS, str(case)), at, b"archive"), case=case)
    return len(found)


def archive_case(*, by: Actor, key: CommandKey, case: UUID) -> Receipt:
    """归档: the window for rating and asking again is over."""
    text = Label("结案满 {days} 天，没有再次诉求。", "Closed for {days} days and not asked again.")
    because = Because(Ground.CALENDAR, text.filled(days=RATING_WINDOW.days))
    return take(by=by, key=key, case=case, verb=Verb("archive", because=(because,)), inputs={})
