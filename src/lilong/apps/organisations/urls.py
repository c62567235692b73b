"""Addresses of organisations."""

from __future__ import annotations

from django.urls import path

from lilong.apps.organisations import views

app_name = "organisations"
urlpatterns = [
    path("desk/gaps/", views.missing, name="missing"),
    path("desk/gaps/<uuid:item>/resolve/", views.resolve, name="resolve"),
]
