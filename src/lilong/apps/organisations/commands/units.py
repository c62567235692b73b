"""Making, renaming, moving and closing units."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from lilong.apps.organisations.commands.deeds import (
    found,
    locked,
    not_now,
    refuse_too_long,
    refused,
    renew_edition,
    subject_from,
    unit_deed,
)
from lilong.apps.organisations.models import Function, Post, Posting, Unit
from lilong.apps.organisations.terms import WORDS_MAX, UnitDraft
from lilong.apps.places import public as places
from lilong.kernel.actors import Actor
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, amend, refuse_stale
from lilong.ledger.receipts import Receipt

UNIT = Label("单位", "unit")
UNIT_CODE_MAX = 80

CREATE = unit_deed("create", Label("新设单位", "make units"))
REVISE = unit_deed("revise", Label("更改单位", "change units"))
CLOSE = unit_deed("close", Label("撤销单位", "close units"))


def create_unit(*, by: Actor, key: CommandKey, unit: UnitDraft) -> Receipt:
    """Make a unit; the receipt's details carry its id as ``unit``.

    Refused: no such area of this level, no such function, not at this level, no such superior, a code in use, an
    active unit of this function at this level for this area already there.
    """
    subject = subject_from(key)

    def change() -> Outcome:
        renew_edition()
        refuse_too_long(unit.name, WORDS_MAX, "name")
        _refuse_unknown_area(unit)
        _refuse_unknown_function(unit)
        _refuse_twin(unit)
        row = Unit.objects.create(
            subject=subject,
            code=unit.code,
            name_zh=unit.name.zh,
            name_en=unit.name.en,
            function_id=unit.function,
            level=unit.level,
            area=unit.area.digits,
            above=_superior(unit.above),
            version=1,
        )
        data = {"unit": row.pk, "code": unit.code, "name": unit.name.as_json(), "above": unit.above}
        return Outcome(data=data, news={"unit": row.pk}, details={"unit": row.pk})

    return amend(by=by, key=key, deed=CREATE, area=unit.area, subject=subject, change=change)


def revise_unit(*, by: Actor, key: CommandKey, unit: int, name: Label, above: str) -> Receipt:
    """Give a unit this name and this superior (a unit's code, empty for none).

    Refused: no such superior, a superior that stands below the unit itself, a closed unit, a stale version.
    """
    subject = found(Unit, unit, UNIT)

    def change() -> Outcome:
        renew_edition()
        refuse_too_long(name, WORDS_MAX, "name")
        row = _open_unit(unit, key)
        superior = _superior(above)
        _refuse_ring(row, superior)
        row.name_zh, row.name_en, row.above = name.zh, name.en, superior
        row.save(update_fields=["name_zh", "name_en", "above", "version"])
        return Outcome(data={"name": name.as_json(), "above": above}, news={"unit": unit}, details={"unit": unit})

    return amend(by=by, key=key, deed=REVISE, area=subject.area_code, subject=subject.subject, change=change)


def close_unit(*, by: Actor, key: CommandKey, unit: int) -> Receipt:
    """End a unit together with its posts; nothing new is routed to it.

    Refused: units that still report to it, somebody still in one of its posts, a closed unit, a stale version.
    """
    subject = found(Unit, unit, UNIT)

    def change() -> Outcome:
        renew_edition()
        row = _open_unit(unit, key)
        # Locked before looking who holds them, so that nobody is put into one meanwhile.
        posts = [post.pk for post in Post.objects.select_for_update(no_key=True).filter(unit=row).order_by("pk")]
        _refuse_in_use(row, key.at)
        row.active = False
        row.save(update_fields=["active", "version"])
        closed = Post.objects.filter(pk__in=posts, active=True).update(active=False)
        return Outcome(data={"posts": closed}, news={"unit": unit}, details={"unit": unit})

    return amend(by=by, key=key, deed=CLOSE, area=subject.area_code, subject=subject.subject, change=change)


def _open_unit(number: int, key: CommandKey) -> Unit:
    """The unit, locked, active, at the version the sender saw, and counted up."""
    row = locked(Unit, number, UNIT)
    refuse_stale(row.subject, row.version, key)
    if not row.active:
        raise not_now(
            "unit_closed",
            Label("这个单位已经撤销。", "This unit is closed."),
            Label("如需恢复，请新设一个单位。", "Make a new unit if it is needed again."),
        )
    row.version += 1
    return row


def _superior(code: str) -> Unit | None:
    if not code:
        return None
    row = Unit.objects.filter(code=code, active=True).first()
    if row is None:
        raise refused(
            "superior_unknown",
            Label("没有这个上级单位。", "There is no such superior unit."),
            Label("请从现有单位里选。", "Choose one of the existing units."),
            "above",
        )
    return row


def _refuse_unknown_area(unit: UnitDraft) -> None:
    area = places.area(unit.area)
    if area is None or area.valid_to is not None or area.level != unit.level:
        raise refused(
            "area_unknown",
            Label("没有这个层级的这个区域，或它已撤销。", "There is no such area of this level, or it has ended."),
            Label("请从区划表里选。", "Choose one from the table of areas."),
            "area",
        )


def _refuse_unknown_function(unit: UnitDraft) -> None:
    function = Function.objects.filter(pk=unit.function).first()
    if function is None or unit.level not in function.levels:
        raise refused(
            "function_unknown",
            Label("没有这个职能，或它不设在这一层级。", "There is no such function, or not at this level."),
            Label("请从职能表里选。", "Choose one from the list of functions."),
            "function",
        )


def _refuse_twin(unit: UnitDraft) -> None:
    if not unit.code or len(unit.code) > UNIT_CODE_MAX or Unit.objects.filter(code=unit.code).exists():
        raise refused(
            "unit_code_used",
            Label("单位代码为空、太长或已被使用。", "The unit's code is empty, too long or in use."),
            Label("请换一个代码。", "Choose another code."),
            "code",
        )
    twins = Unit.objects.filter(function=unit.function, level=unit.level, area=unit.area.digits, active=True)
    if twins.exists():
        raise refused(
            "unit_exists",
            Label("这个区域已有这一职能的单位。", "This area already has a unit of this function."),
            Label("请修改原有单位，或先撤销它。", "Change that unit, or close it first."),
            "function",
        )


def _refuse_ring(row: Unit, superior: Unit | None) -> None:
    seen: set[int] = set()
    while superior is not None and superior.pk not in seen:
        if superior.pk == row.pk:
            raise refused(
                "superior_below",
                Label("上级单位不能是它自己或它的下级。", "A unit cannot report to itself or to a unit below it."),
                Label("请另选一个上级。", "Choose another superior."),
                "above",
            )
        seen.add(superior.pk)
        superior = superior.above


def _refuse_in_use(row: Unit, at: datetime) -> None:
    if Unit.objects.filter(above=row, active=True).exists():
        raise not_now(
            "unit_has_units_below",
            Label("还有单位归它管。", "Units still report to it."),
            Label("请先把它们改归别的上级。", "Put them under another unit first."),
        )
    if Posting.objects.filter(Q(until__isnull=True) | Q(until__gt=at), post__unit=row).exists():
        raise not_now(
            "unit_has_people",
            Label("还有人在它的岗位上任职。", "Somebody still holds one of its posts."),
            Label("请先结束这些任职。", "End those postings first."),
        )
