from django.core.files.uploadedfile import UploadedFile

UploadedFile.__class_getitem__ = classmethod(lambda c, i: c)
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from django.conf import settings as s
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpResponse, JsonResponse
from django.test import RequestFactory
from django.urls import include, path, reverse, resolve
from tests.apps.cases.town import town, AT, PASSER_BY, envelope
from lilong.apps.cases import public as cases, commands, queries
from lilong.apps.cases.terms import Source
from lilong.project.views import offline, pages, preferences

OUT = Path("/work/scratch/fe/real")


def nothing(r, **k):
    return HttpResponse()


def n(*names):
    return [path(f"{x}/", nothing, name=x) for x in names]


class Routes:
    urlpatterns = [
        path("admin/", __import__("django.contrib.admin", fromlist=["site"]).site.urls),
        path("", nothing, name="home"),
        *n("complain", "paper", "privacy", "accessibility", "sign_out", "offline", "preferences"),
        path("sw.js", nothing, name="service_worker"),
        path("m/", nothing, name="manifest"),
        path("size/<str:value>/", nothing, name="set_size"),
        path("language/<str:value>/", nothing, name="set_language"),
        path("c/", include("lilong.apps.cases.urls")),
        path("p/", include("lilong.apps.people.urls")),
        path("w/", include("lilong.apps.work.urls")),
        path("s/", include("lilong.project.sign_in.urls")),
        path("api/", include(([path("b/", nothing, name="boundaries")], "api"))),
        path("o/", include((n("missing", "desk", "units", "catalogue"), "organisations"))),
        path("d/", include((n("counts"), "dashboards"))),
    ]


def test_dump(town, settings):
    settings.ROOT_URLCONF = Routes
    t = deepcopy(settings.TEMPLATES)
    t[0]["OPTIONS"]["context_processors"].append("lilong.project.context.shell")
    settings.TEMPLATES = t
    f = RequestFactory()

    def get(name, url, actor, data=None, post=None):
        r = f.post(url, post) if post is not None else f.get(url, data or {})
        r.actor, r.at, r.session = actor, AT + timedelta(hours=1), SessionStore()
        r.session.update(SESS)
        m = resolve(url.split("?")[0])
        r.resolver_match = m
        a = m.func(r, *m.args, **m.kwargs)
        if a.status_code in (301, 302, 303):
            print(name, a.status_code, a["Location"])
            SESS.update(dict(r.session))
            return a
        body = b"".join(a.streaming_content) if a.streaming else a.content
        (OUT / f"{name}.html").write_bytes(body)
        print(name, a.status_code, len(body))
        SESS.update(dict(r.session))
        return a

    SESS = {}
    made = [
        town.reported(replace(town.lamp_out, body=b))
        for b in ("弄口第二根灯杆不亮，晚上看不见台阶。", "路灯忽明忽暗", "三号楼前路灯不亮，老人差点摔倒", "灯罩破了")
    ]
    a, b, c, d = [x.subject for x in made]
    num = [str(x.details["number"]) for x in made]
    k = lambda h=0: envelope(after=timedelta(minutes=h))
    for x in (a, b, c):
        cases.verify_case(by=town.verifier, key=k(5), case=x, finding="confirmed", note="确实不亮，已放警示牌。")
    v = queries.case_view(seen_by=town.dispatcher, at=AT, number=num[0])
    std = v.standards[0].id
    for x in (a, b):
        cases.file_case(by=town.dispatcher, key=k(6), case=x, standard=std)
    get("home", reverse("home"), PASSER_BY) if False else None
    from lilong.apps.cases.views import following

    r = f.get("/")
    r.actor = PASSER_BY
    r.at = AT
    r.session = SessionStore()
    (OUT / "home.html").write_bytes(following.home(r).content)
    get("what", reverse("cases:report"), PASSER_BY)
    get("what-post", reverse("cases:report"), PASSER_BY, post={"body": "弄口路灯不亮", "category": ""})
    get("where", reverse("cases:report_where"), PASSER_BY)
    get(
        "where-post",
        reverse("cases:report_where"),
        PASSER_BY,
        post={"address": "演示路 12 弄", "latitude": str(town.spot.latitude), "longitude": str(town.spot.longitude)},
    )
    get("check", reverse("cases:report_check"), PASSER_BY)
    get("find-error", reverse("cases:find"), PASSER_BY, post={"number": "x", "secret": ""})
    get("queue", reverse("cases:queue"), town.dispatcher)
    get("queue-chosen", reverse("cases:queue"), town.dispatcher, {"case": num[0]})
    get("all", reverse("cases:all"), town.dispatcher)
    get("case-desk", reverse("cases:case", args=[num[0]]), town.dispatcher)
    get("report-for", reverse("cases:report_for"), town.verifier)
    get("inbox-verifier", reverse("work:inbox"), town.verifier)
    get("task-verifier", reverse("cases:case", args=[num[3]]), town.verifier)
    cases.dispatch_case(by=town.dispatcher, key=k(7), case=a, unit=town.handler.unit)
    get("inbox-handler", reverse("work:inbox"), town.handler)
    get("task-accept", reverse("cases:case", args=[num[0]]), town.handler)
    cases.accept_case(by=town.handler, key=k(8), case=a)
    get("task-handler", reverse("cases:case", args=[num[0]]), town.handler)
    get("receipt", reverse("cases:receipt", args=[num[0], queries.follow_secret(num[0])]), PASSER_BY)
    get("progress", reverse("cases:progress_secret", args=[num[0], queries.follow_secret(num[0])]), PASSER_BY)
    cases.hand_in_case(by=town.handler, key=k(20), case=a, resolution="solved", result="换了灯泡和镇流器，已经亮了。")
    get("task-checker", reverse("cases:case", args=[num[0]]), town.checker)
    cases.close_case(by=town.checker, key=k(30), case=a, condition=std)
    get("progress-closed", reverse("cases:progress_secret", args=[num[0], queries.follow_secret(num[0])]), PASSER_BY)
    get("done", reverse("work:done"), town.handler)
    get("case-closed", reverse("cases:case", args=[num[0]]), town.dispatcher, {"verify": "1"})
    get("signin", reverse("people:sign_in"), PASSER_BY)
    get("staff", reverse("sign_in:staff"), PASSER_BY)
