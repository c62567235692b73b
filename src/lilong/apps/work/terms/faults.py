"""The dictionary of scenario files: what is wrong in one and where, and what two versions have different."""

from __future__ import annotations

from dataclasses import dataclass

from lilong.kernel.words import Label


@dataclass(frozen=True, slots=True)
class FileFault:
    """One thing wrong in a file: its line (of a sheet: its row) from 1, its path, what is wrong, what to do about it.

    ``where`` is a path as in ``steps[3].limit.clock``, counted from 0; empty for the file as a whole.
    """

    line: int
    where: str
    text: Label
    remedy: Label


class ScenarioFaults(Exception):
    """A file that is no scenario, with every fault that was found in it, in the order of the file."""

    def __init__(self, faults: tuple[FileFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.line}: {fault.where}: {fault.text.en}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: its path, what it is, what it was and what it became; empty where there is nothing."""

    where: str
    what: Label
    before: str
    after: str
