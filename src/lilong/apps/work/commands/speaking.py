"""What is said on the way of a matter: what people hand in, and the messages its scenario has for somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lilong.apps.organisations import public as organisations
from lilong.apps.work.models import Undertaking, UndertakingNote
from lilong.apps.work.rules.messages import late_notices_of, notices_of, once_each
from lilong.apps.work.rules.planning import Ready
from lilong.apps.work.terms import PLATFORM, Facts, Happened, Hearer, Notice, Plan
from lilong.kernel.actors import Actor
from lilong.kernel.ids import new_salt, salted_digest
from lilong.kernel.keys import CommandKey


@dataclass(frozen=True, slots=True)
class Words:
    """Something said: its kind, the key of the work it belongs to, for whom; ``english`` only in a scenario's words."""

    kind: str
    step: str
    text: str
    english: str = ""
    hearer: str = ""
    unit: int | None = None


def keep_words(row: Undertaking, words: Iterable[Words], by: Actor, key: CommandKey) -> list[dict[str, str]]:
    """Keep words as erasable notes; returns what the journal keeps of them: salted digests. Inside the act."""
    notes, kept = [], []
    for said_now in words:
        text = said_now.text.strip()
        if not text:
            continue
        salt, speaker = new_salt(), PLATFORM if said_now.hearer else by.name
        notes.append(
            UndertakingNote(
                undertaking=row,
                area=row.area,
                kind=said_now.kind,
                step=said_now.step,
                text=text,
                text_en=said_now.english,
                salt=salt,
                by=speaker.as_json(),
                at=key.at,
                hearer=said_now.hearer,
                unit=said_now.unit,
            )
        )
        kept.append({"note": said_now.kind, "hearer": said_now.hearer, "text": salted_digest(salt, text).hex()})
    if notes:
        UndertakingNote.objects.bulk_create(notes)
    return kept


def words_of(notices: Iterable[Notice]) -> Iterator[Words]:
    """A scenario's messages as words to be kept."""
    for notice in notices:
        yield Words("message", notice.step, notice.words.zh, notice.words.en, notice.to.value, notice.unit)


def messages_of(
    ready: Ready, facts: Facts, plan: Plan, happened: Happened | None = None, unit: int | None = None
) -> tuple[Notice, ...]:
    """What the scenario says when ``plan`` is applied after ``happened``, the doing of ``unit``; to whom, in words.

    The same for every kind of subject; whoever owns the subject keeps them in the act that applies the plan.
    """
    return once_each(_addressed(notices_of(ready, facts, plan, happened, unit)))


def late_messages_of(ready: Ready, facts: Facts, key: str, unit: int) -> tuple[Notice, ...]:
    """What the scenario says when ``unit`` is past the limit of the piece of work ``key``."""
    return once_each(_addressed(late_notices_of(ready, facts, key, unit)))


def _addressed(notices: Iterable[Notice]) -> Iterator[Notice]:
    """The notices with the unit above in place of the one that has the work, where that one is meant."""
    for notice in notices:
        if notice.to is Hearer.ABOVE and notice.unit is not None:
            above = organisations.unit_above(notice.unit)
            yield replace(notice, unit=above.id if above else None)
        else:
            yield notice
