"""Rooms that cannot declare themselves: the calendars stand beside the ledger and may not import it."""

from __future__ import annotations

from lilong.calendars.terms import IMPORT_DUTY, YEAR_PUBLISHED
from lilong.kernel.words import Label
from lilong.ledger.rooms import Duty, Retention, Room

_PUBLIC = Label("公开的事实，长期保存", "public facts, kept")


class CalendarsRoom(Room):
    """Published working days and make-up days, by year."""

    name = "lilong.calendars"
    label = "calendars"
    title = Label("日历", "Calendars")
    duties = (Duty(IMPORT_DUTY, Label("导入工作日历", "import the working calendar")),)
    events = (YEAR_PUBLISHED,)
    retention = (Retention("calendars_year", None, _PUBLIC), Retention("calendars_day", None, _PUBLIC))
