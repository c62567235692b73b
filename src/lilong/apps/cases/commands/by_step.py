"""The verbs by the name of their step: one door for pages and API, which send inputs as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from lilong.apps.cases.commands.checking import archive_case, call_back, close_case, send_back_case
from lilong.apps.cases.commands.filing import (
    decline_case,
    file_case,
    merge_case,
    recategorise_case,
    refile_case,
    reverify_case,
    verify_case,
)
from lilong.apps.cases.commands.following import add_facts, ask_again, rate_case
from lilong.apps.cases.commands.handling import (
    accept_case,
    contact_resident,
    dispatch_case,
    hand_in_case,
    recall_case,
    return_case,
)
from lilong.apps.cases.commands.moving import move_case
from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case
from lilong.kernel.actors import Actor
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import invalid
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt
from lilong.ledger.scope import reading

Inputs = Mapping[str, object]
_Verb = Callable[[Actor, CommandKey, UUID, Inputs], Receipt]


def take_step(*, by: Actor, key: CommandKey, case: UUID, step: str, inputs: Inputs) -> Receipt:
    """Take the step of that name with ``inputs`` as its :class:`~lilong.kernel.lifecycle.Need` describe them.

    ``original`` may be a case number; ``answers`` holds what the scenario asks at the step.
    Raises :class:`~lilong.kernel.refusals.Refused`; an input that is no number where one is asked for is refused by its
    name. Raises ``KeyError`` for a step that the life-cycle does not have.
    """
    return _VERBS[step](by, key, case, inputs)


def _text(inputs: Inputs, name: str) -> str:
    value = inputs.get(name)
    return value.strip() if isinstance(value, str) else ""


def _number(inputs: Inputs, name: str) -> int:
    found = _as_number(inputs.get(name))
    if found is None:
        label = next(need.label for step in CASE.steps.values() for need in step.needs if need.name == name)
        raise invalid(
            "input_missing",
            Label("缺少“{label}”。", "“{label}” is missing.").filled(label=label),
            Label("请从列表里选一个。", "Choose one from the list."),
            name,
        )
    return found


def _as_number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10
    return int(str(value)) if is_digits else None


def _numbers(inputs: Inputs, name: str) -> tuple[int, ...]:
    values = inputs.get(name)
    found = [_as_number(value) for value in values] if isinstance(values, list | tuple) else []
    return tuple(number for number in found if number is not None)


def _answers(inputs: Inputs) -> Mapping[str, object]:
    found = inputs.get("answers")
    return found if isinstance(found, Mapping) else {}


def _case(by: Actor, inputs: Inputs, name: str) -> UUID:
    """A case by id or by number; one that is not there is left to the guard, which says so in its own words."""
    text = _text(inputs, name)
    try:
        return UUID(text)
    except ValueError:
        with reading(by):
            found = Case.objects.filter(number="".join(text.split())).values_list("id", flat=True).first()
        return found or UUID(int=0)


_VERBS: dict[str, _Verb] = {
    "verify": lambda by, key, case, i: verify_case(
        by=by, key=key, case=case, finding=_text(i, "finding"), note=_text(i, "note"), answers=_answers(i)
    ),
    "reverify": lambda by, key, case, i: reverify_case(by=by, key=key, case=case, reason=_text(i, "reason")),
    "file": lambda by, key, case, i: file_case(
        by=by, key=key, case=case, standard=_number(i, "standard"), note=_text(i, "note")
    ),
    "decline": lambda by, key, case, i: decline_case(by=by, key=key, case=case, reason=_text(i, "reason")),
    "merge": lambda by, key, case, i: merge_case(by=by, key=key, case=case, original=_case(by, i, "original")),
    "recategorise": lambda by, key, case, i: recategorise_case(
        by=by, key=key, case=case, category=_text(i, "category"), note=_text(i, "note")
    ),
    "refile": lambda by, key, case, i: refile_case(by=by, key=key, case=case, reason=_text(i, "reason")),
    "dispatch": lambda by, key, case, i: dispatch_case(
        by=by, key=key, case=case, unit=_number(i, "unit"), co_units=_numbers(i, "co_units"), note=_text(i, "note")
    ),
    "recall": lambda by, key, case, _: recall_case(by=by, key=key, case=case),
    "accept": lambda by, key, case, _: accept_case(by=by, key=key, case=case),
    "return": lambda by, key, case, i: return_case(by=by, key=key, case=case, reason=_text(i, "reason")),
    "contact": lambda by, key, case, i: contact_resident(by=by, key=key, case=case, note=_text(i, "note")),
    "hand_in": lambda by, key, case, i: hand_in_case(
        by=by,
        key=key,
        case=case,
        resolution=_text(i, "resolution"),
        result=_text(i, "result"),
        answers=_answers(i),
    ),
    "send_back": lambda by, key, case, i: send_back_case(by=by, key=key, case=case, reason=_text(i, "reason")),
    "close": lambda by, key, case, i: close_case(
        by=by, key=key, case=case, condition=_number(i, "condition"), note=_text(i, "note"), answers=_answers(i)
    ),
    "call_back": lambda by, key, case, i: call_back(
        by=by,
        key=key,
        case=case,
        answers={name: _text(i, name) for name in ("contacted", "solved", "explained", "satisfaction")},
        note=_text(i, "note"),
    ),
    "rate": lambda by, key, case, i: rate_case(
        by=by,
        key=key,
        case=case,
        solved=_text(i, "solved"),
        satisfaction=_text(i, "satisfaction"),
        comment=_text(i, "comment"),
    ),
    "add_facts": lambda by, key, case, i: add_facts(by=by, key=key, case=case, facts=_text(i, "facts")),
    "ask_again": lambda by, key, case, i: ask_again(by=by, key=key, case=case, facts=_text(i, "facts")),
    "move": lambda by, key, case, i: move_case(by=by, key=key, case=case, to=_text(i, "to")),
    "archive": lambda by, key, case, _: archive_case(by=by, key=key, case=case),
}
# The steps that people take by name; the machine's own, and those with more than plain values, have commands apart.
TAKEN_BY_NAME = frozenset(_VERBS)
