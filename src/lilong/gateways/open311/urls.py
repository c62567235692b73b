"""The protocol's addresses. ``test/`` before any of them is the test endpoint; whatever is left is a 404 of our own."""

from __future__ import annotations

from django.urls import re_path

from lilong.gateways.open311 import views

app_name = "open311"
_TEST = r"^(?P<test>test/)?"
_ENDING = r"\.(?P<ending>xml|json)$"

urlpatterns = [
    re_path(rf"{_TEST}discovery{_ENDING}", views.resource(GET=views.discovery), name="discovery"),
    re_path(rf"{_TEST}services{_ENDING}", views.resource(GET=views.list_services), name="services"),
    re_path(rf"{_TEST}services/(?P<code>[^/]*){_ENDING}", views.resource(GET=views.define_service), name="service"),
    re_path(
        rf"{_TEST}requests{_ENDING}",
        views.resource(GET=views.list_requests, POST=views.create_request),
        name="requests",
    ),
    re_path(rf"{_TEST}requests/(?P<number>[^/]*){_ENDING}", views.resource(GET=views.show_request), name="request"),
    re_path(rf"{_TEST}tokens/(?P<token>[^/]*){_ENDING}", views.resource(GET=views.answer_token), name="token"),
    re_path(
        rf"{_TEST}servicerequestupdates{_ENDING}",
        views.resource(GET=views.list_updates, POST=views.create_update),
        name="updates",
    ),
    re_path(r"", views.nothing_here, name="nothing"),
]
