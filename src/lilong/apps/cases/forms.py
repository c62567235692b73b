"""Forms of cases. The forms of a step are drawn from the life-cycle's own needs; only the report has its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from django import forms
from django.core.files.uploadedfile import UploadedFile

from lilong.apps.cases.commands.reporting import BODY_CHARACTERS_MAX
from lilong.apps.cases.terms import PhotoGiven, Source
from lilong.identity.wording import page_language, spoken
from lilong.kernel.lifecycle import Need, NeedKind, Step
from lilong.kernel.words import Label

Upload: TypeAlias = "UploadedFile[bytes]"
Choices = Sequence[tuple[str, Label]]
_RADIO_MAX = 6
_FACT = "fact_"


class StepForm(forms.Form):
    """The inputs of one step. ``choices`` fills the references with what may be chosen here (units, standard rows).

    ``asked`` is what the matter's scenario asks at the step.
    """

    def __init__(
        self,
        step: Step,
        data: Mapping[str, Any] | None = None,
        choices: Mapping[str, Choices] | None = None,
        initial: Mapping[str, Any] | None = None,
        asked: Sequence[Need] = (),
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id=f"{step.name}_%s")
        self.step, self.asked = step, asked
        for need in step.needs:
            self.fields[need.name] = _field(need, (choices or {}).get(need.name, need.choices))
        for need in asked:
            self.fields[f"{_FACT}{need.name}"] = _field(need, need.choices)

    def inputs(self) -> dict[str, object]:
        """The inputs as the commands take them."""
        said = {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}
        answers = {need.name: said.pop(f"{_FACT}{need.name}", "") for need in self.asked}
        return {**said, "answers": answers} if answers else said


class ManyFiles(forms.ClearableFileInput):
    """A file input for several pictures."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several uploads; what is in them is checked by the command, by content."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """Every uploaded file."""
        given = data if isinstance(data, list | tuple) else [data]
        return [forms.FileField.clean(self, one, initial) for one in given if one]


def photos_field() -> PhotosField:
    """The optional pictures of a form."""
    return PhotosField(
        required=False,
        label=spoken(Label("照片", "Pictures")),
        help_text=spoken(Label("可不拍；位置信息会去掉。", "Not needed; their position is removed.")),
        widget=ManyFiles(attrs={"accept": "image/*", "multiple": True}),
    )


def photos_given(files: Sequence[Upload]) -> tuple[PhotoGiven, ...]:
    """Uploads as the commands take them."""
    return tuple(PhotoGiven(file.name or "", file.read()) for file in files)


def _body_field() -> forms.CharField:
    return forms.CharField(
        label=spoken(Label("发生了什么", "What happened")),
        help_text=spoken(Label("一句话就够，例如“弄口第二根灯杆不亮”。", "One sentence is enough.")),
        max_length=BODY_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": spoken(Label("请写一句是什么事。", "Say in a sentence what the matter is."))},
    )


def _category_field(groups: Sequence[tuple[Label, Choices]]) -> forms.ChoiceField:
    grouped = [(spoken(name), _spoken(choices)) for name, choices in groups]
    nothing = ("", spoken(Label("由里弄帮我归类", "Let Lilong sort it")))
    return forms.ChoiceField(required=False, label=spoken(Label("类别", "Category")), choices=[nothing, *grouped])


def _phone_field() -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=30,
        label=spoken(Label("手机号", "Mobile number")),
        help_text=spoken(
            Label("留了可以先行联系您；存在加密的保险箱里。", "So that you can be called first; kept encrypted.")
        ),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


def _anonymous_field() -> forms.BooleanField:
    return forms.BooleanField(
        required=False, label=spoken(Label("匿名：办理的人看不到是谁说的", "Anonymous: nobody sees who told it"))
    )


def _private_field() -> forms.BooleanField:
    return forms.BooleanField(
        required=False,
        label=spoken(Label("不公开：只有办这件事的人能看", "Private: only those who handle it may read")),
    )


