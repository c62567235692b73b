"""Posts and postings: duties hang on posts, people come and go, the past is not rewritten."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from lilong.apps.organisations import commands, public
from lilong.apps.organisations.models import Post, Posting
from lilong.apps.organisations.terms import PostDraft, PostingDraft
from lilong.identity.models import Account
from lilong.kernel.areas import AreaCode
from lilong.kernel.refusals import RefusalKind
from lilong.kernel.words import Label
from tests.apps.organisations.samples import (
    ADMINISTER,
    CITY,
    COMMUNITY,
    DISTRICT,
    KEEP,
    NOW,
    STREET,
    administrator,
    at,
    command,
    journal,
    post_draft,
    refusal,
    staff,
)

TITLE = Label("派遣岗", "dispatcher")


@pytest.fixture
def account(city: dict[str, int]) -> int:
    return Account.objects.create_user("zhang").pk


@pytest.fixture
def post(city: dict[str, int]) -> int:
    return Post.objects.get(unit=city["works-310101002"]).pk


def assign(account: int, post: int, since: str, until: str = "", moment: datetime = NOW) -> int:
    draft = PostingDraft(post, account, at(since), at(until) if until else None)
    receipt = public.assign_posting(by=administrator(), key=command(moment), posting=draft)
    return int(receipt.details["posting"])


def end(posting: int, until: str, moment: datetime = NOW) -> None:
    public.end_posting(by=administrator(), key=command(moment), posting=posting, until=at(until))


# --- posts ---------------------------------------------------------------------------------------------------------


def test_a_post_is_made_with_its_duties_and_journalled(city: dict[str, int]) -> None:
    draft = post_draft("works-310101002", COMMUNITY, KEEP)
    receipt = public.create_post(by=administrator(STREET), key=command(), post=draft)
    made = public.post(receipt.details["post"])
    assert made is not None
    assert (made.unit, made.area, made.duties) == (city["works-310101002"], COMMUNITY, frozenset({KEEP}))
    (entry,) = journal(receipt.subject)
    assert (entry.step, entry.data["duties"]) == ("organisations.post.create", [KEEP])


def test_a_repeated_key_makes_one_post(city: dict[str, int]) -> None:
    draft, key, before = post_draft("works-310101002", STREET), command(), Post.objects.count()
    first = public.create_post(by=administrator(), key=key, post=draft)
    assert public.create_post(by=administrator(), key=key, post=draft).details == first.details
    assert Post.objects.count() == before + 1


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (post_draft("nothing", STREET), "organisations.post_outside_unit"),
        (post_draft("works-310101002", AreaCode("310104")), "organisations.post_outside_unit"),
        (post_draft("works-310101002", DISTRICT), "organisations.post_outside_unit"),
        (post_draft("works-310101002", STREET, "cases.case.eat"), "organisations.duty_unknown"),
        (PostDraft("works-310101002", STREET, Label("字" * 401, "t"), frozenset()), "organisations.words_too_long"),
    ],
)
def test_a_post_that_does_not_fit_is_refused(city: dict[str, int], draft: PostDraft, code: str) -> None:
    made = refusal(lambda: public.create_post(by=administrator(), key=command(), post=draft))
    assert made == (RefusalKind.INVALID, code)


def test_a_post_is_administered_where_its_unit_is(city: dict[str, int], post: int) -> None:
    """A post of the city that works in one street is not the street's to give out."""
    draft = post_draft("centre-31", STREET, KEEP)
    for by in (administrator(STREET), staff(CITY, KEEP)):
        kind, _ = refusal(partial(public.create_post, by=by, key=command(), post=draft))
        assert kind is RefusalKind.DENIED
    elsewhere = administrator(AreaCode("310104"))
    kind, _ = refusal(
        lambda: commands.revise_post(by=elsewhere, key=command(), post=post, title=TITLE, duties=frozenset())
    )
    assert kind is RefusalKind.DENIED


