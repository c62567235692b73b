"""Sealed texts open under their own key and tie, and under nothing else."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lilong.identity.sealing import Keyring, SealBroken, Sealed


def test_a_text_comes_back_and_stands_nowhere_in_the_sealed_bytes(tmp_path: Path) -> None:
    sealed = Keyring(tmp_path).seal("+8613812340417", "somebody:phone")
    assert b"13812340417" not in sealed.content
    assert Keyring(tmp_path).open(sealed, "somebody:phone") == "+8613812340417"


def test_the_same_text_is_sealed_differently_each_time(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    assert ring.seal("one", "tie").content != ring.seal("one", "tie").content


def test_a_sealed_text_moved_to_somebody_else_does_not_open(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    sealed = ring.seal("+8613812340417", "somebody:phone")
    with pytest.raises(SealBroken, match="changed or moved"):
        ring.open(sealed, "somebody else:phone")


@given(st.integers(0, 40), st.integers(1, 255))
def test_any_flipped_bit_is_found(tmp_path_factory: pytest.TempPathFactory, place: int, flip: int) -> None:
    ring = Keyring(tmp_path_factory.getbasetemp() / "flip")
    sealed = ring.seal("+8613812340417", "tie")
    content = bytearray(sealed.content)
    content[place % len(content)] ^= flip
    with pytest.raises(SealBroken):
        ring.open(Sealed(sealed.key, bytes(content)), "tie")


def test_after_rotation_the_old_still_opens_and_the_new_is_under_the_new_key(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    old = ring.seal("old", "tie")
    assert ring.rotate() == 2
    new = ring.seal("new", "tie")
    assert (old.key, new.key) == (1, 2)
    assert [Keyring(tmp_path).open(each, "tie") for each in (old, new)] == ["old", "new"]
    with pytest.raises(SealBroken):
        ring.open(replace(old, key=2), "tie")


def test_a_missing_key_is_named_and_not_made_anew(tmp_path: Path) -> None:
    sealed = Keyring(tmp_path).seal("text", "tie")
    (tmp_path / "0001.key").unlink()
    with pytest.raises(SealBroken, match=r"0001\.key is missing"):
        Keyring(tmp_path).open(sealed, "tie")
    assert not (tmp_path / "0001.key").exists()


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "0001.key").write_bytes(b"short")
    with pytest.raises(SealBroken, match="no key of 32 bytes"):
        Keyring(tmp_path).seal("text", "tie")


def test_key_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    Keyring(tmp_path / "keys").seal("text", "tie")
    (key,) = (tmp_path / "keys").glob("*.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_two_that_make_the_first_key_at_once_have_the_same(tmp_path: Path) -> None:
    rings = [Keyring(tmp_path) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(lambda ring: ring.seal("text", "tie"), rings))
    assert {Keyring(tmp_path).open(each, "tie") for each in sealed} == {"text"}
    assert [path.name for path in tmp_path.iterdir()] == ["0001.key"]


def test_a_blind_index_is_equal_for_equals_and_needs_the_key(tmp_path: Path) -> None:
    one, other = Keyring(tmp_path / "one"), Keyring(tmp_path / "other")
    assert one.digest("phone", "1") == Keyring(tmp_path / "one").digest("phone", "1")
    assert len({one.digest("phone", "1"), one.digest("phone", "2"), other.digest("phone", "1")}) == 3
    assert one.digest("a", "bc") != one.digest("ab", "c")
