"""What to write for a table of areas: codes for the new, changes of the known, ends of the vanished.

A code of the platform never changes its meaning: rows of work point at it. An area that moved ends under its old code
and continues under a new one below its new parent, joined by ``successor``; so does everything below it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from lilong.apps.places.rules.codes import OFFICIAL_LENGTH, digits_below, free_code, is_statistical, natural
from lilong.apps.places.rules.structure import Tree
from lilong.apps.places.rules.tables import Row
from lilong.apps.places.rules.vintages import Known, Matching, level_in, references_of
from lilong.apps.places.terms import RowRefusal
from lilong.kernel.areas import Level
from lilong.kernel.words import Label

_PSEUDO_NAMES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "市辖县"})
_KIND_OF_LEVEL = {
    Level.CITY: "city",
    Level.DISTRICT: "district",
    Level.STREET: "street",
    Level.COMMUNITY: "community",
    Level.GRID: "grid",
}


@dataclass(frozen=True, slots=True)
class Creation:
    """An area to be written. ``replaces`` is the code it continues, if it moved here."""

    code: str
    level: Level
    name: str
    kind: str
    parent: str
    source_code: str
    replaces: str = ""
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """An area that keeps its code: its name, type and source code as of now. ``reopens`` one that had ended."""

    code: str
    name: str
    kind: str
    source_code: str
    reopens: bool = False


@dataclass(frozen=True, slots=True)
class Closure:
    """An area that ends, and the code that takes its place (empty when none does)."""

    code: str
    successor: str = ""


@dataclass(slots=True)
class Plan:
    """Everything one import writes, in an order in which parents come first."""

    creations: list[Creation] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    refusals: list[RowRefusal] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def born(self) -> int:
        """How many areas come into being: not those that only continue under another code."""
        returned = sum(update.reopens for update in self.updates)
        return returned + sum(not creation.replaces for creation in self.creations)

    @property
    def touched(self) -> int:
        """How many known areas change."""
        return len(self.closures) + sum(not update.reopens for update in self.updates)


class Planner:
    """Turns a matching into writes."""

    def __init__(self, tree: Tree, known: Sequence[Known], matching: Matching) -> None:
        self._tree, self._matching = tree, matching
        self._known = {area.code: area for area in known}
        self._references = references_of(known)
        self._taken: set[str] = set()
        self._stems: set[str] = set()
        self._below: dict[str, list[str]] = defaultdict(list)
        self.plan = Plan()
        for area in known:
            self._take(area.code, area.parent)

    def made(self) -> Plan:
        """The plan for the whole table."""
        root = self._tree.root
        if root:
            self._plan_root(root)
        rows = [row for row in self._tree.rows.values() if row is not root]
        for level in sorted({row.level for row in rows}):
            self._plan_level([row for row in rows if row.level == level])
        self.plan.closures.extend(Closure(area.code) for area in self._matching.vanished)
        self._carry_the_rest()
        return self.plan

    def _plan_root(self, root: Row) -> None:
        code = self._tree.city.digits
        self.plan.codes[root.code] = code
        if code in self._known:
            self._keep(self._known[code], root)
        else:
            self._create(root, code, "")

    def _plan_level(self, rows: Sequence[Row]) -> None:
        unplaced: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            parent = self._code_above(row)
            if parent is None:
                continue
            if not self._placed_by_itself(row, parent):
                unplaced[parent].append(row)
        for parent, members in unplaced.items():
            self._assign(parent, members)

    def _code_above(self, row: Row) -> str | None:
        above = self._tree.parent_of(row)
        if above is not None:
            return self.plan.codes.get(above.code)
        return self._references.get(row.parent, self._tree.city.digits)

    def _placed_by_itself(self, row: Row, parent: str) -> bool:
        """Whether the row keeps the code it had, or takes the one its own source code says."""
        old = self._matching.pairs.get(row.code)
        if old is not None and old.parent == parent:
            self._keep(old, row)
            return True
        if old is not None:
            wanted: str | None = parent + old.code[len(old.parent) :]
        else:
            wanted = natural(row.code, self._written_parent(row), parent)
        if wanted and old is None and self._returns(wanted, row):
            self._reopen(wanted, row)
            return True
        if wanted is None or len(wanted) > 20 or not self._is_free(wanted, parent):
            return False
        self._create(row, wanted, parent, old)
        return True

    def _written_parent(self, row: Row) -> str:
        return row.parent or (self._tree.root.code if self._tree.root else "")

    def _take(self, code: str, parent: str) -> None:
        self._taken.add(code)
        self._below[parent].append(code[len(parent) :])
        self._stems.update(_stems(code, parent))

    def _is_free(self, code: str, parent: str) -> bool:
        """A free code is nobody's, and neither begins a sibling's nor continues one's."""
        return code not in self._taken and code not in self._stems and self._taken.isdisjoint(_stems(code, parent))

    def _returns(self, code: str, row: Row) -> bool:
        former = self._known.get(code)
        return former is not None and former.closed and former.name == row.name and former.source_code == row.code

    def _assign(self, parent: str, rows: Sequence[Row]) -> None:
        level = level_in(self._tree, rows[0])
        below = self._below[parent]
        digits = max([digits_below(parent, level, len(rows) + len(below)), *(len(added) for added in below)])
        for row in rows:
            code = free_code(parent, digits, self._taken, from_top=is_statistical(row.code))
            if code is None:
                self.plan.refusals.append(_no_code_left(row, parent))
                continue
            self._create(row, code, parent, self._matching.pairs.get(row.code))

    def _keep(self, old: Known, row: Row) -> None:
        self.plan.codes[row.code] = old.code
        kind = _kind(self._tree, row, old)
        if (row.name, kind, row.code) != (old.name, old.kind, old.source_code) or old.synthetic:
            self.plan.updates.append(Update(old.code, row.name, kind, row.code))

    def _reopen(self, code: str, row: Row) -> None:
        self.plan.codes[row.code] = code
        self.plan.updates.append(Update(code, row.name, _kind(self._tree, row, None), row.code, reopens=True))

    def _create(self, row: Row, code: str, parent: str, old: Known | None = None) -> None:
        self._take(code, parent)
        self.plan.codes[row.code] = code
        level, kind = level_in(self._tree, row), _kind(self._tree, row, old)
        self.plan.creations.append(
            Creation(code, level, row.name, kind, parent, row.code, replaces=old.code if old else "")
        )
        if old:
            self.plan.closures.append(Closure(old.code, code))

    def _carry_the_rest(self) -> None:
        """What the table does not speak of follows the areas above it: it ends with them or moves with them."""
        fate = {closure.code: closure.successor for closure in self.plan.closures}
        for area in sorted(self._known.values(), key=lambda found: len(found.code)):
            if area.closed or area.code in fate or area.parent not in fate:
                continue
            above = fate[area.parent]
            code = above + area.code[len(area.parent) :] if above else ""
            if code and not self._is_free(code, above):
                code = free_code(above, len(area.code) - len(area.parent), self._taken, from_top=True) or ""
            self._carry(area, code, above)
            fate[area.code] = code

    def _carry(self, area: Known, code: str, above: str) -> None:
        self.plan.closures.append(Closure(area.code, code))
        if code:
            self._take(code, above)
            self.plan.creations.append(
                Creation(code, area.level, area.name, area.kind, above, area.source_code, area.code, area.synthetic)
            )


def _stems(code: str, parent: str) -> list[str]:
    """What a grid's code could be mistaken for a continuation of. Above the grids all siblings are equally long."""
    return [code[:length] for length in range(max(len(parent), OFFICIAL_LENGTH) + 1, len(code))]


def _kind(tree: Tree, row: Row, old: Known | None) -> str:
    if row.name in _PSEUDO_NAMES and is_statistical(row.code):
        return "pseudo"
    return row.kind or (old.kind if old else _KIND_OF_LEVEL[level_in(tree, row)])


def _no_code_left(row: Row, parent: str) -> RowRefusal:
    return RowRefusal(
        row.line,
        Label(
            f"{parent} 下面已没有可用的编号给“{row.name}”（{row.code}）。请减少层数，或把下级分到几个上级。",
            f"No code is left below {parent} for “{row.name}” ({row.code}). Use fewer levels or split its parent.",
        ),
    )
