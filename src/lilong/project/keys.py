"""The generated secrets of an instance: one file each in LILONG_HOME/keys, mode 0600, never printed."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass

from lilong.project.home import Home

NAMES = ("django", "postgres-superuser", "postgres-owner", "postgres-app")


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of one home."""

    home: Home

    def ensure(self) -> None:
        """Generate every secret that is missing. Two callers at once end up with the same ones."""
        for name in NAMES:
            path = self.home.keys / name
            if path.exists():
                continue
            draft = path.with_name(f".{name}.{secrets.token_hex(8)}")
            self.home.write_private(draft, secrets.token_urlsafe(48))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()

    def read(self, name: str) -> str:
        """The secret called ``name``, or "" while there is none."""
        path = self.home.keys / name
        return path.read_text(encoding="ascii").strip() if path.exists() else ""
