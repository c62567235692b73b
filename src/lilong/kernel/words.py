"""Words shown to people: Chinese and English stand side by side, so neither can be forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Label:
    """A text in both languages of the product.

    Both are mandatory: a missing translation is a constructor error, not an empty button.
    """

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh or not self.en:
            raise ValueError(f"a label needs both languages: {self.zh!r} / {self.en!r}")

    def in_language(self, code: str) -> str:
        """The text for a language code such as ``zh-hans`` or ``en``; whatever is not Chinese reads English."""
        return self.zh if code.lower().startswith("zh") else self.en

    def filled(self, **values: object) -> Label:
        """The same label with ``{name}`` placeholders filled in both languages.

        A value that is itself a label contributes its own words to each language.
        """
        zh = {name: value.zh if isinstance(value, Label) else value for name, value in values.items()}
        en = {name: value.en if isinstance(value, Label) else value for name, value in values.items()}
        return Label(self.zh.format(**zh), self.en.format(**en))

    def as_json(self) -> dict[str, str]:
        """The form kept in the journal and sent by the API."""
        return {"zh": self.zh, "en": self.en}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Self:
        """The inverse of :meth:`as_json`."""
        return cls(data["zh"], data["en"])
