"""Addresses of work."""

from __future__ import annotations

from django.urls import path

from lilong.apps.work import views

app_name = "work"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("done/", views.done, name="done"),
    path("supervision/<uuid:task>/", views.supervision, name="supervision"),
]
