"""The form of one step of a scenario: who, how long, after what, on what condition, with what it may end.

A condition is shown as up to three comparisons; one that says more is shown as it is written and is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms

from lilong.apps.work.forms.drafting import Choices, bilingual, english, labels_of, line_of, spoken_choices, words
from lilong.apps.work.forms.rows import (
    CONDITION_ROWS,
    add_condition_rows,
    add_message_rows,
    add_result_rows,
    condition_in,
    message_initial,
    messages_in,
    result_initial,
    results_in,
)
from lilong.apps.work.rules.phrases import Parts, parts_of
from lilong.apps.work.terms import Fact, FactKind, Join, LimitRule, Office, Responsible, Scenario, Step, Unknown
from lilong.identity.wording import spoken
from lilong.kernel.areas import Level
from lilong.kernel.clocks import AMOUNT_MAX, ClockKind, Limit
from lilong.kernel.words import Label

_CATALOGUE = "catalogue"
_CLOCKS: Choices = tuple((kind.value, kind.label) for kind in ClockKind)
_NOTHING: Choices = (("", Label("不用", "none")),)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a step may choose from beside its own scenario: offices of the city, stages and facts of its subject."""

    offices: Choices
    stages: Choices = ()
    known: tuple[Fact, ...] = ()


def office_value(who: Responsible) -> str:
    """A responsible as the value of a choice."""
    return f"{who.office.function}@{who.office.level.name.lower()}" if who.office else f"stage@{who.stage}"


def responsible_of(value: str) -> Responsible:
    """The inverse of :func:`office_value`."""
    name, _, where = value.partition("@")
    return Responsible(stage=where) if name == "stage" else Responsible(office=Office(name, Level[where.upper()]))