def test_changed_duties_hold_from_the_next_question_on(account: int, post: int) -> None:
    assign(account, post, "2026-09-01")
    (held,) = public.posts_of_account(account, NOW)
    assert held.duties == frozenset()
    duties = frozenset({ADMINISTER, KEEP})
    receipt = commands.revise_post(by=administrator(), key=command(version=1), post=post, title=TITLE, duties=duties)
    (held,) = public.posts_of_account(account, NOW)
    assert (held.title, held.duties) == (TITLE, duties)
    assert journal(receipt.subject)[-1].data["added"] == sorted(duties)
    commands.revise_post(by=administrator(), key=command(), post=post, title=TITLE, duties=frozenset({KEEP}))
    assert journal(receipt.subject)[-1].data["taken"] == [ADMINISTER]


def test_unknown_duties_and_stale_versions_are_refused(post: int) -> None:
    wrong = refusal(
        lambda: commands.revise_post(
            by=administrator(), key=command(), post=post, title=TITLE, duties=frozenset({"a.b.c"})
        )
    )
    assert wrong == (RefusalKind.INVALID, "organisations.duty_unknown")
    commands.revise_post(by=administrator(), key=command(version=0), post=post, title=TITLE, duties=frozenset())
    kind, _ = refusal(
        lambda: commands.revise_post(
            by=administrator(), key=command(version=0), post=post, title=TITLE, duties=frozenset({KEEP})
        )
    )
    assert kind is RefusalKind.STALE


def test_a_closed_post_takes_nobody_and_is_held_by_nobody(account: int, post: int) -> None:
    commands.close_post(by=administrator(), key=command(), post=post)
    assert refusal(lambda: assign(account, post, "2026-09-01")) == (RefusalKind.NOT_NOW, "organisations.post_closed")
    assert refusal(lambda: commands.close_post(by=administrator(), key=command(), post=post)) == (
        RefusalKind.NOT_NOW,
        "organisations.post_closed",
    )


def test_a_held_post_is_not_closed(account: int, post: int) -> None:
    assign(account, post, "2026-10-01")
    found = refusal(lambda: commands.close_post(by=administrator(), key=command(), post=post))
    assert found == (RefusalKind.NOT_NOW, "organisations.post_held")


# --- postings ------------------------------------------------------------------------------------------------------


def test_a_posting_holds_from_its_beginning_to_before_its_end(account: int, post: int) -> None:
    assign(account, post, "2026-09-14T09:00", "2026-09-20T00:00")
    held_at = [
        bool(public.posts_of_account(account, at(moment)))
        for moment in ("2026-09-14T08:59", "2026-09-14T09:00", "2026-09-19T23:59", "2026-09-20T00:00")
    ]
    assert held_at == [False, True, True, False]


def test_assigning_is_journalled_without_any_private_name_and_done_once(account: int, post: int) -> None:
    key, draft = command(), PostingDraft(post, account, NOW)
    receipt = public.assign_posting(by=administrator(), key=key, posting=draft)
    assert public.assign_posting(by=administrator(), key=key, posting=draft).details == receipt.details
    assert Posting.objects.count() == 1
    (entry,) = journal(receipt.subject)
    assert entry.data["account"] == account
    assert "zhang" not in str(entry.data)


@pytest.mark.parametrize(
    ("since", "until", "overlaps"),
    [
        ("2026-08-01", "2026-09-01", False),
        ("2026-08-01", "2026-09-02", True),
        ("2026-09-29", "", True),
        ("2026-10-01", "", False),
        ("2026-08-01", "", True),
    ],
)
def test_the_same_person_twice_in_one_post_is_refused(
    account: int, post: int, *, since: str, until: str, overlaps: bool
) -> None:
    assign(account, post, "2026-09-01", "2026-10-01")
    if overlaps:
        found = refusal(lambda: assign(account, post, since, until))
        assert found == (RefusalKind.INVALID, "organisations.posting_overlaps")
    else:
        assign(account, post, since, until)
        assert Posting.objects.count() == 2


