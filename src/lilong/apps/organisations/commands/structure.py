"""Setting up a whole city at once: functions, units and posts by COPY, journalled as one act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from lilong.apps.organisations.commands.deeds import refused, renew_edition, subject_named, unit_deed
from lilong.apps.organisations.models import Function, Unit
from lilong.apps.organisations.terms import FunctionCard, PostDraft, Structure, UnitDraft
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, amend
from lilong.ledger.receipts import Receipt
from lilong.ledger.rooms import all_duties

KEEP_FUNCTIONS = unit_deed("keep_functions", Label("维护职能表", "keep the list of functions"))
ESTABLISH = unit_deed("establish", Label("成批设立单位和岗位", "establish units and posts"))


def keep_functions(*, by: Actor, key: CommandKey, area: AreaCode, functions: Sequence[FunctionCard]) -> Receipt:
    """Add these functions, or put these in place of those with the same code; none is taken away.

    Refused: a changed function that units outside ``area`` have.
    """

    def change() -> Outcome:
        renew_edition()
        _write_functions(area, functions)
        return Outcome(data={"functions": sorted(function.code for function in functions)})

    subject = subject_named(f"functions:{area}")
    return amend(by=by, key=key, deed=KEEP_FUNCTIONS, area=area, subject=subject, change=change)


def establish_structure(*, by: Actor, key: CommandKey, area: AreaCode, structure: Structure) -> Receipt:
    """Make every function, unit and post of ``structure`` that is not there yet, in a few statements.

    A unit whose code exists stays as it is, with its posts: doing it twice makes nothing new. The receipt's details
    count what was made: ``units``, ``posts``, and the units that were ``there`` already.
    Refused: units outside ``area``, unknown functions, superiors or duties (named), two units for one thing.
    """

    def change() -> Outcome:
        renew_edition()
        _refuse_outside(area, structure)
        _write_functions(area, structure.functions)
        known = dict(Unit.objects.values_list("code", "id"))
        made = [unit for unit in structure.units if unit.code not in known]
        _refuse_unknown(structure, made, known)
        ids = {
            **known,
            **dict(zip((unit.code for unit in made), _next_ids("organisations_unit", len(made)), strict=True)),
        }
        codes = {unit.code for unit in made}
        posts = [post for post in structure.posts if post.unit in codes]
        _copy_units(made, ids, key)
        _copy_posts(posts, ids, key)
        counts = {"units": len(made), "posts": len(posts), "there": len(structure.units) - len(made)}
        return Outcome(data=counts, details=counts)

    subject = subject_named(f"structure:{area}")
    return amend(by=by, key=key, deed=ESTABLISH, area=area, subject=subject, change=change)


def _write_functions(area: AreaCode, functions: Sequence[FunctionCard]) -> None:
    known = {row.code: row.card for row in Function.objects.all()}
    changed = [card.code for card in functions if known.get(card.code, card) != card]
    elsewhere = Unit.objects.filter(function__in=changed).exclude(area__gte=area.low, area__lt=area.high)
    shared = sorted(set(elsewhere.values_list("function", flat=True)))
    _refuse_named(shared, "function_shared", Label("别的区域也在用，不能由这里改", "changed for units elsewhere too"))
    rows = [
        Function(
            code=function.code,
            name_zh=function.name.zh,
            name_en=function.name.en,
            nature=function.nature,
            levels=sorted(function.levels),
            area_types=sorted(function.area_types),
            unit_zh=function.unit_name.zh,
            unit_en=function.unit_name.en,
        )
        for function in functions
    ]
    Function.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_zh", "name_en", "nature", "levels", "area_types", "unit_zh", "unit_en"],
    )


def _copy_units(units: Sequence[UnitDraft], ids: dict[str, int], key: CommandKey) -> None:
    columns = "id, subject, code, name_zh, name_en, function_id, level, area, above_id, active, version"
    rows = (
        (
            ids[unit.code],
            new_id(key.at),
            unit.code,
            unit.name.zh,
            unit.name.en,
            unit.function,
            int(unit.level),
            unit.area.digits,
            ids[unit.above] if unit.above else None,
            True,
            0,
        )
        for unit in units
    )
    _copy(f"organisations_unit ({columns})", rows)


def _copy_posts(posts: Sequence[PostDraft], ids: dict[str, int], key: CommandKey) -> None:
    columns = "subject, unit_id, area, title_zh, title_en, duties, active, version"
    rows = (
        (
            new_id(key.at),
            ids[post.unit],
            post.area.digits,
            post.title.zh,
            post.title.en,
            sorted(post.duties),
            True,
            0,
        )
        for post in posts
    )
    _copy(f"organisations_post ({columns})", rows)


def _copy(into: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _next_ids(table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        question = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(question, [table, count])
        return [number for (number,) in cursor.fetchall()]


def _refuse_outside(area: AreaCode, structure: Structure) -> None:
    outside = [unit.code for unit in structure.units if not area.contains(unit.area)]
    areas = {unit.code: unit.area for unit in structure.units}
    outside += [post.unit for post in structure.posts if not areas.get(post.unit, area).contains(post.area)]
    _refuse_named(outside, "outside", Label("不在这个区域之内", "outside this area"))


def _refuse_unknown(structure: Structure, made: Sequence[UnitDraft], known: dict[str, int]) -> None:
    codes = known.keys() | {unit.code for unit in made}
    functions = dict(Function.objects.values_list("code", "levels"))
    strange = [unit.code for unit in made if unit.level not in functions.get(unit.function, ())]
    _refuse_named(strange, "function_unknown", Label("职能不存在或不设在这一层级", "no such function at this level"))
    without = [unit.code for unit in made if unit.above and unit.above not in codes]
    without += [post.unit for post in structure.posts if post.unit not in codes]
    _refuse_named(without, "unit_unknown", Label("单位不存在", "no such unit"))
    duties = frozenset[str]().union(*(post.duties for post in structure.posts))
    _refuse_named(sorted(duties - all_duties().keys()), "duty_unknown", Label("没有这项职责", "unknown duties"))
    seats = dict.fromkeys((unit.function, unit.level, unit.area.digits) for unit in made)
    taken = set(Unit.objects.filter(active=True).values_list("function", "level", "area"))
    twins = [f"{function}-{area}" for function, level, area in seats if (function, int(level), area) in taken]
    if len(seats) != len(made) or len({unit.code for unit in made}) != len(made):
        twins += [unit.code for unit in made]
    _refuse_named(twins, "unit_exists", Label("同一区域同一职能有两个单位", "two units for one thing"))


def _refuse_named(names: Sequence[str], code: str, what: Label) -> None:
    if names:
        shown = ", ".join(names[:5]) + ("…" if len(names) > 5 else "")
        remedy = Label("请核对后重新设立；没有写入任何内容。", "Mend this and establish again; nothing was written.")
        raise refused(code, Label(f"{what.zh}：{shown}", f"{what.en}: {shown}"), remedy)
