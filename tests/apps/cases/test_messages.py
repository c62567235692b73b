"""What a scenario says on the way of a case: to whom, in which words, once, in the act that gives the occasion."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from lilong.apps.cases import public as cases
from lilong.apps.cases import queries
from lilong.apps.cases.commands.reminding import remind
from lilong.apps.cases.jobs import speak_late
from lilong.apps.cases.models import CaseNote
from lilong.apps.cases.terms import Report
from lilong.apps.organisations import public as organisations
from lilong.apps.work import public as work
from lilong.apps.work.terms import LateWork
from lilong.calendars.queries import working_time
from lilong.kernel.actors import machine
from lilong.kernel.ids import salted_digest
from lilong.kernel.words import Label
from lilong.ledger.models import JournalEntry, OutboxEvent
from lilong.ledger.outbox import drain
from lilong.ledger.scope import reading
from tests.apps.cases.test_commands import standard, to_closed, view
from tests.apps.work.shelved import LAMP_WAY, published
from tests.city import NOW, City, envelope, follower

LATER = NOW + timedelta(days=4)
EVERYBODY = machine(Label("试验", "test"), frozenset())
FACTS = """facts:
  - {fact: pole, kind: text, label: {zh: 灯杆号, en: number of the pole}}
start: [{fact: pole}]
steps:"""
SPEAKING = LAMP_WAY.replace("steps:", FACTS, 1).replace(
    "limit: catalogue, when: verifies, if_unknown: do}",
    """limit: catalogue, when: verifies, if_unknown: do, messages: [
       {at: opened, to: reporter, words: {zh: "会有人去看{pole}号杆", en: "Somebody will look at pole {pole}"}},
       {at: opened, to: unit, words: {zh: "请去看{pole}号杆", en: "Please look at pole {pole}"}},
       {at: opened, to: above, words: {zh: "又坏一盏", en: "One more"}},
       {at: done, to: reporter, words: {zh: "看过了", en: "It was looked at"}},
       {at: late, to: unit, words: {zh: "{pole}号杆该去了", en: "Pole {pole} is overdue"}},
       {at: late, to: reporter, words: {zh: "还没来得及去看", en: "Nobody could look yet"}}]}""",
)


@pytest.fixture
def speaking(city: City) -> City:
    """The city in which lamps are handled by a scenario that speaks."""
    published(city, SPEAKING)
    return city


def lamp(city: City, pole: str = "3") -> Report:
    """The lamp with the number of its pole."""
    return replace(city.lamp_out, answers={"pole": pole})


def messages(case: UUID) -> list[CaseNote]:
    """What was said."""
    with reading(EVERYBODY):
        return list(CaseNote.objects.filter(case=case, kind="message").order_by("id"))


def journal(case: UUID) -> list[JournalEntry]:
    """The acts on the case."""
    with reading(EVERYBODY):
        return list(JournalEntry.objects.filter(subject=case).order_by("seq"))


def test_what_a_report_opens_is_said_in_both_languages_for_whom_it_is(speaking: City) -> None:
    receipt = speaking.reported(lamp(speaking))
    first, unit, above = messages(receipt.subject)
    looker = speaking.verifier.unit or 0
    higher = organisations.unit_above(looker)
    assert higher is not None
    assert (first.text, first.text_en) == ("会有人去看3号杆", "Somebody will look at pole 3")
    assert [(note.public, note.unit) for note in (first, unit, above)] == [
        (True, None),
        (False, looker),
        (False, higher.id),
    ]
    assert {note.by["zh"] for note in (first, unit, above)} == {"平台"}


def test_the_journal_keeps_digests_that_bind_the_words_and_no_word(speaking: City) -> None:
    receipt = speaking.reported(lamp(speaking))
    (entry,) = journal(receipt.subject)
    kept = [salted_digest(bytes(n.salt), f"{n.text}\n{n.text_en}").hex() for n in messages(receipt.subject)]
    assert [message["text"] for message in entry.data["messages"]] == kept
    assert "号杆" not in str(entry.data)


def test_a_report_sent_twice_says_it_once(speaking: City) -> None:
    key = envelope()
    receipts = [speaking.reported(lamp(speaking), key=key) for _ in range(2)]
    assert receipts[1].replayed
    assert len(messages(receipts[0].subject)) == 3


def test_what_nobody_said_is_said_to_be_unknown(speaking: City) -> None:
    assert messages(speaking.reported().subject)[0].text == "会有人去看（未说明）号杆"


def test_a_step_that_is_done_says_so_and_one_sent_back_does_not(speaking: City) -> None:
    receipt = speaking.reported(lamp(speaking))
    case = receipt.subject
    cases.verify_case(by=speaking.verifier, key=envelope(), case=case, finding="confirmed")
    assert [note.text for note in messages(case)[3:]] == ["看过了"]
    assert len(journal(case)[-1].data["messages"]) == 1
    cases.reverify_case(by=speaking.dispatcher, key=envelope(), case=case, reason="没拍照")
    assert [note.text for note in messages(case)[4:]] == ["会有人去看3号杆", "请去看3号杆", "又坏一盏"]
    cases.verify_case(by=speaking.verifier, key=envelope(), case=case, finding="confirmed")
    cases.file_case(by=speaking.dispatcher, key=envelope(), case=case, standard=standard())
    assert "messages" not in journal(case)[-1].data


def test_what_a_resident_s_own_act_opens_is_said_to_unit_and_resident(city: City) -> None:
    again = """limit: catalogue, after: [file], messages: [
       {at: opened, to: reporter, words: {zh: 又要派了, en: It is dispatched again}},
       {at: opened, to: unit, words: {zh: 请派遣, en: Please dispatch}}]}"""
    published(city, LAMP_WAY.replace("limit: catalogue, after: [file]}", again))
    case = to_closed(city).subject
    before = len(messages(case))
    cases.ask_again(by=follower(case), key=envelope(), case=case, facts="又不亮了")
    assert [(note.text, note.public) for note in messages(case)[before:]] == [("又要派了", True), ("请派遣", False)]
    assert len(journal(case)[-1].data["messages"]) == 2


def test_a_way_without_messages_stays_silent(city: City) -> None:
    receipt = city.reported()
    assert messages(receipt.subject) == []
    assert "messages" not in journal(receipt.subject)[0].data


def test_the_reporter_is_shown_their_own_and_staff_see_all(speaking: City) -> None:
    receipt = speaking.reported(lamp(speaking))
    number = str(receipt.details["number"])
    seen = queries.case_view(seen_by=follower(receipt.subject), at=envelope().at, number=number)
    assert [note.words for note in seen.messages] == [Label("会有人去看3号杆", "Somebody will look at pole 3")]
    assert len([note for note in view(speaking, receipt).notes if note.is_message]) == 3


@pytest.mark.parametrize(
    ("language", "heading", "words"),
    [
        ("zh-hans", "平台告诉您", "会有人去看3号杆"),
        ("en", "The platform tells you", "Somebody will look at pole 3"),
    ],
)
def test_the_page_of_the_resident_says_it_in_its_language(
    speaking: City, language: str, heading: str, words: str
) -> None:
    number = str(speaking.reported(lamp(speaking)).details["number"])
    address = f"/follow/{number}/{queries.follow_secret(number)}/"
    page = speaking.client().get(address, headers={"accept-language": language}).content.decode()
    assert heading in page
    assert words in page
    assert "请去看" not in page
    assert "Please look" not in page


def test_the_page_of_the_staff_tells_for_whom_it_was(speaking: City) -> None:
    number = str(speaking.reported(lamp(speaking)).details["number"])
    page = speaking.client("intake").get(f"/desk/cases/{number}/").content.decode()
    assert "请去看3号杆" in page
    assert "平台 告诉报事人" in page
    assert "平台 告诉新桥居委会 · 居民看不到" in page


def test_what_is_late_is_said_once_in_an_act_of_its_own(speaking: City) -> None:
    receipt = speaking.reported(lamp(speaking))
    case = receipt.subject
    (event,) = raised_news(LATER)
    assert (event.payload["subject"], event.payload["kind"], event.payload["step"]) == (
        str(case),
        "cases.case",
        "verify",
    )
    assert [say(event) for _ in range(2)] == [True, True]
    assert [note.text for note in messages(case)[3:]] == ["3号杆该去了", "还没来得及去看"]
    entry = journal(case)[-1]
    assert (entry.step, entry.seq, entry.data["task"]) == ("cases.case.speak", 2, "verify")
    assert entry.data["because"][0]["reference"] == f"task:{event.subject}"
    assert len(entry.data["messages"]) == 2
    assert view(speaking, receipt).row.state == "reported"


def test_nothing_is_said_of_work_that_is_over_by_then(speaking: City) -> None:
    case = speaking.reported(lamp(speaking)).subject
    (event,) = raised_news(LATER)
    cases.verify_case(by=speaking.verifier, key=envelope(), case=case, finding="confirmed")
    assert say(event) is False
    assert journal(case)[-1].step == "cases.case.verify"


def test_a_way_without_words_for_it_says_nothing_of_late_work(city: City) -> None:
    case = city.reported().subject
    (event,) = raised_news(LATER)
    assert say(event) is False
    assert len(journal(case)) == 1


def test_the_news_of_late_work_is_read_by_the_room_that_owns_the_matter(speaking: City) -> None:
    speaking.reported(lamp(speaking))
    raised_news(LATER)
    drain(LATER)
    drain(LATER)
    waiting = ProcrastinateJob.objects.filter(task_name__endswith=".speak_late")
    assert list(waiting.values_list("task_name", flat=True)) == ["cases.speak_late"]
    assert speak_late.func(**waiting.get().args) is True


def raised_news(at: datetime) -> list[OutboxEvent]:
    """The news of what is raised at ``at``."""
    work.raise_overdue(at, working_time(at))
    return list(OutboxEvent.objects.filter(topic="work.task_raised").order_by("id"))


def say(event: OutboxEvent) -> bool:
    """What the job does after such news."""
    told = event.payload
    return remind(LateWork(event.subject, UUID(told["subject"]), told["step"], told["unit"]), LATER)
