"""Scenarios as a street would write them, and the way from a text to a version in force."""

from __future__ import annotations

from uuid import UUID

from lilong.apps.work import public as work
from lilong.apps.work.commands import versions
from lilong.apps.work.terms import Reach, UndertakingDraft
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.ledger.receipts import Receipt
from tests.city import NEW_BRIDGE, STREET, City, envelope

VISIT = """
scenario: home-visit
version: 1
kind: work.undertaking
title: {zh: 上门看望, en: A home visit}
purpose: {zh: 看望独居老人, en: Look after people who live alone}
facts:
  - {fact: who_lives, kind: text, label: {zh: 看望谁, en: who is visited}, required: true, most: 40}
  - {fact: alone, kind: yes_no, label: {zh: 独居, en: lives alone}}
  - {fact: day, kind: date, label: {zh: 哪天去的, en: day of the visit}, required: true}
start:
  - {fact: who_lives}
  - {fact: alone}
steps:
  - step: look
    title: {zh: 上门, en: Visit}
    hand_in: {zh: 看到什么, en: what was found}
    who: {function: community_committee, level: community}
    limit: {amount: 2, clock: working_days}
    fields: [day]
    results:
      - {result: well, label: {zh: 都好, en: all well}}
      - {result: away, label: {zh: 已搬走, en: moved away}, ends: true}
    messages:
      - {at: opened, to: unit, words: {zh: "请看望{who_lives}", en: "Please visit {who_lives}"}}
      - {at: done, to: reporter, words: {zh: "{day} 看过了", en: "Visited on {day}"}}
  - step: settle
    title: {zh: 落实, en: Settle}
    hand_in: {zh: 安排了什么, en: what was arranged}
    who: {function: street_services, level: street}
    limit: {amount: 3, clock: working_days}
    after: [look]
    goes_wrong:
      - {result: unclear, label: {zh: 没看清, en: not clear}, back_to: look, at_most: 1}
"""

WATCH = """
scenario: water-watch
version: 1
kind: work.undertaking
title: {zh: 停水逐居委通知, en: Tell each community of a water outage}
purpose: {zh: 停水时逐个居委会通知到, en: Tell every community}
facts:
  - {fact: places, kind: areas, label: {zh: 哪些居委, en: which communities}, required: true, most: 10}
start:
  - {fact: places}
steps:
  - step: tell
    title: {zh: 通知, en: Tell}
    hand_in: {zh: 怎么通知的, en: how it was told}
    who: {function: community_committee, level: community}
    limit: {amount: 4, clock: natural_hours}
    repeat: places
    if_unknown: skip
  - step: sum
    title: {zh: 汇总, en: Sum up}
    hand_in: {zh: 结果, en: the result}
    who: {function: street_services, level: street}
    co: [{function: street_environment, level: street}]
    together: true
    limit: {amount: 1, clock: working_days}
    after: [tell]
"""

LAMP_WAY = """
scenario: lamp-way
version: 1
kind: cases.case
title: {zh: 路灯, en: Lamps}
purpose: {zh: 路灯不亮怎么办, en: What to do about lamps}
categories: ["C0137"]
steps:
  - {step: verify, act: verify, title: {zh: 核实, en: Verify}, hand_in: {zh: 情况, en: facts}, who: {stage: verify},
     limit: catalogue, when: verifies, if_unknown: do}
  - {step: file, act: file, title: {zh: 立案, en: File}, hand_in: {zh: 标准, en: standard}, who: {stage: file},
     limit: catalogue, after: [verify]}
  - {step: dispatch, act: dispatch, title: {zh: 派遣, en: Dispatch}, hand_in: {zh: 单位, en: unit},
     who: {stage: dispatch}, limit: catalogue, after: [file]}
  - {step: handle, act: handle, title: {zh: 处理, en: Handle}, hand_in: {zh: 结果, en: result}, who: {stage: handle},
     limit: catalogue, after: [dispatch], checked_by: check}
  - {step: check, act: check, title: {zh: 核查, en: Check}, hand_in: {zh: 好了吗, en: is it done}, who: {stage: check},
     limit: catalogue, after: [handle]}
"""


def written(city: City, text: str = VISIT, seat: str = "keeper", area: AreaCode = STREET) -> UUID:
    """A draft that the seat wrote for its area."""
    return versions.write_scenario_version(by=city.actor(seat), key=envelope(), text=text, area=area).subject


def submitted(city: City, text: str = VISIT, seat: str = "keeper", area: AreaCode = STREET) -> UUID:
    """The same, handed over for approval; the check finds nothing."""
    version = written(city, text, seat, area)
    versions.submit_scenario_version(by=city.actor(seat), key=envelope(), version=version, checker=lambda _: ())
    return version


def approved(city: City, text: str = VISIT) -> UUID:
    """The same, approved by the street's shift leader."""
    version = submitted(city, text)
    versions.approve_scenario_version(by=city.actor("shift"), key=envelope(), version=version, note="看过了")
    return version


def published(city: City, text: str = VISIT, reach: Reach | None = None) -> UUID:
    """The same, in force in the street."""
    version = approved(city, text)
    publish(city, version, reach)
    return version


def publish(city: City, version: UUID, reach: Reach | None = None, by: Actor | None = None) -> Receipt:
    """Put a version in force."""
    return versions.publish_scenario_version(
        by=by or city.actor("shift"), key=envelope(), version=version, reach=reach or Reach(STREET), evidence="演练过"
    )


def begun(city: City, draft: UndertakingDraft | None = None, seat: str = "grid") -> UUID:
    """An undertaking that the seat began."""
    return work.begin_undertaking(by=city.actor(seat), key=envelope(), draft=draft or visit()).subject


def visit(**facts: object) -> UndertakingDraft:
    """A home visit in the new bridge community."""
    known = {"who_lives": "王阿婆", **facts}
    return UndertakingDraft("home-visit", NEW_BRIDGE, "看望三号楼的王阿婆", "腿脚不便", known)


def watch(*places: AreaCode) -> UndertakingDraft:
    """A water outage in the street, told to these communities."""
    return UndertakingDraft("water-watch", STREET, "主管爆裂停水", "", {"places": [place.digits for place in places]})
