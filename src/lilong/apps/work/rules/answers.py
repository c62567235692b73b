"""Answers as forms, the API and the command line send them, turned into facts of their types; and facts in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from math import isfinite

from lilong.apps.work.terms import Fact, FactKind, Facts, FactValue, Scenario
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

TEXT_DEFAULT, TEXT_MOST = 400, 2000
ENTRIES_DEFAULT, ENTRIES_MOST = 20, 50
# A key of work holds the entry it is done for.
ENTRY_CHARACTERS = 60
_NUMBER_MOST = 10**12
_YES = frozenset({"yes", "true", "on", "1", "是"})
_NO = frozenset({"no", "false", "off", "0", "否"})
_WHOLE = re.compile(r"[+-]?\d{1,13}")
_DECIMAL = re.compile(r"[+-]?\d{1,13}(\.\d{1,9})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_UNSAID = Label("（未说明）", "(not said)")
_TRUTHS = {True: Label("是", "yes"), False: Label("否", "no")}


class _Unfit(Exception):
    """An answer that its fact cannot take: a code, what is wrong, what to write instead."""

    def __init__(self, code: str, text: Label, remedy: Label) -> None:
        super().__init__(code)
        self.code, self.text, self.remedy = code, text, remedy


def facts_given(scenario: Scenario, names: Iterable[str], raw: Mapping[str, object]) -> dict[str, FactValue]:
    """The answers in ``raw`` to the facts ``names``, typed; whatever else is in ``raw`` is passed over.

    A fact without an answer stays unknown, unless it is required.
    Raises :class:`~lilong.kernel.refusals.Refused` (invalid) naming every field that is missing or unfit.
    """
    found: dict[str, FactValue] = {}
    refusals: list[Refusal] = []
    for name in names:
        fact = scenario.fact(name)
        if fact is None:
            raise LookupError(f"{scenario.reference} has no fact {name}")
        try:
            value = _value(fact, raw.get(name))
        except _Unfit as unfit:
            refusals.append(Refusal(f"work.{unfit.code}", unfit.text, unfit.remedy, name))
        else:
            if value is not None:
                found[name] = value
    if refusals:
        raise Refused(RefusalKind.INVALID, tuple(refusals))
    return found


def known_facts(kept: Mapping[str, object]) -> dict[str, FactValue]:
    """Facts as they are kept as JSON, in the shape in which conditions ask for them."""
    found: dict[str, FactValue] = {}
    for name, value in kept.items():
        if isinstance(value, list):
            found[name] = tuple(str(entry) for entry in value)
        elif isinstance(value, bool | int | float | str):
            found[name] = value
    return found


def words_of(fact: Fact, value: FactValue) -> Label:
    """A fact's value as people read it."""
    if isinstance(value, bool):
        return _TRUTHS[value]
    if isinstance(value, tuple):
        return Label("、".join(value) or _UNSAID.zh, ", ".join(value) or _UNSAID.en)
    chosen = next((choice.label for choice in fact.choices if choice.value == value), None)
    text = str(value) or _UNSAID.zh
    return chosen or Label(text, str(value) or _UNSAID.en)


def said(words: Label, scenario: Scenario, facts: Facts) -> Label:
    """``words`` of a message with each ``{name}`` replaced by what is known of that fact."""

    def put_in(pick: Callable[[Label], str]) -> Callable[[re.Match[str]], str]:
        def word(match: re.Match[str]) -> str:
            fact = scenario.fact(match[1])
            return pick(words_of(fact, facts[fact.name]) if fact and fact.name in facts else _UNSAID)

        return word

    return Label(
        _PLACEHOLDER.sub(put_in(lambda label: label.zh), words.zh),
        _PLACEHOLDER.sub(put_in(lambda label: label.en), words.en),
    )


def _value(fact: Fact, given: object) -> FactValue | None:
    if isinstance(given, str):
        given = given.strip()
    if given is None or given in ("", [], ()):
        if fact.required:
            raise _missing(fact)
        return None
    # A list of blank lines says nothing.
    found = _READERS[fact.kind](fact, given)
    return None if found == () else found


def _yes_no(fact: Fact, given: object) -> FactValue:
    if isinstance(given, bool):
        return given
    text = str(given).lower() if isinstance(given, str | int) else ""
    if text in _YES | _NO:
        return text in _YES
    raise _of_kind(fact, Label("请选是或否。", "Answer yes or no."))


def _whole(fact: Fact, given: object) -> FactValue:
    if isinstance(given, str) and _WHOLE.fullmatch(given):
        given = int(given)
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if not isinstance(given, int) or isinstance(given, bool):
        raise _of_kind(fact, Label("请写整数，例如 3。", "Write a whole number such as 3."))
    _refuse_outside(fact, given)
    return given


