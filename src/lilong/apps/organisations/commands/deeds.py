"""What all commands of organisations share: duties, the edition, ids made from keys, the wording of refusals."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID, uuid5

from lilong.apps.organisations.models import Edition
from lilong.apps.organisations.models.shapes import Kept
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent, invalid
from lilong.kernel.words import Label
from lilong.ledger.acts import Deed

ADMINISTER = "organisations.unit.administer"
KEEP = "organisations.catalogue.keep"
UNIT_CHANGED = "organisations.unit_changed"
POST_CHANGED = "organisations.post_changed"
CATALOGUE_CHANGED = "organisations.catalogue_changed"
MISSING_RESOLVED = "organisations.missing_resolved"

# A name space of our own, so that a subject made from a key is the same at every repeat of the key.
_SUBJECTS = UUID("6f1c5b8e-6f0a-5d0c-9a53-3f1b7c2f6f11")
Row = TypeVar("Row", bound=Kept)


def unit_deed(name: str, label: Label) -> Deed:
    """A deed of the administrator of units."""
    return Deed(name, label, ADMINISTER, UNIT_CHANGED, "organisations.unit")


def post_deed(name: str, label: Label) -> Deed:
    """A deed of the administrator of units on a post."""
    return Deed(name, label, ADMINISTER, POST_CHANGED, "organisations.post")


def catalogue_deed(name: str, label: Label) -> Deed:
    """A deed of the catalogue's keeper."""
    return Deed(name, label, KEEP, CATALOGUE_CHANGED, "organisations.catalogue")


def subject_from(key: CommandKey) -> UUID:
    """The journal's subject of something this command makes: the same at every repeat."""
    return uuid5(_SUBJECTS, str(key.id))


def subject_named(name: str) -> UUID:
    """The journal's subject of something known by its name, such as the staffing of a city."""
    return uuid5(_SUBJECTS, name)


def renew_edition() -> None:
    """Tell every process that its book is old, and let one change of organisations follow another."""
    Edition.renew()


def found(model: type[Row], number: int | UUID, what: Label) -> Row:
    """The row as it stands, before any lock. Raises the refusal of something that does not exist."""
    row = model.objects.filter(pk=number).first()
    if row is None:
        raise absent(what)
    return row


def locked(model: type[Row], number: int | UUID, what: Label) -> Row:
    """The row, locked until the transaction ends."""
    row = model.objects.select_for_update(no_key=True).filter(pk=number).first()
    if row is None:
        raise absent(what)
    return row


def refused(code: str, text: Label, remedy: Label, field: str = "") -> Refused:
    """One refusal of this app."""
    return invalid(f"organisations.{code}", text, remedy, field)


def not_now(code: str, text: Label, remedy: Label) -> Refused:
    """The refusal of something that the present state does not allow."""
    return Refused(RefusalKind.NOT_NOW, (Refusal(f"organisations.{code}", text, remedy),))


def refuse_too_long(words: Label, longest: int, field: str) -> None:
    """Refuse a label that its column could not hold."""
    if max(len(words.zh), len(words.en)) > longest or "\0" in words.zh + words.en:
        raise refused(
            "words_too_long",
            Label(f"超过 {longest} 个字，或含有不可用的字符。", f"More than {longest} characters, or a forbidden one."),
            Label("请写得短一些。", "Make it shorter."),
            field,
        )
