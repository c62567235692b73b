"""Forms of the sign-in of staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from lilong.apps.organisations.terms import PostHeld
from lilong.identity.wording import in_page_language, spoken
from lilong.kernel.words import Label

_NEXT_LONGEST = 500
_PASSWORD_LONGEST = 200


def _password(label: Label, name: str) -> forms.CharField:
    return forms.CharField(
        label=spoken(label),
        max_length=_PASSWORD_LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": name}),
        error_messages={"required": spoken(Label("请填写。", "Please fill in."))},
    )


class StaffForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=spoken(Label("登录名", "User name")),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": spoken(Label("请填登录名。", "Enter your user name."))},
    )
    password = _password(Label("密码", "Password"), "current-password")
    next = forms.CharField(max_length=_NEXT_LONGEST, required=False, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code."""

    code = forms.CharField(
        label=spoken(Label("验证器上的数字，或一个备用码", "Code of the authenticator, or a recovery code")),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
        error_messages={"required": spoken(Label("请填验证码。", "Enter the code."))},
    )
    next = forms.CharField(max_length=_NEXT_LONGEST, required=False, widget=forms.HiddenInput)


class EnrolForm(CodeForm):
    """The first code of a new authenticator."""

    code = forms.CharField(
        label=spoken(Label("验证器上的数字", "Code of the authenticator")),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
        ),
        error_messages={"required": spoken(Label("请填验证码。", "Enter the code."))},
    )


class PostForm(forms.Form):
    """Which of one's posts to act in."""

    post = forms.TypedChoiceField(
        label=spoken(Label("以哪个岗位办理", "The post you act in")),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": spoken(Label("请选一个岗位。", "Choose a post.")),
            "invalid_choice": spoken(Label("您现在不在这个岗位上。", "You do not hold this post now.")),
        },
    )
    next = forms.CharField(max_length=_NEXT_LONGEST, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, posts: Sequence[PostHeld], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.TypedChoiceField", self.fields["post"])
        field.choices = [(post.post, _words(post)) for post in posts]


class PasswordForm(forms.Form):
    """The old password and the new one."""

    old = _password(Label("现在的密码", "Present password"), "current-password")
    new = _password(Label("新密码", "New password"), "new-password")


def _words(post: PostHeld) -> str:
    return f"{in_page_language(post.title)}\n{in_page_language(post.unit_name)}"
