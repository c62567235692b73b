"""What lets a phone go on without a network: the worker script, the page it falls back to, and the manifest."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from lilong.identity.access import public_page

_SHELL_FILES = ("lilong/lilong.css", "lilong/icons.svg", "lilong/js/lilong.js", "lilong/js/drafts.js")


@public_page
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it may answer for every page; it names the present static files."""
    files = [static(name) for name in _SHELL_FILES]
    response = render(
        request,
        "service-worker.js",
        {"files": files, "offline": reverse("offline")},
        content_type="text/javascript; charset=utf-8",
    )
    response["Cache-Control"] = "no-cache"
    return response


@public_page
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page shown without a network: what can still be done, with the one-page report that waits in the outbox."""
    return render(request, "offline.html")


@public_page
@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """The web app manifest, so that a worker may keep the inbox on the home screen."""
    return JsonResponse(
        {
            "name": "里弄 Lilong",
            "short_name": "里弄",
            "lang": "zh-CN",
            "start_url": reverse("home"),
            "display": "standalone",
            "background_color": "#f6f4ee",
            "theme_color": "#25313a",
            "icons": [{"src": static("lilong/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
    )
