"""Versions of scenarios, one by one."""

from __future__ import annotations

from uuid import UUID

from lilong.apps.work.lifecycle import SCENARIO
from lilong.apps.work.models import Publication, ScenarioNote, ScenarioVersion
from lilong.apps.work.models.frames import scenario_of
from lilong.apps.work.queries.running import running_matters
from lilong.apps.work.queries.shelf import ready
from lilong.apps.work.terms import PublicationCard, Scenario, VersionCard, VersionNote
from lilong.kernel.actors import Actor, machine
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import absent
from lilong.kernel.words import Label
from lilong.ledger.scope import reading

_WHAT = Label("场景版本", "version of a scenario")


def version(*, seen_by: Actor, version: UUID) -> VersionCard:
    """One version with its publications and the words said about it.

    Raises :class:`~lilong.kernel.refusals.Refused` (absent). Statements: scope, row, publications, notes, one for each
    kind of subject that counts its matters.
    """
    with reading(seen_by):
        row = ScenarioVersion.objects.filter(pk=version).first()
        if row is None:
            raise absent(_WHAT)
        return _card(row)


def version_named(*, seen_by: Actor, reference: str) -> VersionCard:
    """The version ``name@number``; a name alone is its latest version. Raises as :func:`version`."""
    name, _, number = reference.partition("@")
    with reading(seen_by):
        named = ScenarioVersion.objects.filter(name=name).order_by("-number")
        row = (named.filter(number=int(number)) if number.isascii() and number.isdigit() else named).first()
        if row is None or (number and str(row.number) != number):
            raise absent(_WHAT)
        return _card(row)


def before(*, seen_by: Actor, version: UUID) -> Scenario | None:
    """What a version is compared with: the one it was copied from, else the one before it of its name. None: neither.

    Statements: scope, row, text.
    """
    with reading(seen_by):
        row = ScenarioVersion.objects.filter(pk=version).defer("text").first()
        if row is None:
            raise absent(_WHAT)
        name, _, number = row.origin.partition("@")
        if name == row.name or not number.isdigit():
            earlier = ScenarioVersion.objects.filter(name=row.name, number__lt=row.number).order_by("-number")
        else:
            earlier = ScenarioVersion.objects.filter(name=name, number=int(number))
        text = earlier.values_list("text", flat=True).first()
    return scenario_of(text) if text else None


def scenario_of_reference(reference: str) -> Scenario:
    """The scenario of any version, written or built in. Raises ``LookupError``."""
    name, _, number = reference.partition("@")
    with reading(machine(_WHAT, frozenset())):
        rows = ScenarioVersion.objects.filter(name=name, number=int(number) if number.isdigit() else 0)
        text = rows.values_list("text", flat=True).first()
    return scenario_of(text) if text else ready(reference).scenario


def running_of(reference: str) -> int:
    """How many open matters of the open scope go by a version: what a withdrawal tells. Call inside a scope."""
    return running_matters((reference,))[reference]


def publications_of(*, seen_by: Actor, name: str) -> tuple[PublicationCard, ...]:
    """Every publication of every version of a name, the latest first. Statements: scope, rows."""
    with reading(seen_by):
        rows = Publication.objects.filter(version__name=name).select_related("version")
        return tuple(row.card for row in rows.order_by("-since", "-id"))


def _card(row: ScenarioVersion) -> VersionCard:
    publications = Publication.objects.filter(version=row).select_related("version").order_by("-since", "-id")
    notes = ScenarioNote.objects.filter(version=row).order_by("at", "id")
    return VersionCard(
        row.id,
        scenario_of(row.text),
        row.text,
        AreaCode(row.area),
        row.state,
        SCENARIO.states[row.state].label,
        row.version,
        row.digest,
        Label.from_json(row.writer),
        row.written_at,
        row.submitted_at,
        Label.from_json(row.approver) if row.approver else None,
        row.approved_at,
        tuple(publication.card for publication in publications),
        tuple(VersionNote(note.kind, note.text, Label.from_json(note.by), note.at) for note in notes),
        tuple(row.findings),
        row.origin,
        running_of(row.reference),
    )
