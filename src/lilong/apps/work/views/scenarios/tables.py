"""Decision tables of a version: their rows, to and from Excel."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from lilong.apps.work.forms.tables import SHEET_BYTES_MAX, RowForm, SheetForm, TableForm, output_shown
from lilong.apps.work.lifecycle import WRITE
from lilong.apps.work.rules import editing
from lilong.apps.work.rules.editing import cell_shown
from lilong.apps.work.rules.files import table_from_sheet, table_sheet
from lilong.apps.work.rules.phrases import fact_named
from lilong.apps.work.terms import DecisionTable, Scenario, ScenarioFaults, VersionCard
from lilong.apps.work.views.scenarios.sheet import card_of, may_edit, page, refused_by_form, save
from lilong.identity.access import staff_page
from lilong.identity.requests import Request
from lilong.kernel.refusals import Refusal, RefusalKind, Refused, absent
from lilong.kernel.words import Label

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@staff_page(WRITE)
def tables(request: Request, version: UUID) -> HttpResponse:
    """A new decision table."""
    card = card_of(request, version)
    form = TableForm(card.scenario, request.POST or None)
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and may_edit(request, card) and form.is_valid():
        try:
            changed = editing.add_table(card.scenario, form.table())
            save(request, card, changed)
            return redirect("scenarios:table", card.id, changed.tables[-1].name)
        except Refused as refused:
            refusals = _under(refused)
    more = {
        "form": form,
        "panel": "scenarios/forms/plain.html",
        "panel_title": Label("加一张决策表", "Another decision table"),
        "refusals": refusals,
    }
    return page(request, card, more=more, status=422 if request.method == "POST" else 200)


@staff_page()
def table(request: Request, version: UUID, table: str) -> HttpResponse:
    """One table: its rows, a form for one of them, the way to Excel and back."""
    card = card_of(request, version)
    found = _table(card, table)
    place = _place(request, found)
    form = RowForm(card.scenario, found, found.rows[place] if place is not None else None, _row_sent(request))
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and may_edit(request, card):
        try:
            changed = _changed(request, card, found, form, place)
            if changed is not None:
                save(request, card, changed)
                return redirect(_next(card, changed, table))
        except Refused as refused:
            refusals = _under(refused)
    more = {
        "table": found,
        "inputs": _heads(card.scenario, found.inputs),
        "outputs": _heads(card.scenario, found.outputs),
        "rows": _rows(card.scenario, found),
        "row_form": form,
        "place": place,
        "sheet_form": SheetForm(),
        "refusals": refusals,
    }
    return page(request, card, "scenarios/table.html", more, 422 if request.method == "POST" else 200)


@staff_page()
def sheet(request: Request, version: UUID, table: str) -> HttpResponse:
    """The table as an Excel sheet."""
    card = card_of(request, version)
    answer = HttpResponse(table_sheet(_table(card, table), card.scenario), content_type=_EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{card.scenario.name}-{table}.xlsx"'
    return answer


def _changed(
    request: Request, card: VersionCard, table: DecisionTable, form: RowForm, place: int | None
) -> Scenario | None:
    """The scenario after what was sent: a sheet, a row or the table taken out, a row; None: the form is wrong."""
    if "sheet" in request.FILES:
        return _from_sheet(request, card, table)
    if "remove_table" in request.POST:
        return editing.remove_table(card.scenario, table.name)
    if "remove" in request.POST and place is not None:
        return editing.remove_row(card.scenario, table.name, place)
    return editing.put_row(card.scenario, table.name, place, form.row()) if form.is_valid() else None


def _from_sheet(request: Request, card: VersionCard, table: DecisionTable) -> Scenario:
    upload = request.FILES["sheet"]
    if not isinstance(upload, UploadedFile) or (upload.size or 0) > SHEET_BYTES_MAX:
        raise Refused(
            RefusalKind.TOO_LARGE,
            (
                Refusal(
                    "work.sheet_too_large",
                    Label("这个文件太大。", "This file is too large."),
                    Label("一张表最多 200 行，请只留这张表。", "A table has at most 200 rows; leave only the table."),
                    "sheet",
                ),
            ),
        )
    try:
        read = table_from_sheet(upload.read(), table, card.scenario)
    except ScenarioFaults as faults:
        raise Refused(RefusalKind.INVALID, tuple(refusal_of_fault(fault, "sheet") for fault in faults.faults)) from None
    others = tuple(read if one.name == table.name else one for one in card.scenario.tables)
    return replace(card.scenario, tables=others)


def refusal_of_fault(fault: object, field: str) -> Refusal:
    """A fault of a file as a refusal that names its line."""
    line, text, remedy = getattr(fault, "line", 0), getattr(fault, "text", None), getattr(fault, "remedy", None)
    if not isinstance(text, Label) or not isinstance(remedy, Label):
        raise TypeError(f"{fault!r} is no fault of a file")
    said = Label("第 {line} 行：{text}", "Line {line}: {text}").filled(line=line, text=text) if line else text
    return Refusal("work.file_fault", said, remedy, field)


def _under(refused: Refused) -> tuple[Refusal, ...]:
    if not refused_by_form(refused):
        raise refused
    return refused.refusals


def _row_sent(request: Request) -> QueryDict | None:
    return request.POST if request.method == "POST" and "sheet" not in request.FILES else None


def _place(request: Request, table: DecisionTable) -> int | None:
    text = request.GET.get("row", "")
    place = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
    return place if 0 <= place < len(table.rows) else None


def _table(card: VersionCard, name: str) -> DecisionTable:
    found = next((table for table in card.scenario.tables if table.name == name), None)
    if found is None:
        raise absent(Label("这张表", "table"))
    return found


def _next(card: VersionCard, changed: Scenario, table: str) -> str:
    if any(one.name == table for one in changed.tables):
        return f"{reverse('scenarios:table', args=[card.id, table])}?done=edit"
    return f"{reverse('scenarios:version', args=[card.id])}?done=edit"


def _heads(scenario: Scenario, names: tuple[str, ...]) -> list[Label]:
    facts = ((name, fact_named(scenario, name)) for name in names)
    return [fact.label if fact else Label(name, name) for name, fact in facts]


def _rows(scenario: Scenario, table: DecisionTable) -> list[list[str]]:
    return [
        [
            *(cell_shown(scenario, name, cell) for name, cell in zip(table.inputs, row.when, strict=True)),
            *(output_shown(scenario, name, cell) for name, cell in zip(table.outputs, row.then, strict=True)),
        ]
        for row in table.rows
    ]
