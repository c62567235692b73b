"""Reading a mapping: the TOML file that says what the columns of a city's table mean.

Every fault is told by the key it stands under and with what to write instead; see docs/operators/requests-import.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping as Table
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from lilong.kernel.areas import AreaCode, Level
from lilong.project.trouble import Trouble

FORMAT = 1
# A case keeps its category as scheme:version:code in 40 characters; what is left must hold a code worth reading.
SCHEME_CHARACTERS_MAX = 20
_SCHEME = re.compile(r"[a-z0-9][a-z0-9_.]{0,18}")
_LEVELS = {level.name.lower(): level for level in (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.GRID)}
_DIGITS = re.compile(r"[0-9]{2}")
_WHERE = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_MISSING = re.compile(r"Object missing required field `(?P<field>\w+)`")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<field>[^`]+)`")
_LIMIT_DAYS_MAX = 3650
_Demand = tuple[str, bool, str]
_GUIDE = "docs/operators/requests-import.md lists every key."


class City(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The city the requests are of. ``code``: two digits no other city of the instance has."""

    code: str
    name: str
    timezone: str


class Areas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where its areas come from: a GeoJSON file beside the mapping, and which property names each area."""

    name_property: str
    file: str = ""
    level: str = "district"


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which column of the table holds what; an empty name means that the table has no such column."""

    id: str
    opened: str
    category: str
    unit: str
    group: str = ""
    target: str = ""
    closed: str = ""
    on_time: str = ""
    status: str = ""
    neighbourhood: str = ""
    latitude: str = ""
    longitude: str = ""
    source: str = ""
    words: tuple[str, ...] = ()