class WhatForm(forms.Form):
    """First screen: what happened."""

    body = _body_field()
    photos = photos_field()

    def __init__(self, *args: Any, groups: Sequence[tuple[Label, Choices]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"] = _category_field(groups)


class WhereForm(forms.Form):
    """Second screen: where it is, in words, by a place that matched, or by position."""

    address = forms.CharField(
        required=False,
        max_length=300,
        label=spoken(Label("地址", "Address")),
        help_text=spoken(Label("例如：演示路 12 弄 3 号门口", "For example: 3, Lane 12, Demo Road")),
    )
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, spots: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if spots:
            self.fields["spot"] = forms.ChoiceField(
                required=False,
                label=spoken(Label("是不是这里", "Is it one of these")),
                widget=forms.RadioSelect,
                choices=_spoken(spots),
            )


class Questions(forms.Form):
    """What the scenario of a matter asks of whoever reports it; every question may stay open."""

    def __init__(self, needs: Sequence[Need] = (), data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix="fact")
        for need in needs:
            self.fields[need.name] = _field(need, need.choices)

    def answers(self) -> dict[str, str]:
        """What was answered, as the report takes it."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class CheckForm(forms.Form):
    """Third screen: how to reach the reporter, and who may read it."""

    phone = _phone_field()
    anonymous = _anonymous_field()
    private = _private_field()


class OnBehalfForm(WhereForm):
    """One page for somebody else's report, told by telephone, at the counter or on the doorstep."""

    field_order = (
        "source",
        "body",
        "category",
        "address",
        "name",
        "phone",
        "photos",
        "anonymous",
        "private",
    )
    source = forms.ChoiceField(
        label=spoken(Label("怎么来的", "How it came")),
        widget=forms.RadioSelect,
        choices=[
            (Source.WORKER, spoken(Label("当面或上门说的", "told in person"))),
            (Source.HOTLINE, spoken(Label("打电话说的", "told by telephone"))),
            (Source.PATROL, spoken(Label("巡查看到的", "seen on patrol"))),
        ],
    )
    body = _body_field()
    photos = photos_field()
    name = forms.CharField(
        required=False,
        max_length=120,
        label=spoken(Label("怎么称呼", "Name")),
        help_text=spoken(Label("例如“王阿姨”，不用全名。", "As they wish to be called; no full name needed.")),
    )
    phone = _phone_field()
    anonymous = _anonymous_field()
    private = _private_field()

    def __init__(self, *args: Any, groups: Sequence[tuple[Label, Choices]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"] = _category_field(groups)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """A name alone reaches nobody."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("name") and not said.get("phone"):
            self.add_error("phone", spoken(Label("留了称呼，也请留电话。", "With a name, leave a telephone, too.")))
        return said


class FindForm(forms.Form):
    """Looking a matter up by what stands on the receipt."""

    number = forms.CharField(max_length=40, label=spoken(Label("回执号", "Receipt number")))
    secret = forms.CharField(max_length=40, label=spoken(Label("查询码", "Code")))


def _spoken(choices: Choices) -> list[tuple[str, str]]:
    """At once, not lazily: these forms are made for one page and no other."""
    language = page_language()
    return [(value, label.in_language(language)) for value, label in choices]


def _field(need: Need, choices: Choices) -> forms.Field:
    label, why = spoken(need.label), spoken(need.why) if need.why else ""
    missing = {"required": spoken(Label("请填写“{label}”。", "Fill in “{label}”.").filled(label=need.label))}
    required = not need.optional
    if need.kind is NeedKind.REFERENCES:
        return forms.MultipleChoiceField(
            label=label, help_text=why, required=required, choices=_spoken(choices), error_messages=missing
        )
    if choices:
        widget = forms.RadioSelect if len(choices) <= _RADIO_MAX else forms.Select
        offered = _spoken(choices) if widget is forms.RadioSelect or required else [("", "—"), *_spoken(choices)]
        return forms.ChoiceField(
            label=label, help_text=why, required=required, choices=offered, widget=widget, error_messages=missing
        )
    is_short = need.kind in (NeedKind.REFERENCE, NeedKind.NUMBER)
    return forms.CharField(
        label=label,
        help_text=why,
        required=required,
        max_length=80 if is_short else BODY_CHARACTERS_MAX,
        widget=forms.TextInput if is_short else forms.Textarea(attrs={"rows": 3}),
        error_messages=missing,
    )
