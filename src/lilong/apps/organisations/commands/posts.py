"""Posts and who holds them. Whoever administers the unit's whole area administers its posts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from lilong.apps.organisations.commands.deeds import (
    found,
    locked,
    not_now,
    post_deed,
    refuse_too_long,
    refused,
    subject_from,
)
from lilong.apps.organisations.models import Post, Posting, Unit
from lilong.apps.organisations.terms import WORDS_MAX, PostDraft, PostingDraft
from lilong.identity.models import Account
from lilong.kernel.actors import Actor
from lilong.kernel.keys import CommandKey
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, amend, refuse_stale
from lilong.ledger.receipts import Receipt
from lilong.ledger.rooms import all_duties

UNIT = Label("单位", "unit")
POST = Label("岗位", "post")
POSTING = Label("任职", "posting")

CREATE = post_deed("create", Label("新设岗位", "make posts"))
REVISE = post_deed("revise", Label("更改岗位职责", "change a post's duties"))
CLOSE = post_deed("close", Label("撤销岗位", "close posts"))
ASSIGN = post_deed("assign", Label("安排任职", "put people into posts"))
END = post_deed("end", Label("结束任职", "end postings"))


def create_post(*, by: Actor, key: CommandKey, post: PostDraft) -> Receipt:
    """Make a post in an active unit; the receipt's details carry its id as ``post``.

    Refused: no such unit, an area outside the unit's, a duty the house does not know (named).
    """
    subject = subject_from(key)
    unit = _unit_around(post)

    def change() -> Outcome:
        refuse_too_long(post.title, WORDS_MAX, "title")
        _refuse_unknown_duties(post.duties)
        row = Post.objects.create(
            subject=subject,
            unit=_open_unit(unit),
            area=post.area.digits,
            title_zh=post.title.zh,
            title_en=post.title.en,
            duties=sorted(post.duties),
            version=1,
        )
        data = {"post": row.pk, "unit": post.unit, "title": post.title.as_json(), "duties": row.duties}
        return Outcome(data=data, news={"post": row.pk}, details={"post": row.pk})

    return amend(by=by, key=key, deed=CREATE, area=unit.area_code, subject=subject, change=change)


def revise_post(*, by: Actor, key: CommandKey, post: int, title: Label, duties: frozenset[str]) -> Receipt:
    """Give a post this title and exactly these duties, for whoever holds it, from the next request on.

    Refused: a duty the house does not know (named), a closed post, a stale version.
    """
    subject = found(Post, post, POST)

    def change() -> Outcome:
        refuse_too_long(title, WORDS_MAX, "title")
        _refuse_unknown_duties(duties)
        row = _open_post(post, key)
        added, taken = duties.difference(row.duties), set(row.duties) - duties
        row.title_zh, row.title_en, row.duties = title.zh, title.en, sorted(duties)
        row.save(update_fields=["title_zh", "title_en", "duties", "version"])
        data = {"title": title.as_json(), "added": sorted(added), "taken": sorted(taken)}
        return Outcome(data=data, news={"post": post}, details={"post": post})

    return amend(by=by, key=key, deed=REVISE, area=subject.unit.area_code, subject=subject.subject, change=change)


def close_post(*, by: Actor, key: CommandKey, post: int) -> Receipt:
    """End a post. Refused: somebody still holds it or will, a closed post, a stale version."""
    subject = found(Post, post, POST)

    def change() -> Outcome:
        row = _open_post(post, key)
        if Posting.objects.filter(_lasting(key.at), post=row).exists():
            raise not_now(
                "post_held",
                Label("还有人在这个岗位上任职。", "Somebody still holds this post."),
                Label("请先结束任职。", "End the posting first."),
            )
        row.active = False
        row.save(update_fields=["active", "version"])
        return Outcome(news={"post": post}, details={"post": post})

    return amend(by=by, key=key, deed=CLOSE, area=subject.unit.area_code, subject=subject.subject, change=change)


def assign_posting(*, by: Actor, key: CommandKey, posting: PostingDraft) -> Receipt:
    """Put an account into a post; the receipt's details carry the id as ``posting``.

    Refused: a closed post, no such active account, an end before the beginning, the same account in the same post at
    the same time.
    """
    subject = found(Post, posting.post, POST)

    def change() -> Outcome:
        row = _open_post(posting.post, key)
        _refuse_unknown_account(posting.account)
        _refuse_bad_time(posting)
        row.save(update_fields=["version"])
        made = Posting.objects.create(account_id=posting.account, post=row, since=posting.since, until=posting.until)
        data = {"posting": made.pk, "account": posting.account, **_span(posting.since, posting.until)}
        return Outcome(data=data, news={"post": row.pk}, details={"posting": made.pk})

    return amend(by=by, key=key, deed=ASSIGN, area=subject.unit.area_code, subject=subject.subject, change=change)


def end_posting(*, by: Actor, key: CommandKey, posting: int, until: datetime) -> Receipt:
    """Let a posting end at ``until``, now or later.

    Refused: an end in the past (what was done in the post stays done in it), before the beginning, or a posting that
    has already ended.
    """
    row = found(Posting, posting, POSTING)
    post = found(Post, row.post_id, POST)

    def change() -> Outcome:
        held = locked(Post, post.pk, POST)
        refuse_stale(held.subject, held.version, key)
        ending = locked(Posting, posting, POSTING)
        _refuse_bad_end(ending, until, key.at)
        ending.until = until
        ending.save(update_fields=["until"])
        held.version += 1
        held.save(update_fields=["version"])
        data = {"posting": posting, "account": ending.account_id, **_span(ending.since, until)}
        return Outcome(data=data, news={"post": held.pk}, details={"posting": posting})

    return amend(by=by, key=key, deed=END, area=post.unit.area_code, subject=post.subject, change=change)


def _lasting(at: datetime) -> Q:
    return Q(until__isnull=True) | Q(until__gt=at)


def _span(since: datetime, until: datetime | None) -> dict[str, str]:
    return {"since": since.isoformat(), "until": until.isoformat() if until else ""}


def _open_post(number: int, key: CommandKey) -> Post:
    """The post, locked, active, at the version the sender saw, and counted up."""
    row = locked(Post, number, POST)
    refuse_stale(row.subject, row.version, key)
    if not row.active:
        raise not_now(
            "post_closed",
            Label("这个岗位已经撤销。", "This post is closed."),
            Label("请选别的岗位，或新设一个。", "Choose another post, or make a new one."),
        )
    row.version += 1
    return row


def _unit_around(post: PostDraft) -> Unit:
    row = Unit.objects.filter(code=post.unit).first()
    if row is None or not row.area_code.contains(post.area):
        raise _outside_unit()
    return row


def _open_unit(unit: Unit) -> Unit:
    """The unit, locked against being closed meanwhile."""
    row = locked(Unit, unit.pk, UNIT)
    if not row.active:
        raise _outside_unit()
    return row


def _outside_unit() -> Exception:
    return refused(
        "post_outside_unit",
        Label(
            "没有这个启用的单位，或岗位的区域不在它之内。", "No such active unit, or the post's area is not inside it."
        ),
        Label("请核对单位和区域。", "Check unit and area."),
        "unit",
    )


def _refuse_unknown_duties(duties: frozenset[str]) -> None:
    unknown = ", ".join(sorted(duties - all_duties().keys()))
    if unknown:
        raise refused(
            "duty_unknown",
            Label(f"没有这项职责：{unknown}。", f"Unknown duties: {unknown}."),
            Label("请从职责表里选。", "Choose from the list of duties."),
            "duties",
        )


def _refuse_unknown_account(account: int) -> None:
    if not Account.objects.filter(pk=account, is_active=True).exists():
        raise refused(
            "account_unknown",
            Label("没有这个账号，或它已停用。", "There is no such active account."),
            Label("请先建立或启用账号。", "Make or enable the account first."),
            "account",
        )


def _refuse_bad_time(posting: PostingDraft) -> None:
    if posting.until is not None and posting.until <= posting.since:
        raise _bad_end()
    overlapping = Posting.objects.filter(_lasting(posting.since), account=posting.account, post=posting.post)
    if posting.until is not None:
        overlapping = overlapping.filter(since__lt=posting.until)
    if overlapping.exists():
        raise refused(
            "posting_overlaps",
            Label("这个账号在这段时间里已任此岗。", "This account already holds this post in that time."),
            Label("请先结束原来的任职，或改起止时间。", "End that posting first, or choose another time."),
            "since",
        )


def _refuse_bad_end(posting: Posting, until: datetime, at: datetime) -> None:
    ended = posting.until is not None and posting.until <= at
    if ended or until < at or until <= posting.since:
        raise _bad_end()


def _bad_end() -> Exception:
    return refused(
        "posting_end_wrong",
        Label("任职的结束要晚于开始，也不能早于现在。", "A posting ends after it began, and not in the past."),
        Label("请改结束时间。", "Choose another end."),
        "until",
    )
