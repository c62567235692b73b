"""``lilong calendars``: what it prints, how it ends, and that it never shows a traceback."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from lilong.calendars.commands import load_published_years
from lilong.calendars.models import PublishedDay, PublishedYear
from lilong.ledger.models import JournalEntry
from lilong.project.cli import calendars

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
# A made-up notice of 2027; nobody has published one.
NOTICE = """date,is_workday,kind,holiday
2027-01-01,0,holiday,元旦
2027-05-03,0,holiday,劳动节
2027-05-08,1,makeup_workday,劳动节
2027-10-01,0,holiday,国庆节
2027-10-04,0,holiday,国庆节
"""

pytestmark = pytest.mark.usefixtures("committed_db", "nothing_kept")


@pytest.fixture(autouse=True)
def database_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own server is open already, and stays open."""
    monkeypatch.setattr(calendars, "opened", nullcontext)


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    file = tmp_path / "2027.csv"
    file.write_text(NOTICE, encoding="utf-8")
    return file


def run(*words: object) -> Result:
    result = CliRunner().invoke(calendars.app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def facts(*words: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*words, "--json").stdout)
    return found


def test_import_publishes_the_year_and_counts_what_it_did(notice: Path) -> None:
    found = facts("import", notice, "--source", "虚构〔2026〕1号")
    assert {name: found[name] for name in ("year", "first", "read", "created", "changed", "refused", "source")} == {
        "year": 2027,
        "first": True,
        "read": 5,
        "created": 5,
        "changed": 0,
        "refused": 0,
        "source": "虚构〔2026〕1号",
    }
    assert PublishedYear.objects.get().notice == "虚构〔2026〕1号"


def test_import_is_journalled_for_the_year_with_what_changed(notice: Path) -> None:
    run("import", notice)
    notice.write_text(NOTICE.replace("2027-05-08", "2027-05-15"), encoding="utf-8")
    said = run("import", notice)
    assert "2027-05-08  makeup_workday -> weekend" in said.stdout
    assert "2027-05-15  weekend -> makeup_workday 劳动节" in said.stdout
    first, second = JournalEntry.objects.using("owner").filter(subject=calendars.year_subject(2027)).order_by("seq")
    assert (first.step, first.actor) == ("calendars.year.import", "system:")
    assert [change["date"] for change in second.data["changes"]] == ["2027-05-08", "2027-05-15"]
    assert second.data["source"] == "2027.csv"


def test_a_refused_import_names_rows_and_remedies_and_leaves_nothing(notice: Path) -> None:
    notice.write_text(NOTICE + "2027-13-01,0,,\n2027-05-10,1,makeup_workday,劳动节\n", encoding="utf-8")
    result = run("import", notice, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["read"], found["created"], found["changed"], found["refused"]) == (0, 0, 0, 2)
    assert [(each["row"], each["field"]) for each in found["refusals"]] == [(7, "date"), (8, "kind")]
    assert all(each["reason"] and each["remedy"] for each in found["refusals"])
    assert "Row 7" in result.stderr
    assert not PublishedDay.objects.exists()
    assert not JournalEntry.objects.using("owner").exists()


def test_repeating_a_shipped_year_keeps_what_is_known_of_its_source(tmp_path: Path) -> None:
    load_published_years(at=AT)
    table = tmp_path / "again.csv"
    table.write_text(
        "date,is_workday,kind,holiday\n"
        + "".join(
            f"{row.day},{int(row.kind != 'holiday')},{row.kind},{row.holiday}\n"
            for row in PublishedDay.objects.filter(year_id=2021)
        ),
        encoding="utf-8",
    )
    found = facts("import", table)
    assert (found["created"], found["changed"]) == (0, 0)
    assert found["source"] == "国务院办公厅关于2021年部分节假日安排的通知"
    assert PublishedYear.objects.get(year=2021).is_packaged
    assert facts("import", table, "--source", "另一出处")["source"] == "另一出处"


def test_an_import_for_another_year_is_refused(notice: Path) -> None:
    result = run("import", notice, "--year", 2028)
    assert result.exit_code == 1
    assert "no day of the notice of 2028" in result.stderr
    assert not PublishedYear.objects.exists()


def test_check_agrees_with_a_table_of_the_shipped_days(tmp_path: Path) -> None:
    load_published_years(at=AT)
    table = tmp_path / "table.csv"
    shipped = (Path(calendars.__file__).parents[2] / "calendars/data/cn_workdays.csv").read_bytes()
    table.write_bytes(shipped)
    result = run("check", table, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "read": 764,
        "agreed": 764,
        "disagreed": 0,
        "unpublished": 0,
        "disagreements": [],
        "refused": 0,
        "refusals": [],
    }


def test_check_fails_on_a_single_difference_and_shows_both_sides(tmp_path: Path) -> None:
    load_published_years(at=AT)
    table = tmp_path / "table.csv"
    table.write_text("date,is_workday,kind\n2026-10-01,0,x\n2026-10-08,0,x\n2027-01-01,1,x\n", encoding="utf-8")
    result = run("check", table, "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["read"], found["agreed"], found["disagreed"], found["unpublished"]) == (3, 2, 1, 1)
    assert found["disagreements"] == [
        {"row": 3, "date": "2026-10-08", "ours": 1, "theirs": 0, "kind": "workday", "published": True}
    ]
    assert "row 3: 2026-10-08 is working day here and off there" in run("check", table).stdout


def test_check_of_an_unpublished_year_succeeds_while_it_says_no_more_than_weekends(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("date,is_workday\n2027-10-02,0\n", encoding="utf-8")
    result = run("check", table)
    assert result.exit_code == 0
    assert "1 of them in years not yet published" in result.stdout
    table.write_text("date,is_workday\n2027-10-01,0\n", encoding="utf-8")
    result = run("check", table)
    assert result.exit_code == 1
    assert "(not published)" in result.stdout


@pytest.mark.parametrize("command", ["import", "check"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[{", b"date,is_workday\nnever,1\n", b"a\x00b"])
def test_what_cannot_be_read_is_refused_with_a_row(command: str, content: bytes, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(content)
    result = run(command, table, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["refusals"][0]["row"] >= 1


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    result = run("check", tmp_path / "nowhere.csv")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
