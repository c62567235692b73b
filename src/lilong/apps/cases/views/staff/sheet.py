"""A list of cases as the lines of a CSV file, page after page."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace

from django.utils.timezone import localtime

from lilong.apps.cases import queries
from lilong.apps.cases.terms import CaseFilter, CaseRow
from lilong.identity.requests import Request
from lilong.identity.wording import in_page_language
from lilong.kernel.clocks import Light
from lilong.kernel.words import Label

PAGE = 1000
HEADINGS = (
    Label("编号", "number"),
    Label("报来", "reported"),
    Label("状态", "state"),
    Label("来源", "from"),
    Label("类别代码", "category code"),
    Label("类别", "category"),
    Label("区域代码", "area code"),
    Label("区域", "area"),
    Label("主办", "lead unit"),
    Label("到期", "due"),
    Label("超时", "overdue"),
    Label("被回退过", "was returned"),
)
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_YES = Label("是", "yes")


def lines(request: Request, wanted: CaseFilter) -> Iterator[str]:
    """The whole list, a thousand cases at a time, each page in a transaction of its own.

    Nothing that anybody wrote is in it: no title, words or address. Its times are those of the instance's wall clock.
    """
    writer, wanted = csv.writer(_Line()), replace(wanted, size=PAGE, after="")
    # Spreadsheets take a file for UTF-8 only by its byte order mark.
    yield "\ufeff" + writer.writerow([in_page_language(heading) for heading in HEADINGS])
    while True:
        page = queries.cases(seen_by=request.actor, at=request.at, wanted=wanted)
        for row in page.rows:
            yield writer.writerow([safe_cell(cell) for cell in _cells(row)])
        if not page.after:
            return
        wanted = replace(wanted, after=page.after)


def safe_cell(text: str) -> str:
    """``text`` with an apostrophe before it when a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(row: CaseRow) -> tuple[str, ...]:
    late = row.reading is not None and row.reading.light is Light.RED
    return (
        row.number,
        f"{localtime(row.opened_at):%Y-%m-%d %H:%M}",
        in_page_language(row.state_label),
        in_page_language(row.source.label),
        str(row.category.key),
        in_page_language(row.category.name),
        str(row.area),
        row.area_name,
        in_page_language(row.lead.name) if row.lead else "",
        f"{localtime(row.due_at):%Y-%m-%d %H:%M}" if row.due_at else "",
        in_page_language(_YES) if late else "",
        in_page_language(_YES) if row.returned else "",
    )


class _Line:
    """A file of one line: writing hands the line back."""

    def write(self, text: str) -> str:
        """The line itself."""
        return text
