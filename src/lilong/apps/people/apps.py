"""The place of people in the house."""

from __future__ import annotations

from lilong.apps.people.terms import EVENTS, GUEST_CONTACT_DAYS, KEEP, OWN, READ, READS_KEPT_DAYS, REGISTER
from lilong.kernel.words import Label
from lilong.ledger.rooms import Duty, Retention, Room

_GUESTS_A_YEAR = Label("访客留的一年即删；登录的本人撤回即删", "a guest's for a year, a resident's until withdrawn")
_THREE_YEARS = Label("个人信息保护法第五十六条：至少三年", "PIPL art. 56: at least three years")


class PeopleRoom(Room):
    """Residents, and what is kept of them behind declared purposes."""

    name = "lilong.apps.people"
    label = "people"
    title = Label("居民", "People")
    duties = (
        Duty(READ, Label("为办事查看居民联系方式", "look at a resident's contact for a matter")),
        Duty(KEEP, Label("登记和更正居民联系方式", "keep and correct a resident's contact")),
        Duty(REGISTER, Label("登记居民", "register a person")),
        Duty(OWN, Label("管理自己的数据", "look after one's own data")),
    )
    resident_duties = frozenset({OWN})
    events = EVENTS
    exports = {"reads": "lilong.apps.people.queries.reads_for_export"}
    retention = (
        Retention("people_person", None, Label("只是编号；数据在保险库", "a number only; the data are in the vault")),
        Retention("vault.contact", GUEST_CONTACT_DAYS, _GUESTS_A_YEAR),
        Retention("vault.read", READS_KEPT_DAYS, _THREE_YEARS),
        Retention("vault.key", None, Label("钥匙的指纹", "fingerprints of keys")),
    )
