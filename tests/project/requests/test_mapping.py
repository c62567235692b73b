"""A mapping that is wrong says which key and what to write there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lilong.kernel.areas import Level
from lilong.project.requests.mapping import mapping_from, read_mapping
from lilong.project.trouble import Trouble
from tests.project.requests.samples import SHIPPED, document


def test_the_shipped_mapping_is_whole() -> None:
    mapping = read_mapping(SHIPPED)
    assert (mapping.area.digits, mapping.level, mapping.zone.key) == ("91", Level.DISTRICT, "America/New_York")
    assert (SHIPPED.parent / mapping.areas.file).is_file()
    assert mapping.neighbourhoods["Boston"] == ()


@pytest.mark.parametrize(
    ("changes", "key", "remedy"),
    [
        ({"format": 2}, "format", "format = 1"),
        ({"city__code": "310"}, "city.code", "two digits"),
        ({"city__code": "00"}, "city.code", "two digits"),
        ({"city__name": " "}, "city.name", "name"),
        ({"city__timezone": "Boston"}, "city.timezone", "America/New_York"),
        ({"city__timezone": "../etc/passwd"}, "city.timezone", "tz database"),
        ({"areas__level": "city"}, "areas.level", "district, street, community, grid"),
        ({"areas__name_property": ""}, "areas.name_property", "property"),
        ({"columns__id": ""}, "columns", "id, opened, category and unit"),
        ({"columns__longitude": ""}, "columns.longitude", "both"),
        (
            {"columns__latitude": "", "columns__longitude": "", "columns__neighbourhood": ""},
            "columns.neigh",
            "somewhere",
        ),
        ({"columns__closed": "target"}, "columns", "two things"),
        ({"values__overdue": []}, "values.overdue", "overdue"),
        ({"values__in_time": []}, "values.in_time", "in time"),
        ({"values__closed": []}, "values.closed", "closed"),
        ({"values__open": ["Closed"]}, "values", "both"),
        ({"categories__scheme": "Boston 311"}, "categories.scheme", "small letters"),
        ({"categories__version": "2011-07-01 to 2011-10"}, "categories.version", "at most 20"),
        ({"categories__version": "a:b"}, "categories.version", "colons"),
        ({"categories__limit_days": 0}, "categories.limit_days", "1 to 3650"),
        ({"categories__names": {"Street Light Outages": ""}}, "categories.names.Street", "leave the line out"),
        ({"units__desk": {"zh": "", "en": "Desk"}}, "units.desk", "name"),
        ({"encoding": "utf-9"}, "encoding", "utf-8"),
        ({"city": None}, "city", "Add it"),
        ({"city__code": None}, "city.code", "Add it"),
        ({"city__population": 7}, "city.population", "Take it out"),
        ({"city__code": 91}, "city.code", "str"),
        ({"columns__words": "remark"}, "columns.words", "array"),
    ],
)
def test_a_wrong_key_is_named_with_its_remedy(changes: dict[str, Any], key: str, remedy: str) -> None:
    with pytest.raises(Trouble) as told:
        mapping_from(document(**changes))
    assert key in told.value.text
    assert remedy in f"{told.value.text} {told.value.remedy}"


@pytest.mark.parametrize(
    ("content", "said"), [(b"format = ", "is no TOML"), (b"\xff\xfe", "is no TOML"), (b"", "lacks the key format")]
)
def test_a_file_that_is_no_mapping_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_bytes(content)
    with pytest.raises(Trouble, match=said):
        read_mapping(path)


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="cannot be read"):
        read_mapping(tmp_path / "none.toml")
