"""Which area of a new table is which area the city already has: renames, swaps, shifts, moves, births and ends.

A code says where an area stood in one vintage; a name says which place people mean. When two neighbours exchanged
names, what lies below them tells what happened: where it stayed with the codes, the names were exchanged; otherwise the
bureau exchanged the codes, and the places did not walk. So areas are matched by code and name together, below parents
already matched, and only what is left is taken for a rename (code kept), a move, new or vanished.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lilong.apps.places.rules.codes import OFFICIAL_LENGTH, is_statistical, level_of, significant, tail
from lilong.apps.places.rules.structure import Tree
from lilong.apps.places.rules.tables import Row
from lilong.kernel.areas import Level


@dataclass(frozen=True, slots=True)
class Known:
    """An area the city has, or once had. ``code`` is the platform's, ``source_code`` the last source's."""

    code: str
    level: Level
    name: str
    kind: str
    parent: str
    source_code: str
    synthetic: bool = False
    closed: bool = False


Pairing = tuple[Known, Row]


@dataclass(frozen=True, slots=True)
class Recoded:
    """The same place under another code: what its code adds to its parent's, before and now."""

    old: Known
    row: Row
    was: str
    now: str

    @property
    def step(self) -> int | None:
        """By how much the number moved on, or None where codes are no numbers."""
        return int(self.now) - int(self.was) if self.now.isdigit() and self.was.isdigit() else None


@dataclass(frozen=True, slots=True)
class Siblings:
    """How the children of one parent compare: unchanged, with another code, with another name, and those left over."""

    same: tuple[Pairing, ...]
    recoded: tuple[Recoded, ...]
    renamed: tuple[Pairing, ...]
    left_new: tuple[Row, ...]


@dataclass(slots=True)
class Matching:
    """The outcome for a whole table. ``pairs`` maps a row's own code to the area it is."""

    pairs: dict[str, Known] = field(default_factory=dict)
    renamed: list[Pairing] = field(default_factory=list)
    swapped: list[tuple[Recoded, Recoded]] = field(default_factory=list)
    shifted: list[tuple[Recoded, ...]] = field(default_factory=list)
    moved: list[Pairing] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)
    vanished: list[Known] = field(default_factory=list)


def references_of(known: Iterable[Known]) -> dict[str, str]:
    """How a file may name an area the city has: as its source wrote it, by our code, or by our code padded."""
    found: dict[str, str] = {}
    listed = [area for area in known if not area.closed]
    for area in listed:
        found[area.code] = area.code
        found.setdefault(area.code.ljust(OFFICIAL_LENGTH, "0"), area.code)
    found.update({area.source_code: area.code for area in listed})
    return found


def level_in(tree: Tree, row: Row) -> Level:
    """The platform's level of a row: by its digits in the statistical scheme, else by the file's own numbering."""
    if row is tree.root:
        return Level.CITY
    if is_statistical(row.code):
        return level_of(significant(row.code))
    steps = row.level - (tree.root.level - 1 if tree.root else 0)
    return Level(max(Level.DISTRICT, min(Level.GRID, steps)))


Kin = Callable[[Known, Row], int]


def match_siblings(olds: Mapping[str, Known], rows: Mapping[str, Row], kin: Kin) -> Siblings:
    """Compare the children of one parent, each keyed by the part of its code that its parent's does not hold.

    ``kin`` counts what two share below themselves. Where more of an area's own stayed with its code than went with its
    name, it was the name that changed: the area is paired by code before names are looked at.
    """
    same = {t for t, old in olds.items() if t in rows and rows[t].name == old.name}
    old_left = {t: old for t, old in olds.items() if t not in same}
    new_left = {t: row for t, row in rows.items() if t not in same}
    by_name = [(was, now) for was, now in _by_name(olds, rows) if was in old_left and now in new_left]
    rooted = [was for was, now in by_name if was in rows and kin(olds[was], rows[was]) > kin(olds[was], rows[now])]
    renamed = [(old_left.pop(t), new_left.pop(t)) for t in rooted if t in new_left]
    recoded = []
    for was, now in by_name:
        if was in old_left and now in new_left:
            recoded.append(Recoded(old_left.pop(was), new_left.pop(now), was, now))
    renamed += [(old_left[t], new_left.pop(t)) for t in old_left if t in new_left]
    return Siblings(tuple((olds[t], rows[t]) for t in same), tuple(recoded), tuple(renamed), tuple(new_left.values()))


