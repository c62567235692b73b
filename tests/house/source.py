"""The house's own source as syntax trees, read once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import lilong

ROOT = Path(lilong.__file__).parent


@dataclass(frozen=True, slots=True)
class Module:
    """One module: its dotted name, path and tree."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def app(self) -> str:
        """The room under ``apps``, or empty."""
        parts = self.name.split(".")
        return parts[2] if parts[1:2] == ["apps"] and len(parts) > 2 else ""


@cache
def modules() -> tuple[Module, ...]:
    """Every module but migrations."""
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        dotted = ".".join(("lilong", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        found.append(Module(dotted, path, ast.parse(text), text.count("\n")))
    return tuple(found)


def imports_of(module: Module) -> list[tuple[str, ast.stmt]]:
    """Every module or name that ``module`` imports, dotted, with where it does."""
    found: list[tuple[str, ast.stmt]] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", node) for alias in node.names]
    return found


def functions_of(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of the module."""
    return [n for n in ast.walk(module.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
