"""What a resident's words mean: categories by overlap of character n-grams with their names and keywords.

Chinese is cut into pairs of characters, so that no dictionary of words is needed (路灯不亮 meets 路灯); Latin words
into padded triples, so that endings and slips of the finger matter little (streetlight, street lights). A gram that
few categories have says more than one that many have.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from lilong.apps.organisations.terms import CategoryCard, CategoryKey, CategoryMatch

_RUNS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
# Latin words that say nothing about the matter; Chinese needs none, rare pairs outweigh frequent ones.
_EMPTY_WORDS = frozenset(
    {
        *(
            "a",
            "an",
            "and",
            "are",
            "at",
            "been",
            "by",
            "for",
            "from",
            "has",
            "have",
            "i",
            "in",
            "is",
            "it",
            "its",
            "my",
        ),
        *("near", "of", "on", "or", "our", "out", "please", "some", "that", "the", "there", "this", "to", "us", "very"),
        *("was", "we", "were", "with", "you"),
    }
)
_TEXT_LENGTH_MAX = 400
_SCORE_MIN = 0.25
# How much the best phrase counts against how much of the text is explained.
_PHRASE_SHARE = 0.4
_REST_SHARE = 1 - _PHRASE_SHARE


@dataclass(frozen=True, slots=True)
class _Phrase:
    category: CategoryKey
    text: str
    weight: float


class CategorySearch:
    """The words of a catalogue's categories, prepared for many questions in one language."""

    def __init__(self, categories: Iterable[CategoryCard], lang: str) -> None:
        self._categories = {card.key: card for card in categories}
        phrases = [
            (card.key, text, grams(text))
            for card in self._categories.values()
            for text in dict.fromkeys(_words_of(card, lang))
        ]
        self._weights = _gram_weights(phrases)
        self._phrases = [_Phrase(key, text, self._weight(found)) for key, text, found in phrases]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for position, (_, _, found) in enumerate(phrases):
            for gram in found:
                self._holders[gram].append(position)

    def matches(self, text: str) -> list[CategoryMatch]:
        """The categories that ``text`` may mean, best first; equal ones by code."""
        asked = {gram: self._weights[gram] for gram in self._known(grams(text[:_TEXT_LENGTH_MAX]))}
        met: dict[int, float] = defaultdict(float)
        explained: dict[CategoryKey, set[str]] = defaultdict(set)
        for gram, weight in asked.items():
            for position in self._holders[gram]:
                met[position] += weight
                explained[self._phrases[position].category].add(gram)
        total = sum(asked.values())
        covered = {key: sum(asked[gram] for gram in found) / total for key, found in explained.items()}
        matches = (
            CategoryMatch(self._categories[key], round(_PHRASE_SHARE * part + _REST_SHARE * covered[key], 4), words)
            for key, (part, words) in self._best_phrases(met).items()
        )
        good = (match for match in matches if match.score >= _SCORE_MIN)
        return sorted(good, key=lambda match: (-match.score, match.category.key))

    def _known(self, asked: Iterable[str]) -> set[str]:
        """The grams that some category has; a character alone stands for every pair it is part of."""
        known: set[str] = set()
        for gram in asked:
            known.update([gram] if len(gram) > 1 else (pair for pair in self._weights if gram in pair))
        return known & self._weights.keys()

    def _best_phrases(self, met: Mapping[int, float]) -> dict[CategoryKey, tuple[float, tuple[str, ...]]]:
        parts: dict[CategoryKey, list[tuple[float, float, str]]] = defaultdict(list)
        for position, weight in met.items():
            phrase = self._phrases[position]
            parts[phrase.category].append((weight / phrase.weight, phrase.weight, phrase.text))
        best = {key: sorted(found, reverse=True) for key, found in parts.items()}
        return {key: (found[0][0], tuple(text for _, _, text in found[:3])) for key, found in best.items()}

    def _weight(self, found: frozenset[str]) -> float:
        return sum(self._weights[gram] for gram in found)


def grams(text: str) -> frozenset[str]:
    """The n-grams of a text: pairs of Chinese characters (one character stands alone), triples of Latin words."""
    found: set[str] = set()
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] > "\u3000":
            found.update(_cut(run, 2))
        elif run not in _EMPTY_WORDS:
            found.update(_cut(f"_{run}_", 3))
    return frozenset(found)


def _cut(run: str, size: int) -> Iterable[str]:
    return (run[start : start + size] for start in range(max(1, len(run) - size + 1)))


def _words_of(card: CategoryCard, lang: str) -> Iterable[str]:
    chinese = lang.lower().startswith("zh")
    words = (*card.keywords_zh, card.name.zh, card.resident.zh) if chinese else ()
    others = (*card.keywords_en, card.name.en, card.resident.en)
    # Whoever reads Chinese may still write an English word; the other way round it never helped anybody.
    return (word for word in (*words, *others) if grams(word))


def _gram_weights(phrases: Iterable[tuple[CategoryKey, str, frozenset[str]]]) -> dict[str, float]:
    """Inverse frequency over categories, above zero for every gram."""
    pairs = {(key, gram) for key, _, found in phrases for gram in found}
    spread = Counter(gram for _, gram in pairs)
    count = len({key for key, _ in pairs})
    return {gram: log(1 + count / seen) for gram, seen in spread.items()}
