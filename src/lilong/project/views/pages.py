"""The pages of plain words that the footer leads to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lilong.identity.access import public_page


@public_page
@require_safe
def complain(request: HttpRequest) -> HttpResponse:
    """投诉与建议: how to complain about, or better, the service itself."""
    return render(request, "pages/complain.html")


@public_page
@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """纸质办理与帮办点: the same things without a phone."""
    return render(request, "pages/paper.html")


@public_page
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """个人信息怎么用: what is asked, why, who sees it, when it goes."""
    return render(request, "pages/privacy.html")


@public_page
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """无障碍说明: what works for whom, what does not yet, and whom to tell."""
    return render(request, "pages/accessibility.html")
