"""The demonstration's accounts: one for every role, all in one street, its district and its city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import PostCard, PostingDraft
from lilong.identity.models import Account
from lilong.kernel.actors import machine
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.words import Label
from lilong.project.demo.founding import CITY, key_of
from lilong.project.demo.matters import invented
from lilong.project.demo.stage import HOME_COMMUNITY, HOME_STREET

SIGN_IN_WITH = "lilong-demo"
_DISTRICT = AreaCode("310101")
# Who keeps units, posts and accounts, and who keeps the catalogue, do it on the administration pages.
_ADMITTED = frozenset({"admin", "keeper"})


@dataclass(frozen=True, slots=True)
class Role:
    """One demonstration account: its name, and the post it holds: which duty at which level, in which function."""

    name: str
    label: Label
    duty: str
    area: AreaCode
    level: Level
    function: str


ROLES = (
    Role(
        "worker",
        Label("居委网格员", "community worker"),
        "cases.case.verify",
        HOME_COMMUNITY,
        Level.COMMUNITY,
        "community_committee",
    ),
    Role(
        "dispatcher",
        Label("街道派单员", "street dispatcher"),
        "cases.case.dispatch",
        HOME_STREET,
        Level.STREET,
        "street_operations",
    ),
    Role(
        "checker",
        Label("街道核查员", "street checker"),
        "cases.case.check",
        HOME_STREET,
        Level.STREET,
        "street_operations",
    ),
    Role(
        "handler",
        Label("街道市容承办员", "street handler"),
        "cases.case.handle",
        HOME_STREET,
        Level.STREET,
        "street_environment",
    ),
    Role(
        "department",
        Label("区绿化承办员", "district handler"),
        "cases.case.handle",
        _DISTRICT,
        Level.DISTRICT,
        "district_greening",
    ),
    Role(
        "chief",
        Label("街道值班长", "street shift leader"),
        "work.task.supervise",
        HOME_STREET,
        Level.STREET,
        "street_operations",
    ),
    Role(
        "keeper",
        Label("街道清单管理员", "catalogue keeper"),
        "organisations.catalogue.keep",
        HOME_STREET,
        Level.STREET,
        "street_operations",
    ),
    Role(
        "district",
        Label("区指挥岗", "district command"),
        "work.scenario.approve",
        _DISTRICT,
        Level.DISTRICT,
        "district_operations",
    ),
    Role("city", Label("市指挥岗", "city command"), "work.scenario.approve", CITY, Level.CITY, "city_operations"),
    Role(
        "admin",
        Label("系统管理员", "administrator"),
        "organisations.unit.administer",
        CITY,
        Level.CITY,
        "city_operations",
    ),
)
RESIDENT_PHONE = "13900000001"


def make_accounts(at: datetime) -> Iterator[tuple[Role, str]]:
    """Make every account that is not there yet and put it into its post; tells each with the post's words."""
    by = machine(Label("演示账号", "the demonstration's accounts"), frozenset({"organisations.unit.administer"}), CITY)
    names = invented("staff")
    for number, role in enumerate(ROLES):
        post, unit = _post(role)
        account = Account.objects.filter(username=role.name).first()
        if account is None:
            account = Account.objects.create_user(role.name, SIGN_IN_WITH, names[number])
            account.is_superuser = role.name == "admin"
            account.is_staff = role.name in _ADMITTED
            account.save()
        held = organisations.posts_of_account(account.pk, at)
        if not held:
            draft = PostingDraft(post.id, account.pk, at)
            organisations.assign_posting(by=by, key=key_of(f"posting {role.name}", at), posting=draft)
        yield role, f"{unit} · {post.title.zh}"


def _post(role: Role) -> tuple[PostCard, str]:
    units = organisations.units_within(role.area, function=role.function, level=role.level)
    for unit in units:
        for post in organisations.posts_of_unit(unit.id):
            if role.duty in post.duties:
                return post, unit.name.zh
    raise LookupError(f"the demonstration has no post for {role.name}: {role.duty} in {role.function} of {role.area}")
