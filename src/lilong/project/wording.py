"""From values to the words of the page's language: labels, moments, spans of time, no-break spaces."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils import timezone

from lilong.identity.wording import page_language
from lilong.kernel.words import Label

_WEEKDAYS_ZH = "一二三四五六日"
_NO_BREAK = "\u00a0"
# A space between a digit (or a sign that follows digits) and a Chinese character, either way round.
_GAP = re.compile(r"(?<=[0-9%])[ \u2009](?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[ \u2009](?=[0-9])")


def is_chinese() -> bool:
    """Whether this page is read in Chinese."""
    return page_language().lower().startswith("zh")


def words(value: object) -> str:
    """The text of a label (or of its JSON form) in the page's language; other values as they print, None as nothing."""
    if isinstance(value, Label):
        return value.in_language(page_language())
    if isinstance(value, dict):
        return Label.from_json(value).in_language(page_language())
    return "" if value is None else str(value)


def keep(text: str) -> str:
    """Tie digits to the Chinese beside them with a no-break space, so that no line begins with a lone unit.

    Headings break at punctuation only (``word-break: keep-all``), where an ordinary space would be a break.
    """
    return _GAP.sub(_NO_BREAK, text)


def moment_words(at: datetime, form: str = "", now: datetime | None = None) -> str:
    """``at`` on the reader's wall clock, as people write it.

    ``form``: empty for the full sentence form (11 月 26 日（周四）17:30), ``day`` without the hour, ``short`` for lists
    (周一 11-23 08:12), ``time`` for the hour alone. The year appears when it is not the year of ``now``.
    """
    local = timezone.localtime(at)
    year = local.year if now is not None and timezone.localtime(now).year != local.year else None
    return _moment_zh(local, form, year) if is_chinese() else _moment_en(local, form, year)


def _moment_zh(local: datetime, form: str, year: int | None) -> str:
    weekday, hour = f"周{_WEEKDAYS_ZH[local.weekday()]}", f"{local:%H:%M}"
    if form == "time":
        return hour
    if form == "short":
        return f"{local:%Y-%m-%d} {hour}" if year else f"{weekday} {local:%m-%d} {hour}"
    day = f"{local.month} 月 {local.day} 日（{weekday}）"
    day = f"{year} 年 {day}" if year else day
    return keep(day if form == "day" else day + hour)


def _moment_en(local: datetime, form: str, year: int | None) -> str:
    if form == "time":
        return f"{local:%H:%M}"
    day = f"{local:%a} {local.day} {local:%b}" + (f" {year}" if year else "")
    return day if form == "day" else f"{day}, {local:%H:%M}"


def both(zh: str, en: str) -> str:
    """The one of two texts that this page speaks."""
    return Label(zh, en).in_language(page_language())
