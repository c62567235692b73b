"""Units are made, changed and closed once, by those who administer the area, and never deleted."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from psycopg import sql

from lilong.apps.organisations import commands, public
from lilong.apps.organisations.models import Post, Unit
from lilong.apps.organisations.terms import PostingDraft, UnitDraft
from lilong.identity.models import Account
from lilong.kernel.areas import AreaCode, Level
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.models import OutboxEvent
from tests.apps.organisations.samples import (
    CITY,
    DISTRICT,
    NOW,
    STREET,
    administrator,
    at,
    command,
    journal,
    refusal,
    staff,
    unit_draft,
)

NAME = Label("改名后", "renamed")
NEW_COMMUNITY = AreaCode("310101002002")


def test_a_unit_is_made_journalled_announced_and_found(city: dict[str, int]) -> None:
    draft = unit_draft("committee", Level.COMMUNITY, NEW_COMMUNITY, "centre-310101002")
    receipt = public.create_unit(by=administrator(STREET), key=command(), unit=draft)
    made = public.unit(receipt.details["unit"])
    assert made is not None
    assert (made.code, made.name, made.above) == (draft.code, draft.name, city["centre-310101002"])
    (entry,) = journal(receipt.subject)
    assert (entry.seq, entry.step, entry.data["code"]) == (1, "organisations.unit.create", draft.code)
    assert OutboxEvent.objects.filter(topic="organisations.unit_changed", subject=receipt.subject).count() == 1


def test_the_same_key_makes_one_unit(city: dict[str, int]) -> None:
    draft, key = unit_draft("works", Level.DISTRICT, DISTRICT), command()
    first = public.create_unit(by=administrator(), key=key, unit=draft)
    again = public.create_unit(by=administrator(), key=key, unit=draft)
    assert (again.replayed, again.details) == (True, first.details)
    assert Unit.objects.filter(code=draft.code).count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"function": "fire"}, "organisations.function_unknown"),
        ({"level": Level.CITY, "area": CITY}, "organisations.function_unknown"),
        ({"area": AreaCode("310199")}, "organisations.area_unknown"),
        ({"area": STREET}, "organisations.area_unknown"),
        ({"above": "nothing-31"}, "organisations.superior_unknown"),
        ({"code": "works-310101002"}, "organisations.unit_code_used"),
        ({"code": "x" * 81}, "organisations.unit_code_used"),
        ({"name": Label("字" * 401, "name")}, "organisations.words_too_long"),
        ({"function": "centre", "code": "other"}, "organisations.unit_exists"),
    ],
)
def test_a_unit_that_does_not_fit_is_refused(city: dict[str, int], change: dict[str, Any], code: str) -> None:
    draft = replace(UnitDraft("new", NAME, "works", Level.DISTRICT, DISTRICT), **change)
    found = refusal(lambda: public.create_unit(by=administrator(), key=command(), unit=draft))
    assert found == (RefusalKind.INVALID, code)


def test_without_the_duty_there_nothing_is_made(city: dict[str, int]) -> None:
    draft = unit_draft("works", Level.DISTRICT, DISTRICT)
    elsewhere = administrator(AreaCode("310104"))
    for by in (elsewhere, staff(CITY), administrator(STREET)):
        kind, code = refusal(partial(public.create_unit, by=by, key=command(), unit=draft))
        assert (kind, code) == (RefusalKind.DENIED, "missing_duty")


def test_a_unit_is_renamed_and_moved(city: dict[str, int]) -> None:
    unit = city["works-310101002"]
    assert public.unit_above(unit) == public.unit(city["centre-310101002"])
    commands.revise_unit(by=administrator(), key=command(version=0), unit=unit, name=NAME, above="centre-31")
    found = public.unit(unit)
    assert found is not None
    assert (found.name, found.above) == (NAME, city["centre-31"])
    assert Unit.objects.get(pk=unit).version == 1


def test_a_stale_version_is_refused_with_what_changed(city: dict[str, int]) -> None:
    unit = city["works-310101002"]
    commands.revise_unit(by=administrator(), key=command(version=0), unit=unit, name=NAME, above="")
    with pytest.raises(Refused) as caught:
        commands.revise_unit(by=administrator(), key=command(version=0), unit=unit, name=Label("二", "two"), above="")
    assert caught.value.kind is RefusalKind.STALE
    assert [change["step"] for change in caught.value.changes] == ["organisations.unit.revise"]
    assert Unit.objects.get(pk=unit).name == NAME


@pytest.mark.parametrize("above", ["centre-310101", "centre-310101002", "committee-310101002001"])
def test_a_unit_cannot_report_to_itself_or_below(city: dict[str, int], above: str) -> None:
    found = refusal(
        lambda: commands.revise_unit(
            by=administrator(), key=command(), unit=city["centre-310101"], name=NAME, above=above
        )
    )
    assert found == (RefusalKind.INVALID, "organisations.superior_below")


def test_a_closed_unit_ends_with_its_posts_and_takes_nothing_new(city: dict[str, int]) -> None:
    unit = city["works-310101002"]
    assert unit in [found.id for found in public.units_within(CITY)]
    commands.close_unit(by=administrator(), key=command(), unit=unit)
    closed = public.unit(unit)
    assert closed is not None
    assert not closed.active
    assert not Post.objects.filter(unit=unit, active=True).exists()
    assert unit not in [found.id for found in public.units_within(CITY)]
    again = refusal(lambda: commands.close_unit(by=administrator(), key=command(), unit=unit))
    assert again == (RefusalKind.NOT_NOW, "organisations.unit_closed")
    successor = replace(unit_draft("works", Level.STREET, STREET), code="works-new")
    assert public.create_unit(by=administrator(), key=command(), unit=successor).details["unit"] != unit


def test_a_unit_in_use_is_not_closed(city: dict[str, int]) -> None:
    above = refusal(lambda: commands.close_unit(by=administrator(), key=command(), unit=city["centre-310101002"]))
    assert above == (RefusalKind.NOT_NOW, "organisations.unit_has_units_below")
    account = Account.objects.create_user("worker")
    post = Post.objects.get(unit=city["works-310101002"])
    draft = PostingDraft(post.pk, account.pk, NOW, at("2026-10-01T00:00"))
    public.assign_posting(by=administrator(), key=command(), posting=draft)
    held = refusal(lambda: commands.close_unit(by=administrator(), key=command(), unit=city["works-310101002"]))
    assert held == (RefusalKind.NOT_NOW, "organisations.unit_has_people")
    commands.close_unit(by=administrator(), key=command(at("2026-10-01T00:00")), unit=city["works-310101002"])


def test_what_does_not_exist_is_absent(city: dict[str, int]) -> None:
    kind, _ = refusal(lambda: commands.close_unit(by=administrator(), key=command(), unit=10**9))
    assert kind is RefusalKind.ABSENT


@pytest.mark.parametrize("table", ["unit", "post", "posting", "function", "catalogue", "missing"])
def test_the_application_cannot_delete(city: dict[str, int], table: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(f"organisations_{table}")))


def test_the_database_refuses_a_second_unit_for_one_thing(city: dict[str, int]) -> None:
    row = Unit.objects.get(pk=city["works-310101002"])
    row.pk, row.code, row.subject = None, "twin", uuid4()
    with pytest.raises(DatabaseError, match="organisations_unit_one_per_area"), transaction.atomic():
        row.save(force_insert=True)
