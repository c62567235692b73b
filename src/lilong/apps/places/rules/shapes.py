"""Whose boundary each feature of a file is: by name or code among the areas of its level, or a new area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from shapely.geometry.base import BaseGeometry

from lilong.apps.places.rules.codes import digits_below, free_code
from lilong.apps.places.rules.plans import Creation
from lilong.apps.places.rules.polygons import Shape, Shapes
from lilong.apps.places.rules.vintages import Known, references_of
from lilong.apps.places.terms import BoundaryFile, RowRefusal
from lilong.kernel.areas import Level
from lilong.kernel.words import Label

_KIND_OF_LEVEL = {
    Level.DISTRICT: "neighbourhood",
    Level.STREET: "street",
    Level.COMMUNITY: "community",
    Level.GRID: "grid",
}
_NAME_CHARACTERS_MAX = 200
_SOURCE_CODE_CHARACTERS_MAX = 40


@dataclass(slots=True)
class Placing:
    """Polygons by area, the areas that have to be made for them, and the features that belong nowhere."""

    polygons: dict[str, BaseGeometry] = field(default_factory=dict)
    creations: list[Creation] = field(default_factory=list)
    refusals: list[RowRefusal] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)


def place_shapes(shapes: Shapes, file: BoundaryFile, known: Sequence[Known]) -> Placing:
    """Find the area of every shape. With any refusal the placing is not to be written."""
    placing = Placing()
    for shape in shapes.shapes:
        placing.names[shape.number] = str(shape.properties.get(file.name_property) or "").strip()
    below = [area for area in known if not area.closed and area.code != file.city.digits]
    if below or file.level is Level.CITY:
        _match(shapes, file, [area for area in known if not area.closed and area.level == file.level], placing)
    else:
        _found(shapes, file, known, placing)
    return placing


def _match(shapes: Shapes, file: BoundaryFile, areas: Sequence[Known], placing: Placing) -> None:
    by_code = references_of(areas)
    counted = Counter(area.name for area in areas)
    by_name = {area.name: area.code for area in areas if counted[area.name] == 1}
    for shape in shapes.shapes:
        name = placing.names[shape.number]
        found = by_code.get(name) or by_name.get(name)
        if found is None or found in placing.polygons:
            placing.refusals.append(_unplaced(shape, file, placing, twice=found is not None))
        else:
            placing.polygons[found] = shape.polygon


def _found(shapes: Shapes, file: BoundaryFile, known: Sequence[Known], placing: Placing) -> None:
    """Make the areas: directly below the city, numbered in the order of the file."""
    taken = {area.code for area in known}
    city = file.city.digits
    if city not in taken:
        if not file.city_name:
            placing.refusals.append(_city_unknown(file))
            return
        placing.creations.append(Creation(city, Level.CITY, file.city_name, "city", "", city))
        taken.add(city)
    digits = digits_below(city, file.level, len(shapes.shapes))
    seen: Counter[str] = Counter(placing.names.values())
    for shape in shapes.shapes:
        name = placing.names[shape.number]
        code = free_code(city, digits, taken, from_top=False)
        if not name or len(name) > _NAME_CHARACTERS_MAX or seen[name] > 1 or code is None:
            placing.refusals.append(_unplaced(shape, file, placing, twice=seen[name] > 1))
            continue
        taken.add(code)
        source_code = name[:_SOURCE_CODE_CHARACTERS_MAX]
        placing.creations.append(Creation(code, file.level, name, _KIND_OF_LEVEL[file.level], city, source_code))
        placing.polygons[code] = shape.polygon


def _city_unknown(file: BoundaryFile) -> RowRefusal:
    return RowRefusal(
        1,
        Label(
            f"还没有城市 {file.city}。请先导入它的区划，或用 --city-name 给它一个名称。",
            f"The city {file.city} is not known. Import its areas first, or name it with --city-name.",
        ),
    )


def _unplaced(shape: Shape, file: BoundaryFile, placing: Placing, *, twice: bool) -> RowRefusal:
    name, number, level = placing.names[shape.number], shape.number, file.level.label
    if not name:
        return RowRefusal(
            number,
            Label(
                f"第 {number} 个要素没有属性“{file.name_property}”。请用 --name-property 指出写名称的属性。",
                f"Feature {number} has no property “{file.name_property}”. Say with --name-property where the name is.",
            ),
        )
    if len(name) > _NAME_CHARACTERS_MAX:
        return RowRefusal(
            number,
            Label(
                f"第 {number} 个要素的名称超过 {_NAME_CHARACTERS_MAX} 个字。请改短，或换一个 --name-property。",
                f"The name of feature {number} is longer than {_NAME_CHARACTERS_MAX}. Shorten it, or name another "
                "property with --name-property.",
            ),
        )
    if twice:
        return RowRefusal(
            number,
            Label(
                f"“{name}”出现了不止一次。请先合并成一个要素。",
                f"“{name}” appears more than once. Merge its parts into one feature first.",
            ),
        )
    return RowRefusal(
        number,
        Label(
            f"没有（或不止一个）名为“{name}”的{level.zh}级区域。请更正名称，或用 --name-property 指向写代码的属性。",
            f"No single area “{name}” at the level {level.en}. Correct it, or let --name-property hold codes.",
        ),
    )
