"""The pages of one version that only show: itself, its check, its difference from what is in force, its file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from lilong.apps.work import public as work
from lilong.apps.work.forms.deciding import FILE_BYTES_MAX, FileForm
from lilong.apps.work.lifecycle import SCENARIO, WRITE
from lilong.apps.work.queries.versions import before, publications_of, version_named
from lilong.apps.work.rules.files import differences
from lilong.apps.work.terms import Scenario, VersionCard
from lilong.apps.work.views.scenarios.sheet import back_to, card_of, may_edit, page, refused_by_form
from lilong.identity.access import staff_page
from lilong.identity.requests import Request, command_key
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

_DONE = {
    "new": Label("草稿有了。改成自己的，再检查。", "The draft is there. Make it yours, then check it."),
    "copy": Label("复制好了，这是您的草稿。", "Copied: this is your draft."),
    "edit": Label("改好了。", "Changed."),
    "file": Label("文件读进来了。", "The file is read in."),
}
_TAKEN = Label("“{step}”办好了。", "“{step}” is done.")


@staff_page()
def version(request: Request, version: UUID) -> HttpResponse:
    """What stands here and what to do next; drawing, list, check, where it is in force, its history."""
    card = card_of(request, version)
    return page(request, card, more={"notice": _notice(request.GET.get("done", ""))})


@staff_page()
def check(request: Request, version: UUID) -> HttpResponse:
    """The check alone: each finding with the way to mend it, and the areas where nobody is responsible."""
    return page(request, card_of(request, version), "scenarios/check.html")


@staff_page()
def difference(request: Request, version: UUID) -> HttpResponse:
    """What is different from the version before it, or from the one it was copied from, line by line in words."""
    card = card_of(request, version)
    old = _against(request, card)
    found = differences(old, card.scenario) if old else ()
    return page(request, card, "scenarios/difference.html", {"old": old, "differences": found})


@staff_page()
def file(request: Request, version: UUID) -> HttpResponse:
    """The file itself, for whoever wants to see it; a draft takes a changed one."""
    card = card_of(request, version)
    form = FileForm(request.POST or None, request.FILES or None)
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and may_edit(request, card) and form.is_valid():
        try:
            text = _text_in(form.cleaned_data["file"])
            work.edit_scenario_version(by=request.actor, key=command_key(request), version=version, text=text)
            return back_to(card, "file")
        except Refused as refused:
            if not refused_by_form(refused):
                raise
            refusals = refused.refusals
    more = {"form": form, "refusals": refusals}
    return page(request, card, "scenarios/file.html", more, 422 if request.method == "POST" else 200)


@staff_page()
def download(request: Request, version: UUID) -> HttpResponse:
    """The file to keep."""
    card = card_of(request, version)
    answer = HttpResponse(card.text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{card.scenario.name}-{card.scenario.version}.yaml"'
    return answer


@staff_page(WRITE)
def write_file(request: Request) -> HttpResponse:
    """A new draft from a file that somebody wrote elsewhere."""
    if request.method != "POST":
        return redirect("scenarios:new")
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(RefusalKind.INVALID, (_NO_FILE,))
    receipt = work.write_scenario_version(
        by=request.actor, key=command_key(request), text=_text_in(form.cleaned_data["file"]), area=request.actor.area
    )
    return redirect("scenarios:version", receipt.subject)


def _against(request: Request, card: VersionCard) -> Scenario | None:
    """What a version is compared with: the one in force of its name, else the one before it or copied from."""
    running = (one for one in publications_of(seen_by=request.actor, name=card.scenario.name) if one.until is None)
    found = next((one.reference for one in running if one.version != card.id), "")
    if found:
        return version_named(seen_by=request.actor, reference=found).scenario
    return before(seen_by=request.actor, version=card.id)


def _text_in(upload: object) -> str:
    size, read = getattr(upload, "size", 0), getattr(upload, "read", None)
    if size > FILE_BYTES_MAX or read is None:
        raise Refused(RefusalKind.TOO_LARGE, (_TOO_LARGE,))
    try:
        return str(read().decode("utf-8"))
    except UnicodeDecodeError:
        raise Refused(RefusalKind.INVALID, (_NOT_TEXT,)) from None


def _notice(done: str) -> Label | None:
    if done in _DONE:
        return _DONE[done]
    return _TAKEN.filled(step=SCENARIO.steps[done].label) if done in SCENARIO.steps else None


_NO_FILE = Refusal(
    "work.file_missing", Label("没有文件。", "There is no file."), Label("请选一个文件。", "Choose a file."), "file"
)
_TOO_LARGE = Refusal(
    "work.file_too_large",
    Label("文件超过 200 kB。", "The file is larger than 200 kB."),
    Label("一个场景用不了这么多，请分开写。", "A scenario needs less; write several."),
    "file",
)
_NOT_TEXT = Refusal(
    "work.file_not_text",
    Label("这不是 UTF-8 文字。", "This is not UTF-8 text."),
    Label("请用 UTF-8 另存后再传。", "Save it as UTF-8 and send it again."),
    "file",
)