class StepForm(forms.Form):
    """One step, new or there already. ``results_hidden``: results of the subject's own life-cycle, kept as they are."""

    def __init__(
        self,
        scenario: Scenario,
        old: Step | None,
        offer: Offer,
        data: Mapping[str, Any] | None = None,
        results_hidden: frozenset[str] = frozenset(),
    ) -> None:
        self.scenario, self.old, self.hidden_results = scenario, old, results_hidden
        self.seen = replace(scenario, facts=(*scenario.facts, *offer.known))
        self.parts = parts_of(old.when, self.seen) if old and old.when else Parts(())
        if self.parts is not None and len(self.parts.parts) > CONDITION_ROWS:
            self.parts = None
        super().__init__(data, initial=self._initial() if old else {"limit_kind": ClockKind.WORKING_DAYS.value})
        numbered = [(n, step) for n, step in enumerate(scenario.steps, 1) if old is None or step.name != old.name]
        others = [(step.name, Label(f"{n} {step.title.zh}", f"{n} {step.title.en}")) for n, step in numbered]
        self._add_words()
        self._add_who(offer)
        self._add_limit(offer)
        self._add_order(others)
        add_condition_rows(self, self.seen, old, shown=self.parts is not None)
        self._add_filling(offer)
        add_result_rows(self, others, self._own_results())
        add_message_rows(self, len(old.messages) if old else 0)

    @property
    def condition_rows(self) -> list[list[forms.BoundField]]:
        """The comparisons of the condition, each with its three fields."""
        return self._rows("when_")

    @property
    def result_rows(self) -> list[list[forms.BoundField]]:
        """The ways in which the step may end, each with its fields."""
        return self._rows("result_")

    @property
    def message_rows(self) -> list[list[forms.BoundField]]:
        """The messages, each with its fields."""
        return self._rows("message_")

    def _rows(self, prefix: str) -> list[list[forms.BoundField]]:
        found: dict[str, list[forms.BoundField]] = {}
        for name in self.fields:
            number = name.removeprefix(prefix).partition("_")[0]
            if name.startswith(prefix) and number.isdigit():
                found.setdefault(number, []).append(self[name])
        return list(found.values())

    def step(self) -> Step:
        """The step as it was typed, with all that the form does not show; a comparison that cannot be is an error."""
        said, old = self.cleaned_data, self.old
        base = old or Step("", Label("?", "?"), Label("?", "?"), Responsible(), LimitRule())
        when = condition_in(self, self.seen, old.when if old else "")
        kept = tuple(result for result in base.results if result.name in self.hidden_results)
        return replace(
            base,
            title=bilingual(said["title"], said["title_en"], old.title if old else None),
            hand_in=bilingual(said["hand_in"], said["hand_in_en"], old.hand_in if old else None),
            who=responsible_of(said["who"]),
            limit=self._limit(),
            emergency_limit=self._emergency(),
            after=_kept_first(said.get("after", base.after), base.after),
            join=Join(int(said.get("join") or 0), bool(said.get("withdraws"))),
            when=when,
            if_unknown=Unknown(said["if_unknown"]) if (when or said.get("repeat")) and said["if_unknown"] else None,
            repeat=said.get("repeat", ""),
            fields=_kept_first(said["fields_asked"], base.fields),
            documents=labels_of(said["documents"]),
            co=self._co(base),
            together=said["together"],
            checked_by=said["checked_by"],
            results=(*results_in(self, self._own_results()), *kept),
            messages=messages_in(self, base.messages),
        )

    def _co(self, base: Step) -> tuple[Office, ...]:
        old = [office_value(Responsible(office=office)) for office in base.co]
        chosen = (responsible_of(value).office for value in _kept_first(self.cleaned_data["co"], old))
        return tuple(office for office in chosen if office)

    def _own_results(self) -> tuple[Any, ...]:
        results = self.old.results if self.old else ()
        return tuple(result for result in results if result.name not in self.hidden_results)

    def _add_words(self) -> None:
        self.fields["title"] = words(Label("叫什么", "Title"))
        self.fields["hand_in"] = words(
            Label("要交什么", "What is handed in"),
            hint=Label("例如“现场看过，人安全”。", "For example “seen, all safe”."),
        )
        self.fields["title_en"] = english()
        self.fields["hand_in_en"] = words(Label("要交什么，英文", "What is handed in, in English"), required=False)

    def _add_who(self, offer: Offer) -> None:
        stages = [(f"stage@{name}", label) for name, label in offer.stages]
        self.fields["who"] = forms.ChoiceField(
            label=spoken(Label("归谁（按职责，不写人名）", "Who takes it (an office, never a name)")),
            choices=spoken_choices([("", Label("请选", "Choose")), *stages, *offer.offices]),
            error_messages={"required": spoken(Label("请选归谁办。", "Choose who takes it."))},
        )

    def _add_limit(self, offer: Offer) -> None:
        kinds = (((_CATALOGUE, Label("按目录", "as the catalogue says")),) if offer.stages else ()) + tuple(_CLOCKS)
        self.fields["limit_amount"] = _amount(Label("时限", "Limit"), required=False)
        self.fields["limit_kind"] = forms.ChoiceField(
            label=spoken(Label("怎么算", "Counted as")), choices=spoken_choices(kinds)
        )
        counted = [(fact.name, fact.label) for fact in self.scenario.facts if fact.kind is FactKind.WHOLE]
        if counted:
            self.fields["limit_fact"] = forms.ChoiceField(
                required=False,
                label=spoken(Label("按哪一项来定（上面是最多）", "As many as this says (the above at most)")),
                choices=spoken_choices((*_NOTHING, *counted)),
            )
        self.fields["emergency_amount"] = _amount(Label("应急时的时限", "Limit in an emergency"), required=False)
        self.fields["emergency_kind"] = forms.ChoiceField(
            required=False, label=spoken(Label("怎么算", "Counted as")), choices=spoken_choices(_CLOCKS)
        )

    def _add_order(self, others: list[tuple[str, Label]]) -> None:
        if self.old is None or not others:
            return
        self.fields["after"] = forms.MultipleChoiceField(
            required=False,
            label=spoken(Label("在哪步之后", "After which steps")),
            help_text=spoken(Label("都不选就一开始就办。", "None: it begins at once.")),
            choices=spoken_choices(others),
        )
        numbers = [(str(n), Label(f"办好 {n} 个就行", f"{n} of them done")) for n in range(2, len(self.old.after))]
        joins = (("0", Label("都了结", "all of them over")), ("1", Label("任一个办好就行", "any one done")), *numbers)
        self.fields["join"] = forms.ChoiceField(
            required=False, label=spoken(Label("要等几个", "How many it waits for")), choices=spoken_choices(joins)
        )
        self.fields["withdraws"] = forms.BooleanField(
            required=False, label=spoken(Label("够了就撤回其余的", "Take the others back once enough are done"))
        )

    def _add_filling(self, offer: Offer) -> None:
        lists = [(fact.name, fact.label) for fact in self.scenario.facts if fact.kind.is_list]
        if lists:
            self.fields["repeat"] = forms.ChoiceField(
                required=False,
                label=spoken(Label("按哪张单子逐个办", "Done one by one over")),
                choices=spoken_choices((*_NOTHING, *lists)),
            )
        self.fields["fields_asked"] = _many(
            Label("交的时候填哪些", "Asked when it is handed in"), [(f.name, f.label) for f in self.scenario.facts]
        )
        self.fields["documents"] = forms.CharField(
            required=False,
            label=spoken(Label("要带上的材料", "Papers that belong to it")),
            help_text=spoken(
                Label("一行一样，只是提醒；照片从不强求。", "One a line, as a reminder; pictures are never required.")
            ),
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields["co"] = _many(Label("协办的单位", "Co-handlers"), list(offer.offices))
        self.fields["together"] = forms.BooleanField(
            required=False, label=spoken(Label("协办都交了，主办才能交", "The lead hands in after every co-handler"))
        )
        later = [
            (step.name, step.title) for step in self.scenario.steps if self.old is None or step.name != self.old.name
        ]
        self.fields["checked_by"] = forms.ChoiceField(
            required=False,
            label=spoken(Label("由哪一步来检查", "Checked by the step")),
            choices=spoken_choices((*_NOTHING, *later)),
        )

    def _limit(self) -> LimitRule:
        said = self.cleaned_data
        if said["limit_kind"] == _CATALOGUE:
            return LimitRule()
        return LimitRule(Limit(said["limit_amount"], ClockKind(said["limit_kind"])), said.get("limit_fact", ""))

    def _emergency(self) -> Limit | None:
        said = self.cleaned_data
        amount = said["emergency_amount"]
        return Limit(amount, ClockKind(said["emergency_kind"])) if amount else None

    def clean(self) -> dict[str, Any]:
        """A limit that is not the catalogue's needs its number."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("limit_kind") not in (None, _CATALOGUE) and not said.get("limit_amount") and "limit_amount" in said:
            self.add_error("limit_amount", spoken(Label("请填多少。", "Say how many.")))
        return said

    def _initial(self) -> dict[str, Any]:
        old = self.old
        if old is None:
            return {}
        fixed, urgent = old.limit.fixed, old.emergency_limit
        return {
            "title": old.title.zh,
            "title_en": old.title.en,
            "hand_in": old.hand_in.zh,
            "hand_in_en": old.hand_in.en,
            "who": office_value(old.who),
            "limit_amount": fixed.amount if fixed else None,
            "limit_kind": fixed.kind.value if fixed else _CATALOGUE,
            "limit_fact": old.limit.fact,
            "emergency_amount": urgent.amount if urgent else None,
            "emergency_kind": urgent.kind.value if urgent else ClockKind.NATURAL_HOURS.value,
            "after": list(old.after),
            "join": str(old.join.needed),
            "withdraws": old.join.withdraws,
            "repeat": old.repeat,
            "fields_asked": list(old.fields),
            "documents": "\n".join(line_of(document) for document in old.documents),
            "co": [office_value(Responsible(office=office)) for office in old.co],
            "together": old.together,
            "checked_by": old.checked_by,
            **result_initial(self._own_results()),
            **message_initial(old.messages),
        }


def _kept_first(chosen: Iterable[str], old: Iterable[str]) -> tuple[str, ...]:
    """What was ticked: what was there before in its order, then what is new."""
    ticked = list(chosen)
    return tuple(dict.fromkeys((*(name for name in old if name in ticked), *ticked)))


def _amount(label: Label, *, required: bool) -> forms.IntegerField:
    return forms.IntegerField(label=spoken(label), required=required, min_value=1, max_value=AMOUNT_MAX)


def _many(label: Label, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(required=False, label=spoken(label), choices=spoken_choices(choices))
