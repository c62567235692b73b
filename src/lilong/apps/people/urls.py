"""Addresses of people."""

from __future__ import annotations

from django.urls import path

from lilong.apps.people.views import arriving, own

app_name = "people"
urlpatterns = [
    path("sign-in/", arriving.sign_in, name="sign_in"),
    path("sign-in/code/", arriving.sign_in_code, name="sign_in_code"),
    path("me/", own.who_looked, name="who_looked"),
    path("me/data/", own.my_data, name="my_data"),
    path("me/data/show/", own.show_my_data, name="show_my_data"),
    path("me/data/export/", own.export_my_data, name="export_my_data"),
    path("me/data/correct/", own.correct_my_data, name="correct_my_data"),
    path("me/data/withdraw/", own.withdraw_my_data, name="withdraw_my_data"),
    path("me/phone/", arriving.change_phone, name="change_phone"),
    path("me/phone/code/", arriving.change_phone_code, name="change_phone_code"),
]
