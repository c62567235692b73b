"""A drawing as SVG text or as a Mermaid flow chart, in one language.

The SVG carries classes for a page's style sheet and the same colours as plain attributes, so that it also stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from lilong.apps.work.rules.drawing import BOX_HEIGHT, BOX_WIDTH, Arrow, ArrowKind, Box, Drawing, Lane
from lilong.kernel.words import Label

_REM = 16
_WIDE_FROM = "\u2e80"
_LINE, _TITLE_ROOM, _SMALL_ROOM, _LANE_ROOM = 18, 23, 27, 17
_STEPS = Label("步骤图：{title}。同样的内容在列表里", "Drawing of the steps: {title}. The list says the same")
_CONDITION = Label("有条件", "on a condition")
_REPEATED = Label("逐个办", "one by one")
_END = Label("到此了结", "ends here")
_TIMES = Label("至多 {n} 次", "{n}× at most")
_HEAD = '<path class="f-2" fill="#4c575f" d="M0 0l8 4-8 4z"/>'
_STROKES = {ArrowKind.ONWARD: "k", ArrowKind.BACK: "k k-dash", ArrowKind.CIRCLE: "k k-brick"}


def as_svg(
    drawn: Drawing,
    language: str,
    links: Mapping[str, str] | None = None,
    chosen: str = "",
    faulty: frozenset[str] = frozenset(),
) -> str:
    """The drawing as one ``<svg>``. ``links`` gives steps the address of their form; ``chosen`` is the one being
    changed, ``faulty`` those that the check names."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lanes" role="group" width="{drawn.width / _REM:g}rem" '
        f'viewBox="0 0 {drawn.width} {drawn.height}" font-family="sans-serif" '
        f'aria-label="{escape(_STEPS.filled(title=drawn.title).in_language(language))}">'
        f'<defs><marker id="ar" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f"{_HEAD}</marker></defs>"
    )
    parts = [
        head,
        *(_lane(drawn, lane, place, language) for place, lane in enumerate(drawn.lanes)),
        *(_arrow(arrow, language) for arrow in drawn.arrows),
    ]
    for box in drawn.boxes:
        shape = "chosen" if box.step == chosen else "faulty" if box.step in faulty else ""
        parts.append(_box(box, language, (links or {}).get(box.step, ""), shape))
    return "".join((*parts, "</svg>"))


def as_mermaid(drawn: Drawing, language: str) -> str:
    """The drawing as the text of a Mermaid flow chart."""
    lines = ["flowchart LR"]
    for place, lane in enumerate(drawn.lanes):
        lines.append(f'  subgraph lane{place}["{_plain(lane.name, language)}"]')
        inside = [box for box in drawn.boxes if lane.y <= box.y < lane.y + lane.height]
        lines += [f'    s{box.number}["{box.number} {_plain(box.title, language)}"]' for box in inside]
        lines.append("  end")
    for arrow in drawn.arrows:
        source, target = drawn.box(arrow.source).number, drawn.box(arrow.target).number
        line = f"-. {arrow.at_most}x .->" if arrow.kind is ArrowKind.BACK else "-->"
        lines.append(f"  s{source} {line} s{target}")
    return "\n".join(lines) + "\n"


def wrapped(text: str, room: int, lines: int) -> tuple[str, ...]:
    """``text`` on at most ``lines`` lines of ``room`` Latin characters (a Chinese one takes two); the rest is “…”."""
    found, line, used = [], "", 0
    for piece in _pieces(text):
        width = sum(_width(character) for character in piece)
        if used + width > room and line:
            found.append(line.rstrip())
            line, used = "", 0
        line, used = line + piece, used + width
    found.append(line.rstrip())
    if len(found) <= lines:
        return tuple(found)
    last = found[lines - 1]
    while last and sum(_width(character) for character in last) > room - 2:
        last = last[:-1]
    return (*found[: lines - 1], f"{last.rstrip()}…")


def _pieces(text: str) -> Iterator[str]:
    """What may not be parted: a Latin word with the space after it, a single Chinese character."""
    piece = ""
    for character in text:
        if character >= _WIDE_FROM:
            if piece:
                yield piece
            yield character
            piece = ""
        elif character == " ":
            yield piece + character
            piece = ""
        else:
            piece += character
    if piece:
        yield piece


def _width(character: str) -> int:
    return 2 if character >= _WIDE_FROM else 1


