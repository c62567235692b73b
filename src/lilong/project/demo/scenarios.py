"""The demonstration's scenarios: those that come with the platform, in force in the whole city, and played."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import UnitCard
from lilong.apps.work import public as work
from lilong.apps.work.terms import UNDERTAKING_KIND, FactKind, Reach, Role, Scenario, TaskTerm, UndertakingDraft
from lilong.calendars.queries import working_time
from lilong.identity.models import Account
from lilong.kernel.actors import Actor, ActorKind, machine
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.project.demo.founding import CITY, KEYS, key_of
from lilong.project.demo.handing import answers_to, handed_in
from lilong.project.demo.stage import HOME_COMMUNITY, HOME_STREET, actor_of

SEED = 20261201
_DAYS_BEHIND = 30
_OF_EACH = 3
_STEPS_MAX = 80
_EVIDENCE = "演示：随平台附带的场景，检查无误"
_WRITER = machine(Label("演示场景的编写", "the demonstration's author"), frozenset({"work.scenario.write"}), CITY)
_EYE = machine(Label("演示", "the demonstration"), frozenset(), CITY)
_WORDS = {
    "home-visits": ("三号楼组走访", "十一月的走访，先看望独居的几户。"),
    "covenant-breach": ("楼道里停电瓶车", "七号楼两户，公约里写明不停楼道。"),
    "hearing-before-works": ("弄口铺管开工前听一听", "要挖开半幅路，三周。"),
    "volunteers-wanted": ("周六大扫除要人手", "两个弄堂，各要五个人。"),
    "store-inspection": ("防汛物资清点", "沙袋、水泵、雨衣，汛前清一遍。"),
    "lost-contact": ("二零四室三天没见人", "邻居敲门没人应，报箱满了。"),
    "lift-retrofit": ("五号楼商量装电梯", "六层，十二户，底楼有顾虑。"),
    "newcomer-welcome": ("新搬来的一家", "昨天搬进一号楼，有个上小学的孩子。"),
    "flood-walk-round": ("台风前走一圈", "地下车库、低洼弄口、旧墙。"),
    "counter-paper-form": ("帮老先生填一张表", "不用手机，要纸质的。"),
}


def put_in_force(at: datetime) -> Iterator[Label]:
    """Write, approve and publish every shipped scenario that is not in force yet; tells each by its title."""
    approver = _approver(at)
    for scenario in work.shipped_scenarios():
        if scenario.reference == work.ordinary().scenario.reference:
            continue
        yield scenario.title
        text = work.shipped_text(scenario.name)
        written = work.write_scenario_version(by=_WRITER, key=_key(scenario, "write", at), text=text, area=CITY)
        version = written.subject
        work.submit_scenario_version(by=_WRITER, key=_key(scenario, "submit", at), version=version)
        work.approve_scenario_version(by=approver, key=_key(scenario, "approve", at), version=version, note=_EVIDENCE)
        reach = Reach(CITY, scenario.area_types)
        key = _key(scenario, "publish", at)
        work.publish_scenario_version(by=approver, key=key, version=version, reach=reach, evidence=_EVIDENCE)


def play_undertakings(at: datetime, progress: Callable[[int, int], None]) -> int:
    """Begin some of each kind of undertaking in the weeks before ``at`` and carry most of them on; returns how many."""
    kinds = [scenario for scenario in work.shipped_scenarios() if scenario.kind == UNDERTAKING_KIND]
    total = len(kinds) * _OF_EACH
    for number, scenario in enumerate(kinds):
        for turn in range(_OF_EACH):
            _play(scenario, turn, at)
            progress(number * _OF_EACH + turn + 1, total)
    return total


def _play(scenario: Scenario, turn: int, at: datetime) -> None:
    random = Random(SEED + turn + sum(scenario.name.encode()))
    by, area = _beginner(turn)
    now = at - timedelta(days=random.randint(2, _DAYS_BEHIND), hours=random.randint(0, 9))
    title, about = _WORDS.get(scenario.name, (scenario.title.zh, scenario.purpose.zh))
    facts = _facts(scenario, area)
    draft = UndertakingDraft(scenario.name, area, title, about, facts)
    begun = work.begin_undertaking(by=by, key=_envelope(scenario, turn, "begin", now), draft=draft)
    # The last of each kind is left where it stands, so that whoever looks has something to do.
    steps_wanted = random.randint(1, 2) if turn == _OF_EACH - 1 else _STEPS_MAX
    _carry_on(scenario, turn, begun.subject, (now, at), steps_wanted)


def _carry_on(scenario: Scenario, turn: int, subject: UUID, span: tuple[datetime, datetime], steps: int) -> None:
    now, until = span
    random = Random(SEED + turn)
    for number in range(steps):
        now += timedelta(hours=random.uniform(0.5, 14))
        task = _next_task(subject, now)
        if task is None or now >= until:
            return
        by = actor_of(task.unit, "work.task.do")
        if by is None:
            return
        key = _envelope(scenario, turn, f"{number} {task.step} {task.unit}", now)
        handed = handed_in(scenario, task.step)
        work.finish_undertaking_step(by=by, key=key, subject=subject, task_key=task.step, handed=handed)


def _next_task(subject: UUID, at: datetime) -> TaskTerm | None:
    """The next open piece of work; co-handlers before the lead, who may have to wait for them."""
    view = work.undertaking(seen_by=_EYE, undertaking=subject, at=at, time=working_time(at))
    left = [task for task in view.tasks if task.ended_at is None and task.role is not Role.SUPERVISOR]
    return min(left, key=lambda task: (task.role is Role.LEAD, task.started_at, task.step, task.unit), default=None)


def _facts(scenario: Scenario, area: AreaCode) -> dict[str, object]:
    facts = answers_to(scenario, scenario.start)
    for name in scenario.start:
        fact = scenario.fact(name)
        if fact and fact.kind is FactKind.AREAS:
            facts[name] = [area.digits]
    return facts


def _beginner(turn: int) -> tuple[Actor, AreaCode]:
    """An office of the street for every other one, else the community, which also has what is left open."""
    area, level = (HOME_STREET, Level.STREET) if turn % 2 else (HOME_COMMUNITY, Level.COMMUNITY)
    units: tuple[UnitCard, ...] = organisations.units_within(area, level=level)
    for unit in units:
        found = actor_of(unit.id, "work.undertaking.begin")
        if found:
            return found, unit.area
    raise LookupError(f"nobody begins undertakings in {area}")


def _approver(at: datetime) -> Actor:
    """The city's command post, held by the demonstration's account: a second person beside the author."""
    account = Account.objects.get(username="city")
    (held, *_) = organisations.posts_of_account(account.pk, at)
    return Actor(ActorKind.STAFF, held.title, CITY, held.duties, account=account.pk, post=held.post, unit=held.unit)


def _key(scenario: Scenario, step: str, at: datetime) -> CommandKey:
    return key_of(f"scenario {scenario.name} {step}", at)


def _envelope(scenario: Scenario, turn: int, step: str, at: datetime) -> CommandKey:
    name = f"undertaking {scenario.name} {turn} {step}"
    return CommandKey(uuid5(KEYS, name), at, hashlib.sha256(name.encode()).digest())
