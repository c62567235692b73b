"""A whole city at once: everything or nothing, the same twice makes nothing new, one entry in the journal."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from lilong.apps.organisations import public
from lilong.apps.organisations.models import Edition, Post, Unit
from lilong.apps.organisations.terms import CityArea, PostPattern, Staffing, Structure
from lilong.kernel.areas import Level
from lilong.kernel.refusals import RefusalKind
from lilong.kernel.words import Label
from tests.apps.organisations.samples import (
    CITY,
    COMMUNITY,
    DISTRICT,
    STREET,
    STRUCTURE,
    administrator,
    command,
    function,
    journal,
    keeper,
    post_draft,
    refusal,
    unit_draft,
)


def establish(structure: Structure) -> dict[str, int]:
    receipt = public.establish_structure(by=administrator(), key=command(), area=CITY, structure=structure)
    return dict(receipt.details)


def test_units_reports_and_posts_stand_as_drafted(city: dict[str, int]) -> None:
    assert {unit.code: unit.above and unit.above.code for unit in Unit.objects.select_related("above")} == {
        unit.code: unit.above or None for unit in STRUCTURE.units
    }
    assert [(post.unit.code, set(post.duties)) for post in Post.objects.select_related("unit").order_by("id")] == [
        (post.unit, set(post.duties)) for post in STRUCTURE.posts
    ]
    works = public.function("works")
    assert works is not None
    assert works == STRUCTURE.functions[1]


def test_establishing_again_makes_nothing_new_and_touches_nothing(city: dict[str, int]) -> None:
    before = list(Unit.objects.order_by("id").values_list()), list(Post.objects.order_by("id").values_list())
    assert establish(STRUCTURE) == {"units": 0, "posts": 0, "there": 5}
    assert (list(Unit.objects.order_by("id").values_list()), list(Post.objects.order_by("id").values_list())) == before


def test_what_is_new_is_added(city: dict[str, int]) -> None:
    new = unit_draft("works", Level.DISTRICT, DISTRICT, "centre-310101")
    more = replace(STRUCTURE, units=(*STRUCTURE.units, new), posts=(*STRUCTURE.posts, post_draft(new.code, DISTRICT)))
    assert establish(more) == {"units": 1, "posts": 1, "there": 5}
    (found,) = public.units_within(DISTRICT, function="works", level=Level.DISTRICT)
    assert found.above == city["centre-310101"]


def test_it_is_one_entry_in_the_journal(city: dict[str, int]) -> None:
    receipt = public.establish_structure(by=administrator(), key=command(), area=CITY, structure=STRUCTURE)
    steps = [(entry.step, entry.data["units"]) for entry in journal(receipt.subject)]
    assert steps == [("organisations.unit.establish", 5), ("organisations.unit.establish", 0)]


WORKS = unit_draft("works", Level.DISTRICT, DISTRICT)


@pytest.mark.parametrize(
    ("structure", "code"),
    [
        (Structure((), (replace(WORKS, area=STREET.cut_to(Level.COUNTRY)),), ()), "organisations.outside"),
        (Structure((), (WORKS,), (post_draft(WORKS.code, CITY),)), "organisations.outside"),
        (Structure((), (replace(WORKS, function="fire"),), ()), "organisations.function_unknown"),
        (Structure((), (replace(WORKS, level=Level.CITY),), ()), "organisations.function_unknown"),
        (Structure((), (replace(WORKS, above="nothing"),), ()), "organisations.unit_unknown"),
        (Structure((), (), (post_draft("nothing", CITY),)), "organisations.unit_unknown"),
        (Structure((), (WORKS,), (post_draft(WORKS.code, DISTRICT, "a.b.c"),)), "organisations.duty_unknown"),
        (Structure((), (WORKS, replace(WORKS, code="twin")), ()), "organisations.unit_exists"),
        (Structure((), (WORKS, replace(WORKS, function="centre")), ()), "organisations.unit_exists"),
        (Structure((), (replace(WORKS, level=Level.STREET, area=STREET),), ()), "organisations.unit_exists"),
    ],
)
def test_a_structure_that_does_not_stand_is_refused_whole(
    city: dict[str, int], structure: Structure, code: str
) -> None:
    assert refusal(lambda: establish(structure)) == (RefusalKind.INVALID, code)


def test_without_the_duty_no_city_is_established(city: dict[str, int]) -> None:
    for by in (administrator(DISTRICT), keeper()):
        kind, _ = refusal(partial(public.establish_structure, by=by, key=command(), area=CITY, structure=STRUCTURE))
        assert kind is RefusalKind.DENIED


def test_a_city_is_established_from_patterns(committed_db: None) -> None:
    areas = [
        CityArea(area, level, Label(f"地{area}", f"place {area}"), "any")
        for area, level in ((CITY, Level.CITY), (STREET, Level.STREET), (COMMUNITY, Level.COMMUNITY))
    ]
    lead = "organisations.unit.administer"
    staffing = Staffing(
        (function("centre", Level.CITY, Level.STREET), function("works", Level.STREET)),
        (
            PostPattern("a", "centre", Level.CITY, Label("甲", "a"), frozenset({lead})),
            PostPattern("b", "centre", Level.STREET, Label("乙", "b"), frozenset({lead})),
        ),
        lead,
    )
    receipt = public.establish_city(by=administrator(), key=command(), city=CITY, areas=areas, staffing=staffing)
    assert receipt.details == {"units": 3, "posts": 2, "there": 0}
    works = public.units_within(CITY, function="works")[0]
    above = public.unit_above(works.id)
    assert above is not None
    assert (works.name.zh, above.code) == ("地310101002works", "centre-310101002")


def test_functions_are_added_and_replaced_never_taken_away(city: dict[str, int]) -> None:
    works = replace(STRUCTURE.functions[1], name=Label("新名", "new name"), levels=frozenset({Level.CITY}))
    mark = Edition.objects.get().mark
    public.keep_functions(by=administrator(), key=command(), area=CITY, functions=[works, function("fire", Level.CITY)])
    assert Edition.objects.get().mark != mark
    assert [public.function(code) is not None for code in ("centre", "works", "fire")] == [True, True, True]
    assert public.function("works") == works
    changed = replace(STRUCTURE.functions[0], nature="enterprise")
    shared = refusal(
        lambda: public.keep_functions(by=administrator(), key=command(), area=DISTRICT, functions=[changed])
    )
    assert shared == (RefusalKind.INVALID, "organisations.function_shared")
    kind, _ = refusal(
        lambda: public.keep_functions(by=keeper(), key=command(), area=CITY, functions=[function("x", Level.CITY)])
    )
    assert kind is RefusalKind.DENIED
