"""From the bytes of a file and the areas a city has to a plan and the report a person reads before agreeing to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lilong.apps.places.rules.plans import Plan, Planner
from lilong.apps.places.rules.structure import Tree, faults, tree_of
from lilong.apps.places.rules.tables import Row, Table
from lilong.apps.places.rules.vintages import Known, Matcher, Matching, Recoded, references_of
from lilong.apps.places.terms import ImportReport, RowRefusal
from lilong.kernel.areas import AreaCode

_NOTHING = Plan()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a table means for a city: the writes, and the report with nothing written yet."""

    plan: Plan
    report: ImportReport


def compare(table: Table, city: AreaCode, known: Sequence[Known]) -> Comparison:
    """Compare ``table`` with what ``city`` has. With any refused row the plan is empty."""
    tree = tree_of(table.rows, city)
    refusals = [*table.refusals, *faults(table.rows, tree, references_of(known), table.broken)]
    if refusals:
        return Comparison(_NOTHING, _refused(table, refusals))
    matching = Matcher(tree, known).match()
    plan = Planner(tree, known, matching).made()
    if plan.refusals:
        return Comparison(_NOTHING, _refused(table, plan.refusals))
    return Comparison(plan, _report(table, tree, known, (matching, plan)))


def _refused(table: Table, refusals: Sequence[RowRefusal]) -> ImportReport:
    ordered = tuple(sorted(refusals, key=lambda refusal: refusal.row))
    return ImportReport(table.read, 0, 0, 0, 0, table.by_level, ordered)


def _report(table: Table, tree: Tree, known: Sequence[Known], found: tuple[Matching, Plan]) -> ImportReport:
    matching, plan = found
    names = {area.code: area.name for area in known} | {made.code: made.name for made in plan.creations}
    first = not any(not area.closed for area in known)
    return ImportReport(
        read=table.read,
        created=0,
        changed=0,
        would_create=plan.born,
        would_change=plan.touched,
        by_level=table.by_level,
        refusals=(),
        renamed=tuple(
            {
                "code": old.code,
                "source_code": row.code,
                "from": old.name,
                "to": row.name,
                "parent": names.get(old.parent),
            }
            for old, row in matching.renamed
        ),
        moved=tuple(_moved(old, row, plan, names) for old, row in matching.moved),
        swapped=tuple(_swapped(pair, names) for pair in matching.swapped),
        shifted=tuple(_shifted(run, names) for run in matching.shifted),
        new=() if first else tuple(_new(row, plan, names, tree) for row in matching.new),
        vanished=tuple(_area(area, names) for area in matching.vanished),
        first=first,
    )


def _moved(old: Known, row: Row, plan: Plan, names: Mapping[str, str]) -> dict[str, object]:
    code = plan.codes[row.code]
    made = next(creation for creation in plan.creations if creation.code == code)
    return {
        "code": old.code,
        "new_code": code,
        "source_code": old.source_code,
        "new_source_code": row.code,
        "name": old.name,
        "new_name": row.name,
        "from": old.parent,
        "from_name": names.get(old.parent),
        "to": made.parent,
        "to_name": names.get(made.parent),
    }


def _swapped(pair: tuple[Recoded, Recoded], names: Mapping[str, str]) -> dict[str, object]:
    return {
        "parent": pair[0].old.parent,
        "parent_name": names.get(pair[0].old.parent),
        "exchanged": "codes" if pair[0].row.name == pair[0].old.name else "names",
        "codes": [each.old.source_code for each in pair],
        "names": [each.old.name for each in pair],
        "names_now": [each.old.name for each in reversed(pair)],
    }


def _shifted(run: Sequence[Recoded], names: Mapping[str, str]) -> dict[str, object]:
    return {
        "parent": run[0].old.parent,
        "parent_name": names.get(run[0].old.parent),
        "by": run[0].step,
        "count": len(run),
        "areas": [{"name": each.old.name, "from": each.old.source_code, "to": each.row.code} for each in run],
    }


def _new(row: Row, plan: Plan, names: Mapping[str, str], tree: Tree) -> dict[str, object]:
    above = tree.parent_of(row)
    parent = above.name if above else names.get(tree.city.digits)
    return {
        "code": plan.codes[row.code],
        "source_code": row.code,
        "name": row.name,
        "level": row.level,
        "parent_name": parent,
    }


def _area(area: Known, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "code": area.code,
        "source_code": area.source_code,
        "name": area.name,
        "level": int(area.level),
        "parent_name": names.get(area.parent),
    }
