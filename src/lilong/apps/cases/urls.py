"""Addresses of cases."""

from __future__ import annotations

from django.urls import path

from lilong.apps.cases.views import following, reporting, staff

app_name = "cases"
urlpatterns = [
    path("report/", reporting.report_what, name="report"),
    path("report/where/", reporting.report_where, name="report_where"),
    path("report/check/", reporting.report_check, name="report_check"),
    path("find/", following.find, name="find"),
    path("mine/", following.mine, name="mine"),
    path("receipt/<str:number>/<str:secret>/", following.receipt, name="receipt"),
    path("follow/<str:number>/", following.progress, name="progress"),
    path("follow/<str:number>/rate/", following.rate, name="rate"),
    path("follow/<str:number>/ask-again/", following.ask_again, name="ask_again"),
    path("follow/<str:number>/add-facts/", following.add_facts, name="add_facts"),
    path("follow/<str:number>/<str:secret>/", following.progress, name="progress_secret"),
    path("photos/<str:token>/", following.photo, name="photo"),
    path("desk/queue/", staff.queue, name="queue"),
    path("desk/cases/", staff.all_cases, name="all"),
    path("desk/cases/export.csv", staff.export, name="export"),
    path("desk/cases/<str:number>/", staff.case, name="case"),
    path("desk/cases/<str:number>/reporter/", staff.contact, name="contact"),
    path("desk/cases/<str:number>/<str:step>/", staff.step, name="step"),
    path("desk/report/", staff.report_for, name="report_for"),
    path("desk/report/<str:number>/<str:secret>/", staff.receipt_for, name="receipt_for"),
]
