"""``lilong scenario`` as a program: one object on standard output, sentences on standard error, a telling status."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lilong.project.home import Home
from tests.project.conftest import Cli, cli_on, removed

FILES = Path(__file__).parents[3] / "src" / "lilong" / "apps" / "work" / "data" / "scenarios"
LAMP, WALL = str(FILES / "street-lamp.yaml"), str(FILES / "unsafe-wall.yaml")
AREAS = """code,level,name,parent_code,type
31,1,试验市,,municipality
310101,2,东区,31,district
310101001,3,南塘街道,310101,subdistrict
310101001001,4,新桥居委会,310101001,residents_committee
"""


@pytest.fixture(scope="module")
def lilong() -> Iterator[Cli]:
    """One instance with a city of one community, in which nobody is responsible for anything."""
    home = Home(Path(tempfile.mkdtemp(prefix="ll-")).resolve())
    cli = cli_on(home)
    assert cli("init").returncode == 0
    areas = home.path / "areas.csv"
    areas.write_text(AREAS, encoding="utf-8")
    ran = cli("areas", "import", str(areas), "--city", "31")
    assert ran.returncode == 0, ran.stderr
    yield cli
    removed(home)


@pytest.fixture
def directory() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="ll-scenario-"))
    yield made
    shutil.rmtree(made)


def facts(ran: Any, status: int = 0) -> dict[str, Any]:
    """The one object a command printed."""
    assert ran.returncode == status, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    found = json.loads(ran.stdout)
    assert isinstance(found, dict)
    return found


def test_an_empty_library_says_so(lilong: Cli) -> None:
    assert facts(lilong("scenario", "list", "--json")) == {"scenarios": [], "total": 0}


def test_a_file_is_checked_for_the_city_and_whoever_is_missing_is_named(lilong: Cli) -> None:
    found = facts(lilong("scenario", "check", LAMP, "--json"), 1)
    assert (found["reference"], found["clean"]) == ("street-lamp@1", False)
    assert found["must"] == len([f for f in found["findings"] if f["severity"] == "must"]) > 0
    nobody = [finding for finding in found["findings"] if finding["kind"] == "nobody"]
    assert {finding["step"] for finding in nobody} == {"verify", "file", "dispatch", "handle", "check"}
    assert all(len(finding["areas"]) == 1 and "新桥居委会" in finding["text"]["zh"] for finding in nobody)
    assert all(finding["text"]["zh"] and finding["remedy"]["en"] for finding in found["findings"])


def test_a_file_that_is_none_is_refused_line_by_line(lilong: Cli, directory: Path) -> None:
    broken = directory / "broken.yaml"
    text = Path(LAMP).read_text(encoding="utf-8")
    broken.write_text(text.replace("act: check", "act: chck", 1), encoding="utf-8")
    line = next(number for number, found in enumerate(broken.read_text("utf-8").splitlines(), 1) if "chck" in found)
    for verb in ("check", "rehearse", "draw"):
        found = facts(lilong("scenario", verb, str(broken), "--json"), 1)
        assert line in [refusal["row"] for refusal in found["refusals"]]
        assert found["refused"] == len(found["refusals"])


def test_two_files_differ_as_people_say_it_and_a_file_not_from_itself(lilong: Cli) -> None:
    assert facts(lilong("scenario", "diff", LAMP, LAMP, "--json"))["differences"] == []
    found = facts(lilong("scenario", "diff", LAMP, WALL, "--json"))
    assert (found["old"], found["new"]) == ("street-lamp@1", "unsafe-wall@1")
    assert any("expert" in difference["where"] for difference in found["differences"])


def test_a_file_is_drawn_in_both_forms_and_languages(lilong: Cli) -> None:
    svg = facts(lilong("scenario", "draw", LAMP, "--json"))["drawing"]
    assert svg.startswith("<svg")
    assert "修灯" in svg
    mermaid = lilong("scenario", "draw", LAMP, "--as", "mermaid", "--language", "en").stdout
    assert mermaid.startswith("flowchart")
    assert "Mend the lamp" in mermaid


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("check", "nonsense@7"), "No such version"),
        (("compare", "nonsense"), "No such version"),
        (("publish", "nonsense", "--evidence", "none"), "No such version"),
        (("withdraw", "nonsense", "--reason", "none"), "No such version"),
        (("rehearse", LAMP, "--period", "2026-01-01..2026-03-01"), "nothing to rehearse on"),
        (("rehearse", LAMP, "--period", "2026-03-01..2026-01-01"), "ends before it begins"),
        (("rehearse", LAMP, "--period", "spring"), "write it as"),
        (("check", LAMP, "--area", "999999"), "there is no area 999999"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_what_cannot_be_done_is_a_sentence_and_a_status(lilong: Cli, words: tuple[str, ...], says: str) -> None:
    ran = lilong("scenario", *words)
    assert ran.returncode != 0
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr
