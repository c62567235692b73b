"""What may be said about an undertaking before anything is written: its words, its areas, whether a result ends it."""

from __future__ import annotations

from collections.abc import Iterator

from lilong.apps.work.rules.planning import Ready
from lilong.apps.work.terms import FactKind, Facts, Scenario, UndertakingDraft, step_of
from lilong.apps.work.terms.undertakings import ABOUT_MAX, TITLE_MAX
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label

_SHORTER = Label("请写短一点，其余可以办的时候补。", "Shorten it; more can be added on the way.")


def bad_words(draft: UndertakingDraft) -> Iterator[Refusal]:
    """What is wrong with the title and the words of a draft."""
    if not draft.title.strip():
        yield Refusal(
            "work.title_missing",
            Label("还没有写是什么事。", "It does not say what the matter is."),
            Label("写一句话就够，例如“探望 3 号楼独居老人”。", "One sentence is enough."),
            "title",
        )
    for field, text, most in (("title", draft.title, TITLE_MAX), ("about", draft.about, ABOUT_MAX)):
        if len(text.strip()) > most or "\0" in text:
            words = Label("超过 {most} 字，或含有不可用的字符。", "Longer than {most} characters, or a forbidden one.")
            yield Refusal("work.words_too_long", words.filled(most=most), _SHORTER, field)


def areas_outside(scenario: Scenario, facts: Facts, area: AreaCode) -> Iterator[Refusal]:
    """The facts that name areas outside the matter's own: nobody there could be given its work."""
    for name, value in facts.items():
        fact = scenario.fact(name)
        if fact is None or fact.kind is not FactKind.AREAS or not isinstance(value, tuple):
            continue
        outside = [entry for entry in value if not area.contains(AreaCode(entry))]
        if outside:
            yield Refusal(
                "work.area_outside",
                Label("不在这件事的区域里：{areas}。", "Outside the matter's area: {areas}.").filled(
                    areas="、".join(outside)
                ),
                Label("请只写区域以内的，或在更大的区域开始。", "Name areas inside it, or begin it in a wider area."),
                name,
            )


def ends_with(ready: Ready, key: str, result: str) -> bool:
    """Whether the whole matter ends when the lead of ``key`` hands in ``result``."""
    step = ready.steps.get(step_of(key))
    found = step.result(result) if step else None
    return step is not None and found is not None and (found.ends or (found.goes_on and step.name in ready.ends))
