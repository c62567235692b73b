"""Walls that an import linter cannot see: doors between apps, imports inside functions, hidden couplings."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import functions_of, imports_of, modules

# What only the composition of the house may reach inside an app for: its tables, addresses and operations.
COMPOSITION = re.compile(r"lilong\.apps\.\w+\.(urls|api|views|apps|jobs|models|admin)(\.|$)")


# What a handler never holds: the ORM, a transaction, a model of any app, the writers themselves.
_ORM = re.compile(
    r"(django\.db\.(models|transaction|connections?)|lilong\.apps\.\w+\.models|lilong\.ledger\.(acts|models|scope))\b"
)


def test_an_app_is_reached_only_through_its_door() -> None:
    wrong = []
    for module in modules():
        for name, node in imports_of(module):
            match = re.match(r"lilong\.apps\.(\w+)\.(\w+)", name)
            if match is None or match[1] == module.app:
                continue
            by_composition = module.name.startswith("lilong.project") and COMPOSITION.match(name)
            if match[2] not in {"public", "terms"} and not by_composition:
                wrong.append(f"{module.name}:{node.lineno} reaches {name}")
    assert wrong == []


def test_nothing_is_imported_inside_a_function() -> None:
    wrong = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        for function in functions_of(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\bget_model\(", "a model of another app reached by its name"),
        (r"GenericForeignKey|contenttypes\.fields", "a foreign key to anything"),
        (r"@receiver|\.connect\((?:sender|\w+_handler)|django\.dispatch|django\.db\.models\.signals", "a signal"),
        (r"#\s*(noqa|type:\s*ignore|pragma: no cover|pylint:|fmt:\s*(off|skip))", "a waiver"),
        (r"\b(TODO|FIXME|XXX|HACK)\b", "unfinished work"),
    ],
)
def test_the_source_holds_no(pattern: str, why: str) -> None:
    found = [
        f"{module.name}:{number}"
        for module in modules()
        for number, line in enumerate(module.path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == [], why


def test_handlers_leave_the_orm_and_transactions_to_commands_and_queries() -> None:
    wrong = []
    for module in modules():
        if not re.search(r"\.(views|api|forms)(\.|$)", module.name):
            continue
        for name, node in imports_of(module):
            if _ORM.match(name):
                wrong.append(f"{module.name}:{node.lineno} {name}")
    assert wrong == []


def test_modules_carry_only_the_names_of_the_house() -> None:
    allowed = {"terms", "lifecycle", "rules", "models", "commands", "queries", "public"}
    allowed |= {"views", "forms", "urls", "api", "jobs", "apps", "admin", "templatetags"}
    inside = [m for m in modules() if m.app and len(m.name.split(".")) > 3]
    assert {m.name.split(".")[3] for m in inside} <= allowed
    banned = re.compile(r"(^|_)(utils?|helpers?|common|misc|managers?|services?|base|info|handlers?|process)$")
    assert [m.name for m in modules() if banned.search(m.name.rsplit(".", 1)[-1])] == []


def test_the_layers_hold() -> None:
    ran = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
