"""The raw twin of taking a report: the very call the platform makes, overheard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from benchmarks.raw import Call
from lilong.apps.cases import public as cases
from lilong.apps.cases.terms import Report, Source
from lilong.kernel.actors import ANONYMOUS, Actor, ActorKind
from lilong.kernel.keys import CommandKey, body_digest
from lilong.ledger.rooms import resident_duties
from lilong.project.demo.founding import CITY
from lilong.project.demo.stage import Spot

_CALL = "SELECT cases_report("


def recorded_calls(reports: Sequence[tuple[str, str, Spot]]) -> list[Call]:
    """Take each report through the platform's own command, undo it, and keep the call that it made."""
    found: list[Call] = []
    passer_by = Actor(ActorKind.ANONYMOUS, ANONYMOUS.name, duties=resident_duties())

    def listen(execute: Callable[..., Any], statement: str, values: Any, many: Any, context: Any) -> Any:
        if statement.startswith(_CALL):
            found.append(Call(statement, tuple(values)))
        return execute(statement, values, many, context)

    for category, body, spot in reports:
        report = Report(category=category, body=body, place=spot.where(), city=CITY, source=Source.RESIDENT_WEB)
        key = CommandKey(uuid4(), datetime.now(UTC), body_digest(body.encode()))
        with connection.execute_wrapper(listen), transaction.atomic():
            cases.report_case(by=passer_by, key=key, report=report)
            transaction.set_rollback(True)
    return found
