"""The rows of a step's form: comparisons of its condition, ways in which it may end, messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django import forms

from lilong.apps.work.forms.drafting import Choices, bilingual, spoken_choices, words
from lilong.apps.work.rules.phrases import (
    Comparison,
    Part,
    Parts,
    askable,
    comparisons_of,
    fact_named,
    parts_of,
    source_of,
)
from lilong.apps.work.terms import (
    DONE,
    Fact,
    FactKind,
    Hearer,
    Message,
    Moment,
    Scenario,
    Step,
    StepResult,
    Unknown,
)
from lilong.identity.wording import spoken
from lilong.kernel.words import Label

CONDITION_ROWS, _SPARE_RESULTS, _SPARE_MESSAGES = 3, 2, 1
_ONWARD, _ENDS, _BACK = "onward", "ends", "back:"
_MOMENTS: Choices = (
    (Moment.OPENED.value, Label("开始时", "when it begins")),
    (Moment.DONE.value, Label("办好时", "when it is done")),
    (Moment.LATE.value, Label("超期时", "when it is late")),
)
_HEARERS: Choices = (
    (Hearer.REPORTER.value, Label("报事的人", "whoever reported it")),
    (Hearer.UNIT.value, Label("承办的单位", "the unit that has it")),
    (Hearer.ABOVE.value, Label("上一级单位", "the unit above")),
)


# ---- the condition ----


def add_condition_rows(form: forms.Form, scenario: Scenario, old: Step | None, *, shown: bool) -> None:
    """Rows of comparisons when the condition is no more than that, and the condition as it is written for experts."""
    if shown:
        _add_comparisons(form, scenario, old)
    form.fields["when_free"] = forms.CharField(
        required=False,
        max_length=400,
        label=spoken(Label("条件（CEL，给会写的人）", "Condition (CEL, for those who write it)")),
        help_text=spoken(
            Label("填了这里，上面的就不算。", "What stands here counts instead of the rows.")
            if shown
            else Label(
                "这个条件比较复杂，只能在这里改；删空就是总是要办。", "It is more than comparisons: change it here."
            )
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        initial="" if shown or old is None else old.when,
    )
    form.fields["if_unknown"] = forms.ChoiceField(
        required=False,
        label=spoken(Label("还不知道的时候", "While it is not known")),
        choices=spoken_choices(
            ((Unknown.DO.value, Label("照办", "do it")), (Unknown.SKIP.value, Label("先不办", "leave it out")))
        ),
        widget=forms.RadioSelect,
        initial=old.if_unknown.value if old and old.if_unknown else "",
    )


def _add_comparisons(form: forms.Form, scenario: Scenario, old: Step | None) -> None:
    parts = (parts_of(old.when, scenario) if old and old.when else None) or Parts(())
    facts = [(fact.name, fact.label) for fact in askable(scenario, old)]
    hows = [(how.value, how.label) for how in Comparison]
    for place in range(CONDITION_ROWS):
        part = parts.parts[place] if place < len(parts.parts) else None
        form.fields[f"when_{place}_fact"] = forms.ChoiceField(
            required=False,
            label=spoken(Label("看哪一项", "Looks at")),
            choices=spoken_choices((("", Label("不看", "nothing")), *facts)),
            initial=part.name if part else "",
        )
        form.fields[f"when_{place}_how"] = forms.ChoiceField(
            required=False,
            label=spoken(Label("怎样", "How")),
            choices=spoken_choices(hows),
            initial=part.comparison.value if part else Comparison.YES.value,
        )
        form.fields[f"when_{place}_value"] = forms.CharField(
            required=False,
            max_length=80,
            label=spoken(Label("多少、哪个（是或否的不填）", "Value (not for yes or no)")),
            initial=_value_shown(scenario, part) if part else "",
        )
    form.fields["when_any"] = forms.BooleanField(
        required=False,
        label=spoken(Label("几条里有一条就要办（不选：每条都要）", "Any one of them is enough (else all)")),
        initial=parts.any_of_them,
    )


def condition_in(form: forms.Form, scenario: Scenario, old: str) -> str:
    """The condition as it was typed; ``old`` when the form did not show it. Adds an error to a row that cannot be."""
    said = form.cleaned_data
    if said["when_free"].strip():
        return str(said["when_free"]).strip()
    if "when_0_fact" not in form.fields:
        return ""
    found = []
    for place in range(CONDITION_ROWS):
        name = said[f"when_{place}_fact"]
        fact = fact_named(scenario, name) if name else None
        if fact is None:
            continue
        part = Part(name, _fitting(fact, said[f"when_{place}_how"]), _value_typed(fact, said[f"when_{place}_value"]))
        try:
            source_of(Parts((part,)), scenario)
        except ValueError:
            form.add_error(f"when_{place}_value", spoken(_WRONG.filled(fact=fact.label, kind=fact.kind.label)))
            return old
        found.append(part)
    return source_of(Parts(tuple(found), bool(said["when_any"])), scenario) if found else ""


_WRONG = Label("“{fact}”是{kind}，这里的值对不上。", "“{fact}” is a {kind}; this value does not fit.")


def _fitting(fact: Fact, how: str) -> Comparison:
    """The comparison chosen, or the first that the fact knows when it was left as it stood."""
    fitting = comparisons_of(fact.kind)
    chosen = Comparison(how or Comparison.IS)
    return chosen if chosen in fitting or fact.kind is FactKind.YES_NO else fitting[0]


def _value_typed(fact: Fact, typed: str) -> str:
    text = typed.strip()
    return next((c.value for c in fact.choices if text in (c.value, c.label.zh, c.label.en)), text)


def _value_shown(scenario: Scenario, part: Part) -> str:
    fact = fact_named(scenario, part.name)
    return next((c.label.zh for c in fact.choices if c.value == part.value), part.value) if fact else part.value


# ---- results ----


def add_result_rows(form: forms.Form, others: Sequence[tuple[str, Label]], results: Sequence[StepResult]) -> None:
    """A row for each way in which the step may end, and two spare ones."""
    own = form.initial.get("title")
    backs = [(f"{_BACK}{name}", Label("退回：{step}", "back to: {step}").filled(step=title)) for name, title in others]
    if own:
        backs.append((f"{_BACK}.", Label("这一步重办", "this step again")))
    ways = ((_ONWARD, Label("往下走", "goes on")), (_ENDS, Label("整件事了结", "ends the matter")), *backs)
    for place in range(len(results) + _SPARE_RESULTS):
        form.fields[f"result_{place}_label"] = words(Label("结果", "Result"), required=False)
        form.fields[f"result_{place}_to"] = forms.ChoiceField(
            required=False, label=spoken(Label("然后", "Then")), choices=spoken_choices(ways)
        )
        form.fields[f"result_{place}_most"] = forms.IntegerField(
            required=False, min_value=1, max_value=20, label=spoken(Label("最多退几次", "Back at most"))
        )


def result_initial(results: Iterable[StepResult]) -> dict[str, Any]:
    """The rows as the step has them."""
    found: dict[str, Any] = {}
    for place, result in enumerate(results):
        found[f"result_{place}_label"] = result.label.zh
        to = f"{_BACK}{result.back_to}" if result.back_to else _ENDS if result.ends else _ONWARD
        found[f"result_{place}_to"] = to
        found[f"result_{place}_most"] = result.at_most or None
    return found


def results_in(form: Any, old: Sequence[StepResult]) -> tuple[StepResult, ...]:
    """The results as they were typed; an emptied row is gone. A row that was there keeps its name."""
    said, found = form.cleaned_data, []
    names = {result.name for result in old}
    for place in range(len(old) + _SPARE_RESULTS):
        label = said[f"result_{place}_label"].strip()
        if not label:
            continue
        kept = old[place] if place < len(old) else None
        to = said[f"result_{place}_to"] or _ONWARD
        name = kept.name if kept else _free(names, goes_on=to == _ONWARD)
        names.add(name)
        target = to.removeprefix(_BACK) if to.startswith(_BACK) else ""
        back = form.old.name if target == "." and form.old else target
        most = said[f"result_{place}_most"] or 0
        text = bilingual(label, "", kept.label if kept else None)
        result = StepResult(name, text, back, most if back else 0, to == _ENDS, to != _ONWARD)
        same_way = kept is not None and (kept.back_to, kept.ends) == (result.back_to, result.ends)
        found.append(replace(result, wrong=kept.wrong) if kept and same_way else result)
    return tuple(found)


def _free(taken: set[str], *, goes_on: bool) -> str:
    if goes_on and DONE not in taken:
        return DONE
    return next(name for number in range(1, 100) if (name := f"result{number}") not in taken)


# ---- messages ----


def add_message_rows(form: forms.Form, count: int) -> None:
    """A row for each message and one to spare."""
    for place in range(count + _SPARE_MESSAGES):
        form.fields[f"message_{place}_words"] = words(
            Label("说什么", "Words"),
            hint=Label("写 {名字} 的地方会换成那一项的回答。", "{name} stands for what was answered.")
            if place == count
            else None,
            required=False,
        )
        form.fields[f"message_{place}_at"] = forms.ChoiceField(
            required=False, label=spoken(Label("什么时候", "When")), choices=spoken_choices(_MOMENTS)
        )
        form.fields[f"message_{place}_to"] = forms.ChoiceField(
            required=False, label=spoken(Label("说给谁", "To whom")), choices=spoken_choices(_HEARERS)
        )


def message_initial(messages: Iterable[Message]) -> dict[str, Any]:
    """The rows as the step has them."""
    found: dict[str, Any] = {}
    for place, message in enumerate(messages):
        found[f"message_{place}_words"] = message.words.zh
        found[f"message_{place}_at"] = message.moment.value
        found[f"message_{place}_to"] = message.to.value
    return found


def messages_in(form: forms.Form, old: Sequence[Message]) -> tuple[Message, ...]:
    """The messages as they were typed; an emptied row is gone."""
    said, found = form.cleaned_data, []
    for place in range(len(old) + _SPARE_MESSAGES):
        text = said[f"message_{place}_words"].strip()
        if text:
            kept = old[place].words if place < len(old) else None
            moment, to = Moment(said[f"message_{place}_at"]), Hearer(said[f"message_{place}_to"])
            found.append(Message(moment, to, bilingual(text, "", kept)))
    return tuple(found)
