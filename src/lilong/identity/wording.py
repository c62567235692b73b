"""Labels in the language of the page: at once, or as Django's lazy text for form fields, choices and errors."""

from __future__ import annotations

from typing import Final, cast

from django.utils.functional import Promise, lazy
from django.utils.translation import get_language

from lilong.kernel.words import Label

CHINESE: Final = "zh-hans"


def page_language() -> str:
    """The language of the page being answered: Chinese unless the request asked for something else."""
    return get_language() or CHINESE


def in_page_language(label: Label) -> str:
    """``label`` as text in the language of the page being answered."""
    return label.in_language(page_language())


def spoken(label: Label) -> str:
    """``label`` as text in the language of whichever page prints it; lazy, so a form class may hold it."""
    return cast("str", cast("Promise", _lazily(label)))


_lazily = lazy(in_page_language, str)
