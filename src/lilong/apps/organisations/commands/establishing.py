"""Staffing a whole city from patterns, and reading the sheets that patterns and catalogues come in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lilong.apps.organisations.commands.deeds import refused
from lilong.apps.organisations.commands.structure import establish_structure
from lilong.apps.organisations.rules.establishing import plan_posts, plan_units
from lilong.apps.organisations.rules.sheets import CATALOGUE_SHEETS, STAFFING_SHEETS, Sheets, read_staffing
from lilong.apps.organisations.terms import CityArea, Staffing, Structure
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt
from lilong.ledger.rooms import all_duties


def establish_city(
    *, by: Actor, key: CommandKey, city: AreaCode, areas: Sequence[CityArea], staffing: Staffing
) -> Receipt:
    """Give every area of a city its units and their standard posts, as one act; what is there stays as it is.

    Refused and answered as :func:`~lilong.apps.organisations.commands.structure.establish_structure`.
    """
    units = plan_units(areas, staffing)
    structure = Structure(staffing.functions, tuple(units), tuple(plan_posts(units, staffing)))
    return establish_structure(by=by, key=key, area=city, structure=structure)


def sheets_in(directory: Path) -> Sheets:
    """The texts of the catalogue's and the staffing's CSV files in ``directory``, those that are there.

    Refused: a file that is not UTF-8.
    """
    texts: dict[str, str] = {}
    for name in (*CATALOGUE_SHEETS, *STAFFING_SHEETS):
        path = directory / f"{name}.csv"
        if path.exists():
            texts[name] = sheet_text(name, path.read_bytes())
    return texts


def staffing_in(directory: Path, *, leading_duty: str) -> Staffing:
    """The staffing in ``directory``; units whose posts carry ``leading_duty`` lead the others of their area.

    Refused: each fault of a sheet with its line and column.
    """
    return read_staffing(sheets_in(directory), leading_duty=leading_duty, duties=all_duties().keys())


def sheet_text(name: str, body: bytes) -> str:
    """The text of one sheet as it was sent. Refused: bytes that are not UTF-8, with the line."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise refused(
            "sheet",
            Label("不是 UTF-8 文本。", "This is no UTF-8 text."),
            Label("请另存为 UTF-8 编码的 CSV。", "Save it as CSV in UTF-8."),
            f"{name}:{line}",
        ) from None