def _lane(drawn: Drawing, lane: Lane, place: int, language: str) -> str:
    ground = 'class="f-sunk" fill="#edeae1"' if place % 2 == 0 else 'class="f-plaster" fill="#f6f4ee"'
    lines = wrapped(lane.name.in_language(language), _LANE_ROOM, 3)
    top = lane.y + lane.height // 2 - (len(lines) - 1) * _LINE // 2 + 5
    words = "".join(_text((12, top + _LINE * n), line, "f-2", 13) for n, line in enumerate(lines))
    name = escape(lane.name.in_language(language))
    return (
        f'<g><title>{name}</title><rect {ground} x="0" y="{lane.y}" width="{drawn.width}" height="{lane.height}"/>'
        f"{words}</g>"
    )


def _arrow(arrow: Arrow, language: str) -> str:
    points = " ".join(f"{x},{y}" for x, y in arrow.points)
    dash = "" if arrow.kind is ArrowKind.ONWARD else ' stroke-dasharray="5 4"'
    drawn = (
        f'<polyline class="{_STROKES[arrow.kind]}" fill="none" stroke="#4c575f" stroke-width="1.5"{dash} '
        f'points="{points}" marker-end="url(#ar)"/>'
    )
    if arrow.kind is not ArrowKind.BACK:
        return drawn
    x, y = arrow.points[1]
    return drawn + _text((x + 6, y - 2), _TIMES.filled(n=arrow.at_most).in_language(language), "f-2", 12)


def _box(box: Box, language: str, link: str, shape: str) -> str:
    ground = "f-brick" if shape == "chosen" else "f-paper"
    ink, quiet = ("f-on", "f-on") if shape == "chosen" else ("f-ink", "f-2")
    frame = "k-bad" if shape == "faulty" else "k-box"
    fill, stroke = ("#943b25" if shape == "chosen" else "#fffefb"), ("#943b25" if shape else "#767c7f")
    rect = (
        f'<rect class="{ground} {frame}" fill="{fill}" stroke="{stroke}" x="{box.x}" y="{box.y}" width="{BOX_WIDTH}" '
        f'height="{BOX_HEIGHT}" rx="3"/>'
    )
    title = wrapped(f"{box.number} {box.title.in_language(language)}", _TITLE_ROOM, 2)
    words = "".join(
        _text((box.x + 10, box.y + 22 + _LINE * n), line, ink, 14, ' font-weight="600"') for n, line in enumerate(title)
    )
    small = wrapped(_small(box, language), _SMALL_ROOM, 3 - len(title))
    words += "".join(
        _text((box.x + 10, box.y + 22 + _LINE * (len(title) + n)), line, quiet, 12) for n, line in enumerate(small)
    )
    end = _end(box) if box.is_end else ""
    join = _join(box, language)
    inside = f"<title>{escape(box.title.in_language(language))}</title>{rect}{words}{end}"
    current = ' aria-current="true"' if shape == "chosen" else ""
    return (f'<a href="{escape(link)}"{current}>{inside}</a>' if link else f"<g>{inside}</g>") + join


def _end(box: Box) -> str:
    """The last step carries a second line along its right edge, as a closing bar."""
    x = box.x + BOX_WIDTH - 5
    return f'<path class="k" fill="none" stroke="#4c575f" stroke-width="1.5" d="M{x} {box.y + 4}v{BOX_HEIGHT - 8}"/>'


def _small(box: Box, language: str) -> str:
    said = [box.limit]
    said += [_CONDITION] if box.when else []
    said += [_REPEATED] if box.repeat else []
    said += [_END] if box.is_end else []
    return " · ".join(label.in_language(language) for label in said)


def _join(box: Box, language: str) -> str:
    if box.join is None:
        return ""
    at = (box.x - 8, box.y + BOX_HEIGHT // 2 - 6)
    return _text(at, box.join.in_language(language), "f-2", 12, ' text-anchor="end"')


def _text(at: tuple[int, int], words: str, ink: str, size: int, more: str = "") -> str:
    fill = {"f-ink": "#1e2930", "f-2": "#4c575f", "f-on": "#fffefb"}[ink]
    x, y = at
    return f'<text class="{ink}" fill="{fill}" x="{x}" y="{y}" font-size="{size}"{more}>{escape(words)}</text>'


def _plain(label: Label, language: str) -> str:
    return label.in_language(language).replace('"', "'")
