"""Addresses of undertakings."""

from __future__ import annotations

from django.urls import path

from lilong.apps.work.views.undertakings import matters

app_name = "undertakings"
urlpatterns = [
    path("", matters.undertakings, name="undertakings"),
    path("begin/", matters.choose, name="choose"),
    path("begin/<slug:scenario>/", matters.begin, name="begin"),
    path("<uuid:undertaking>/", matters.undertaking, name="undertaking"),
    path("<uuid:undertaking>/<slug:step>/", matters.change, name="change"),
]
