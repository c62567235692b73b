"""Administration of accounts and of tokens for programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from typing_extensions import override

from lilong.identity.accounts import admit_account, open_account, resume_account, set_password, stop_account
from lilong.identity.attempts import forgive_name
from lilong.identity.desk import CommandAdmin, CommandForm, row_key
from lilong.identity.models import Account, ApiToken
from lilong.identity.requests import Request
from lilong.identity.second_factor import reset_second_factor
from lilong.identity.terms import ADMINISTER
from lilong.identity.tokens import TokenWanted, create_token, revoke_token
from lilong.identity.wording import in_page_language, spoken
from lilong.kernel.actors import Actor
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refused
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt
from lilong.ledger.rooms import all_duties

_PASSWORD = Label("密码", "Password")
_PASSWORD_HINT = Label("已有的账号留空即不改。", "On an existing account, empty leaves it as it is.")
_DONE = Label("已办 {n} 项。", "{n} done.")
_TOKEN_ONCE = Label("令牌只显示这一次：{raw}", "The token is shown this once: {raw}")
_TOKEN_LIVES = timedelta(days=365)


def _duty_choices() -> list[tuple[str, str]]:
    return [(code, f"{in_page_language(label)} {code}") for code, label in all_duties().items()]


class AccountForm(CommandForm):
    """An account: everything to make one, a new password afterwards."""

    detail = "account"
    password = forms.CharField(
        label=spoken(_PASSWORD),
        help_text=spoken(_PASSWORD_HINT),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def send(self, key: CommandKey) -> Receipt:
        """Open the account or set its password."""
        given, by = self.cleaned_data, self.request.actor
        if self.instance.pk:
            return set_password(by=by, key=key, account=self.instance.pk, password=given["password"])
        name = given["display_name"]
        return open_account(
            by=by, key=key, username=given["username"], password=given["password"] or None, display_name=name
        )


class TokenForm(CommandForm):
    """A token for a program."""

    detail = "token"
    duties = forms.MultipleChoiceField(
        label=spoken(Label("职责", "Duties")), choices=_duty_choices, widget=forms.CheckboxSelectMultiple
    )

    def send(self, key: CommandKey) -> Receipt:
        """Issue the token; it is shown once, on the page that follows."""
        given = self.cleaned_data
        wanted = TokenWanted(
            given["account"].pk, given["post"], given["name"], frozenset(given["duties"]), given["expires_at"]
        )
        receipt, raw = create_token(by=self.request.actor, key=key, wanted=wanted)
        if raw:
            messages.warning(self.request, in_page_language(_TOKEN_ONCE.filled(raw=raw)))
        return receipt


@admin.register(Account)
class AccountAdmin(CommandAdmin):
    """Accounts of staff. A resident's has a random name and nothing to administer but whether it may sign in."""

    duty = ADMINISTER
    form = AccountForm
    list_display = ("username", "display_name", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "display_name")
    add_fields = ("username", "display_name", "password")
    change_fields = ("password",)
    actions = ("stop", "resume", "admit", "dismiss", "reset", "forgive")

    @admin.action(description=spoken(Label("停用所选账号", "Stop the chosen accounts")))
    def stop(self, request: HttpRequest, chosen: QuerySet[Account]) -> None:
        """End sessions, tokens and sign-ins of each chosen account."""
        _each(self, request, chosen, lambda by, key, row: stop_account(by=by, key=key, account=row))

    @admin.action(description=spoken(Label("恢复所选账号", "Let the chosen accounts sign in again")))
    def resume(self, request: HttpRequest, chosen: QuerySet[Account]) -> None:
        """Let each chosen account sign in again."""
        _each(self, request, chosen, lambda by, key, row: resume_account(by=by, key=key, account=row))

    @admin.action(description=spoken(Label("准入管理页面", "Let the chosen accounts into administration")))
    def admit(self, request: HttpRequest, chosen: QuerySet[Account]) -> None:
        """Open these pages to each chosen account; its post's duties say what it may do here."""
        _each(self, request, chosen, lambda by, key, row: admit_account(by=by, key=key, account=row, admitted=True))

    @admin.action(description=spoken(Label("不再准入管理页面", "Keep the chosen accounts out of administration")))
    def dismiss(self, request: HttpRequest, chosen: QuerySet[Account]) -> None:
        """Close these pages to each chosen account."""
        _each(self, request, chosen, lambda by, key, row: admit_account(by=by, key=key, account=row, admitted=False))

    @admin.action(description=spoken(Label("重置第二道验证", "Reset the second factor")))
    def reset(self, request: HttpRequest, chosen: QuerySet[Account]) -> None:
        """Take away the second factor of whoever lost it."""
        _each(self, request, chosen, lambda by, key, row: reset_second_factor(by=by, key=key, account=row))

    @admin.action(description=spoken(Label("解除试错的等待", "Lift the pause after wrong tries")))
    def forgive(self, request: HttpRequest, chosen: QuerySet[Account]) -> None:
        """Forget the wrong tries counted against each name, wherever they came from."""
        for name in chosen.values_list("username", flat=True):
            forgive_name(name)
        self.message_user(request, in_page_language(_DONE.filled(n=chosen.count())))


@admin.register(ApiToken)
class ApiTokenAdmin(CommandAdmin):
    """Tokens of programs. Only what they may do is shown; the token itself is kept nowhere."""

    duty = ADMINISTER
    form = TokenForm
    list_display = ("name", "account", "post", "expires_at", "revoked_at")
    list_select_related = ("account",)
    search_fields = ("name", "account__username")
    raw_id_fields = ("account",)
    add_fields = ("name", "account", "post", "duties", "expires_at")
    actions = ("revoke",)

    @override
    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A year, unless another end is given."""
        return {"expires_at": cast("Request", request).at + _TOKEN_LIVES}

    @admin.action(description=spoken(Label("收回所选令牌", "Revoke the chosen tokens")))
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiToken]) -> None:
        """Refuse each chosen token from the next request on."""
        _each(self, request, chosen, lambda by, key, row: revoke_token(by=by, key=key, token=row))


def _each(
    page: CommandAdmin,
    request: HttpRequest,
    chosen: QuerySet[Any],
    command: Callable[[Actor, CommandKey, Any], Receipt],
) -> None:
    by, done = cast("Request", request).actor, 0
    rows: list[Model] = list(chosen)
    for row in rows:
        try:
            command(by, row_key(request), row.pk)
            done += 1
        except Refused as refused:
            for refusal in refused.refusals:
                words = f"{row}: {in_page_language(refusal.text)} {in_page_language(refusal.remedy)}"
                page.message_user(request, words, messages.ERROR)
    if done:
        page.message_user(request, in_page_language(_DONE.filled(n=done)))
