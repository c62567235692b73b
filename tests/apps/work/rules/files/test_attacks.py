"""A text made to harm is one clear refusal, quickly; whatever else is sent is a scenario or faults, never a crash."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lilong.apps.work.rules.files import read_scenario
from lilong.apps.work.terms import Scenario, ScenarioFaults
from tests.apps.work.rules.files.written import FRAMES, WHOLE, changed, faults_in

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)
ATTACKS: list[tuple[str | bytes, int, str]] = [
    ("# 一行\n" * 40_000, 1, "文件太大"),
    ("\n" * 40_000, 4001, "文件太长"),
    ("x: " + "y" * 300_000, 1, "文件太大"),
    (BOMB, 1, "锚和引用"),
    (changed("title: {zh: 电梯", "title: &t {zh: 电梯"), 4, "锚和引用"),
    (changed("title: {zh: 电梯困人, en: Trapped in a lift}", "title: *t"), 4, "锚和引用"),
    (changed("version: 3", "version: !!python/object/apply:os.system ['true']"), 2, "标签"),
    (changed("version: 3", "version: !!int '3'"), 2, "标签"),
    (changed("version: 3", "version: ! 3"), 2, "标签"),
    ("!!map\n" + WHOLE, 1, "标签"),
    (WHOLE + "---\nscenario: b\n", WHOLE.count("\n") + 1, "一个文件只写一个场景"),
    ("%YAML 1.1\n---\n" + WHOLE, 1, "指令"),
    ("%TAG ! tag:x,2000:\n---\n" + WHOLE, 1, "指令"),
    ("a: [" + "b," * 95_000 + "]", 1, "东西太多"),
    ("a: " + "[" * 5_000, 1, "套得太深"),
    ("a: " + "{b: " * 5_000, 1, "套得太深"),
    ("- " * 5_000, 1, "套得太深"),
    (changed("version: 3", "version: 3\x00"), 2, "不能显示的字符 U+0000"),
    (changed("version: 3", "version: \u202e3"), 2, "不能显示的字符 U+202E"),
    (changed("version: 3", "version: \ud800"), 2, "不能显示的字符 U+D800"),
    (WHOLE.encode("gb18030"), 4, "不是 UTF-8"),
    (WHOLE.encode("utf-16"), 1, "不是 UTF-8"),
    (b"a: b\nc: \xff\n", 2, "不是 UTF-8"),
    (changed("version: 3", "version: 3\n? [a, b]\n: c"), 3, "冒号前面要是一个名字"),
    (changed("version: 3", "version: 3\n7: c"), 3, "冒号前面要是一个名字"),
    (changed("version: 3", "version: 3\n\tx: y"), 3, "这一行读不懂"),
    (changed("version: 3", "version: [3"), 3, "这一行读不懂"),
    ("", 1, "这不是一个场景文件"),
    ("- a\n", 1, "这不是一个场景文件"),
]


@pytest.mark.parametrize(("text", "line", "told"), ATTACKS)
def test_an_attack_is_one_clear_refusal(text: str | bytes, line: int, told: str) -> None:
    began = process_time()
    found = faults_in(text)
    assert process_time() - began < 3
    assert [(fault.line, told in fault.text.zh) for fault in found] == [(line, True)]
    assert found[0].text.en
    assert found[0].remedy.zh


def test_a_file_at_the_limits_is_looked_at() -> None:
    padded = WHOLE + "#\n" * (4_000 - WHOLE.count("\n"))
    assert faults_in(padded) == ()
    assert "太长" in faults_in(padded + "#\n")[0].text.zh


def test_bytes_a_mark_of_byte_order_and_other_line_ends_read_the_same() -> None:
    whole = read_scenario(WHOLE, FRAMES)
    assert read_scenario(WHOLE.encode(), FRAMES) == whole
    assert read_scenario("\ufeff" + WHOLE, FRAMES) == whole
    assert read_scenario(WHOLE.replace("\n", "\r\n"), FRAMES) == whole
    assert read_scenario("---\n" + WHOLE + "...\n", FRAMES) == whole


def is_read_or_refused(text: str | bytes) -> bool:
    """Whether it is a scenario, or refused with faults that stand on its lines and are told in both languages."""
    try:
        return isinstance(read_scenario(text, FRAMES), Scenario)
    except ScenarioFaults as refusal:
        found = refusal.faults
    lines = len(text.splitlines()) + 2
    told = all(fault.text.zh and fault.remedy.en and 1 <= fault.line <= lines for fault in found)
    return told and 1 <= len(found) <= 100


@given(st.text())
@example("{")
@example("a: {zh: {}}")
def test_any_text_is_read_or_refused(text: str) -> None:
    assert is_read_or_refused(text)


@given(st.binary())
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert is_read_or_refused(content)


PIECES = st.sampled_from(
    [
        *(
            "",
            "\n",
            " ",
            "  ",
            "- ",
            ": ",
            "[",
            "]",
            "{",
            "}",
            "'",
            '"',
            "&a ",
            "*a",
            "!x ",
            "|\n",
            ">",
            "#",
            "%",
            "null",
        ),
        *("1e9", "-1", "0o7", ".inf", "2020-01-01", "scenario", "steps", "{zh: 一, en: one}", "results.", "&&", "true"),
        *("\\", "\x85", "🚧"),
    ]
)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_a_changed_file_is_read_or_refused(data: st.DataObject) -> None:
    text = WHOLE
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 30))
        text = text[:place] + data.draw(PIECES | st.text(max_size=4)) + text[place + cut :]
    assert is_read_or_refused(text)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_file_with_lines_moved_is_read_or_refused(data: st.DataObject) -> None:
    lines = WHOLE.splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        source, to = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        lines[to] = data.draw(st.sampled_from(["", lines[source], " " + lines[source], lines[source].lstrip()]))
    assert is_read_or_refused("\n".join(lines))


def test_twelve_levels_are_looked_at_and_a_thirteenth_is_not() -> None:
    assert "没有“x”" in faults_in(WHOLE + "x: " + "[" * 11 + "]" * 11)[0].text.zh
    assert "套得太深" in faults_in(WHOLE + "x: " + "[" * 12 + "]" * 12)[0].text.zh
