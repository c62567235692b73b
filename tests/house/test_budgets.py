"""The tail is bounded: files, functions, parameters, bases. No waivers; the five largest are printed."""

from __future__ import annotations

import ast
import sys

from tests.house.source import Module, functions_of, modules

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 50
PARAMETERS_MAX = 6
BASES_MAX = 2


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function, without its decorators."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Parameters a caller has to think of."""
    every = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return len([argument for argument in every if argument.arg not in {"self", "cls"}])


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    by_size = sorted(modules(), key=lambda module: -module.lines)
    sys.stdout.writelines(f"{module.lines:5} {module.name}\n" for module in by_size[:5])
    assert [(m.name, m.lines) for m in by_size if m.lines > FILE_LINES_MAX] == []


def test_no_function_is_longer_than_a_screen() -> None:
    found = [(length(f), f"{m.name}.{f.name}") for m in modules() for f in functions_of(m)]
    sys.stdout.writelines(f"{lines:5} {name}\n" for lines, name in sorted(found, reverse=True)[:5])
    assert [entry for entry in found if entry[0] > FUNCTION_LINES_MAX] == []


def test_no_function_takes_a_train_of_parameters() -> None:
    found = [(f"{m.name}.{f.name}", parameters(f)) for m in modules() for f in functions_of(m)]
    assert [entry for entry in found if entry[1] > PARAMETERS_MAX] == []


def test_no_class_hides_behind_many_bases() -> None:
    def classes(module: Module) -> list[ast.ClassDef]:
        return [node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]

    assert [f"{m.name}.{c.name}" for m in modules() for c in classes(m) if len(c.bases) > BASES_MAX] == []


def test_every_public_thing_says_what_it_promises() -> None:
    silent = []
    for module in modules():
        if ast.get_docstring(module.tree) is None and module.lines:
            silent.append(module.name)
        public = [n for n in module.tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name[0] != "_"]
        silent += [f"{module.name}.{node.name}" for node in public if ast.get_docstring(node) is None]
    assert silent == []
