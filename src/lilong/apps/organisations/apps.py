"""The place of organisations in the house."""

from __future__ import annotations

from lilong.kernel.words import Label
from lilong.ledger.rooms import Duty, MenuItem, Retention, Room

_HISTORY = Label("机构沿革，不删只停用", "history of the organisation: ended, never deleted")
_CATALOGUE = Label("办过的事要能指回当时的清单", "closed matters point at the catalogue of their time")
_RECHECK = ("lilong.apps.organisations.jobs.look_again",)


class OrganisationsRoom(Room):
    """Units, posts, postings and the responsibility catalogue."""

    name = "lilong.apps.organisations"
    label = "organisations"
    title = Label("机构与权责", "Organisations")
    duties = (
        Duty("organisations.unit.administer", Label("管单位、岗位和任职", "administer units, posts and postings")),
        Duty("organisations.catalogue.keep", Label("管权责清单", "keep the responsibility catalogue")),
    )
    events = (
        "organisations.unit_changed",
        "organisations.post_changed",
        "organisations.catalogue_changed",
        "organisations.missing_resolved",
    )
    # What was missing may be there now.
    readers = {"organisations.unit_changed": _RECHECK, "organisations.catalogue_changed": _RECHECK}
    retention = (
        Retention("organisations_edition", None, Label("只有一行", "one row only")),
        Retention("organisations_function", None, _HISTORY),
        Retention("organisations_unit", None, _HISTORY),
        Retention("organisations_post", None, _HISTORY),
        Retention("organisations_posting", None, Label("谁在何时有何职责，随账本留存", "as long as the journal")),
        Retention("organisations_catalogue", None, _CATALOGUE),
        Retention("organisations_category", None, _CATALOGUE),
        Retention("organisations_standard", None, _CATALOGUE),
        Retention("organisations_responsibility", None, _CATALOGUE),
        Retention("organisations_missing", None, Label("清单改进的依据", "what the catalogue was mended by")),
    )
    menu = (
        MenuItem(Label("权责缺项", "Gaps"), "organisations:missing", "warn", "organisations.catalogue.keep"),
        MenuItem(
            Label("机构管理", "Units"), "admin:organisations_unit_changelist", "people", "organisations.unit.administer"
        ),
    )
