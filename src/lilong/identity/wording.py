"""Labels as the lazy strings that Django's forms ask for: put into words when the page is drawn, in its language."""

from __future__ import annotations

from typing import cast

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language

from lilong.kernel.words import Label


def spoken(label: Label) -> str:
    """``label`` as text in the language of whoever reads the page; lazy, so a form class may hold it."""
    return cast("str", cast("Promise", _lazily(label)))


def in_page_language(label: Label) -> str:
    """``label`` as text in the language of the request under way; Chinese outside of one."""
    return label.in_language(get_language() or "zh-hans")


_lazily = lazy(in_page_language, str)