def _tail_of(area: Known, parent: Known, foreign: Container[str]) -> str:
    """What the code of ``area`` adds to its parent's, as the rows of the table count it.

    ``foreign`` are the rows whose code does not continue their parent's. An area that is none of them and yet does not
    continue its parent's code has a parent whose code was changed: what our own code adds still tells.
    """
    added = tail(area.source_code, parent.source_code)
    if added != area.source_code or area.source_code in foreign or not is_statistical(added):
        return added
    return area.code.removeprefix(parent.code)


def _by_name(olds: Mapping[str, Known], rows: Mapping[str, Row]) -> list[tuple[str, str]]:
    """Old and new key of each child whose name is unique on both sides; a name borne twice proves nothing."""
    old_names = Counter(old.name for old in olds.values())
    new_names = Counter(row.name for row in rows.values())
    ours = {old.name: t for t, old in olds.items() if old_names[old.name] == 1 == new_names[old.name]}
    return [(ours[row.name], t) for t, row in rows.items() if row.name in ours]


def exchanges_and_runs(
    recoded: Sequence[Recoded],
) -> tuple[list[tuple[Recoded, Recoded]], list[tuple[Recoded, ...]]]:
    """Split what got other codes into pairs that exchanged them and runs that moved on by the same number."""
    by_was = {each.was: each for each in recoded}
    swapped = [(each, by_was[each.now]) for each in recoded if each.now in by_was and by_was[each.now].now == each.was]
    swapped = [(one, other) for one, other in swapped if one.was < other.was]
    exchanged = {each.was for pair in swapped for each in pair}
    runs: list[tuple[Recoded, ...]] = []
    for each in sorted((each for each in recoded if each.was not in exchanged), key=lambda found: found.was):
        if runs and each.step is not None and runs[-1][-1].step == each.step:
            runs[-1] = (*runs[-1], each)
        else:
            runs.append((each,))
    return swapped, runs


