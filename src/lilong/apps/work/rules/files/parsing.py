"""YAML text into a tree, without what YAML offers to an attacker: anchors, aliases, tags, directives, second documents.

Size is looked at before the parser sees anything; the tree is built from the parser's events, so nothing is expanded,
constructed or nested deeper than a scenario needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn

import yaml

from lilong.apps.work.rules.files.nodes import Faults, Node, Path, Sort, refused
from lilong.kernel.words import Label

BYTES_MAX, LINES_MAX, DEPTH_MAX, NODES_MAX = 200_000, 4_000, 12, 20_000

# Control characters, odd line breaks, half characters, signs that turn the direction of writing: nothing that belongs
# in words, and each reads as something else in one tool or another.
UNPRINTABLE = re.compile(
    r"[^\t\n\r\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_BREAK = re.compile(r"\r\n|\r|\n")
_NUMBER = re.compile(
    r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_TRUTHS = frozenset({"true", "True", "TRUE", "false", "False", "FALSE"})
_NOTHINGS = frozenset({"", "~", "null", "Null", "NULL"})

_SHORTER = Label(
    "请拆成几个场景，或把表里的行并一并。", "Split it into several scenarios, or merge rows of its tables."
)
_QUOTE = Label(
    "删掉它；如果是文字或条件，请用引号括起来。", "Take it out; if it is text or a condition, put it in quotes."
)
_PROBLEMS = {
    "cannot start any token": Label("这里的字符不能这样开头", "a character that nothing starts with"),
    "mapping values are not allowed": Label("这里多了一个冒号", "a colon that does not belong here"),
    "unexpected end of stream": Label("引号没有收尾", "a quotation mark is not closed"),
    "expected ':'": Label("少了冒号", "a colon is missing"),
    "expected key": Label("缩进没有对齐", "the indentation does not line up"),
    "expected '-' indicator": Label("清单没有对齐", "the list does not line up"),
    "expected ',' or": Label("括号里少了逗号或右括号", "a comma or a closing bracket is missing"),
    "alphabetic or numeric": Label("* 或 & 后面要有引号", "* and & need quotes around the text"),
    "escape": Label("反斜杠后面的字符不认识", "a backslash with an unknown character"),
}


def parsed(content: str | bytes) -> tuple[Node, Faults]:
    """The tree of a text and the faults of its keys. Raises ``ScenarioFaults`` for a text that is no tree at all."""
    text = _text(content)
    faults = Faults()
    try:
        root = _Tree(faults).grown(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(str(error.problem or ""), mark.line + 1 if mark else 1) from None
    except yaml.YAMLError as error:
        raise _unreadable(str(error), 1) from None
    if root.sort is not Sort.MAP:
        text_of = Label(
            "这不是一个场景文件：开头要是“scenario: 名字”。", "This is no scenario: it begins with its name."
        )
        raise refused(root.line, text_of, Label("请从模板开始写。", "Begin from a template."))
    return root, faults


def _text(content: str | bytes) -> str:
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "surrogatepass"))
    if size > BYTES_MAX:
        text = Label("文件太大：{n} 字节，最多 {most}。", "The file is too large: {n} bytes of at most {most}.")
        raise refused(1, text.filled(n=size, most=BYTES_MAX), _SHORTER)
    found = content if isinstance(content, str) else _decoded(content)
    found = found.removeprefix("\ufeff")
    lines = len(_BREAK.findall(found)) + 1
    if lines > LINES_MAX + 1:
        text = Label("文件太长：{n} 行，最多 {most}。", "The file is too long: {n} lines of at most {most}.")
        raise refused(LINES_MAX + 1, text.filled(n=lines - 1, most=LINES_MAX), _SHORTER)
    bad = UNPRINTABLE.search(found)
    if bad:
        raise refused(
            len(_BREAK.findall(found, 0, bad.start())) + 1,
            Label("有不能显示的字符 {code}。", "There is an unprintable character, {code}.").filled(
                code=f"U+{ord(bad[0]):04X}"
            ),
            Label("删掉它，另存为 UTF-8 纯文本。", "Take it out and save the file as plain text in UTF-8."),
        )
    return found


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refused(
            content.count(b"\n", 0, error.start) + 1,
            Label("文件不是 UTF-8。", "The file is not in UTF-8."),
            Label("用文本编辑器另存为 UTF-8。", "Save it as UTF-8 in a text editor."),
        ) from None


def _unreadable(problem: str, line: int) -> Exception:
    known = next((words for mark, words in _PROBLEMS.items() if mark in problem), None)
    words = known or Label("写法不合 YAML", problem[:200] or "not YAML")
    return refused(
        line,
        Label("这一行读不懂：{why}。", "This line cannot be read: {why}.").filled(why=words),
        Label(
            "看这一行和上一行的缩进、冒号、引号；有冒号、逗号、括号的文字请加引号。",
            "Look at indentation, colons and quotes here and on the line above; quote texts with colons or brackets.",
        ),
    )


class _Tree:
    """Grows a tree from the events of the parser."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.documents = self.nodes = 0
        self.open: list[tuple[Node, Path]] = []
        self.keys: list[str | None] = []

    def grown(self, events: Iterator[yaml.Event]) -> Node:
        """The only document's tree; an empty text is one that says nothing."""
        root = Node(Sort.NOTHING, 1)
        for event in events:
            node = self._node(event)
            if node is None:
                continue
            self.nodes += 1
            if self.nodes > NODES_MAX:
                text = Label("文件里的东西太多。", "There is too much in the file.")
                raise refused(node.line, text, _SHORTER)
            path = self._place(node)
            if path == ():
                root = node
            if isinstance(event, yaml.CollectionStartEvent):
                self._go_deeper(node, path, event)
        return root

    def _node(self, event: yaml.Event) -> Node | None:
        line = _line(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self._refuse_document(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
            self.keys.pop()
        elif isinstance(event, yaml.NodeEvent):
            _refuse_tricks(event, line)
            if isinstance(event, yaml.ScalarEvent):
                return Node(_sort_of(event), line, event.value)
            return Node(Sort.MAP if isinstance(event, yaml.MappingStartEvent) else Sort.LIST, line)
        return None

    def _refuse_document(self, event: yaml.DocumentStartEvent, line: int) -> None:
        self.documents += 1
        if self.documents > 1 or event.version or event.tags:
            raise refused(
                line,
                Label("一个文件只写一个场景，不用 % 指令。", "A file is one scenario, without % directives."),
                Label("删掉这一行，其余的另存一个文件。", "Take this line out; keep the rest in a file of its own."),
            )

    def _go_deeper(self, node: Node, path: Path, event: yaml.Event) -> None:
        if len(self.open) == DEPTH_MAX:
            raise refused(
                _line(event),
                Label("套得太深，最多 {most} 层。", "Nested too deep: {most} levels at most.").filled(most=DEPTH_MAX),
                Label("场景用不着套这么多层，请对照模板。", "No scenario needs that; compare it with a template."),
            )
        self.open.append((node, path))
        self.keys.append(None)

    def _place(self, node: Node) -> Path:
        """Put the node where it belongs; a key of a map waits for its value."""
        if not self.open:
            return ()
        parent, path = self.open[-1]
        if parent.sort is Sort.LIST:
            parent.entries.append(node)
            return (*path, len(parent.entries) - 1)
        key = self.keys[-1]
        if key is None:
            self.keys[-1] = self._key(node, parent, path)
            return (*path, node.text)
        self.keys[-1] = None
        parent.keys.setdefault(key, node)
        return (*path, key)

    def _key(self, node: Node, parent: Node, path: Path) -> str:
        if node.sort is not Sort.TEXT:
            raise refused(
                node.line,
                Label("冒号前面要是一个名字，不是{sort}。", "Before the colon stands a name, not {sort}.").filled(
                    sort=node.sort.label
                ),
                Label("改成文档里列出的名字。", "Use a name that the documentation lists."),
            )
        if node.text in parent.key_lines:
            self.faults.add(
                node.line,
                (*path, node.text[:60]),
                Label(
                    "“{key}”写了两次，第一次在第 {line} 行。", "“{key}” is written twice, first on line {line}."
                ).filled(key=node.text[:60], line=parent.key_lines[node.text]),
                Label("两处并成一处。", "Merge the two."),
            )
        else:
            parent.key_lines[node.text] = node.line
        return node.text


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _refuse_tricks(event: yaml.NodeEvent, line: int) -> None:
    if event.anchor:
        _refuse("YAML 的锚和引用（& 和 *）", "anchors and aliases of YAML (& and *)", line)
    if getattr(event, "tag", None):
        _refuse("YAML 的标签（!）", "tags of YAML (!)", line)


def _refuse(zh: str, en: str, line: int) -> NoReturn:
    raise refused(line, Label(f"这里不能用{zh}。", f"A scenario has no {en}."), _QUOTE)


def _sort_of(event: yaml.ScalarEvent) -> Sort:
    if event.style:
        return Sort.TEXT
    if event.value in _TRUTHS:
        return Sort.TRUTH
    if event.value in _NOTHINGS:
        return Sort.NOTHING
    return Sort.NUMBER if _NUMBER.fullmatch(event.value) else Sort.TEXT
