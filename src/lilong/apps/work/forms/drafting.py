"""Forms by which a scenario is written: its heads, its scope, its facts. None of them shows the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms

from lilong.apps.work.rules.editing.scope import MEASURES
from lilong.apps.work.terms import Asked, Choice, Fact, FactKind, LegalBasis, Measure, Scenario
from lilong.identity.wording import spoken
from lilong.kernel.words import Label

Choices = Sequence[tuple[str, Label]]
_ENGLISH = Label("英文（不填就先用中文）", "In English (the Chinese stands in for it)")
_SPLIT = re.compile(r"[\s,，、；;]+")
_SEPARATOR = " / "
_BASIS_CHARACTERS = 4000
_UNVERIFIED = "待核"
_CLAUSE = re.compile(
    r"(?P<law>[^@#\n]{2,200})@(?P<dated>\d{4}-\d{2}-\d{2})#(?P<article>[1-9]\d{0,3})(?P<open>\s*[（(]?(?:待核|unverified)[）)]?)?"
)


def spoken_choices(choices: Choices) -> list[tuple[str, str]]:
    """Choices in the language of whichever page prints them."""
    return [(value, spoken(label)) for value, label in choices]


def words(label: Label, *, hint: Label | None = None, required: bool = True, rows: int = 0) -> forms.CharField:
    """A field of words, on one line or several."""
    return forms.CharField(
        label=spoken(label),
        help_text=spoken(hint) if hint else "",
        required=required,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(),
    )


def english() -> forms.CharField:
    """The English beside a Chinese field."""
    return words(_ENGLISH, required=False)


def bilingual(zh: str, en: str = "", old: Label | None = None) -> Label:
    """Both languages of what was typed. Unchanged Chinese keeps its English; else the Chinese stands in for it."""
    zh, en = zh.strip(), en.strip()
    if en:
        return Label(zh, en)
    return old if old is not None and old.zh == zh else Label(zh, zh)


def line_of(label: Label) -> str:
    """Both languages on one line of a list: ``中文 / English``."""
    return label.zh if label.zh == label.en else f"{label.zh}{_SEPARATOR}{label.en}"


def labels_of(lines: str) -> tuple[Label, ...]:
    """The inverse, one label a line."""
    found = []
    for line in (line.strip() for line in lines.splitlines()):
        if line:
            zh, _, en = line.partition(_SEPARATOR)
            found.append(bilingual(zh, en))
    return tuple(found)


def _clause_line(clause: LegalBasis) -> str:
    return clause.reference if clause.verified else f"{clause.reference} {_UNVERIFIED}"


class TemplateForm(forms.Form):
    """Which scenario a new one begins from, and what it is called."""

    def __init__(self, templates: Choices, data: Mapping[str, Any] | None = None, initial: str = "") -> None:
        super().__init__(data, initial={"template": initial})
        self.fields["template"] = forms.ChoiceField(
            label=spoken(Label("照着哪一个改", "Which one to begin from")),
            choices=spoken_choices(templates),
            widget=forms.RadioSelect,
            error_messages={"required": spoken(Label("请选一个模板。", "Choose a template."))},
        )
        self.fields["title"] = words(
            Label("您的场景叫什么", "What to call yours"),
            hint=Label("例如“三号楼电梯困人”。", "For example “lifts of block 3”."),
        )
        self.fields["title_en"] = english()


class HeadsForm(forms.Form):
    """Title and purpose."""

    title = words(Label("叫什么", "Title"))
    title_en = english()
    purpose = words(Label("怎么办、为什么这样办", "How it is handled, and why so"), rows=3)
    purpose_en = forms.CharField(
        label=spoken(_ENGLISH), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    @classmethod
    def of(cls, scenario: Scenario, data: Mapping[str, Any] | None = None) -> HeadsForm:
        """The form as the scenario stands."""
        title, purpose = scenario.title, scenario.purpose
        initial = {"title": title.zh, "title_en": title.en, "purpose": purpose.zh, "purpose_en": purpose.en}
        return cls(data, initial=initial)

    def labels(self) -> tuple[Label, Label]:
        """Title and purpose as they were typed."""
        said = self.cleaned_data
        return bilingual(said["title"], said["title_en"]), bilingual(said["purpose"], said["purpose_en"])


class ScopeForm(forms.Form):
    """For which matters and areas, and what shows whether it helps."""

    def __init__(self, scenario: Scenario, area_types: Choices, data: Mapping[str, Any] | None = None) -> None:
        initial = {
            "categories": "\n".join(scenario.categories),
            "area_types": [kind for kind in scenario.area_types if kind != "*"],
            "measures": [measure.of for measure in scenario.measures],
            "basis": "\n".join(_clause_line(clause) for clause in scenario.basis),
        }
        super().__init__(data, initial=initial)
        self.old, self.old_basis = scenario.measures, scenario.basis
        if scenario.categories:
            self.fields["categories"] = words(
                Label("管哪些类别的事", "For which categories"),
                hint=Label(
                    "一行一个代码，例如 C0137；C01* 是 C01 开头的全部。", "One code a line: C0137; C01* is all of C01."
                ),
                rows=4,
            )
        self.fields["area_types"] = forms.MultipleChoiceField(
            required=False,
            label=spoken(Label("用在哪些地方", "In which areas")),
            help_text=spoken(Label("都不选就是所有地方。", "None chosen means everywhere.")),
            choices=spoken_choices(area_types),
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["measures"] = forms.MultipleChoiceField(
            required=False,
            label=spoken(Label("看哪几个数好不好", "What shows whether it helps")),
            choices=spoken_choices(tuple(MEASURES.items())),
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["basis"] = forms.CharField(
            required=False,
            max_length=_BASIS_CHARACTERS,
            label=spoken(Label("依据哪几条", "On which clauses")),
            help_text=spoken(
                Label(
                    "一行一条：名称@版本日期#第几条，例如 某某条例@2018-05-24#12；没核过原文的，后面加“待核”。",
                    "One a line: name@date of its version#article; add “unverified” where nobody read the text.",
                )
            ),
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def clean_basis(self) -> tuple[LegalBasis, ...]:
        """The clauses, one a line; a form sent without the field leaves them as they were."""
        if "basis" not in self.data:
            return self.old_basis
        lines = [line.strip() for line in self.cleaned_data["basis"].splitlines() if line.strip()]
        found = [(line, _CLAUSE.fullmatch(line)) for line in lines]
        for line, clause in found:
            if clause is None:
                words = Label(
                    "“{line}”看不懂，请写成 名称@2018-05-24#12。", "“{line}”: write it as name@2018-05-24#12."
                )
                raise forms.ValidationError(spoken(words.filled(line=line[:60])))
        clauses = (clause for _, clause in found if clause)
        return tuple(LegalBasis(c["law"].strip(), c["dated"], int(c["article"]), not c["open"]) for c in clauses)

    @property
    def categories(self) -> tuple[str, ...]:
        """The patterns, one a line."""
        return tuple(part for part in _SPLIT.split(self.cleaned_data.get("categories", "")) if part)

    @property
    def area_types(self) -> tuple[str, ...]:
        """The types chosen."""
        return tuple(self.cleaned_data["area_types"])

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures chosen; those kept keep their words."""
        kept = {measure.of: measure for measure in self.old}
        better = {"solved_share": "higher"}
        return tuple(
            kept.get(name) or Measure(name, MEASURES[name], better.get(name, "lower"))
            for name in self.cleaned_data["measures"]
        )


