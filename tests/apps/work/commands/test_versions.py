"""Versions of scenarios: each verb, each refusal with nothing changed, the journal, the second person, one winner."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import connections

from lilong.apps.work.commands import versions as commands
from lilong.apps.work.models import Publication, ScenarioNote, ScenarioVersion
from lilong.apps.work.models.frames import scenario_of
from lilong.apps.work.terms import Finding, Reach, Scenario, Severity
from lilong.kernel.actors import machine
from lilong.kernel.areas import EVERYWHERE, AreaCode
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry, OutboxEvent
from lilong.ledger.scope import reading
from tests.apps.work.shelved import VISIT, approved, publish, published, submitted, written
from tests.city import CITY, DISTRICT, NEW_BRIDGE, STREET, TOWN, City, envelope

WORD = Label("词", "word")
MUST = Finding("unreachable", Severity.MUST, Label("到不了", "cannot be reached"), WORD)
LOOK = Finding("long", Severity.LOOK, Label("有点长", "rather long"), WORD)


def row(version: UUID) -> ScenarioVersion:
    return ScenarioVersion.objects.get(pk=version)


def journal(version: UUID) -> list[JournalEntry]:
    with reading(machine(WORD, frozenset())):
        return list(JournalEntry.objects.filter(subject=version).order_by("seq"))


def news(version: UUID) -> list[str]:
    return list(OutboxEvent.objects.filter(subject=version).order_by("id").values_list("topic", flat=True))


def running(version: UUID) -> list[Publication]:
    return list(Publication.objects.filter(version=version, until__isnull=True))


def refused(kind: RefusalKind, call: Callable[[], object], version: UUID | None = None) -> tuple[str, ...]:
    """The codes of the refusal; nothing may have changed."""

    def present() -> object:
        versions, publications = ScenarioVersion.objects.count(), Publication.objects.count()
        return versions, publications, journal(version) if version else [], row(version).text if version else ""

    before = present()
    with pytest.raises(Refused) as found:
        call()
    assert found.value.kind is kind
    assert present() == before
    return tuple(refusal.code for refusal in found.value.refusals)


# --- writing -------------------------------------------------------------------------------------------------------


def test_a_version_begins_as_a_draft_under_the_next_number(city: City) -> None:
    first, second = written(city), written(city)
    assert [row(version).reference for version in (first, second)] == ["home-visit@1", "home-visit@2"]
    assert {row(version).state for version in (first, second)} == {"draft"}
    assert "version: 2\n" in row(second).text
    assert row(second).text.replace("version: 2", "version: 1") == VISIT
    assert [entry.step for entry in journal(first)] == ["work.scenario.write"]
    assert news(first) == ["work.scenario_written"]
    assert row(first).writers == [city.accounts["keeper"]]


def test_where_the_line_alone_does_not_tell_the_number_the_file_is_written_anew(city: City) -> None:
    written(city)
    found = row(written(city, VISIT.replace("version: 1", '"version": 1')))
    assert (found.reference, scenario_of(found.text).version) == ("home-visit@2", 2)
    assert replace(scenario_of(found.text), version=1) == scenario_of(VISIT)


def test_the_built_in_name_goes_on_after_its_first_version(city: City) -> None:
    text = VISIT.replace("home-visit", "dispatch-handle-check")
    assert row(written(city, text)).reference == "dispatch-handle-check@2"


def test_a_replay_writes_one_version(city: City) -> None:
    key = envelope()
    receipts = [
        commands.write_scenario_version(by=city.actor("keeper"), key=key, text=VISIT, area=STREET) for _ in range(2)
    ]
    assert [receipt.replayed for receipt in receipts] == [False, True]
    assert ScenarioVersion.objects.count() == 1


def test_a_faulty_file_is_refused_with_its_line_and_leaves_nothing(city: City) -> None:
    with pytest.raises(Refused) as found:
        written(city, VISIT.replace("purpose:", "porpoise:"))
    assert found.value.kind is RefusalKind.INVALID
    assert {refusal.code for refusal in found.value.refusals} == {"work.scenario_fault"}
    assert all(refusal.reference.startswith("line:") for refusal in found.value.refusals)
    assert not ScenarioVersion.objects.exists()


@pytest.mark.parametrize(("seat", "area"), [("checker", STREET), ("keeper", TOWN), ("keeper", DISTRICT)])
def test_only_the_duty_in_ones_own_area_writes(city: City, seat: str, area: AreaCode) -> None:
    assert refused(RefusalKind.DENIED, lambda: written(city, VISIT, seat, area)) == ("missing_duty",)


def test_two_writers_of_one_name_at_once_get_two_numbers(city: City) -> None:
    barrier = threading.Barrier(2)

    def write() -> None:
        barrier.wait()
        written(city)
        connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ScenarioVersion.objects.values_list("number", flat=True)) == [1, 2]


# --- editing -------------------------------------------------------------------------------------------------------


def test_an_edit_keeps_number_and_name_and_remembers_every_writer(city: City) -> None:
    version = written(city)
    text = VISIT.replace("version: 1", "version: 7").replace("上门看望", "上门探望")
    commands.edit_scenario_version(by=city.actor("intake"), key=envelope(), version=version, text=text)
    assert (row(version).reference, row(version).title.zh) == ("home-visit@1", "上门探望")
    assert row(version).writers == [city.accounts["keeper"], city.accounts["intake"]]
    entry = journal(version)[-1]
    assert entry.step == "work.scenario.edit"
    assert entry.data["before"] != entry.data["digest"] == row(version).digest


def test_an_edit_under_another_name_is_refused(city: City) -> None:
    version = written(city)
    text = VISIT.replace("home-visit", "other-visit")

    def edit() -> None:
        commands.edit_scenario_version(by=city.actor("keeper"), key=envelope(), version=version, text=text)

    assert refused(RefusalKind.INVALID, edit, version) == ("work.scenario_renamed",)


def test_what_somebody_else_changed_meanwhile_is_told(city: City) -> None:
    version = written(city)
    commands.edit_scenario_version(by=city.actor("intake"), key=envelope(1), version=version, text=VISIT)
    with pytest.raises(Refused) as found:
        commands.edit_scenario_version(by=city.actor("keeper"), key=envelope(1), version=version, text=VISIT)
    assert found.value.kind is RefusalKind.STALE
    assert [change["step"] for change in found.value.changes] == ["work.scenario.edit"]


def test_a_submitted_text_does_not_change_any_more(city: City) -> None:
    version = submitted(city)

    def edit() -> None:
        commands.edit_scenario_version(by=city.actor("keeper"), key=envelope(), version=version, text=VISIT)

    refused(RefusalKind.NOT_NOW, edit, version)


# --- submitting and approving ----------------------------------------------------------------------------------------


def test_a_draft_that_the_check_refuses_is_not_submitted(city: City) -> None:
    version = written(city)

    def submit() -> None:
        commands.submit_scenario_version(
            by=city.actor("keeper"), key=envelope(), version=version, checker=lambda _: (LOOK, MUST)
        )

    assert refused(RefusalKind.INVALID, submit, version) == ("work.check_not_clean",)
    assert row(version).state == "draft"


def test_what_is_only_to_be_looked_at_is_kept_with_the_submission(city: City) -> None:
    version = written(city)
    commands.submit_scenario_version(
        by=city.actor("keeper"), key=envelope(), version=version, checker=lambda _: (LOOK,)
    )
    assert row(version).state == "submitted"
    assert [finding["kind"] for finding in row(version).findings] == ["long"]
    assert journal(version)[-1].data["findings"] == ["long"]


def test_nobody_without_the_duty_has_the_check_run(city: City) -> None:
    version, asked = written(city), list[Scenario]()

    def checker(scenario: Scenario) -> tuple[Finding, ...]:
        asked.append(scenario)
        return ()

    def submit() -> None:
        commands.submit_scenario_version(by=city.actor("checker"), key=envelope(), version=version, checker=checker)

    refused(RefusalKind.DENIED, submit, version)
    assert asked == []


def test_a_second_person_approves(city: City) -> None:
    version = submitted(city)
    commands.approve_scenario_version(by=city.actor("shift"), key=envelope(), version=version, note="演练过两次")
    assert (row(version).state, row(version).approved_by) == ("approved", city.actor("shift").mark)
    entry = journal(version)[-1]
    assert entry.data["because"][0]["reference"] == city.actor("shift").mark
    assert entry.data["note"] == "approved"
    assert "演练" not in str(entry.data)
    assert ScenarioNote.objects.get(version=version).text == "演练过两次"


@pytest.mark.parametrize("seat", ["keeper", "intake"])
def test_whoever_wrote_any_of_it_does_not_approve_it(city: City, seat: str) -> None:
    version = written(city)
    commands.edit_scenario_version(by=city.actor("intake"), key=envelope(), version=version, text=VISIT)
    commands.submit_scenario_version(by=city.actor("keeper"), key=envelope(), version=version, checker=lambda _: ())
    writer = city.actor(seat)
    by = replace(writer, duties=writer.duties | {"work.scenario.approve"})

    def approve() -> None:
        commands.approve_scenario_version(by=by, key=envelope(), version=version)

    assert refused(RefusalKind.INVALID, approve, version) == ("work.second_person",)


def test_a_program_without_an_account_approves_nothing(city: City) -> None:
    version = submitted(city)
    by = machine(WORD, frozenset({"work.scenario.approve"}))

    def approve() -> None:
        commands.approve_scenario_version(by=by, key=envelope(), version=version)

    assert refused(RefusalKind.INVALID, approve, version) == ("work.approver_unknown",)


def test_another_streets_shift_approves_nothing_here(city: City) -> None:
    version = submitted(city)

    def approve() -> None:
        commands.approve_scenario_version(by=city.actor("town_shift"), key=envelope(), version=version)

    refused(RefusalKind.DENIED, approve, version)


def test_a_version_sent_back_is_edited_and_submitted_again(city: City) -> None:
    version = submitted(city)
    commands.send_back_scenario_version(by=city.actor("shift"), key=envelope(), version=version, reason="时限太紧")
    assert (row(version).state, row(version).submitted_at) == ("draft", None)
    assert ScenarioNote.objects.get(version=version).kind == "sent_back"
    commands.edit_scenario_version(by=city.actor("keeper"), key=envelope(), version=version, text=VISIT)


def test_sending_back_needs_a_reason(city: City) -> None:
    version = submitted(city)

    def send_back() -> None:
        commands.send_back_scenario_version(by=city.actor("shift"), key=envelope(), version=version, reason=" ")

    assert refused(RefusalKind.INVALID, send_back, version) == ("input_missing",)


# --- publishing ------------------------------------------------------------------------------------------------------


def test_a_publication_is_journalled_with_who_approved_on_which_evidence(city: City) -> None:
    version = approved(city)
    receipt = publish(city, version, Reach(STREET, ("subdistrict",), 20))
    (publication,) = running(version)
    assert receipt.details["publication"] == str(publication.id)
    assert (publication.area, publication.area_types, publication.share) == (STREET.digits, ["subdistrict"], 20)
    entry = journal(version)[-1]
    assert entry.data["approved_by"] == city.actor("shift").mark
    assert entry.data["because"][0]["text"]["zh"].startswith("街镇值班长于 ")
    assert (entry.data["share"], entry.data["where"]) == (20, STREET.digits)
    assert "演练" not in str(entry.data)
    assert publication.evidence == "演练过"
    assert news(version)[-1] == "work.scenario_published"


def test_what_nobody_approved_is_not_published(city: City) -> None:
    version = submitted(city)
    refused(RefusalKind.NOT_NOW, lambda: publish(city, version), version)


def test_publishing_needs_the_duty_where_it_is_published(city: City) -> None:
    version = approved(city)
    for area in (DISTRICT, TOWN, EVERYWHERE):
        refused(RefusalKind.DENIED, partial(publish, city, version, Reach(area)), version)


@pytest.mark.parametrize("share", [0, -1, 101])
def test_a_share_lies_between_1_and_100(city: City, share: int) -> None:
    version = approved(city)
    found = refused(RefusalKind.INVALID, lambda: publish(city, version, Reach(STREET, share=share)), version)
    assert found in {("work.share_outside",), ("input_missing",)}


def test_a_scenario_for_towns_is_not_published_for_others(city: City) -> None:
    version = approved(city, VISIT.replace("facts:\n", "area_types: [town]\nfacts:\n", 1))
    for types in (("*",), ("subdistrict",), ("subdistrict", "town")):
        reach = Reach(STREET, types)
        found = refused(RefusalKind.INVALID, partial(publish, city, version, reach), version)
        assert found == ("work.area_type_unfit",)
    publish(city, version, Reach(STREET, ("town",)))


def test_widening_replaces_ones_own_narrower_publications(city: City) -> None:
    version = published(city, reach=Reach(NEW_BRIDGE, ("*",), 20))
    publish(city, version, Reach(NEW_BRIDGE, ("*",), 50))
    publish(city, version, Reach(STREET, ("*",), 50))
    (left,) = running(version)
    assert (left.area, left.share) == (STREET.digits, 50)


def test_a_pilot_leaves_the_others_in_force_and_a_whole_publication_ends_them(city: City) -> None:
    old, new = published(city), approved(city)
    publish(city, new, Reach(STREET, ("*",), 20))
    assert (len(running(old)), len(running(new))) == (1, 1)
    receipt = publish(city, new, Reach(STREET))
    assert len(receipt.details["ended"]) == 2
    assert (len(running(old)), len(running(new))) == (0, 1)
    assert row(old).state == "published"


def test_what_reaches_further_stays_in_force(city: City) -> None:
    old, new = published(city), approved(city)
    publish(city, new, Reach(NEW_BRIDGE))
    assert (len(running(old)), len(running(new))) == (1, 1)
    publish(city, new, Reach(STREET, ("subdistrict",)))
    assert len(running(old)) == 1


def test_another_name_is_never_ended(city: City) -> None:
    other = published(city, VISIT.replace("home-visit", "other-visit"))
    published(city)
    assert len(running(other)) == 1


def test_the_same_publication_twice_is_said(city: City) -> None:
    version = published(city)
    assert refused(RefusalKind.NOT_NOW, lambda: publish(city, version), version) == ("work.published_already",)


def race(city: City, version: UUID, seen: int | None) -> list[str]:
    """Two people publish a version at the same moment, having seen the same page; what each of them gets."""
    barrier, outcomes = threading.Barrier(2), []

    def go(share: int) -> None:
        barrier.wait()
        try:
            commands.publish_scenario_version(
                by=city.actor("shift"),
                key=envelope(seen),
                version=version,
                reach=Reach(STREET, ("*",), share),
                evidence="演练过",
            )
            outcomes.append("published")
        except Refused as refusal:
            outcomes.append(refusal.kind.value)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(share,)) for share in (20, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_publishing_twice_at_once_has_one_winner(city: City) -> None:
    version = approved(city)
    assert race(city, version, row(version).version) == ["published", "stale"]
    assert len(running(version)) == 1


def test_without_the_version_both_publish_so_the_race_is_real(city: City) -> None:
    """The control: the lock puts one after the other, only the version tells the second one that it came late."""
    version = approved(city)
    assert race(city, version, None) == ["published", "published"]


# --- withdrawing -----------------------------------------------------------------------------------------------------


def test_a_withdrawal_ends_every_publication_and_says_what_goes_on(city: City) -> None:
    version = published(city)
    publish(city, version, Reach(NEW_BRIDGE, ("*",), 20))
    receipt = commands.withdraw_scenario_version(
        by=city.actor("shift"), key=envelope(), version=version, reason="没有帮助", running=lambda _: 3
    )
    assert receipt.details == {"reference": "home-visit@1", "ended": 2, "running": 3}
    assert (row(version).state, running(version)) == ("withdrawn", [])
    assert journal(version)[-1].data["running"] == 3
    assert "没有帮助" not in str(journal(version)[-1].data)


def test_a_withdrawn_version_takes_no_more_steps(city: City) -> None:
    version = published(city)
    commands.withdraw_scenario_version(
        by=city.actor("shift"), key=envelope(), version=version, reason="没有帮助", running=lambda _: 0
    )
    refused(RefusalKind.NOT_NOW, lambda: publish(city, version), version)


def test_a_draft_is_given_up_by_its_writer(city: City) -> None:
    version = written(city)
    commands.discard_scenario_version(by=city.actor("keeper"), key=envelope(), version=version)
    assert row(version).state == "withdrawn"


def test_an_unknown_version_is_absent(city: City) -> None:
    with pytest.raises(Refused) as found:
        publish(city, uuid4(), Reach(CITY))
    assert found.value.kind is RefusalKind.ABSENT
    with pytest.raises(Refused) as found:
        commands.discard_scenario_version(by=city.actor("keeper"), key=envelope(), version=uuid4())
    assert found.value.kind is RefusalKind.ABSENT


def test_the_journal_of_a_whole_life_is_a_chain(city: City) -> None:
    version = published(city)
    with suppress(Refused):
        publish(city, version)
    assert [entry.step.rpartition(".")[2] for entry in journal(version)] == ["write", "submit", "approve", "publish"]
    assert row(version).version == 4
