"""Forms of decisions about a version: approving, sending back, publishing, withdrawing, rehearsing; a file sent in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from lilong.apps.work.forms.drafting import Choices, spoken_choices
from lilong.identity.wording import spoken
from lilong.kernel.lifecycle import Step
from lilong.kernel.words import Label

FILE_BYTES_MAX = 200_000


class WordsForm(forms.Form):
    """The words a step needs: a reason, or what was looked at."""

    def __init__(self, step: Step, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        for need in step.needs:
            self.fields[need.name] = forms.CharField(
                label=spoken(need.label),
                required=not need.optional,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )


class PublishForm(forms.Form):
    """Where, for which types of area, for what share, on what evidence. No type is chosen beforehand."""

    def __init__(
        self,
        areas: Choices,
        types: Choices,
        data: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"share": 20, **(initial or {})})
        self.fields["area"] = forms.ChoiceField(
            label=spoken(Label("在哪里施行", "Where it is in force")), choices=spoken_choices(areas)
        )
        self.fields["area_types"] = forms.MultipleChoiceField(
            label=spoken(Label("哪几类区域", "For which types of area")),
            help_text=spoken(
                Label("先选一类试行，好了再放宽（以点带面）。", "Begin with one type; widen when it works.")
            ),
            choices=spoken_choices(types),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": spoken(Label("请选至少一类区域。", "Choose at least one type of area."))},
        )
        self.fields["share"] = forms.IntegerField(
            min_value=1,
            max_value=100,
            label=spoken(Label("占多少（%）", "Share of matters (%)")),
            help_text=spoken(Label("其余的照旧办，好作比较。", "The rest go the present way, to compare with.")),
        )
        self.fields["evidence"] = forms.CharField(
            label=spoken(Label("根据什么", "On what evidence")),
            help_text=spoken(
                Label("例如“演练：41 件里超期从 7 件降到 3 件”。", "For example what the rehearsal showed.")
            ),
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"required": spoken(Label("请写根据什么决定施行。", "Say on what evidence."))},
        )


class RehearseForm(forms.Form):
    """Beside what, on which past matters (or how many a day), and with which seed."""

    def __init__(
        self, presents: Choices, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        present = forms.ChoiceField(label=spoken(Label("和哪一版比", "Beside which version")))
        present.choices = spoken_choices(presents)
        self.fields = {"present": present, **self.fields}

    since = forms.DateField(
        label=spoken(Label("从哪天起的事", "Matters from")),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=spoken(Label("到哪天止", "Until")), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    per_day = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=10_000,
        label=spoken(Label("设想每天来多少件", "Suppose so many a day")),
        help_text=spoken(Label("不填就用过去真的事。", "Left empty, the matters that really came are used.")),
    )
    seed = forms.IntegerField(
        min_value=1,
        max_value=1_000_000,
        initial=1,
        label=spoken(Label("种子", "Seed")),
        help_text=spoken(
            Label("同一个种子，结果一模一样，别人可以重做。", "The same seed gives the same result to anybody.")
        ),
    )


class FileForm(forms.Form):
    """A whole scenario file."""

    file = forms.FileField(
        label=spoken(Label("文件（YAML）", "The file (YAML)")),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,text/yaml"}),
        error_messages={"required": spoken(Label("请选文件。", "Choose the file."))},
    )
