"""How a reader wants pages to look: size, language, day or night. Kept in a cookie; no account, no script needed."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from lilong.identity.access import public_page
from lilong.project.context import SIZE_COOKIE, SIZES, THEME_COOKIE, THEMES

_YEAR = 365 * 24 * 3600


@public_page
@require_safe
def preferences(request: HttpRequest) -> HttpResponse:
    """The page with every switch, for faces whose bar has no room for them."""
    return render(request, "preferences.html", {"back": _back(request)})


@public_page
@require_safe
def set_size(request: HttpRequest, value: str) -> HttpResponse:
    """Keep the text size and go back."""
    return _kept(request, SIZE_COOKIE, value, SIZES)


@public_page
@require_safe
def set_theme(request: HttpRequest, value: str) -> HttpResponse:
    """Keep day or night and go back."""
    return _kept(request, THEME_COOKIE, value, THEMES)


@public_page
@require_safe
def set_language(request: HttpRequest, value: str) -> HttpResponse:
    """Keep the language and go back."""
    return _kept(request, settings.LANGUAGE_COOKIE_NAME, value, tuple(code for code, _ in settings.LANGUAGES))


def _kept(request: HttpRequest, cookie: str, value: str, allowed: tuple[str, ...]) -> HttpResponse:
    if value not in allowed:
        raise Http404(value)
    response = HttpResponseRedirect(_back(request))
    response.set_cookie(cookie, value, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    return response


def _back(request: HttpRequest) -> str:
    """The page the reader came from, only if it is ours: an open redirect would lend our name to a stranger."""
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else reverse("home")
