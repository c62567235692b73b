"""A tree into the declared shape, with every fault of it rather than the first.

What is wrong is noted and stands in as nothing, so that the rest is read all the same; whoever goes on asks the faults
whether a part may be trusted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import cache
from typing import Any

from msgspec import inspect

from lilong.apps.work.rules.files.nodes import Faults, Node, Path, Sort
from lilong.apps.work.rules.files.parsing import UNPRINTABLE
from lilong.apps.work.rules.files.shapes import PATTERNS, ScenarioShape
from lilong.kernel.words import Label

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_SHOWN_MAX = 60
_FORBIDDEN = re.compile(rf"\r|{UNPRINTABLE.pattern}")
_COMPARE_WITH_DOCS = Label("请对照文档或模板。", "Compare it with the documentation or a template.")


def shaped(root: Node, faults: Faults) -> ScenarioShape:
    """The file's content in its shape, as far as it has one."""
    found = _Shaper(faults).of(_shape(), root, ())
    if not isinstance(found, ScenarioShape):
        raise TypeError(f"a scenario is no {type(found)}")
    return found


def shown(text: str) -> str:
    """A text of the file as a fault quotes it: on one line, cut when long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN_MAX else f"{flat[:_SHOWN_MAX]}…"


@cache
def _shape() -> inspect.Type:
    return inspect.type_info(ScenarioShape)


class _Shaper:
    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.readers: dict[type[inspect.Type], Callable[[Any, Node, Path], Any]] = {
            inspect.Metadata: lambda kind, node, path: self.of(kind.type, node, path),
            inspect.StructType: self._struct,
            inspect.VarTupleType: self._entries,
            inspect.StrType: self._text,
            inspect.IntType: self._whole,
            inspect.BoolType: self._truth,
            inspect.EnumType: self._one_of_an_enum,
            inspect.LiteralType: self._one_of_literals,
            inspect.UnionType: self._either,
        }

    def of(self, kind: inspect.Type, node: Node, path: Path) -> Any:
        """What ``node`` says as ``kind``; an empty value of that kind when it says anything else."""
        return self.readers[type(kind)](kind, node, path)

    def _struct(self, kind: inspect.StructType, node: Node, path: Path) -> Any:
        fields = {field.encode_name: field for field in kind.fields}
        self._is(node, Sort.MAP, path)
        if node.sort is Sort.MAP:
            self._refuse_other_keys(node, path, fields)
        found = {}
        for name, field in fields.items():
            child = node.keys.get(name)
            if child is not None:
                found[name] = self.of(field.type, child, (*path, name))
            elif field.required:
                if node.sort is Sort.MAP:
                    self._missing(node, (*path, name), name)
                found[name] = _nothing_of(field.type)
        return kind.cls(**found)

    def _refuse_other_keys(self, node: Node, path: Path, fields: dict[str, inspect.Field]) -> None:
        for key, line in node.key_lines.items():
            if key in fields:
                continue
            near = get_close_matches(key[:_SHOWN_MAX], fields, 1)
            remedy = (
                Label("是不是 {near}？", "Did you mean {near}?").filled(near=near[0])
                if near
                else Label("这里只能用：{names}。", "Here are only: {names}.").filled(names=", ".join(fields))
            )
            self.faults.add(
                line,
                (*path, shown(key)),
                Label("没有“{key}”这一项。", "There is no “{key}” here.").filled(key=shown(key)),
                remedy,
            )

    def _missing(self, node: Node, path: Path, name: str) -> None:
        self.faults.add(
            node.line, path, Label("少了 {name}。", "{name} is missing.").filled(name=name), _COMPARE_WITH_DOCS
        )

    def _entries(self, kind: inspect.VarTupleType, node: Node, path: Path) -> tuple[Any, ...]:
        if not self._is(node, Sort.LIST, path):
            return ()
        if not self._fits(len(node.entries), (kind.min_length, kind.max_length), node, path, _ENTRIES):
            return ()
        return tuple(self.of(kind.item_type, entry, (*path, place)) for place, entry in enumerate(node.entries))

    def _text(self, kind: inspect.StrType, node: Node, path: Path) -> str:
        if not self._is(node, Sort.TEXT, path):
            return ""
        if not self._fits(len(node.text), (kind.min_length, kind.max_length), node, path, _CHARACTERS):
            return ""
        if _FORBIDDEN.search(node.text):
            text = Label("文字里有不能显示的字符。", "The text holds an unprintable character.")
            self.faults.add(node.line, path, text, Label("删掉它。", "Take it out."))
            return ""
        if kind.pattern and not re.fullmatch(kind.pattern, node.text):
            text = Label("“{text}”不合写法。", "“{text}” is not written as it has to be.").filled(text=shown(node.text))
            words = PATTERNS[kind.pattern]
            self.faults.add(node.line, path, text, Label(f"{words.zh}。", f"It takes: {words.en}."))
            return ""
        return node.text

    def _whole(self, kind: inspect.IntType, node: Node, path: Path) -> int:
        if not self._is(node, Sort.NUMBER, path):
            return 0
        if not _WHOLE.fullmatch(node.text):
            text = Label("“{text}”不是整数。", "“{text}” is no whole number.").filled(text=shown(node.text))
            self.faults.add(node.line, path, text, Label("写成整数，例如 3。", "Write a whole number such as 3."))
            return 0
        found = int(node.text)
        return found if self._fits(found, (kind.ge, kind.le), node, path, _NUMBER) else 0

    def _truth(self, _: inspect.BoolType, node: Node, path: Path) -> bool:
        return self._is(node, Sort.TRUTH, path) and node.text.lower() == "true"

    def _one_of_an_enum(self, kind: inspect.EnumType, node: Node, path: Path) -> Any:
        values = [member.value for member in kind.cls]
        return kind.cls(node.text) if self._is_one_of(values, node, path) else next(iter(kind.cls))

    def _one_of_literals(self, kind: inspect.LiteralType, node: Node, path: Path) -> Any:
        return node.text if self._is_one_of([str(value) for value in kind.values], node, path) else kind.values[0]

    def _either(self, kind: inspect.UnionType, node: Node, path: Path) -> Any:
        """A word or a group, as it is written."""
        by_type = {type(one): one for one in kind.types}
        return self.of(by_type[inspect.StructType if node.sort is Sort.MAP else inspect.LiteralType], node, path)

    def _is_one_of(self, values: list[str], node: Node, path: Path) -> bool:
        if node.sort is Sort.TEXT and node.text in values:
            return True
        self.faults.add(
            node.line,
            path,
            Label("这里不能写“{text}”。", "“{text}” cannot stand here.").filled(
                text=shown(node.text) or node.sort.label
            ),
            Label("可以写：{values}。", "Write one of: {values}.").filled(values=", ".join(values)),
        )
        return False

    def _is(self, node: Node, sort: Sort, path: Path) -> bool:
        if node.sort is sort:
            return True
        if node.sort is Sort.NOTHING:
            text = Label("{name} 后面是空的。", "Nothing stands at {name}.").filled(name=path[-1] if path else "文件")
            self.faults.add(node.line, path, text, Label("写上，或整行删掉。", "Fill it in, or take the line out."))
        else:
            text = Label("这里要{wanted}，写的是{found}。", "This takes {wanted}, not {found}.")
            remedy = _QUOTE if sort is Sort.TEXT and node.sort in (Sort.NUMBER, Sort.TRUTH) else _REMEDIES[sort]
            self.faults.add(node.line, path, text.filled(wanted=sort.label, found=node.sort.label), remedy)
        return False

    def _fits(self, size: int, bounds: tuple[int | None, int | None], node: Node, path: Path, words: Label) -> bool:
        least, most = bounds
        if (least is None or size >= least) and (most is None or size <= most):
            return True
        at_least = Label("至少 {n}", "at least {n}").filled(n=least) if least is not None else None
        at_most = Label("最多 {n}", "at most {n}").filled(n=most) if most is not None else None
        told = [bound for bound in (at_least, at_most) if bound]
        remedy = Label(
            "，".join(bound.zh for bound in told) + "。", "It takes " + " and ".join(b.en for b in told) + "."
        )
        self.faults.add(node.line, path, words.filled(n=size), remedy)
        return False


_ENTRIES = Label("这里有 {n} 项。", "There are {n} entries here.")
_CHARACTERS = Label("这里有 {n} 个字。", "There are {n} characters here.")
_NUMBER = Label("{n} 超出范围。", "{n} is out of range.")
_QUOTE = Label("给它加上引号。", "Put it in quotes.")
_REMEDIES = {
    Sort.TEXT: Label("写一句文字。", "Write a text."),
    Sort.NUMBER: Label("写一个不带引号的整数。", "Write a whole number without quotes."),
    Sort.TRUTH: Label("写 true 或 false，不带引号。", "Write true or false, without quotes."),
    Sort.LIST: Label("写成清单：[a, b]，或每行以 - 开头。", "Write a list: [a, b], or lines that begin with -."),
    Sort.MAP: Label("写成 {zh: …, en: …} 这样的一组。", "Write a group such as {zh: …, en: …}."),
}


def _nothing_of(kind: inspect.Type) -> Any:
    """What stands in for a value that is missing."""
    if isinstance(kind, inspect.Metadata):
        return _nothing_of(kind.type)
    if isinstance(kind, inspect.StructType):
        return kind.cls(**{field.name: _nothing_of(field.type) for field in kind.fields if field.required})
    if isinstance(kind, inspect.EnumType):
        return next(iter(kind.cls))
    if isinstance(kind, inspect.LiteralType):
        return kind.values[0]
    if isinstance(kind, inspect.UnionType):
        return _nothing_of(kind.types[0])
    return {inspect.VarTupleType: (), inspect.StrType: "", inspect.IntType: 0, inspect.BoolType: False}[type(kind)]
