"""Staff come in by password and second factor, choose their post, and leave."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth import login, logout
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lilong.apps.organisations import public as organisations
from lilong.identity.access import SignIn, account_page, not_signed_in, public_page
from lilong.identity.accounts import note_sign_in
from lilong.identity.models import Account
from lilong.identity.passwords import account_by_password
from lilong.identity.requests import Request, client_address, own_address
from lilong.identity.second_factor import check_second_factor, has_second_factor
from lilong.identity.statuses import STATUS
from lilong.identity.terms import Method
from lilong.kernel.refusals import Refused
from lilong.project.middleware.actor import (
    POST_IN_SESSION,
    SECOND_FACTOR_IN_SESSION,
    chosen_post,
    second_factor_lacking,
)
from lilong.project.sign_in.forms import CodeForm, PostForm, StaffForm

_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
# Between password and second factor: nobody yet, for a few minutes.
_HALF: Final = "lilong_half_signed_in"
_HALF_LASTS: Final = timedelta(minutes=5)


@never_cache
@public_page
def staff(request: Request) -> HttpResponse:
    """Ask for name and password."""
    form, refused = StaffForm(request.POST or None, initial=_wanted(request)), None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            account = account_by_password(
                name=said["username"], password=said["password"], address=client_address(request), at=request.at
            )
            return _after_password(request, account, said["next"])
        except Refused as caught:
            refused = caught
    return shown(request, "sign_in/staff.html", {"form": form}, refused)


@never_cache
@public_page
def second_factor(request: Request) -> HttpResponse:
    """Ask for the second factor of whoever just gave the right password."""
    account = _half_signed_in(request)
    if account is None:
        return redirect("sign_in:staff")
    form, refused = CodeForm(request.POST or None, initial=_wanted(request)), None
    if request.method == "POST" and form.is_valid():
        try:
            check_second_factor(account=account.pk, code=form.cleaned_data["code"], at=request.at)
            return _enter(request, account, form.cleaned_data["next"], proven=True)
        except Refused as caught:
            refused = caught
    return shown(request, "sign_in/second_factor.html", {"form": form}, refused)


@never_cache
@public_page
def administration(request: Request) -> HttpResponse:
    """Where the administration pages send whoever is not signed in: it has no sign-in of its own to guess at."""
    return redirect(f"{reverse('sign_in:staff')}?{urlencode({'next': request.GET.get('next', '/admin/')})}")


@never_cache
@account_page
def post(request: Request) -> HttpResponse:
    """Choose the post to act in, or another one than before."""
    account = request.actor.account or 0
    posts = organisations.posts_of_account(account, request.at)
    initial = _wanted(request) | {"post": request.session.get(POST_IN_SESSION)}
    form = PostForm(request.POST or None, posts=posts, initial=initial)
    if request.method == "POST" and form.is_valid():
        request.session[POST_IN_SESSION] = form.cleaned_data["post"]
        return _onward(request, account, form.cleaned_data["next"])
    return shown(request, "sign_in/post.html", {"form": form, "posts": posts}, None)


@never_cache
@public_page
@require_POST
def leave(request: Request) -> HttpResponse:
    """Sign out: staff and residents alike."""
    logout(request)
    return redirect("home")


def shown(request: Request, template: str, context: dict[str, Any], refused: Refused | None) -> HttpResponse:
    """A page of the sign-in with what was refused on it."""
    form: Form = context["form"]
    unfit = 422 if form.is_bound and not form.is_valid() else 200
    refusals = refused.refusals if refused else ()
    return render(
        request, template, {**context, "refusals": refusals}, status=STATUS[refused.kind] if refused else unfit
    )


def own_account(request: Request) -> Account:
    """The staff account that is signed in; a resident's has neither password nor authenticator."""
    if request.actor.person is not None:
        raise not_signed_in(SignIn.STAFF)
    return Account.objects.get(pk=request.actor.account or 0)


def _after_password(request: Request, account: Account, after: str) -> HttpResponse:
    if not has_second_factor(account.pk):
        return _enter(request, account, after, proven=False)
    request.session.flush()
    request.session[_HALF] = {"account": account.pk, "at": request.at.isoformat()}
    query = f"?{urlencode({'next': after})}" if after else ""
    return redirect(f"{reverse('sign_in:second_factor')}{query}")


def _half_signed_in(request: Request) -> Account | None:
    half = request.session.get(_HALF)
    if half is None or datetime.fromisoformat(half["at"]) + _HALF_LASTS < request.at:
        return None
    return Account.objects.filter(pk=half["account"], is_active=True).first()


def _enter(request: Request, account: Account, after: str, *, proven: bool) -> HttpResponse:
    request.session.flush()
    login(request, account, backend=_BACKEND)
    request.session[SECOND_FACTOR_IN_SESSION] = proven
    note_sign_in(account.pk, Method.TWO_FACTORS if proven else Method.ONE_FACTOR, request.at)
    return _onward(request, account.pk, after)


def _onward(request: Request, account: int, after: str) -> HttpResponse:
    """To the choice of a post, to the authenticator that the post asks for, or to where one wanted to go."""
    posts = organisations.posts_of_account(account, request.at)
    held = chosen_post(posts, request.session.get(POST_IN_SESSION))
    query = f"?{urlencode({'next': after})}" if after else ""
    if held is None:
        return redirect(f"{reverse('sign_in:post')}{query}")
    request.session[POST_IN_SESSION] = held.post
    if second_factor_lacking(held.duties, proven=bool(request.session.get(SECOND_FACTOR_IN_SESSION))):
        return redirect("sign_in:authenticator")
    return redirect(own_address(request, after) or reverse("work:inbox"))


def _wanted(request: Request) -> dict[str, Any]:
    return {"next": request.GET.get("next", "")}