def test_the_database_refuses_an_overlap_by_itself(account: int, post: int) -> None:
    assign(account, post, "2026-09-01")
    with pytest.raises(DatabaseError, match="organisations_posting_no_overlap"), transaction.atomic():
        Posting.objects.create(account_id=account, post_id=post, since=at("2026-09-10"), until=at("2026-09-11"))


def test_two_people_may_hold_one_post_and_one_person_two_posts(city: dict[str, int], account: int, post: int) -> None:
    other, second = Account.objects.create_user("li").pk, Post.objects.get(unit=city["centre-310101002"]).pk
    assign(account, post, "2026-09-02")
    assign(other, post, "2026-09-01")
    assign(account, second, "2026-09-01")
    assert [held.post for held in public.posts_of_account(account, NOW)] == [second, post]


def test_who_or_what_does_not_exist_is_refused(account: int, post: int) -> None:
    assert refusal(lambda: assign(10**9, post, "2026-09-01"))[1] == "organisations.account_unknown"
    Account.objects.filter(pk=account).update(is_active=False)
    assert refusal(lambda: assign(account, post, "2026-09-01"))[1] == "organisations.account_unknown"
    assert refusal(lambda: assign(account, 10**9, "2026-09-01"))[0] is RefusalKind.ABSENT
    assert refusal(lambda: end(10**9, "2026-10-01"))[0] is RefusalKind.ABSENT
    assert refusal(lambda: assign(account, post, "2026-09-01", "2026-09-01"))[1] != ""


def test_a_posting_ends_now_or_later_never_in_the_past(account: int, post: int) -> None:
    posting = assign(account, post, "2026-09-01")
    wrong = (RefusalKind.INVALID, "organisations.posting_end_wrong")
    assert refusal(lambda: end(posting, "2026-09-14T08:59")) == wrong
    end(posting, "2026-09-14T09:00")
    assert public.posts_of_account(account, NOW) == ()
    assert public.posts_of_account(account, at("2026-09-10")) != ()
    assert refusal(lambda: end(posting, "2026-12-01", at("2026-09-15"))) == wrong
    subject = Post.objects.get(pk=post).subject
    assert [entry.step for entry in journal(subject)] == ["organisations.post.assign", "organisations.post.end"]


def test_without_the_duty_nobody_is_put_anywhere(account: int, post: int) -> None:
    draft = PostingDraft(post, account, NOW)
    by = staff(STREET, KEEP)
    kind, _ = refusal(lambda: public.assign_posting(by=by, key=command(), posting=draft))
    assert kind is RefusalKind.DENIED
    posting = assign(account, post, "2026-09-01")
    kind, _ = refusal(lambda: public.end_posting(by=by, key=command(), posting=posting, until=at("2026-10-01")))
    assert kind is RefusalKind.DENIED


# --- questions -----------------------------------------------------------------------------------------------------


def test_posts_with_a_duty_are_those_around_the_place_the_nearest_first(city: dict[str, int]) -> None:
    found = public.posts_with_duty(KEEP, COMMUNITY)
    assert [(post.unit, post.area) for post in found] == [(city["centre-310101002"], STREET), (city["centre-31"], CITY)]
    assert [post.area for post in public.posts_with_duty(KEEP, AreaCode("310104"))] == [CITY]
    commands.close_post(by=administrator(), key=command(), post=found[0].id)
    assert [post.area for post in public.posts_with_duty(KEEP, COMMUNITY)] == [CITY]
    assert public.post(found[0].id) is not None
    assert public.post(10**9) is None


def test_a_post_of_a_repeated_uuid_is_the_databases_to_refuse(city: dict[str, int], post: int) -> None:
    row = Post.objects.get(pk=post)
    row.pk = None
    with pytest.raises(DatabaseError, match="unique"), transaction.atomic():
        row.save(force_insert=True)
    row.subject = uuid4()
    row.save(force_insert=True)
