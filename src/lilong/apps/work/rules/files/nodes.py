"""The tree of a YAML text with its lines, and the faults found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lilong.apps.work.terms.faults import FileFault, ScenarioFaults
from lilong.kernel.words import Label

FAULTS_MAX = 100
Path = tuple[str | int, ...]

_MORE = Label("毛病太多，后面的没有列出。", "There is more that is wrong; it is not listed.")
_MORE_REMEDY = Label("先改好上面这些，再读一遍。", "Mend what is listed first, then read it again.")


class Sort(StrEnum):
    """What a node is, in the core schema of YAML 1.2: ``yes`` and ``on`` are texts, a date is a text."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    NOTHING = "nothing"
    LIST = "list"
    MAP = "map"

    @property
    def label(self) -> Label:
        """The sort in words."""
        return _SORTS[self]


_SORTS = {
    Sort.TEXT: Label("文字", "text"),
    Sort.NUMBER: Label("数", "a number"),
    Sort.TRUTH: Label("true 或 false", "true or false"),
    Sort.NOTHING: Label("空", "nothing"),
    Sort.LIST: Label("清单", "a list"),
    Sort.MAP: Label("一组“名: 值”", "a group of “key: value”"),
}


@dataclass(slots=True)
class Node:
    """One value of the text. ``key_lines`` are the lines on which the keys of a map stand."""

    sort: Sort
    line: int
    text: str = ""
    entries: list[Node] = field(default_factory=list)
    keys: dict[str, Node] = field(default_factory=dict)
    key_lines: dict[str, int] = field(default_factory=dict)

    def line_at(self, path: Path) -> int:
        """The line of what stands at ``path``, or of the nearest thing around it that is there."""
        node, line = self, self.line
        for part in path:
            if isinstance(part, int):
                found = node.entries[part] if part < len(node.entries) else None
                line = found.line if found else line
            else:
                found = node.keys.get(part)
                line = node.key_lines.get(part, line)
            if found is None:
                return line
            node = found
        return line


def written(path: Path) -> str:
    """A path as people read it: ``steps[3].limit.clock``."""
    found = ""
    for part in path:
        found += f"[{part}]" if isinstance(part, int) else f".{part}" if found else part
    return found


class Faults:
    """What was found wrong so far. Raises :class:`ScenarioFaults` when it is more than anybody reads."""

    def __init__(self) -> None:
        self._found: list[FileFault] = []
        self._places: set[Path] = set()

    def add(self, line: int, path: Path, text: Label, remedy: Label) -> None:
        """Note a fault."""
        self._places.update(path[:length] for length in range(len(path) + 1))
        self._found.append(FileFault(line, written(path), text, remedy))
        if len(self._found) == FAULTS_MAX - 1:
            self._found.append(FileFault(line, "", _MORE, _MORE_REMEDY))
            raise ScenarioFaults(tuple(self._found))

    def places(self) -> frozenset[Path]:
        """Everything in or below which something is wrong so far."""
        return frozenset(self._places)

    def refuse(self) -> None:
        """Raise :class:`ScenarioFaults` when anything was found, in the order of the file."""
        if self._found:
            raise ScenarioFaults(tuple(sorted(self._found, key=lambda fault: fault.line)))


def refused(line: int, text: Label, remedy: Label) -> ScenarioFaults:
    """The refusal of a whole file because of one thing."""
    return ScenarioFaults((FileFault(line, "", text, remedy),))
