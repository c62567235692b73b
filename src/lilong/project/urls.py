"""Every address of the platform, room by room."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from lilong.apps.cases.views.following import home
from lilong.identity.access import public_page
from lilong.project.api import api
from lilong.project.sign_in.views import administration, leave
from lilong.project.views import health, offline, pages, preferences

urlpatterns: list[URLPattern | URLResolver] = [
    # First, because it is asked most and the rooms below try their addresses one by one.
    path("api/v1/", api.urls),
    path("", home, name="home"),
    path("", include("lilong.apps.cases.urls")),
    path("", include("lilong.apps.people.urls")),
    path("", include("lilong.apps.organisations.urls")),
    path("work/", include("lilong.apps.work.urls.inbox")),
    path("scenarios/", include("lilong.apps.work.urls.scenarios")),
    path("undertakings/", include("lilong.apps.work.urls.undertakings")),
    path("desk/now/", include("lilong.dashboards.urls")),
    path("desk/sign-in/", include("lilong.project.sign_in.urls")),
    path("sign-out/", leave, name="sign_out"),
    path("open311/v2/", include("lilong.gateways.open311.urls")),
    path("admin/login/", administration, name="admin_sign_in"),
    path(
        "admin/password_change/",
        public_page(RedirectView.as_view(pattern_name="sign_in:password")),
        name="admin_password",
    ),
    path("admin/", admin.site.urls),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/size/<str:value>/", preferences.set_size, name="set_size"),
    path("preferences/theme/<str:value>/", preferences.set_theme, name="set_theme"),
    path("preferences/language/<str:value>/", preferences.set_language, name="set_language"),
    path("complain/", pages.complain, name="complain"),
    path("paper/", pages.paper, name="paper"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("offline/", offline.offline, name="offline"),
    path("service-worker.js", offline.service_worker, name="service_worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
]

handler400 = "lilong.project.views.errors.unreadable"
handler403 = "lilong.project.views.errors.denied"
handler404 = "lilong.project.views.errors.absent"
handler500 = "lilong.project.views.errors.broken"
