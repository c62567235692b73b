"""Signing in by a code sent to the phone, and changing that phone. The answers are the same for every number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth import login
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from lilong.apps.people import commands
from lilong.apps.people.forms import CodeForm, PhoneForm
from lilong.identity.access import public_page, resident_page
from lilong.identity.accounts import note_sign_in
from lilong.identity.codes import CODE_LIVES, masked_phone_of, request_code, use_code
from lilong.identity.models import Account
from lilong.identity.phones import masked_phone
from lilong.identity.requests import Request, client_address, command_key, fresh_key, own_address
from lilong.identity.statuses import STATUS
from lilong.identity.terms import Method
from lilong.kernel.refusals import Refused

# The number as its owner may see it, kept in the session so that no page has to open the vault for it.
MASKED_PHONE_IN_SESSION: Final = "lilong_masked_phone"
_PASSWORDLESS: Final = "django.contrib.auth.backends.ModelBackend"


@never_cache
@public_page
def sign_in(request: Request) -> HttpResponse:
    """Ask for the number; a POST sends the code and leads to the page that asks for it."""
    return _ask_for_phone(request, "people/sign_in_phone.html", "people:sign_in_code")


@never_cache
@public_page
def sign_in_code(request: Request) -> HttpResponse:
    """Ask for the code; the right one signs in and leads to where the person wanted to go."""
    return _ask_for_code(request, "people/sign_in_code.html", "people:sign_in", _signed_in)


@never_cache
@resident_page
def change_phone(request: Request) -> HttpResponse:
    """Ask for the new number of somebody who is signed in."""
    return _ask_for_phone(request, "people/change_phone.html", "people:change_phone_code")


@never_cache
@resident_page
def change_phone_code(request: Request) -> HttpResponse:
    """Ask for the code sent to the new number; the right one makes it the number to sign in by."""
    return _ask_for_code(request, "people/change_phone_code.html", "people:change_phone", _phone_changed)


def _ask_for_phone(request: Request, template: str, then: str) -> HttpResponse:
    form = PhoneForm(request.POST or None, initial={"next": request.GET.get("next", "")})
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            challenge = request_code(phone=form.cleaned_data["phone"], address=client_address(request), at=request.at)
            query = {"c": str(challenge), "next": form.cleaned_data["next"]}
            return redirect(f"{reverse(then)}?{urlencode({name: value for name, value in query.items() if value})}")
        except Refused as caught:
            refused = caught
    return _shown(request, template, {"form": form}, refused)


def _ask_for_code(
    request: Request, template: str, start: str, proven: Callable[[Request, CodeForm, str], HttpResponse]
) -> HttpResponse:
    challenge = _challenge(request)
    sent_to = masked_phone_of(challenge, request.at) if challenge else ""
    if challenge is None or (request.method != "POST" and not sent_to):
        return redirect(start)
    initial = {"challenge": challenge, "key": fresh_key(request), "next": request.GET.get("next", "")}
    form = CodeForm(request.POST or None, initial=initial)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            phone = use_code(challenge=challenge, code=form.cleaned_data["code"], at=request.at)
            return proven(request, form, phone)
        except Refused as caught:
            refused = caught
    minutes = int(CODE_LIVES.total_seconds() // 60)
    return _shown(request, template, {"form": form, "masked_phone": sent_to, "valid_minutes": minutes}, refused)


def _signed_in(request: Request, form: CodeForm, phone: str) -> HttpResponse:
    account = Account.objects.get(pk=commands.arrive_by_phone(key=command_key(request), phone=phone))
    login(request, account, backend=_PASSWORDLESS)
    request.session[MASKED_PHONE_IN_SESSION] = masked_phone(phone)
    note_sign_in(account.pk, Method.PHONE_CODE, request.at)
    return redirect(own_address(request, form.cleaned_data["next"]) or reverse("people:who_looked"))


def _phone_changed(request: Request, form: CodeForm, phone: str) -> HttpResponse:
    commands.change_phone(by=request.actor, key=command_key(request), phone=phone)
    request.session[MASKED_PHONE_IN_SESSION] = masked_phone(phone)
    return redirect(own_address(request, form.cleaned_data["next"]) or reverse("people:my_data"))


def _challenge(request: Request) -> UUID | None:
    try:
        return UUID(request.POST.get("challenge") or request.GET.get("c", ""))
    except ValueError:
        return None


def _shown(request: Request, template: str, context: dict[str, Any], refused: Refused | None) -> HttpResponse:
    form: Form = context["form"]
    unfit = 422 if form.is_bound and not form.is_valid() else 200
    refusals = refused.refusals if refused else ()
    status = STATUS[refused.kind] if refused else unfit
    return render(request, template, {**context, "refusals": refusals}, status=status)
