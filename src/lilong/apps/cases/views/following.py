"""Following a matter: receipt, progress, adding facts, rating once, asking again once."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lilong.apps.cases import commands, queries
from lilong.apps.cases.forms import FindForm, StepForm, photos_field, photos_given
from lilong.apps.cases.lifecycle import ANSWERS, CASE, SATISFACTION
from lilong.apps.cases.rules import LOOK_DUTIES
from lilong.apps.cases.terms import CasePage, CaseRow, CaseView, Follow
from lilong.apps.places import public as places
from lilong.identity.access import public_page, resident_page, staff
from lilong.identity.requests import Request, command_key
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt

_MINE_ON_HOME = 5
_LOOK = staff(*LOOK_DUTIES)
_NOTICES = {
    "rate": Label("评价收到了，谢谢。", "Your rating is in. Thank you."),
    "add_facts": Label("补充的情况已经送到办理的人手里。", "Whoever has the matter sees what you added."),
    "ask_again": Label("已经再次交办，会有人接着办。", "It was taken up again."),
}


@public_page
def home(request: Request) -> HttpResponse:
    """The first page: report, look up, and (signed in) one's own matters."""
    rows = _own_rows(request)
    context = {
        "mine": rows[:_MINE_ON_HOME],
        "mine_total": len(rows),
        "signed_in": request.actor.kind is ActorKind.RESIDENT,
    }
    return render(request, "cases/resident/home.html", context)


@resident_page
def mine(request: Request) -> HttpResponse:
    """Every matter the signed-in resident reported, latest first."""
    rows = _own_rows(request)
    page = CasePage(rows, "", Label("没办完的在前，新的在前", "open ones first, latest first"))
    context = {"page": page, "total": len(rows), "more_url": ""}
    return render(request, "cases/resident/mine.html", context)


@public_page
def find(request: Request) -> HttpResponse:
    """Look a matter up by receipt number and code."""
    form = FindForm(request.POST or None)
    refusals: tuple[Refusal, ...] = ()
    if request.method == "POST" and form.is_valid():
        number = "".join(form.cleaned_data["number"].split())
        follow = Follow(number, form.cleaned_data["secret"])
        try:
            queries.follower(follow, request.actor)
            return redirect(progress_url(number, follow.secret.strip()))
        except Refused as refused:
            refusals = refused.refusals
    return render(request, "cases/resident/find.html", {"form": form, "refusals": refusals})


@public_page
def receipt(request: Request, number: str, secret: str) -> HttpResponse:
    """What one keeps after reporting: number, code, QR, what happens next and because of what."""
    by = _follower(request, number, secret)
    view = queries.case_view(seen_by=by, at=request.at, number=number)
    context = {
        "view": view,
        "place": place_of(view.row),
        "secret": secret,
        "follow_url": request.build_absolute_uri(progress_url(number, secret)),
        "phone_given": view.has_reporter,
    }
    return render(request, "cases/resident/receipt.html", context)


@public_page
def progress(request: Request, number: str, secret: str = "") -> HttpResponse:
    """Where a matter stands, for its reporter or whoever holds the receipt."""
    by = _follower(request, number, secret)
    notice = _NOTICES.get(request.GET.get("done", ""))
    return _progress_page(request, by, number, secret, {"notice": notice})


@public_page
def rate(request: Request, number: str) -> HttpResponse:
    """Rate a closed matter, once."""
    return _stepped(request, number, "rate")


@public_page
def ask_again(request: Request, number: str) -> HttpResponse:
    """Ask again with new facts, once."""
    return _stepped(request, number, "ask_again")


@public_page
def add_facts(request: Request, number: str) -> HttpResponse:
    """Add facts and pictures to a matter under way."""
    return _stepped(request, number, "add_facts")


@public_page
def photo(_: Request, token: str) -> FileResponse:
    """A picture of a case, at the signed address that the page of the case shows."""
    path = queries.photo_file(token=token)
    return FileResponse(path.open("rb"), content_type="image/jpeg")


def progress_url(number: str, secret: str) -> str:
    """The address at which a matter is followed with its code."""
    return reverse("cases:progress_secret", args=[number, secret])