class FactForm(forms.Form):
    """One thing that has to be known, and who is asked for it when the matter begins."""

    label = words(
        Label("问什么", "What is asked"), hint=Label("例如“有没有人被困”。", "For example “is anybody trapped”.")
    )
    label_en = english()
    kind = forms.ChoiceField(
        label=spoken(Label("怎么答", "How it is answered")),
        choices=[(kind.value, spoken(kind.label)) for kind in FactKind],
        widget=forms.RadioSelect,
    )
    choices = forms.CharField(
        required=False,
        label=spoken(Label("选项", "Choices")),
        help_text=spoken(
            Label(
                "“选一个”才填：一行一个，英文写在“ / ”后面。", "For “one of a list”: one a line, English after “ / ”."
            )
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    why = words(Label("为什么问", "Why it is asked"), required=False)
    required = forms.BooleanField(required=False, label=spoken(Label("一定要答", "Must be answered")))
    least = forms.IntegerField(required=False, label=spoken(Label("最小", "Least")))
    most = forms.IntegerField(
        required=False,
        label=spoken(Label("最大", "Most")),
        help_text=spoken(
            Label("数字的上限；文字的字数；几行的行数。", "Of a number; characters of a text; lines of a list.")
        ),
    )
    asked = forms.MultipleChoiceField(
        required=False,
        label=spoken(Label("一开始问谁", "Asked at the start of")),
        choices=[
            (Asked.RESIDENT.value, spoken(Label("居民", "residents"))),
            (Asked.WORKER.value, spoken(Label("工作人员", "workers"))),
            (Asked.COUNTER.value, spoken(Label("窗口和电话", "the counter, the telephone"))),
        ],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, scenario: Scenario, old: Fact | None, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_initial(scenario, old))
        self.old = old

    def fact(self) -> Fact:
        """The fact as it was typed."""
        said, old = self.cleaned_data, self.old
        kind = FactKind(said["kind"])
        return Fact(
            old.name if old else "",
            kind,
            bilingual(said["label"], said["label_en"], old.label if old else None),
            _choices(said["choices"], old) if kind is FactKind.CHOICE else (),
            said["required"],
            bilingual(said["why"], "", old.why if old else None) if said["why"] else None,
            said["least"] if kind in (FactKind.WHOLE, FactKind.DECIMAL) else None,
            said["most"] if kind not in (FactKind.YES_NO, FactKind.CHOICE, FactKind.DATE) else None,
        )

    def asked_of(self) -> frozenset[Asked]:
        """Who is asked at the start."""
        return frozenset(Asked(value) for value in self.cleaned_data["asked"])


def _initial(scenario: Scenario, old: Fact | None) -> dict[str, Any]:
    if old is None:
        return {}
    return {
        "label": old.label.zh,
        "label_en": old.label.en,
        "kind": old.kind.value,
        "choices": "\n".join(line_of(choice.label) for choice in old.choices),
        "why": old.why.zh if old.why else "",
        "required": old.required,
        "least": old.least,
        "most": old.most,
        "asked": [whom.value for whom in scenario.start.get(old.name, ())],
    }


def _choices(lines: str, old: Fact | None) -> tuple[Choice, ...]:
    """The choices typed. A choice whose words stay keeps its value; a new one gets the next letter that is free."""
    kept = {choice.label.zh: choice.value for choice in (old.choices if old else ())}
    labels = labels_of(lines)
    free = _letters(set(kept.values()))
    return tuple(Choice(kept.get(label.zh) or next(free), label) for label in labels)


def _letters(taken: set[str]) -> Iterator[str]:
    names = (f"{prefix}{letter}" for prefix in ("", "x") for letter in "abcdefghijklmnopqrstuvwxyz")
    return (name for name in names if name not in taken)
