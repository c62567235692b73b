"""Addresses for the tests of middleware and sign-in: the real rooms, and stand-ins for what their pages link to."""

from __future__ import annotations

from uuid import uuid4

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from pytest_django import Settings

from lilong.identity.access import public_page, resident_page, staff_page
from lilong.identity.requests import Request
from lilong.kernel.refusals import RefusalKind, Refused, absent, denied, invalid
from lilong.kernel.words import Label
from lilong.project.middleware.refusals import problem
from lilong.project.sign_in.views import leave

ADMINISTER = "organisations.unit.administer"
SAMPLES: dict[str, Refused] = {
    kind.value: Refused(kind, invalid("sample", Label("不行。", "No."), Label("改一下。", "Mend it."), "f").refusals)
    for kind in RefusalKind
}


def blank(_: HttpRequest, **__: object) -> HttpResponse:
    """A page that nobody looks at."""
    return HttpResponse("blank")


@csrf_exempt
@public_page
def who(request: Request) -> JsonResponse:
    """Everything of the actor."""
    actor = request.actor
    return JsonResponse(
        {
            "kind": actor.kind,
            "account": actor.account,
            "person": actor.person,
            "post": actor.post,
            "unit": actor.unit,
            "area": actor.area.digits,
            "duties": sorted(actor.duties),
            "name": actor.name.en,
            "subjects": sorted(map(str, actor.subjects)),
        }
    )


@public_page
def arrived(request: Request) -> JsonResponse:
    """When and under which number it arrived."""
    return JsonResponse({"at": request.at.isoformat(), "number": str(request.number)})


@public_page
def quiet(request: Request) -> HttpResponse:
    """A page that asks nothing."""
    return HttpResponse("quiet")


@csrf_exempt
@public_page
def refuse(request: Request, kind: str) -> HttpResponse:
    """Refuse as asked."""
    if kind == RefusalKind.STALE:
        change = {"seq": 3, "at": "2026-11-23T04:00:00+00:00", "step": "cases.case.file", "by": {"zh": "岗", "en": "p"}}
        raise Refused(RefusalKind.STALE, SAMPLES[kind].refusals, (change,))
    if kind == RefusalKind.DENIED:
        raise denied("cases.case.file", Label("立案", "file"))
    if kind == RefusalKind.ABSENT:
        raise absent(Label("案件", "case"))
    raise SAMPLES[kind]


@public_page
def broken(request: Request) -> HttpResponse:
    """Fail in a way nobody foresaw."""
    raise ZeroDivisionError


@public_page
def spelled(request: Request) -> HttpResponse:
    """A refusal of a request that never passed the arrival."""
    return problem(HttpRequest(), absent(Label("案件", "case")))


@csrf_exempt
@resident_page
def residents_only(request: Request) -> HttpResponse:
    """For residents."""
    return HttpResponse("resident")


@csrf_exempt
@staff_page(ADMINISTER)
def administrators_only(request: Request) -> HttpResponse:
    """For a post with a duty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [str(uuid4())])
    return HttpResponse("administrator")


def _stand_in(*names: str) -> list[URLPattern]:
    return [path(f"{name}/", blank, name=name) for name in names]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("lilong.apps.people.urls")),
    path("staff/", include("lilong.project.sign_in.urls")),
    path("sign-out/", leave, name="sign_out"),
    path("start/", blank, name="home"),
    path("look/size/<str:value>/", blank, name="set_size"),
    path("look/theme/<str:value>/", blank, name="set_theme"),
    path("look/language/<str:value>/", blank, name="set_language"),
    *_stand_in("complain", "privacy", "preferences", "accessibility", "paper", "manifest", "service_worker"),
    path("", include(([*_stand_in("report", "report_check", "mine", "find")], "cases"))),
    path("", include(([*_stand_in("inbox")], "work"))),
    path("who/", who),
    path("api/who/", who),
    path("arrived/", arrived),
    path("quiet/", quiet),
    path("broken/", broken),
    path("spelled/", spelled),
    path("refuse/<str:kind>/", refuse),
    path("api/refuse/<str:kind>/", refuse),
    path("residents/", residents_only),
    path("administrators/", administrators_only),
    path("api/administrators/", administrators_only),
]


def open_site(settings: Settings) -> None:
    """Serve these addresses through the middleware under test."""
    settings.ROOT_URLCONF = "tests.project.addresses"
    ours = ("ArrivalMiddleware", "RefusalMiddleware", "ActorMiddleware")
    paths = [f"lilong.project.middleware.{name}" for name in ours]
    settings.MIDDLEWARE = [*paths, *(path for path in settings.MIDDLEWARE if path not in paths)]
    (templates,) = settings.TEMPLATES
    options = dict(templates["OPTIONS"])
    options["context_processors"] = [*options["context_processors"], "lilong.project.context.shell"]
    settings.TEMPLATES = [{**templates, "OPTIONS": options}]
