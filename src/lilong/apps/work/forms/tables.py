"""Forms of decision tables: a new table, one row of a table, a table from Excel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from lilong.apps.work.forms.drafting import bilingual, english, spoken_choices, words
from lilong.apps.work.rules.editing import cell_shown, cell_source
from lilong.apps.work.rules.phrases import askable, fact_named
from lilong.apps.work.terms import DecisionTable, Fact, FactKind, HitPolicy, Scenario, TableRow
from lilong.identity.wording import spoken
from lilong.kernel.words import Label

SHEET_BYTES_MAX = 1_000_000
_HITS = (
    (HitPolicy.FIRST.value, Label("从上往下，第一条对上的算", "the first row that fits, from above")),
    (HitPolicy.UNIQUE.value, Label("只能有一条对上", "only one row may ever fit")),
)


class TableForm(forms.Form):
    """A new table: what it looks at, what it gives, with its first row that fits always."""

    def __init__(self, scenario: Scenario, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"hit": HitPolicy.FIRST.value})
        own = [(fact.name, fact.label) for fact in scenario.facts]
        asked = [(fact.name, fact.label) for fact in askable(scenario)]
        self.fields["title"] = words(Label("这张表叫什么", "Title"))
        self.fields["title_en"] = english()
        self.fields["inputs"] = _many(Label("看哪几项", "What it looks at"), asked)
        self.fields["outputs"] = _many(Label("得出哪几项", "What it gives"), own)
        self.fields["hit"] = forms.ChoiceField(
            label=spoken(Label("怎么算", "Which row counts")), choices=spoken_choices(_HITS), widget=forms.RadioSelect
        )
        self.scenario = scenario

    def table(self) -> DecisionTable:
        """The table typed; its one row gives nothing yet but a value of each type."""
        said = self.cleaned_data
        outputs = tuple(said["outputs"])
        facts = [self.scenario.fact(name) for name in outputs]
        row = TableRow(("-",) * len(said["inputs"]), tuple(_first_value(fact) for fact in facts))
        title = bilingual(said["title"], said["title_en"])
        return DecisionTable("", title, HitPolicy(said["hit"]), tuple(said["inputs"]), outputs, (row,))


class RowForm(forms.Form):
    """One row: a cell for each input, a cell for each output."""

    def __init__(
        self, scenario: Scenario, table: DecisionTable, row: TableRow | None, data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data)
        self.scenario, self.table = scenario, table
        for place, name in enumerate(table.inputs):
            shown = cell_shown(scenario, name, row.when[place]) if row else "-"
            hint = Label("“-”是不管；可写 3、≥ 3、是。", "“-” is anything; 3, ≥ 3, yes.")
            self.fields[f"when_{place}"] = self._cell(name, shown, hint)
        for place, name in enumerate(table.outputs):
            shown = output_shown(scenario, name, row.then[place]) if row else ""
            self.fields[f"then_{place}"] = self._cell(name, shown, None)

    def row(self) -> TableRow:
        """The row as expressions."""
        said, table = self.cleaned_data, self.table
        when = tuple(cell_source(self.scenario, name, said[f"when_{at}"]) for at, name in enumerate(table.inputs))
        then = tuple(output_source(self.scenario, name, said[f"then_{at}"]) for at, name in enumerate(table.outputs))
        return TableRow(when, then)

    def _cell(self, name: str, shown: str, hint: Label | None) -> forms.CharField:
        fact = fact_named(self.scenario, name)
        label = fact.label if fact else Label(name, name)
        offered = "、".join(choice.label.zh for choice in fact.choices) if fact else ""
        told = Label(f"可选：{offered}", f"One of: {offered}") if offered else hint
        return forms.CharField(
            label=spoken(label), max_length=400, initial=shown, help_text=spoken(told) if told else ""
        )


class SheetForm(forms.Form):
    """A table as an Excel sheet."""

    sheet = forms.FileField(
        label=spoken(Label("改好的 Excel 表", "The changed Excel sheet")),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": spoken(Label("请选文件。", "Choose the file."))},
    )


def output_source(scenario: Scenario, name: str, typed: str) -> str:
    """The expression that gives what was typed for an output: a number as it is, a word in quotes."""
    text, fact = typed.strip(), scenario.fact(name)
    if fact is None:
        return text
    if fact.kind is FactKind.YES_NO:
        return (
            "true"
            if text.lower() in ("是", "yes", "true")
            else "false"
            if text.lower() in ("否", "no", "false")
            else text
        )
    if fact.kind is FactKind.CHOICE:
        value = next((c.value for c in fact.choices if text in (c.value, c.label.zh, c.label.en)), None)
        return f'"{value}"' if value else text
    if fact.kind is FactKind.TEXT and text.isidentifier() is False and '"' not in text:
        return f'"{text}"'
    return text


def output_shown(scenario: Scenario, name: str, source: str) -> str:
    """The inverse, for reading."""
    fact = scenario.fact(name)
    if fact is None:
        return source
    if fact.kind is FactKind.YES_NO and source in ("true", "false"):
        return "是" if source == "true" else "否"
    if fact.kind is FactKind.CHOICE:
        return next((c.label.zh for c in fact.choices if source == f'"{c.value}"'), source)
    return source


def _first_value(fact: Fact | None) -> str:
    if fact is None or fact.kind in (FactKind.TEXT, FactKind.DATE):
        return '""'
    if fact.kind is FactKind.YES_NO:
        return "false"
    if fact.kind is FactKind.CHOICE:
        return f'"{fact.choices[0].value}"'
    if fact.kind.is_list:
        return "[]"
    return "0" if fact.kind is FactKind.WHOLE else "0.0"


def _many(label: Label, choices: list[tuple[str, Label]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=spoken(label), choices=spoken_choices(choices), widget=forms.CheckboxSelectMultiple
    )