class Times(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How moments are written: ``iso``, or a pattern of ``strptime``; on the city's clock unless they say another."""

    format: str = "iso"


class Values(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which words of the status and on-time columns mean what. Letters count."""

    open: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    in_time: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()


class Categories(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The city's own scheme of categories, its version, and Chinese names for those that have one."""

    scheme: str
    version: str
    limit_days: int = 30
    names: dict[str, str] = {}
    groups: dict[str, str] = {}


class UnitName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a unit is called in both languages."""

    zh: str
    en: str


class Units(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The desk that files and checks, and what the units of the table are called; others keep the table's word."""

    desk: UnitName
    names: dict[str, UnitName] = {}


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a mapping says. ``neighbourhoods`` gives, for a word of that column, the areas it may stand for;
    an empty list means the whole city."""

    format: int
    city: City
    areas: Areas
    columns: Columns
    categories: Categories
    units: Units
    time: Times = Times()
    values: Values = Values()
    neighbourhoods: dict[str, tuple[str, ...]] = {}
    encoding: str = "utf-8-sig"

    @property
    def area(self) -> AreaCode:
        """The city's area."""
        return AreaCode(self.city.code)

    @property
    def level(self) -> Level:
        """The level of its areas."""
        return _LEVELS[self.areas.level]

    @property
    def zone(self) -> ZoneInfo:
        """The city's wall clock."""
        return ZoneInfo(self.city.timezone)


def read_mapping(path: Path) -> Mapping:
    """The mapping in the file ``path``. Raises :class:`Trouble` naming the key at fault and what to write there."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Trouble(
            f"The mapping {path} cannot be read: {error.strerror}.", "Name the file with --mapping."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Trouble(f"The mapping {path.name} is no TOML: {error}.", "Mend that place and run again.") from error
    return mapping_from(document)


def mapping_from(document: Table[str, Any]) -> Mapping:
    """The mapping of a TOML document. Raises :class:`Trouble` as :func:`read_mapping` does."""
    try:
        mapping = msgspec.convert(document, Mapping)
    except msgspec.ValidationError as error:
        raise _unfit(str(error)) from error
    for path, is_wrong, remedy in _demands(mapping):
        if is_wrong:
            raise _wrong(path, remedy)
    return mapping


def _demands(mapping: Mapping) -> list[_Demand]:
    """What the types cannot say: key, whether it is wrong, what to write there."""
    return [
        ("format", mapping.format != FORMAT, f"This version of Lilong reads format = {FORMAT}."),
        *_demands_of_city(mapping),
        *_demands_of_columns(mapping.columns),
        *_demands_of_categories(mapping.categories),
        *_demands_of_values(mapping),
        *_demands_of_words(mapping),
    ]


def _demands_of_city(mapping: Mapping) -> list[_Demand]:
    city, areas = mapping.city, mapping.areas
    is_code = bool(_DIGITS.fullmatch(city.code)) and city.code != "00"
    return [
        ("city.code", not is_code, 'Write two digits that no other city of the instance has, such as "91".'),
        ("city.name", not city.name.strip(), "Write the city's name."),
        ("city.timezone", not _is_zone(city.timezone), "Write one of the tz database, such as America/New_York."),
        ("areas.level", areas.level not in _LEVELS, f"Write one of {', '.join(_LEVELS)}."),
        ("areas.name_property", not areas.name_property, "Name the GeoJSON property that holds an area's name."),
    ]


def _demands_of_columns(columns: Columns) -> list[_Demand]:
    named = [name for name in _names(columns) if name]
    needed = all((columns.id, columns.opened, columns.category, columns.unit))
    has_place = bool(columns.latitude or columns.neighbourhood)
    is_half = bool(columns.latitude) != bool(columns.longitude)
    return [
        ("columns", not needed, "id, opened, category and unit must name a column."),
        ("columns.longitude", is_half, "Name both latitude and longitude, or neither."),
        (
            "columns.neighbourhood",
            not has_place,
            "Name a neighbourhood column, or latitude and longitude: a request must be somewhere.",
        ),
        ("columns", len(set(named)) != len(named), "One column cannot mean two things."),
    ]


def _demands_of_categories(categories: Categories) -> list[_Demand]:
    scheme, version = categories.scheme, categories.version
    is_version = bool(version) and ":" not in version and len(f"{scheme}{version}") <= SCHEME_CHARACTERS_MAX
    return [
        (
            "categories.scheme",
            not _SCHEME.fullmatch(scheme),
            "Write 1 to 19 small letters, digits, dots or underscores, such as boston.311.",
        ),
        (
            "categories.version",
            not is_version,
            f"Write a version without colons; with the scheme at most {SCHEME_CHARACTERS_MAX} characters.",
        ),
        ("categories.limit_days", not 1 <= categories.limit_days <= _LIMIT_DAYS_MAX, "Write 1 to 3650 days."),
    ]


def _demands_of_values(mapping: Mapping) -> list[_Demand]:
    columns, values = mapping.columns, mapping.values
    both = sorted({*values.open} & {*values.closed} | {*values.in_time} & {*values.overdue})
    return [
        ("values.overdue", bool(columns.on_time and not values.overdue), "Say which words of the column mean overdue."),
        ("values.in_time", bool(columns.on_time and not values.in_time), "Say which words of the column mean in time."),
        ("values.closed", bool(columns.status and not values.closed), "Say which words of the column mean closed."),
        ("values", bool(both), f"{', '.join(both)} cannot mean both."),
        ("encoding", not _is_encoding(mapping.encoding), "Write a character encoding, such as utf-8 or latin-1."),
    ]


def _demands_of_words(mapping: Mapping) -> list[_Demand]:
    named = {
        "categories.names": mapping.categories.names,
        "categories.groups": mapping.categories.groups,
        "units.names": {word: unit.zh and unit.en for word, unit in mapping.units.names.items()},
        "units": {"desk": mapping.units.desk.zh and mapping.units.desk.en},
    }
    return [
        (f"{path}.{word}", not text.strip(), "Write a name, or leave the line out.")
        for path, words in named.items()
        for word, text in words.items()
    ]


def _names(columns: Columns) -> list[str]:
    """Every column named for one meaning; ``words`` may repeat them."""
    return [value for name, value in msgspec.structs.asdict(columns).items() if name != "words"]


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_encoding(name: str) -> bool:
    try:
        return b"a".decode(name) == "a"
    except (LookupError, UnicodeDecodeError):
        return False


def _unfit(message: str) -> Trouble:
    """A fault of form, as msgspec says it, by its key."""
    found = _WHERE.search(message)
    path = found["path"] if found else ""
    said = _WHERE.sub("", message)
    if missing := _MISSING.match(said):
        return Trouble(f"The mapping lacks the key {_joined(path, missing['field'])}.", f"Add it. {_GUIDE}")
    if unknown := _UNKNOWN.match(said):
        return Trouble(f"The mapping has an unknown key {_joined(path, unknown['field'])}.", f"Take it out. {_GUIDE}")
    return Trouble(f"The mapping's key {path or '(top)'} is wrong: {said.replace('`', '')}.", _GUIDE)


def _wrong(path: str, remedy: str) -> Trouble:
    return Trouble(f"The mapping's key {path} is wrong.", f"{remedy} {_GUIDE}")


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field
