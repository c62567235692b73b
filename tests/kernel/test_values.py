"""The small values of the kernel keep their laws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.because import Because, Ground
from lilong.kernel.ids import new_id, new_salt, salted_digest
from lilong.kernel.keys import CommandKey, body_digest
from lilong.kernel.words import Label

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
digits = st.text("0123456789", max_size=20)


@given(digits, digits)
def test_the_range_of_an_area_is_its_prefix_test(above: str, below: str) -> None:
    area, other = AreaCode(above), AreaCode(below)
    assert area.contains(other) is (area.low <= other.digits < area.high)


@pytest.mark.parametrize(
    ("text", "level", "code"),
    [
        ("310000000000", Level.CITY, "31"),
        ("310101000000", Level.DISTRICT, "310101"),
        ("310101002000", Level.STREET, "310101002"),
        ("310101002010", Level.COMMUNITY, "310101002010"),
        ("31010100201001", Level.GRID, "31010100201001"),
    ],
)
def test_an_official_code_is_cut_to_what_means_something(text: str, level: Level, code: str) -> None:
    assert AreaCode.parse(text, level) == AreaCode(code)
    assert AreaCode.parse(text, level).official == text


@pytest.mark.parametrize(
    ("text", "level"), [("3101", Level.DISTRICT), ("310101002000", Level.DISTRICT), ("31a", Level.CITY)]
)
def test_a_code_of_another_level_is_refused(text: str, level: Level) -> None:
    with pytest.raises(ValueError, match=r"code|digits"):
        AreaCode.parse(text, level)


@pytest.mark.parametrize("text", ["٣١", "31 ", "x", "1" * 21])
def test_only_ascii_digits_make_a_code(text: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        AreaCode(text)


def test_ids_sort_by_time_and_say_their_version() -> None:
    ids = [new_id(AT + timedelta(milliseconds=n)) for n in range(50)]
    assert ids == sorted(ids)
    assert {i.version for i in ids} == {7}
    assert len({new_id(AT) for _ in range(200)}) == 200


def test_a_digest_needs_its_salt() -> None:
    assert salted_digest(new_salt(), "路灯不亮") != salted_digest(new_salt(), "路灯不亮")


def test_a_label_needs_both_languages() -> None:
    with pytest.raises(ValueError, match="both languages"):
        Label("派出", "")


def test_a_label_fills_each_language_with_its_own_words() -> None:
    filled = Label("派给{unit}", "to {unit}").filled(unit=Label("区水务局", "the water bureau"))
    assert filled == Label("派给区水务局", "to the water bureau")
    assert filled.in_language("zh-hans") == "派给区水务局"
    assert filled.in_language("en-gb") == "to the water bureau"


def test_a_because_survives_the_journal() -> None:
    because = Because(Ground.RULE_ROW, Label("清单第 12 行", "row 12"), "responsibility:12@2026-09")
    assert Because.from_json(because.as_json()) == because


def test_a_key_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        CommandKey(UUID(int=1), AT.replace(tzinfo=None), body_digest(b""))


def test_the_mark_of_an_actor_holds_no_name() -> None:
    actor = Actor(ActorKind.STAFF, Label("派单岗", "dispatch post"), account=7, post=3)
    assert actor.mark == "staff:3"
