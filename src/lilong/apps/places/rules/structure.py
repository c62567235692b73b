"""Whether the rows of a table form one tree below the city: doubles, roots, orphans, cycles, levels."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lilong.apps.places.rules.codes import is_statistical, significant
from lilong.apps.places.rules.tables import Row
from lilong.apps.places.terms import RowRefusal
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label

# The scheme's levels: province, prefecture, county, town, village, and grids below them.
_STATISTICAL_LEVEL_MAX = 6


@dataclass(frozen=True, slots=True)
class Tree:
    """Rows by their own code, and which of them is the city itself (None when the file begins below it)."""

    city: AreaCode
    rows: Mapping[str, Row]
    root: Row | None

    def parent_of(self, row: Row) -> Row | None:
        """The row above ``row``, or None when that is the city or an area already known."""
        return None if row is self.root else self.rows.get(row.parent)


def is_city(row: Row, city: AreaCode) -> bool:
    """Whether this row is the city itself: by its code, or as the one row without a parent where codes say nothing."""
    if is_statistical(row.code):
        return significant(row.code) == city.digits
    return not row.parent


def tree_of(rows: Sequence[Row], city: AreaCode) -> Tree:
    """The rows as a tree; of doubles the first counts."""
    by_code: dict[str, Row] = {}
    for row in rows:
        by_code.setdefault(row.code, row)
    return Tree(city, by_code, next((row for row in rows if is_city(row, city)), None))


def faults(rows: Sequence[Row], tree: Tree, known: Container[str], broken: Container[str]) -> list[RowRefusal]:
    """Every row that cannot stand where it says. ``known`` are codes of areas the city already has.

    A row is refused for one reason only, and not because the row above it was refused.
    """
    circling = _circling(tree)
    found = []
    for row in rows:
        fault = _fault(row, tree, known, broken) if row.code not in circling else _cycle(row)
        if fault:
            found.append(RowRefusal(row.line, fault))
    return found


def _fault(row: Row, tree: Tree, known: Container[str], broken: Container[str]) -> Label | None:
    first = tree.rows[row.code]
    if first is not row:
        return Label(
            f"代码 {row.code} 与第 {first.line} 行重复。请删去其中一行，或更正代码。",
            f"The code {row.code} is already on line {first.line}. Remove one of the two or correct the code.",
        )
    if row is tree.root:
        return None
    if not row.parent:
        return _second_root(row, tree, known)
    if row.parent not in tree.rows and row.parent not in known and row.parent not in broken:
        return Label(
            f"上级代码 {row.parent} 不在文件中，本市也没有这个区域。请补上该上级的一行，或更正上级代码。",
            f"The parent {row.parent} is neither in the file nor known in this city. Add its row or correct the code.",
        )
    return _level_fault(row, tree.parent_of(row))


def _second_root(row: Row, tree: Tree, known: Container[str]) -> Label | None:
    if not is_statistical(row.code) and tree.root is None and tree.city.digits in known:
        return None
    return Label(
        f"“{row.name}”（{row.code}）没有上级，又不是本次导入的城市 {tree.city}。请填写上级代码，或改用正确的 --city。",
        f"“{row.name}” ({row.code}) has no parent and is not the city {tree.city}. Fill in its parent or mend --city.",
    )


def _level_fault(row: Row, parent: Row | None) -> Label | None:
    if is_statistical(row.code) and row.level > _STATISTICAL_LEVEL_MAX:
        return Label(
            f"层级 {row.level} 未知。统计用区划代码只有 1 至 {_STATISTICAL_LEVEL_MAX} 级。",
            f"The level {row.level} is unknown: statistical codes have levels 1 to {_STATISTICAL_LEVEL_MAX}.",
        )
    if parent is not None and row.level <= parent.level:
        return Label(
            f"层级 {row.level} 不低于上级“{parent.name}”的层级 {parent.level}。请更正层级或上级代码。",
            f"Level {row.level} is not below level {parent.level} of its parent “{parent.name}”. Correct one of them.",
        )
    return None


def _cycle(row: Row) -> Label:
    return Label(
        f"“{row.name}”（{row.code}）的上级最终又回到它自己。请更正上级代码 {row.parent}。",
        f"The parents of “{row.name}” ({row.code}) lead back to itself. Correct the parent_code {row.parent}.",
    )


def _circling(tree: Tree) -> set[str]:
    """The codes that stand on a cycle (not those that only lead into one)."""
    circling: set[str] = set()
    settled: set[str] = set()
    for code in tree.rows:
        path = list(_climb(tree, code, settled))
        if path and (above := tree.parent_of(tree.rows[path[-1]])) and above.code in path:
            circling.update(path[path.index(above.code) :])
        settled.update(path)
    return circling


def _climb(tree: Tree, code: str, settled: Container[str]) -> Iterator[str]:
    """The codes from ``code`` upwards until the top, a settled one, or the first repetition."""
    seen: set[str] = set()
    row: Row | None = tree.rows[code]
    while row is not None and row.code not in settled and row.code not in seen:
        seen.add(row.code)
        yield row.code
        row = tree.parent_of(row)
