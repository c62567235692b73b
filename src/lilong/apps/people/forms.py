"""Forms of people: what a browser sends is only put in order here; the commands judge it."""

from __future__ import annotations

from django import forms

from lilong.apps.people.terms import ContactKind
from lilong.identity.codes import CODE_DIGITS
from lilong.identity.wording import spoken
from lilong.kernel.words import Label

_NEXT_LONGEST = 500


class PhoneForm(forms.Form):
    """The telephone a code is to be sent to."""

    phone = forms.CharField(
        label=spoken(Label("手机号", "Mobile number")),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"required": spoken(Label("请填手机号。", "Enter your mobile number."))},
    )
    next = forms.CharField(max_length=_NEXT_LONGEST, required=False, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """The code that came by message, and which challenge it answers."""

    code = forms.CharField(
        label=spoken(Label("验证码", "Code")),
        help_text=spoken(Label(f"{CODE_DIGITS} 位数字", f"{CODE_DIGITS} digits")),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": spoken(Label("请填验证码。", "Enter the code."))},
    )
    challenge = forms.UUIDField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    next = forms.CharField(max_length=_NEXT_LONGEST, required=False, widget=forms.HiddenInput)


class ContactForm(forms.Form):
    """What residents may put right by themselves; an empty field leaves what is kept as it is."""

    name = forms.CharField(
        label=spoken(ContactKind.NAME.label),
        help_text=spoken(Label("怎么称呼您", "how to address you")),
        required=False,
        max_length=ContactKind.NAME.longest,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.CharField(
        label=spoken(ContactKind.EMAIL.label),
        required=False,
        max_length=ContactKind.EMAIL.longest,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email"}),
    )
    address = forms.CharField(
        label=spoken(ContactKind.ADDRESS.label),
        help_text=spoken(Label("只在需要上门时用", "used for visits only")),
        required=False,
        max_length=ContactKind.ADDRESS.longest,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def contacts(self) -> dict[ContactKind, str]:
        """What was filled in."""
        filled = {kind: str(self.cleaned_data.get(kind.value, "")) for kind in ContactKind if kind.value in self.fields}
        return {kind: text for kind, text in filled.items() if text.strip()}


class WithdrawForm(forms.Form):
    """Which kinds are to be erased."""

    kinds = forms.TypedMultipleChoiceField(
        label=spoken(Label("要删除的", "What to erase")),
        coerce=ContactKind,
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind.value, spoken(kind.label)) for kind in ContactKind],
        error_messages={"required": spoken(Label("请选要删除哪一项。", "Choose what to erase."))},
    )
