"""What Django answers by itself when no view could: as a page for people, as RFC 9457 for programs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template

from lilong.project.middleware.refusals import bare_problem, wants_problem


def unreadable(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """400."""
    return _answer(request, 400)


def denied(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """403."""
    return _answer(request, 403)


def forged(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """403 for a form without its CSRF token: most often a page that stood open too long."""
    return _answer(request, 403)


def absent(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """404."""
    return _answer(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """500, without the context processors: one of them may be what broke."""
    if wants_problem(request):
        return bare_problem(request, 500)
    return HttpResponse(get_template("500.html").render(), status=500)


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    return bare_problem(request, status) if wants_problem(request) else render(request, f"{status}.html", status=status)
