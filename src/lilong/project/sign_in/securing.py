"""What staff do to their own account: change the password, switch the second factor on or off."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from lilong.identity.access import account_page
from lilong.identity.accounts import change_own_password
from lilong.identity.models import Account
from lilong.identity.requests import Request, command_key
from lilong.identity.second_factor import (
    begin_enrolment,
    confirm_enrolment,
    has_second_factor,
    remove_own_second_factor,
)
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.refusals import Refused
from lilong.project.middleware.actor import SECOND_FACTOR_IN_SESSION
from lilong.project.sign_in.forms import CodeForm, EnrolForm, PasswordForm
from lilong.project.sign_in.views import own_account, shown


@never_cache
@account_page
def password(request: Request) -> HttpResponse:
    """Change the password; other sessions of the account end, this one goes on."""
    own_account(request)
    form, refused = PasswordForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            change_own_password(by=request.actor, key=command_key(request), old=said["old"], new=said["new"])
            update_session_auth_hash(request, Account.objects.get(pk=request.actor.account or 0))
            return redirect("sign_in:post")
        except Refused as caught:
            refused = caught
    return shown(request, "sign_in/password.html", {"form": form}, refused)


@never_cache
@account_page
def authenticator(request: Request) -> HttpResponse:
    """Show the secret to scan until a code of it is entered; then the recovery codes, once."""
    account, refused = own_account(request), None
    if has_second_factor(account.pk):
        return _switch_off(request)
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _, codes = confirm_enrolment(by=request.actor, key=command_key(request), code=form.cleaned_data["code"])
            request.session[SECOND_FACTOR_IN_SESSION] = True
            return render(request, "sign_in/recovery_codes.html", {"codes": codes})
        except Refused as caught:
            refused = caught
    enrolment = begin_enrolment(by=request.actor, key=_own_key(request))
    return shown(request, "sign_in/authenticator.html", {"form": form, "enrolment": enrolment}, refused)


def _switch_off(request: Request) -> HttpResponse:
    form, refused = CodeForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            remove_own_second_factor(by=request.actor, key=command_key(request), code=form.cleaned_data["code"])
            request.session[SECOND_FACTOR_IN_SESSION] = False
            return redirect("sign_in:authenticator")
        except Refused as caught:
            refused = caught
    return shown(request, "sign_in/switch_off.html", {"form": form}, refused)


def _own_key(request: Request) -> CommandKey:
    """Showing the page begins the enrolment; the form on it carries the key of the confirmation."""
    number: UUID = new_id(request.at)
    return CommandKey(number, request.at, body_digest(b""))
