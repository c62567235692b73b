"""One function per verb on a person and what is kept of them."""

from lilong.apps.people.commands.arriving import arrive_by_phone, change_phone, register_guest, register_person
from lilong.apps.people.commands.keeping import (
    correct_contact,
    forget_outlived_guests,
    keep_contact,
    withdraw_contact,
)
from lilong.apps.people.commands.reading import export_my_data, read_contact, read_own

__all__ = [
    "arrive_by_phone",
    "change_phone",
    "correct_contact",
    "export_my_data",
    "forget_outlived_guests",
    "keep_contact",
    "read_contact",
    "read_own",
    "register_guest",
    "register_person",
    "withdraw_contact",
]