def _stepped(request: Request, number: str, step: str) -> HttpResponse:
    secret = request.POST.get("secret", "")
    by = _follower(request, number, secret)
    back = progress_url(number, secret) if secret else reverse("cases:progress", args=[number])
    if request.method != "POST":
        return redirect(back)
    form = _form(step, request)
    refusals: tuple[Refusal, ...] = ()
    if form.is_valid():
        try:
            _take(request, by, number, form)
            return redirect(f"{back}?done={step}")
        except Refused as refused:
            if refused.kind is RefusalKind.STALE:
                raise
            refusals = refused.refusals
    return _progress_page(request, by, number, secret, {_FORM_NAMES[step]: form, "refusals": refusals})


def _take(request: Request, by: Actor, number: str, form: StepForm) -> Receipt:
    case = queries.case_view(seen_by=by, at=request.at, number=number).row.id
    key, inputs = command_key(request), form.inputs()
    inputs.pop("photos", None)
    photos = photos_given(request.FILES.getlist("photos"))
    receipt_of_step = commands.take_step(by=by, key=key, case=case, step=form.step.name, inputs=inputs)
    if photos:
        after = CommandKey(queries.second_key(key.id), key.at, key.digest)
        commands.add_photos(by=by, key=after, case=case, photos=photos, kind="near")
    return receipt_of_step


_FORM_NAMES = {"rate": "rate_form", "add_facts": "facts_form", "ask_again": "again_form"}


def _form(step: str, request: Request | None = None) -> StepForm:
    bound = request is not None and request.method == "POST"
    form = StepForm(CASE.steps[step], request.POST if request and bound else None)
    if step == "add_facts":
        form.fields["photos"] = photos_field()
        if request and bound:
            form.files = request.FILES
    return form


def _progress_page(request: Request, by: Actor, number: str, secret: str, more: dict[str, object]) -> HttpResponse:
    view = queries.case_view(seen_by=by, at=request.at, number=number)
    may = {step.name for step in view.steps}
    forms = {_FORM_NAMES[name]: _form(name) if name in may else None for name in _FORM_NAMES}
    if view.rating is not None:
        forms["rate_form"] = None
    if not queries.may_ask_again(view):
        forms["again_form"] = None
    context = {
        "view": view,
        "place": place_of(view.row),
        "standing": standing(view),
        "secret": secret,
        "follow_url": request.build_absolute_uri(progress_url(number, secret or queries.follow_secret(number))),
        "rated": _rated(view),
        **forms,
        **more,
    }
    return render(request, "cases/resident/progress.html", context)


def standing(view: CaseView) -> Label:
    """One sentence: who has the matter now and what comes next."""
    here = next((door for door in view.lane if door.stands == "here"), None)
    if here is None:
        return CASE.states[view.row.state].label
    if here.who is None:
        return Label(
            "清单里还没写明归谁，管清单的人正在补。", "The catalogue does not say whose it is yet; its keeper was told."
        )
    return Label("现在在{who}手里：{door}。", "{who} has it now: {door}.").filled(who=here.who, door=here.label)


def _rated(view: CaseView) -> Label | None:
    if view.rating is None:
        return None
    solved, satisfaction = dict(ANSWERS)[view.rating["solved"]], dict(SATISFACTION)[view.rating["satisfaction"]]
    return Label(
        "修好了吗：{solved}；办得怎么样：{satisfaction}", "Put right: {solved}; how it was done: {satisfaction}"
    ).filled(solved=solved, satisfaction=satisfaction)


def _follower(request: Request, number: str, secret: str) -> Actor:
    if not secret:
        return _LOOK(request) if request.actor.post else request.actor
    return queries.follower(Follow(number, secret), request.actor)[0]


def _own_rows(request: Request) -> tuple[CaseRow, ...]:
    if request.actor.kind is not ActorKind.RESIDENT:
        return ()
    return queries.own_cases(seen_by=request.actor, at=request.at)


def place_of(row: CaseRow) -> Label:
    """Where a matter is, in a few words."""
    name = " ".join(places.path_of(row.area)[-3:]) or str(row.area)
    return Label(name, name)
