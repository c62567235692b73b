"""One form for whatever a scenario asks, of a resident, a worker or at the counter: its fields come from the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import forms

from lilong.apps.work.terms import Fact, FactKind, StepResult
from lilong.identity.wording import spoken
from lilong.kernel.words import Label

Choices = Sequence[tuple[str, Label]]
_RADIO_MAX = 6
_LINE_MAX, _TEXT_MAX, _ENTRIES_MAX, _ENTRY_MAX = 120, 400, 20, 200
_YES_NO = (("yes", Label("是", "Yes")), ("no", Label("否", "No")))
_RESULT, _NOTE = "the-result", "the-note"
_ONE_A_LINE = Label("一行写一个，最多 {n} 个。", "One on each line, at most {n}.")
_LEAST_MOST = {
    (True, True): Label("{least} 到 {most}。", "From {least} to {most}."),
    (True, False): Label("不少于 {least}。", "At least {least}."),
    (False, True): Label("不超过 {most}。", "At most {most}."),
}


class FactsForm(forms.Form):
    """The questions of a scenario. Nothing is chosen beforehand; ``areas`` are the areas that may be ticked.

    What was answered is asked of :meth:`given`, by the names of the facts, ready for
    :func:`lilong.apps.work.rules.answers.facts_given`.
    """

    def __init__(
        self,
        facts: Iterable[Fact],
        data: Mapping[str, Any] | None = None,
        *,
        areas: Choices = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=_shown(initial or {}), prefix="f")
        self.facts = tuple(facts)
        for fact in self.facts:
            self.fields[fact.name] = _field(fact, areas)

    def given(self) -> dict[str, object]:
        """What was answered, unanswered questions left out."""
        found: dict[str, object] = {}
        for fact in self.facts:
            value = self.cleaned_data.get(fact.name)
            if value not in (None, "", []):
                found[fact.name] = _value(fact, value)
        return found


class HandInForm(FactsForm):
    """What a step hands in: its questions, how it ended, and a note. One possible end is not asked for."""

    def __init__(
        self,
        facts: Iterable[Fact],
        outcomes: Sequence[StepResult],
        data: Mapping[str, Any] | None = None,
        *,
        areas: Choices = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(facts, data, areas=areas, initial=initial)
        self.outcomes = tuple(outcomes)
        if len(self.outcomes) > 1:
            self.fields[_RESULT] = forms.ChoiceField(
                label=spoken(Label("办得怎么样", "How it went")),
                choices=[(outcome.name, spoken(_outcome_words(outcome))) for outcome in self.outcomes],
                widget=forms.RadioSelect,
                error_messages={"required": spoken(Label("请选办得怎么样。", "Say how it went."))},
            )
        self.fields[_NOTE] = forms.CharField(
            required=False,
            max_length=2000,
            label=spoken(Label("还有什么要说的", "Anything to add")),
            help_text=spoken(Label("一句话就够；别写跟这件事无关的个人信息。", "A sentence will do; nothing private.")),
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    @property
    def result(self) -> str:
        """The result chosen, or the only one there is."""
        return str(self.cleaned_data.get(_RESULT) or self.outcomes[0].name)

    @property
    def note(self) -> str:
        """What was added in words."""
        return str(self.cleaned_data.get(_NOTE, "")).strip()


class BeginForm(FactsForm):
    """What is said when an undertaking begins: what it is called, what it is about, and the questions of the start."""

    def __init__(
        self,
        facts: Iterable[Fact],
        data: Mapping[str, Any] | None = None,
        *,
        areas: Choices = (),
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(facts, data, areas=areas, initial=initial)
        own: dict[str, forms.Field] = {
            "the-title": forms.CharField(
                max_length=80,
                label=spoken(Label("这件事叫什么", "What to call it")),
                help_text=spoken(Label("例如“三号楼电梯困人”。", "For example “lift of building 3”.")),
                error_messages={"required": spoken(Label("请起个叫得出的名字。", "Give it a name people can say."))},
            ),
            "the-area": forms.ChoiceField(
                label=spoken(Label("在哪里", "Where")), choices=[(value, spoken(words)) for value, words in areas]
            ),
            "the-about": forms.CharField(
                required=False,
                max_length=2000,
                label=spoken(Label("怎么回事", "What it is about")),
                widget=forms.Textarea(attrs={"rows": 3}),
            ),
        }
        self.fields = own | self.fields

    def said(self, name: str) -> str:
        """One of title, area, about."""
        return str(self.cleaned_data.get(f"the-{name}", "")).strip()


def _outcome_words(outcome: StepResult) -> Label:
    if outcome.back_to:
        after = Label("退回去重办", "goes back to be done again")
    elif outcome.ends:
        after = Label("整件事到此了结", "the whole matter ends here")
    else:
        return outcome.label
    return Label("{result}\n{after}", "{result}\n{after}").filled(result=outcome.label, after=after)


def _field(fact: Fact, areas: Choices) -> forms.Field:
    common: dict[str, Any] = {"label": spoken(fact.label), "required": fact.required}
    hints = [hint for hint in (fact.why and _why(fact.why), _bounds(fact)) if hint]
    if hints:
        common["help_text"] = spoken(Label("".join(h.zh for h in hints), " ".join(h.en for h in hints)))
    return _FIELDS[fact.kind](fact, common) if fact.kind is not FactKind.AREAS else _areas(fact, common, areas)


def _why(words: Label) -> Label:
    return Label("为什么问：{why}", "Why we ask: {why}").filled(why=words)


def _bounds(fact: Fact) -> Label | None:
    if fact.kind.is_list:
        return _ONE_A_LINE.filled(n=fact.most or _ENTRIES_MAX) if fact.kind is FactKind.TEXTS else None
    if fact.kind in (FactKind.WHOLE, FactKind.DECIMAL):
        words = _LEAST_MOST.get((fact.least is not None, fact.most is not None))
        return words.filled(least=fact.least, most=fact.most) if words else None
    return None


def _yes_no(_: Fact, common: dict[str, Any]) -> forms.Field:
    return forms.ChoiceField(choices=_spoken(_YES_NO), widget=forms.RadioSelect, **common)


def _choice(fact: Fact, common: dict[str, Any]) -> forms.Field:
    offered = [(choice.value, choice.label) for choice in fact.choices]
    if len(offered) <= _RADIO_MAX:
        return forms.ChoiceField(choices=_spoken(offered), widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", "—"), *_spoken(offered)], **common)


def _whole(fact: Fact, common: dict[str, Any]) -> forms.Field:
    return forms.IntegerField(min_value=fact.least, max_value=fact.most, **common)


def _decimal(fact: Fact, common: dict[str, Any]) -> forms.Field:
    return forms.FloatField(min_value=fact.least, max_value=fact.most, **common)


def _text(fact: Fact, common: dict[str, Any]) -> forms.Field:
    most = fact.most or _TEXT_MAX
    widget = forms.TextInput() if most <= _LINE_MAX else forms.Textarea(attrs={"rows": 3})
    return forms.CharField(max_length=most, widget=widget, **common)


def _date(_: Fact, common: dict[str, Any]) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **common)


def _texts(fact: Fact, common: dict[str, Any]) -> forms.Field:
    most = (fact.most or _ENTRIES_MAX) * _ENTRY_MAX
    return forms.CharField(max_length=most, widget=forms.Textarea(attrs={"rows": 4}), **common)


def _areas(fact: Fact, common: dict[str, Any], areas: Choices) -> forms.Field:
    if not areas:
        return _texts(fact, common)
    return forms.MultipleChoiceField(choices=_spoken(areas), **common)


_FIELDS: dict[FactKind, Callable[[Fact, dict[str, Any]], forms.Field]] = {
    FactKind.YES_NO: _yes_no,
    FactKind.WHOLE: _whole,
    FactKind.DECIMAL: _decimal,
    FactKind.TEXT: _text,
    FactKind.CHOICE: _choice,
    FactKind.DATE: _date,
    FactKind.TEXTS: _texts,
}


def _value(fact: Fact, value: Any) -> object:
    if fact.kind is FactKind.YES_NO:
        return value == "yes"
    if fact.kind is FactKind.DATE:
        return value.isoformat()
    if fact.kind.is_list:
        lines = value.splitlines() if isinstance(value, str) else value
        return [line.strip() for line in lines if line.strip()]
    return value


def _shown(initial: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that are known already, as their controls show them."""
    found: dict[str, Any] = {}
    for name, value in initial.items():
        if isinstance(value, bool):
            found[name] = "yes" if value else "no"
        elif isinstance(value, tuple | list):
            found[name] = "\n".join(value)
        else:
            found[name] = value
    return found


def _spoken(choices: Choices) -> list[tuple[str, str]]:
    return [(value, spoken(label)) for value, label in choices]
