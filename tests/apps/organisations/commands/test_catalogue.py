"""Catalogues are drafted, loaded, mended and published by their keeper; what is published changes no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from lilong.apps.organisations import commands, public
from lilong.apps.organisations.models import CatalogueVersion, Category, Responsibility, Standard
from lilong.apps.organisations.terms import CategoryKey, ResponsibilityRow, Stage, StandardCard
from lilong.kernel.areas import Level
from lilong.kernel.clocks import ClockKind, Limit
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.models import OutboxEvent
from tests.apps.organisations.samples import (
    CITY,
    COVER,
    DISTRICT,
    LAMP,
    NOW,
    SHEETS,
    administrator,
    at,
    category,
    command,
    journal,
    keeper,
    load,
    publish,
    refusal,
    row,
)

LATER = "2026-10-01T00:00"


# --- loading -------------------------------------------------------------------------------------------------------


def test_a_catalogue_is_loaded_as_a_draft_and_journalled(city: dict[str, int]) -> None:
    receipt = public.load_catalogue(by=keeper(), key=command(), area=CITY, name="2026-09", sheets=SHEETS)
    assert {name: receipt.details[name] for name in ("read", "created", "changed")} == {
        "read": 8,
        "created": 8,
        "changed": 0,
    }
    assert public.categories(area=CITY, at=NOW) == (), "a draft is in force at no time"
    (entry,) = journal(receipt.subject)
    assert (entry.step, entry.data["read"]) == ("organisations.catalogue.load", 8)
    assert OutboxEvent.objects.filter(topic="organisations.catalogue_changed").count() == 1


def test_the_same_sheets_again_change_nothing_draft_or_published(city: dict[str, int]) -> None:
    catalogue = load()
    rows = list(Responsibility.objects.order_by("id").values_list()), list(Standard.objects.values_list("id"))
    assert load() == catalogue
    assert (
        list(Responsibility.objects.order_by("id").values_list()),
        list(Standard.objects.values_list("id")),
    ) == rows
    publish(catalogue, "2026-09-01")
    receipt = public.load_catalogue(by=keeper(), key=command(), area=CITY, name="2026-09", sheets=SHEETS)
    assert (receipt.details["created"], receipt.details["changed"]) == (0, 0)


def test_other_sheets_replace_a_draft_and_are_refused_once_published(city: dict[str, int]) -> None:
    catalogue = load()
    other = {**SHEETS, "standards": SHEETS["standards"].replace("松动", "翘起")}
    assert load(sheets=other) == catalogue
    assert sorted(Standard.objects.values_list("filing_condition_zh", flat=True)) == ["缺失", "翘起"]
    publish(catalogue, "2026-09-01")
    assert refusal(lambda: load(sheets=dict(SHEETS))) == (RefusalKind.NOT_NOW, "organisations.catalogue_published")


def test_a_fault_in_a_sheet_writes_nothing(city: dict[str, int]) -> None:
    load()
    broken = {**SHEETS, "responsibilities": SHEETS["responsibilities"].replace("works,committee", "works,fire")}
    assert refusal(lambda: load(sheets=broken)) == (RefusalKind.INVALID, "organisations.sheet")
    misnamed = {**SHEETS, "responsibilities": SHEETS["responsibilities"].replace("2026-09,1,", "2026-08,1,")}
    assert refusal(lambda: load(sheets=misnamed)) == (RefusalKind.INVALID, "organisations.sheet")
    assert refusal(lambda: load(name="x" * 41)) == (RefusalKind.INVALID, "organisations.catalogue_name_wrong")


def test_only_the_keeper_of_the_area_loads_and_publishes(city: dict[str, int]) -> None:
    catalogue = load()
    for by in (administrator(), keeper(DISTRICT)):
        for act in (
            partial(public.load_catalogue, area=CITY, name="x", sheets=SHEETS),
            partial(public.publish_catalogue, catalogue=catalogue, valid_from=NOW),
            partial(commands.draft_catalogue, source=catalogue, name="x"),
            partial(commands.keep_category, catalogue=catalogue, category=category("X")),
        ):
            assert refusal(partial(act, by=by, key=command()))[0] is RefusalKind.DENIED


# --- publishing ----------------------------------------------------------------------------------------------------


def test_a_published_catalogue_is_in_force_from_its_day_and_ends_its_predecessor(city: dict[str, int]) -> None:
    first = load()
    publish(first, "2026-09-01")
    publish(load("2026-10"), LATER)
    found = [
        public.category(COVER, area=DISTRICT, at=at(moment))
        for moment in ("2026-08-31T23:59", "2026-09-01T00:00", "2026-09-30T23:59", LATER)
    ]
    assert [card.catalogue if card else "" for card in found] == ["", "2026-09", "2026-09", "2026-10"]
    assert CatalogueVersion.objects.get(pk=first).valid_to == at(LATER)


def test_the_first_catalogue_may_begin_in_the_past_its_successor_not(city: dict[str, int]) -> None:
    publish(load(), "2011-07-01")
    successor = load("2026-10")
    early = (RefusalKind.INVALID, "organisations.catalogue_begins_too_early")
    assert refusal(lambda: publish(successor, "2026-09-14T09:00")) == early
    assert refusal(lambda: publish(successor, "2010-01-01", at("2009-01-01"))) == early
    publish(successor, "2026-09-14T09:01")


def test_publishing_twice_or_an_empty_draft_is_refused(city: dict[str, int]) -> None:
    catalogue = load()
    publish(catalogue, "2026-09-01")
    published = (RefusalKind.NOT_NOW, "organisations.catalogue_published")
    assert refusal(lambda: publish(catalogue, "2027-01-01")) == published
    no_rows = {**SHEETS, "responsibilities": SHEETS["responsibilities"].splitlines(keepends=True)[0]}
    empty = load("empty", no_rows)
    assert refusal(lambda: publish(empty, "2027-01-01")) == (RefusalKind.NOT_NOW, "organisations.catalogue_empty")


def test_publishing_is_journalled_and_done_once(city: dict[str, int]) -> None:
    catalogue, key = load(), command(version=1)
    first = public.publish_catalogue(by=keeper(), key=key, catalogue=catalogue, valid_from=NOW)
    again = public.publish_catalogue(by=keeper(), key=key, catalogue=catalogue, valid_from=NOW)
    assert (again.replayed, again.version) == (True, first.version)
    assert [entry.step for entry in journal(first.subject)][-1] == "organisations.catalogue.publish"


def test_two_cities_have_catalogues_of_their_own(city: dict[str, int]) -> None:
    publish(load(), "2026-09-01")
    of_district = public.load_catalogue(
        by=keeper(), key=command(), area=DISTRICT, name="2026-09", sheets=SHEETS
    ).details["catalogue"]
    publish(of_district, "2026-09-01")
    there = public.standards_of(COVER, area=DISTRICT, at=NOW)
    elsewhere = public.standards_of(COVER, area=CITY, at=NOW)
    assert [card.id for card in there] != [card.id for card in elsewhere]


# --- what is published changes no more -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: Category.objects.update(severity="A"),
        lambda: Category.objects.filter(code="E0101").delete(),
        lambda: Standard.objects.update(limit_amount=9),
        lambda: Standard.objects.all().delete(),
        lambda: Standard.objects.create(
            category=Category.objects.get(code="E0101"),
            row=1,
            limit_amount=1,
            limit_kind="working_days",
            verified=False,
        ),
        lambda: Responsibility.objects.update(level=1),
        lambda: Responsibility.objects.all().delete(),
        lambda: CatalogueVersion.objects.update(valid_from=at("2020-01-01")),
        lambda: CatalogueVersion.objects.update(valid_from=None),
        lambda: CatalogueVersion.objects.update(name="other"),
    ],
)
def test_the_database_itself_keeps_a_published_catalogue(city: dict[str, int], spoil: Callable[[], object]) -> None:
    publish(load(), "2026-09-01")
    before = list(Category.objects.values_list()), list(Standard.objects.values_list())
    with pytest.raises(DatabaseError, match="is published"), transaction.atomic():
        spoil()
    assert (list(Category.objects.values_list()), list(Standard.objects.values_list())) == before


def test_the_end_of_a_catalogue_is_set_once(city: dict[str, int]) -> None:
    publish(load(), "2026-09-01")
    publish(load("2026-10"), LATER)
    with pytest.raises(DatabaseError, match="has ended"), transaction.atomic():
        CatalogueVersion.objects.filter(name="2026-09").update(valid_to=at("2027-01-01"))


def test_two_catalogues_of_one_city_never_overlap(city: dict[str, int]) -> None:
    publish(load(), "2026-09-01")
    draft = load("2026-10")
    with pytest.raises(DatabaseError, match="organisations_catalogue_one_in_force"), transaction.atomic():
        CatalogueVersion.objects.filter(pk=draft).update(valid_from=at(LATER))


# --- mending a draft -----------------------------------------------------------------------------------------------


@pytest.fixture
def draft(city: dict[str, int]) -> int:
    return load()


def keep(catalogue: int, changed: ResponsibilityRow, version: int | None = None) -> None:
    commands.keep_responsibility(by=keeper(), key=command(version=version), catalogue=catalogue, row=changed)


def test_a_new_draft_has_all_rows_of_its_source(draft: int) -> None:
    publish(draft, "2026-09-01")
    receipt = commands.draft_catalogue(by=keeper(), key=command(), source=draft, name="2026-10")
    assert receipt.details["read"] == 8
    publish(int(receipt.details["catalogue"]), LATER)
    old, new = public.standards_of(COVER, area=CITY, at=NOW), public.standards_of(COVER, area=CITY, at=at(LATER))
    assert [replace(card, id=0, catalogue="") for card in old] == [replace(card, id=0, catalogue="") for card in new]
    assert {card.id for card in old}.isdisjoint(card.id for card in new)
    used = refusal(lambda: commands.draft_catalogue(by=keeper(), key=command(), source=draft, name="2026-10"))
    assert used == (RefusalKind.INVALID, "organisations.catalogue_name_used")


def test_rows_are_added_and_replaced_in_a_draft(draft: int) -> None:
    keep(draft, row(4, "E0101", function="works"), version=1)
    keep(draft, replace(row(4, "E*", function="centre"), stage=Stage.FILE))
    assert Responsibility.objects.count() == 4
    kept = Responsibility.objects.get(row=4)
    assert (kept.category, kept.function_id, kept.stage) == ("E*", "centre", "file")
    dearer = replace(category("C0137"), key=LAMP, severity="A")
    commands.keep_category(by=keeper(), key=command(), catalogue=draft, category=dearer)
    assert list(Category.objects.filter(code="C0137").values_list("severity")) == [("A",)]
    standard = StandardCard(
        id=0,
        category=LAMP,
        row=1,
        filing_condition=Label("不亮", "Out"),
        closing_condition=Label("亮", "Lit"),
        severity="C",
        limit=Limit(3, ClockKind.WORKING_DAYS),
        legal_basis="",
        source="starter",
        verified=False,
        catalogue="",
    )
    for limit in (3, 5):
        changed = replace(standard, limit=Limit(limit, ClockKind.WORKING_DAYS))
        commands.keep_standard(by=keeper(), key=command(), catalogue=draft, standard=changed)
    publish(draft, "2026-09-01")
    (found,) = public.standards_of(LAMP, area=CITY, at=NOW)
    assert (found.limit.amount, found.filing_condition) == (5, Label("不亮", "Out"))
    assert public.standard(found.id) == found


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (row(9, "X*"), "organisations.category_unknown"),
        (row(9, "C01"), "organisations.category_unknown"),
        (row(9, "C0137", function="fire"), "organisations.function_unknown"),
        (row(9, "C0137", level=Level.CITY), "organisations.function_unknown"),
        (row(9, "C0137", co_functions=("fire",)), "organisations.co_functions_unknown"),
        (row(9, "C*"), "organisations.responsibility_said_twice"),
        (row(9, "C0137", area_type="x" * 41), "organisations.words_too_long"),
        (row(9, "C0137", legal_basis="x" * 401), "organisations.words_too_long"),
        (row(9, "C0137", note=Label("字" * 401, "n")), "organisations.words_too_long"),
    ],
)
def test_a_responsibility_that_does_not_fit_is_refused(draft: int, changed: ResponsibilityRow, code: str) -> None:
    assert refusal(lambda: keep(draft, changed)) == (RefusalKind.INVALID, code)


def test_a_category_or_standard_that_does_not_fit_is_refused(draft: int) -> None:
    for wrong in (replace(category("X"), severity="D"), replace(category("X"), name=Label("字" * 401, "n"))):
        found = refusal(partial(commands.keep_category, by=keeper(), key=command(), catalogue=draft, category=wrong))
        assert found[0] is RefusalKind.INVALID
    publish(draft, "2026-09-01")
    (standard, _) = public.standards_of(COVER, area=CITY, at=NOW)
    second = load("2026-10")
    for changed in (
        replace(standard, category=CategoryKey("gb", "2013", "X")),
        replace(standard, severity=""),
        replace(standard, source="x" * 41),
    ):
        found = refusal(partial(commands.keep_standard, by=keeper(), key=command(), catalogue=second, standard=changed))
        assert found[0] is RefusalKind.INVALID


def test_mending_a_published_or_changed_version_is_refused(draft: int) -> None:
    keep(draft, row(4, "E0101"), version=1)
    with pytest.raises(Refused) as caught:
        keep(draft, row(5, "C0137"), version=1)
    assert caught.value.kind is RefusalKind.STALE
    publish(draft, "2026-09-01")
    published = (RefusalKind.NOT_NOW, "organisations.catalogue_published")
    assert refusal(lambda: keep(draft, row(5, "C0137"))) == published


def test_a_mended_draft_takes_its_sheets_again(draft: int) -> None:
    keep(draft, row(4, "E0101"))
    load()
    assert Responsibility.objects.count() == 3