class Matcher:
    """Walks a tree level by level and matches its rows with the areas the city has."""

    def __init__(self, tree: Tree, known: Sequence[Known]) -> None:
        self._tree = tree
        self._open = {area.code: area for area in known if not area.closed}
        self._references = references_of(known)
        self._children: dict[str, list[Known]] = defaultdict(list)
        for area in self._open.values():
            self._children[area.parent].append(area)
        self._below: dict[str, set[str]] = defaultdict(set)
        for row in tree.rows.values():
            self._below[row.parent].add(row.name)
        self._covered = {level_in(tree, row) for row in tree.rows.values() if row is not tree.root}
        self._names = Counter(area.name for area in self._open.values())
        self._new_names = Counter(row.name for row in tree.rows.values())
        self._taken: set[str] = set()
        self.found = Matching()

    def match(self) -> Matching:
        """The matching of the whole table."""
        tree = self._tree
        city = self._open.get(tree.city.digits)
        if tree.root and city:
            self._pair(city, tree.root)
            if city.name != tree.root.name:
                self.found.renamed.append((city, tree.root))
        rows = [row for row in tree.rows.values() if row is not tree.root]
        for level in sorted({row.level for row in rows}):
            self._match_level([row for row in rows if row.level == level])
        self._find_exchanged_names()
        self.found.vanished = [area for area in self._open.values() if self._is_missing(area)]
        return self.found

    def parent_known(self, row: Row) -> Known | None:
        """The area the city has in the place of this row's parent; None below a new one."""
        above = self._tree.parent_of(row)
        if above is not None:
            return self.found.pairs.get(above.code)
        return self._open.get(self._references.get(row.parent, self._tree.city.digits))

    def _match_level(self, rows: Sequence[Row]) -> None:
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            parent = self.parent_known(row)
            groups[parent.code if parent else ""].append(row)
        left: list[Row] = groups.pop("", [])
        for code, members in groups.items():
            left.extend(self._match_group(self._open[code], members))
        self._match_moved(left)
        self.found.new.extend(row for row in left if row.code not in self.found.pairs)

    def _match_group(self, parent: Known, rows: Sequence[Row]) -> Sequence[Row]:
        olds = [
            area for area in self._children[parent.code] if area.level in self._covered and not self._is_taken(area)
        ]
        by_code = {(area.source_code, area.name): area for area in olds}
        for row in rows:
            if (row.code, row.name) in by_code:
                self._pair(by_code[row.code, row.name], row)
        foreign = {row.code for row in rows if tail(row.code, row.parent) == row.code}
        found = match_siblings(
            {_tail_of(area, parent, foreign): area for area in olds if not self._is_taken(area)},
            {tail(row.code, row.parent): row for row in rows if row.code not in self.found.pairs},
            self._kin,
        )
        for old, row in (*found.same, *((each.old, each.row) for each in found.recoded), *found.renamed):
            self._pair(old, row)
        swapped, runs = exchanges_and_runs(found.recoded)
        self.found.renamed.extend(found.renamed)
        self.found.swapped.extend(swapped)
        self.found.shifted.extend(runs)
        return found.left_new

    def _kin(self, old: Known, row: Row) -> int:
        """How many names an area and a row have in common below themselves."""
        below = self._below.get(row.code, set())
        return sum(child.name in below for child in self._children.get(old.code, ()))

    def _match_moved(self, left: Sequence[Row]) -> None:
        """What stands below another parent now: the same code and name, or a name that only one area ever bore."""
        gone = [area for area in self._open.values() if area.level in self._covered and not self._is_taken(area)]
        by_code = {area.source_code: area for area in gone}
        by_name = {area.name: area for area in gone if self._names[area.name] == 1}
        for row in left:
            old = by_code.get(row.code)
            if old is None or (old.name != row.name and is_statistical(row.code)):
                old = by_name.get(row.name) if self._new_names[row.name] == 1 else None
            if old and not self._is_taken(old) and old.level == level_in(self._tree, row):
                self._pair(old, row)
                self.found.moved.append((old, row))

    def _find_exchanged_names(self) -> None:
        """Two renames that are one exchange of names: told as such, though each code stays where it is."""
        by_names = {(old.name, row.name): (old, row) for old, row in self.found.renamed}
        for old, row in list(self.found.renamed):
            back = by_names.get((row.name, old.name))
            if back and old.code < back[0].code:
                one, other = Recoded(old, row, old.code, back[0].code), Recoded(*back, back[0].code, old.code)
                self.found.swapped.append((one, other))
                self.found.renamed.remove((old, row))
                self.found.renamed.remove(back)

    def _pair(self, old: Known, row: Row) -> None:
        self.found.pairs[row.code] = old
        self._taken.add(old.code)

    def _is_taken(self, area: Known) -> bool:
        return area.code in self._taken

    def _is_missing(self, area: Known) -> bool:
        if self._is_taken(area) or area.level not in self._covered or area.code == self._tree.city.digits:
            return False
        return any(area.code[:length] in self._anchors for length in range(len(area.code)))

    @cached_property
    def _anchors(self) -> set[str]:
        """What the table speaks for: the whole city, or only what hangs below the known areas its rows name."""
        if self._tree.root:
            return {self._tree.city.digits}
        tops = (row for row in self._tree.rows.values() if self._tree.parent_of(row) is None)
        return {self._references.get(row.parent, self._tree.city.digits) for row in tops}
