"""Making ready what requests need to stand on: the city, its areas, units, categories and who is responsible.

Each part is made only where it is missing, by the same commands as everything else; a run that was killed in between
goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping as Named
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CatalogueCard, CategoryKey
from lilong.apps.places import public as places
from lilong.apps.places.terms import BoundaryFile
from lilong.kernel.actors import Actor, machine
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.refusals import Refused
from lilong.kernel.words import Label
from lilong.project import clock
from lilong.project.requests import catalogue
from lilong.project.requests.mapping import Mapping
from lilong.project.requests.survey import Spoken, Survey, folded
from lilong.project.trouble import Trouble

_DUTIES = frozenset(
    {
        "places.boundary.import",
        "organisations.unit.administer",
        "organisations.catalogue.keep",
        "cases.case.record",
    }
)
_SOON = timedelta(microseconds=1)
_SAID_ALREADY = "organisations.responsibility_said_twice"


@dataclass(frozen=True, slots=True)
class Founded:
    """What the requests will stand on: units and categories by the table's words, folded; what the run made."""

    units: Named[str, int]
    categories: Named[str, CategoryKey]
    facts: dict[str, Any]


def operator(mapping: Mapping) -> Actor:
    """Who an import acts as: the command line, in this city, with exactly the duties it needs."""
    return machine(Label("命令行", "command line"), _DUTIES, mapping.area)


def command(content: bytes = b"") -> CommandKey:
    """A new command of now."""
    at = clock.now()
    return CommandKey(new_id(at), at, body_digest(content))


def found_areas(mapping: Mapping, beside: Path, given: Path | None) -> int:
    """Bring in the areas when the city has none yet, or when a file is given; returns how many it has.

    Raises :class:`Trouble` for a file that is missing or not fit, ``Refused`` for a city inside another one.
    """
    if given or not places.areas_below(mapping.area, mapping.level):
        _import_areas(mapping, given or _named_file(mapping, beside))
    return len(places.areas_below(mapping.area, mapping.level))


def found_offices(mapping: Mapping, found: Survey) -> Founded:
    """Make the units and categories the table speaks of and the catalogue that says who handles which."""
    by = operator(mapping)
    units = _made_units(mapping, found, by)
    made = _made_categories(mapping, found, by)
    facts = {"code": mapping.city.code, "name": mapping.city.name, "units": len(units), **made}
    keys = {folded(name): catalogue.category_key(mapping, name) for name in found.categories}
    return Founded(units, keys, facts)


def _named_file(mapping: Mapping, beside: Path) -> Path:
    if not mapping.areas.file:
        raise Trouble(
            f"The city {mapping.city.name} ({mapping.city.code}) has no areas yet, and the mapping names no file.",
            "Give a GeoJSON file with --areas, or name it in areas.file of the mapping.",
        )
    return beside / mapping.areas.file


def _import_areas(mapping: Mapping, path: Path) -> None:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Trouble(
            f"The areas in {path} cannot be read: {error.strerror}.",
            "Put the GeoJSON file there, or name another one with --areas.",
        ) from error
    file = BoundaryFile(
        mapping.area, content, path.name, mapping.level, mapping.areas.name_property, city_name=mapping.city.name
    )
    report = places.import_boundaries(by=operator(mapping), key=command(content), file=file)
    if report.refusals:
        first = report.refusals[0]
        raise Trouble(
            f"{path.name} cannot be taken, {len(report.refusals)} refusal(s); the first: {first.reason.en}",
            "Mend the file, or areas.name_property of the mapping. Nothing was written.",
        )


def _made_units(mapping: Mapping, found: Survey, by: Actor) -> dict[str, int]:
    wanted = sorted(found.units)
    known = _known_units(mapping)
    functions = {name: catalogue.function_code(mapping, name) for name in wanted}
    if not known.keys() >= {catalogue.desk_code(mapping), *functions.values()}:
        structure = catalogue.structure(mapping, wanted)
        organisations.establish_structure(by=by, key=command(), area=mapping.area, structure=structure)
        known = _known_units(mapping)
    return {folded(name): known[function] for name, function in functions.items()}


def _known_units(mapping: Mapping) -> dict[str, int]:
    return {unit.function: unit.id for unit in organisations.units_within(mapping.area, level=None)}


def _made_categories(mapping: Mapping, found: Survey, by: Actor) -> dict[str, Any]:
    """Load the first catalogue of the city, or draft its successor with the categories that are new."""
    at = clock.now()
    here = {card.key for card in organisations.categories(area=mapping.area, at=at)}
    new = {n: s for n, s in found.categories.items() if catalogue.category_key(mapping, n) not in here}
    present = organisations.catalogue_in_force(area=mapping.area, at=at)
    if new and present is None:
        _load(mapping, found, by)
    elif new and present is not None:
        is_first = not any(key.scheme == mapping.categories.scheme for key in here)
        _extend(mapping, new, by, present, desk=is_first)
    now = organisations.catalogue_in_force(area=mapping.area, at=clock.now())
    return {"categories": len(found.categories), "new_categories": len(new), "catalogue": now.name if now else ""}


def _load(mapping: Mapping, found: Survey, by: Actor) -> None:
    """The first version begins with the oldest request: history stands under it."""
    name = f"{mapping.categories.scheme}-{mapping.categories.version}"
    sheets = catalogue.sheets(mapping, found, name)
    loaded = organisations.load_catalogue(by=by, key=command(), area=mapping.area, name=name, sheets=sheets)
    begins = found.earliest or clock.now()
    _publish(by, int(loaded.details["catalogue"]), begins)


def _extend(mapping: Mapping, new: dict[str, Spoken], by: Actor, present: CatalogueCard, *, desk: bool) -> None:
    name = f"{mapping.categories.scheme}-{clock.now():%Y%m%d%H%M%S}"
    receipt = organisations.draft_catalogue(by=by, key=command(), source=present.id, name=name)
    draft = int(receipt.details["catalogue"])
    for category, spoken in sorted(new.items()):
        card = catalogue.category_card(mapping, category, spoken)
        organisations.keep_category(by=by, key=command(), catalogue=draft, category=card)
        standard = catalogue.standard_card(mapping, category, spoken)
        organisations.keep_standard(by=by, key=command(), catalogue=draft, standard=standard)
    first = organisations.last_responsibility(draft) + 1
    for row in catalogue.responsibility_rows(mapping, new, first, desk=desk):
        try:
            organisations.keep_responsibility(by=by, key=command(), catalogue=draft, row=row)
        except Refused as refused:
            # A catalogue that already says who files and checks is left to say so.
            if refused.refusals[0].code != _SAID_ALREADY:
                raise
    _publish(by, draft, None)


def _publish(by: Actor, number: int, begins: datetime | None) -> None:
    key = command()
    organisations.publish_catalogue(by=by, key=key, catalogue=number, valid_from=begins or key.at + _SOON)
