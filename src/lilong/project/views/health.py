"""For whatever watches the process: is it alive, can it serve."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from lilong.identity.access import public_page
from lilong.identity.requests import Request
from lilong.project.readiness import database_answers


@never_cache
@public_page
def alive(_: Request) -> HttpResponse:
    """200 while the process answers at all; asks nothing of anything else."""
    return JsonResponse({"status": "alive"})


@never_cache
@public_page
def ready(_: Request) -> HttpResponse:
    """200 when requests can be served, 503 while the database does not answer."""
    answers = database_answers()
    return JsonResponse({"status": "ready" if answers else "no database"}, status=200 if answers else 503)
