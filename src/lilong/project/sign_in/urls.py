"""Addresses of the sign-in of staff. Signing out stands outside the room, as ``sign_out``: it serves residents too."""

from __future__ import annotations

from django.urls import path

from lilong.project.sign_in import securing, views

app_name = "sign_in"
urlpatterns = [
    path("", views.staff, name="staff"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("post/", views.post, name="post"),
    path("password/", securing.password, name="password"),
    path("authenticator/", securing.authenticator, name="authenticator"),
]
