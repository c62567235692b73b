"""One thing wrong with what a file means, before anybody knows on which line it stands."""

from __future__ import annotations

from dataclasses import dataclass

from lilong.apps.work.rules.files.nodes import Path
from lilong.kernel.words import Label


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong at a path, and the remedy."""

    path: Path
    text: Label
    remedy: Label