def _decimal(fact: Fact, given: object) -> FactValue:
    if isinstance(given, str) and _DECIMAL.fullmatch(given):
        given = float(given)
    if not isinstance(given, int | float) or isinstance(given, bool) or not isfinite(given):
        raise _of_kind(fact, Label("请写数，例如 2.5。", "Write a number such as 2.5."))
    _refuse_outside(fact, given)
    return float(given)


def _text(fact: Fact, given: object) -> FactValue:
    if not isinstance(given, str) or _FORBIDDEN.search(given):
        raise _of_kind(fact, Label("请用文字回答。", "Answer in words."))
    _refuse_longer(fact, given, min(fact.most or TEXT_DEFAULT, TEXT_MOST))
    return given


def _choice(fact: Fact, given: object) -> FactValue:
    if isinstance(given, str) and given in {choice.value for choice in fact.choices}:
        return given
    zh = "、".join(choice.label.zh for choice in fact.choices)
    en = ", ".join(choice.label.en for choice in fact.choices)
    raise _of_kind(fact, Label(f"请从中选一个：{zh}。", f"Choose one of: {en}."))


def _date(fact: Fact, given: object) -> FactValue:
    # One way of writing: fromisoformat would also take weeks, and days without hyphens.
    text = str(given) if _DAY.fullmatch(str(given)) else ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _of_kind(fact, Label("请写成 2026-09-01。", "Write it like 2026-09-01.")) from None


def _texts(fact: Fact, given: object) -> FactValue:
    entries = _entries(fact, given)
    for entry in entries:
        _refuse_longer(fact, entry, ENTRY_CHARACTERS)
    return entries


def _areas(fact: Fact, given: object) -> FactValue:
    entries = _entries(fact, given)
    for entry in entries:
        if not _is_area(entry):
            raise _of_kind(fact, Label("请写区域代码，一行一个。", "Write area codes, one a line."))
    return entries


def _entries(fact: Fact, given: object) -> tuple[str, ...]:
    """The lines of a text, or the texts of a list; blank and repeated ones are left out."""
    parts = given.splitlines() if isinstance(given, str) else given
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise _of_kind(fact, Label("请一行写一个。", "Write one a line."))
    found = tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if any(_FORBIDDEN.search(entry) or "\n" in entry for entry in found):
        raise _of_kind(fact, Label("请一行写一个。", "Write one a line."))
    most = min(fact.most or ENTRIES_DEFAULT, ENTRIES_MOST)
    if len(found) > most:
        raise _Unfit(
            "answer_too_many",
            Label("“{what}”最多 {most} 项。", "“{what}” takes at most {most} entries.").filled(
                what=fact.label, most=most
            ),
            Label("请分成几件办。", "Split it into several matters."),
        )
    if not found and fact.required:
        raise _missing(fact)
    return found


def _missing(fact: Fact) -> _Unfit:
    return _Unfit(
        "answer_missing",
        Label("还没有回答“{what}”。", "“{what}” is not answered.").filled(what=fact.label),
        Label("请填写后再交。", "Fill it in and send again."),
    )


def _is_area(text: str) -> bool:
    try:
        return bool(AreaCode(text).digits)
    except ValueError:
        return False


def _refuse_outside(fact: Fact, number: float) -> None:
    least = -_NUMBER_MOST if fact.least is None else fact.least
    most = _NUMBER_MOST if fact.most is None else fact.most
    if not least <= number <= most:
        raise _Unfit(
            "answer_outside",
            Label("“{what}”要在 {least} 到 {most} 之间。", "“{what}” lies between {least} and {most}.").filled(
                what=fact.label, least=least, most=most
            ),
            Label("请核对后重填。", "Check it and fill it in again."),
        )


def _refuse_longer(fact: Fact, text: str, most: int) -> None:
    if len(text) > most:
        raise _Unfit(
            "answer_too_long",
            Label("“{what}”最多 {most} 个字。", "“{what}” takes at most {most} characters.").filled(
                what=fact.label, most=most
            ),
            Label("请写短一点。", "Shorten it."),
        )


def _of_kind(fact: Fact, remedy: Label) -> _Unfit:
    text = Label("“{what}”要填{kind}。", "“{what}” takes: {kind}.").filled(what=fact.label, kind=fact.kind.label)
    return _Unfit("answer_unfit", text, remedy)


_READERS: dict[FactKind, Callable[[Fact, object], FactValue]] = {
    FactKind.YES_NO: _yes_no,
    FactKind.WHOLE: _whole,
    FactKind.DECIMAL: _decimal,
    FactKind.TEXT: _text,
    FactKind.CHOICE: _choice,
    FactKind.DATE: _date,
    FactKind.TEXTS: _texts,
    FactKind.AREAS: _areas,
}
