"""The calendars' place in the house."""

from __future__ import annotations

from django.apps import AppConfig

from lilong.kernel.words import Label


class CalendarsConfig(AppConfig):
    """Published working days. They stand beside the ledger and may not import its rooms: what they offer the house is
    declared where the house is put together."""

    name = "lilong.calendars"
    label = "calendars"
    default_auto_field = "django.db.models.BigAutoField"
    title = Label("工作日历", "Working calendar")
