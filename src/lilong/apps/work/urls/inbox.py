"""Addresses of work."""

from __future__ import annotations

from django.urls import path

from lilong.apps.work.views import inbox
from lilong.apps.work.views.undertakings import tasks

app_name = "work"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("done/", inbox.done, name="done"),
    path("tasks/<uuid:task>/", tasks.task, name="task"),
    path("supervision/<uuid:task>/", inbox.supervision, name="supervision"),
]
