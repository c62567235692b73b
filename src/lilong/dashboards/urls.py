"""Addresses of the dashboards."""

from __future__ import annotations

from django.urls import path

from lilong.dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.counts, name="counts"),
]
