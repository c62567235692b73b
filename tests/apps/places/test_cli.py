"""``lilong areas`` as a program: one object on standard output, sentences on standard error, a telling status."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lilong.project.home import Home
from tests.apps.places.samples import DATA, edited, table
from tests.project.conftest import Cli, cli_on, removed

BOSTON = Path(__file__).parent / "data" / "boston_neighborhoods.geojson.gz"


@pytest.fixture(scope="module")
def lilong() -> Iterator[Cli]:
    """One initialised instance for the whole journey below."""
    home = Home(Path(tempfile.mkdtemp(prefix="ll-")).resolve())
    cli = cli_on(home)
    assert cli("init").returncode == 0
    yield cli
    removed(home)


@pytest.fixture
def directory() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="ll-areas-"))
    yield made
    shutil.rmtree(made)


def facts(ran: Any, status: int = 0) -> dict[str, Any]:
    """The one object a command printed."""
    assert ran.returncode == status, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    found = json.loads(ran.stdout)
    assert isinstance(found, dict)
    return found


def test_a_city_from_nothing_to_a_second_vintage(lilong: Cli, directory: Path) -> None:
    file = str(DATA / "shanghai_2023.csv.gz")
    dry = facts(lilong("areas", "import", file, "--city", "310000", "--dry-run", "--json"))
    assert (dry["read"], dry["created"], dry["would_create"], dry["applied"]) == (6760, 0, 6760, False)

    first = facts(lilong("areas", "import", file, "--city", "31", "--json"))
    assert (first["read"], first["created"], first["changed"], first["refused"]) == (6760, 6760, 0, 0)
    assert first["by_level"] == {"1": 1, "2": 16, "3": 234, "4": 6509}
    assert (first["refusals"], first["applied"]) == ([], True)

    again = facts(lilong("areas", "import", file, "--city", "310000000000", "--json"))
    assert (again["created"], again["changed"], again["applied"]) == (0, 0, False)
    assert [again[name] for name in ("renamed", "moved", "swapped", "shifted", "new", "vanished")] == [[]] * 6

    text = gzip.decompress(Path(file).read_bytes()).decode()
    later = directory / "later.csv"
    later.write_text(text.replace("万里街道", "暂名").replace("真如镇街道", "万里街道").replace("暂名", "真如镇街道"))
    told = facts(lilong("areas", "import", str(later), "--city", "31", "--json"))
    assert ([item["codes"] for item in told["swapped"]], told["applied"]) == ([["310107021000", "310107022000"]], False)
    spoken = lilong("areas", "import", str(later), "--city", "31")
    assert "--apply" in spoken.stdout
    assert facts(lilong("areas", "import", str(later), "--city", "31", "--apply", "--json"))["applied"]
    assert facts(lilong("areas", "import", str(later), "--city", "31", "--json"))["swapped"] == []


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (edited(("贵州居委会,310101002000", "贵州居委会,310199002000")), 6),
        (edited(add=["310101002001,4,再一次居委会,310101002000,residents_committee"]), 14),
        (edited(("310101002002,4", "310101002002,九")), 6),
        (table()[:-9] + b"\xff\n", 13),
        (b"<html>not found</html>", 1),
        (b"", 1),
        (b"\x1f\x8bbroken", 1),
    ],
)
def test_a_bad_file_names_its_row_and_writes_nothing(lilong: Cli, directory: Path, content: bytes, row: int) -> None:
    file = directory / "areas.csv"
    file.write_bytes(content)
    said = facts(lilong("areas", "import", str(file), "--city", "31", "--json"), status=1)
    assert (said["refused"], said["created"], said["applied"]) == (1, 0, False)
    assert [refusal["row"] for refusal in said["refusals"]] == [row]
    assert said["refusals"][0]["reason"]


def test_what_cannot_be_a_command_is_refused_before_anything(lilong: Cli, directory: Path) -> None:
    file = directory / "areas.csv"
    file.write_bytes(table())
    assert lilong("areas", "import", str(file), "--city", "上海").returncode == 2
    assert lilong("areas", "import", str(file)).returncode == 2
    assert lilong("areas", "import", str(directory / "nowhere.csv"), "--city", "31").returncode == 2
    assert (
        lilong("areas", "boundaries", str(BOSTON), "--city", "99", "--level", "9", "--name-property", "n").returncode
        == 2
    )


def test_boundaries_make_a_city(lilong: Cli) -> None:
    words = ("areas", "boundaries", str(BOSTON), "--city", "9901", "--level", "2", "--name-property", "name", "--json")
    nameless = facts(lilong(*words), status=1)
    assert "--city-name" in nameless["refusals"][0]["reason"]
    made = facts(lilong(*words, "--city-name", "Boston"))
    assert (made["read"], made["created"], made["refused"], made["applied"]) == (26, 26, 0, True)
    assert [item["name"] for item in made["repaired"]] == ["Hyde Park"]
    assert facts(lilong(*words))["changed"] == 0


def test_a_city_inside_another_is_one_object_too(lilong: Cli, directory: Path) -> None:
    file = directory / "areas.csv"
    file.write_bytes(table("990100000000,1,Inside,,city"))
    said = facts(lilong("areas", "import", str(file), "--city", "99", "--json"), status=1)
    assert (said["refused"], said["refusals"][0]["row"], said["applied"]) == (1, None, False)
