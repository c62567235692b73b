"""Going by another version: only where it fits on, by whoever publishes scenarios, with nothing done again."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from django.urls import reverse

from lilong.apps.cases import public as cases
from lilong.kernel.actors import Actor
from lilong.kernel.refusals import RefusalKind, Refused
from tests.apps.cases.test_commands import standard
from tests.apps.cases.test_recategorising import FENCED, LOOKED, open_steps, row
from tests.apps.work.shelved import published
from tests.city import MANHOLE, City, envelope

ORDINARY = "dispatch-handle-check@1"


def mover(city: City) -> Actor:
    """The street's shift leader, who publishes scenarios."""
    return city.actor("shift")


def begun(city: City) -> UUID:
    """A lamp that was reported before there was a scenario for it."""
    return city.reported().subject


def test_a_running_case_goes_on_by_a_version_that_fits_on(city: City) -> None:
    case = begun(city)
    cases.verify_case(by=city.verifier, key=envelope(), case=case, finding="confirmed")
    published(city, FENCED)
    cases.move_case(by=mover(city), key=envelope(), case=case, to="lamp-way@1")
    assert row(case).scenario == "lamp-way@1"
    assert row(case).progress["done"] == {"verify": "done"}
    assert open_steps(case) == ["fence", "file"]
    cases.file_case(by=city.dispatcher, key=envelope(), case=case, standard=standard())
    assert row(case).state == "filed"


def test_one_that_does_not_fit_on_is_refused_and_nothing_changes(city: City) -> None:
    case = begun(city)
    published(city, LOOKED)
    before = row(case)
    with pytest.raises(Refused) as refused:
        cases.move_case(by=mover(city), key=envelope(), case=case, to="lamp-way@1")
    assert refused.value.kind is RefusalKind.NOT_NOW
    assert [each.code for each in refused.value.refusals] == ["work.move_step_gone"]
    assert (row(case).version, row(case).scenario, open_steps(case)) == (before.version, ORDINARY, ["verify"])


@pytest.mark.parametrize("to", ["lamp-way@7", "nonsense", "", "lamp-way@1"])
def test_a_version_never_in_force_or_for_other_matters_is_refused(city: City, to: str) -> None:
    case = city.reported(replace(city.lamp_out, category=str(MANHOLE))).subject
    published(city, FENCED)
    with pytest.raises(Refused) as refused:
        cases.move_case(by=mover(city), key=envelope(), case=case, to=to)
    assert refused.value.kind is RefusalKind.INVALID
    assert row(case).scenario == ORDINARY


def test_whoever_does_not_publish_scenarios_is_refused(city: City) -> None:
    case = begun(city)
    published(city, FENCED)
    with pytest.raises(Refused) as refused:
        cases.move_case(by=city.dispatcher, key=envelope(), case=case, to="lamp-way@1")
    assert refused.value.kind is RefusalKind.DENIED
    assert row(case).scenario == ORDINARY


def test_the_page_offers_it_only_where_there_is_another_version(city: City) -> None:
    number = row(begun(city)).number
    client = city.client("shift")
    page = reverse("cases:case", args=[number])
    act = reverse("cases:step", args=[number, "move"])
    assert act not in client.get(page).content.decode()
    published(city, FENCED)
    assert act in client.get(page).content.decode()
