"""Another category before filing: the case goes on by the new one's scenario where that is safe, else by its own."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from lilong.apps.cases import public as cases
from lilong.apps.cases.models import Case, CaseNote
from lilong.apps.work import public as work
from lilong.kernel.actors import machine
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry
from lilong.ledger.scope import reading
from tests.apps.cases.test_commands import standard, view
from tests.apps.work.shelved import LAMP_WAY, published
from tests.city import LAMP, MANHOLE, City, envelope

EVERYBODY = machine(Label("试验", "test"), frozenset())
FENCE = """
  - {step: fence, title: {zh: 先围起来, en: Fence it off}, hand_in: {zh: 围了没有, en: is it fenced},
     who: {function: community_committee, level: community}, limit: {amount: 4, clock: natural_hours},
     messages: [{at: opened, to: reporter, words: {zh: 先围起来, en: We fence it off first}}]}
"""
FENCED = LAMP_WAY.replace("after: [handle]}", "after: [handle, fence]}").rstrip() + FENCE
LOOKED = LAMP_WAY.replace("step: verify,", "step: look,").replace("after: [verify]", "after: [look]")


def reported(city: City) -> UUID:
    """A lamp that was taken for a manhole."""
    return city.reported(replace(city.lamp_out, category=str(MANHOLE))).subject


def called_a_lamp(city: City, case: UUID) -> JournalEntry:
    """Its category corrected; the journal's entry of it."""
    cases.recategorise_case(by=city.dispatcher, key=envelope(), case=case, category=str(LAMP), note="看错了")
    with reading(EVERYBODY):
        return JournalEntry.objects.filter(subject=case).latest("seq")


def row(case: UUID) -> Case:
    with reading(EVERYBODY):
        return Case.objects.get(pk=case)


def open_steps(case: UUID) -> list[str]:
    """What is being done."""
    with reading(EVERYBODY):
        return sorted(work.running_keys(case))


def test_it_goes_on_by_the_scenario_of_the_new_category(city: City) -> None:
    published(city, FENCED)
    case = reported(city)
    assert row(case).scenario == work.ordinary().scenario.reference
    entry = called_a_lamp(city, case)
    assert row(case).scenario == "lamp-way@1"
    assert open_steps(case) == ["fence", "verify"]
    assert entry.data["scenario"] == "lamp-way@1"
    assert entry.data["scenario_before"] == work.ordinary().scenario.reference
    assert [task["step"] for task in entry.data["tasks"]["opened"]] == ["fence"]
    assert [because["reference"] for because in entry.data["because"]] == ["scenario:lamp-way@1"]
    with reading(EVERYBODY):
        said = CaseNote.objects.filter(case=case, kind="message").values_list("text", flat=True)
        assert list(said) == ["先围起来"]
    assert "看错了" not in str(entry.data)


def test_it_ends_by_its_own_where_going_over_is_not_safe(city: City) -> None:
    published(city, LOOKED)
    case = reported(city)
    entry = called_a_lamp(city, case)
    ordinary = work.ordinary().scenario.reference
    assert (row(case).scenario, row(case).category) == (ordinary, str(LAMP))
    assert entry.data["unsafe"] == ["work.move_step_gone"]
    assert (entry.data["scenario"], entry.data["scenario_there"]) == (ordinary, "lamp-way@1")
    assert "没有“核实”" in entry.data["because"][0]["text"]["zh"]
    assert open_steps(case) == ["verify"]
    cases.verify_case(by=city.verifier, key=envelope(), case=case, finding="confirmed")
    cases.file_case(by=city.dispatcher, key=envelope(), case=case, standard=standard())
    assert row(case).state == "filed"


def test_it_goes_over_after_it_was_verified_and_ends_by_the_new_one(city: City) -> None:
    published(city, FENCED)
    case = reported(city)
    cases.verify_case(by=city.verifier, key=envelope(), case=case, finding="confirmed")
    called_a_lamp(city, case)
    assert row(case).scenario == "lamp-way@1"
    assert open_steps(case) == ["fence", "file"]


def test_a_newer_version_of_its_own_scenario_is_no_reason_to_go_over(city: City) -> None:
    both = LAMP_WAY.replace('"C0137"', '"C0137", "C0103"')
    published(city, both)
    case = reported(city)
    published(city, both)
    entry = called_a_lamp(city, case)
    assert row(case).scenario == "lamp-way@1"
    assert entry.data["because"] == []


def test_where_nothing_else_is_in_force_only_the_category_changes(city: City) -> None:
    receipt = city.reported(replace(city.lamp_out, category=str(MANHOLE)))
    entry = called_a_lamp(city, receipt.subject)
    assert view(city, receipt).row.category.key == LAMP
    assert "scenario" not in entry.data
    assert entry.data["before"] == str(MANHOLE)
