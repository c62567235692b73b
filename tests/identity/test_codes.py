"""Signing in by phone code: the code, its tries, its pace, its races, and what of the number stays behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from lilong.identity import codes
from lilong.identity.codes import masked_phone_of, request_code, use_code
from lilong.identity.models import PhoneCode
from lilong.identity.upkeep import forget
from lilong.kernel.refusals import RefusalKind, Refused
from tests.identity.parts import ADDRESS, NOON, PHONE, Inbox, Meeting, later

pytestmark = pytest.mark.usefixtures("committed_db")


def ask(phone: str = PHONE, address: str = ADDRESS, **span: float) -> UUID:
    """Ask for a code some time after noon."""
    return request_code(phone=phone, address=address, at=later(**span))


def refusal_of(challenge: UUID, code: str, **span: float) -> str:
    """The code of the refusal, or nothing when the code was accepted."""
    try:
        use_code(challenge=challenge, code=code, at=later(**span))
    except Refused as refused:
        return refused.refusals[0].code
    return ""


def test_the_right_code_proves_the_number_once(inbox: Inbox) -> None:
    challenge = ask("138 1234 0417")
    assert inbox.sent[0][0] == PHONE
    assert len(inbox.code) == 6
    assert use_code(challenge=challenge, code=f" {inbox.code[:3]} {inbox.code[3:]} ", at=NOON) == PHONE
    assert refusal_of(challenge, inbox.code) == "code_ended"


def test_a_code_lives_five_minutes(inbox: Inbox) -> None:
    challenge = ask()
    assert masked_phone_of(challenge, later(minutes=4)) == "138****0417"
    assert refusal_of(challenge, inbox.code, minutes=5) == "code_ended"
    assert masked_phone_of(challenge, later(minutes=5)) == ""
    assert refusal_of(challenge, inbox.code, minutes=4, seconds=59) == ""


def test_the_fifth_wrong_try_ends_the_code(inbox: Inbox) -> None:
    challenge = ask()
    assert [refusal_of(challenge, inbox.wrong) for _ in range(5)] == ["code_wrong"] * 4 + ["code_ended"]
    assert refusal_of(challenge, inbox.code) == "code_ended"


def test_a_wrong_try_says_how_many_are_left(inbox: Inbox) -> None:
    challenge = ask()
    with pytest.raises(Refused) as refused:
        use_code(challenge=challenge, code=inbox.wrong, at=NOON)
    assert refused.value.kind is RefusalKind.INVALID
    assert "4" in refused.value.refusals[0].remedy.zh


def test_another_challenge_does_not_take_this_code(inbox: Inbox) -> None:
    ask()
    assert refusal_of(ask("13900001111"), inbox.sent[0][1]) == "code_wrong"
    assert refusal_of(uuid4(), inbox.code) == "code_ended"


def test_one_number_gets_one_code_a_minute_and_five_an_hour(inbox: Inbox) -> None:
    ask()
    with pytest.raises(Refused) as refused:
        ask(seconds=40)
    assert refused.value.kind is RefusalKind.LIMITED
    assert refused.value.refusals[0].reference == "seconds:20"
    for minute in (1, 2, 3, 4):
        ask(minutes=minute)
    with pytest.raises(Refused) as refused:
        ask(minutes=30)
    assert refused.value.refusals[0].reference == f"seconds:{30 * 60}"
    ask(minutes=60)
    assert len(inbox.sent) == 6


def test_the_pace_counts_numbers_however_they_are_written(inbox: Inbox) -> None:
    ask("13812340417")
    with pytest.raises(Refused):
        ask("+86 138-1234-0417", seconds=1)


def test_a_whole_community_may_ask_from_one_address_and_a_flood_may_not(inbox: Inbox) -> None:
    for number in range(30):
        ask(f"138123400{number:02}", seconds=number)
    with pytest.raises(Refused) as refused:
        ask("13900001111", seconds=31)
    assert refused.value.kind is RefusalKind.LIMITED
    ask("13900001111", "198.51.100.8", seconds=31)
    ask("13900002222", minutes=11)


def test_a_refused_request_sends_and_keeps_nothing(inbox: Inbox) -> None:
    ask()
    for phone in (PHONE, "12345"):
        with pytest.raises(Refused):
            ask(phone, seconds=1)
    assert len(inbox.sent) == PhoneCode.objects.count() == 1


def test_a_gateway_that_fails_is_told_and_still_counts(inbox: Inbox) -> None:
    inbox.broken = True
    with pytest.raises(Refused) as refused:
        ask()
    assert (refused.value.kind, refused.value.refusals[0].code) == (RefusalKind.NOT_NOW, "code_not_sent")
    with pytest.raises(Refused) as refused:
        ask(seconds=10)
    assert refused.value.kind is RefusalKind.LIMITED


def test_many_at_once_with_the_right_code_and_one_gets_in(inbox: Inbox) -> None:
    challenge = ask()
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: in_own_connection(challenge, inbox.code), range(8)))
    assert outcomes.count("") == 1


def test_many_wrong_tries_at_once_are_counted_one_by_one(inbox: Inbox) -> None:
    challenge = ask()
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: in_own_connection(challenge, inbox.wrong), range(12)))
    assert outcomes.count("code_wrong") == 4
    assert outcomes.count("code_ended") == 8
    assert PhoneCode.objects.get().tries == 5


def test_many_requests_at_once_send_one_code(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting, check = Meeting(), codes._refuse_haste

    def checked(*given: Any) -> None:
        check(*given)
        meeting.wait()

    monkeypatch.setattr(codes, "_refuse_haste", checked)

    def once(_: int) -> bool:
        try:
            ask()
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(once, range(4))).count(True) == 1
    assert len(inbox.sent) == 1


def test_neither_number_nor_code_stands_in_the_table(inbox: Inbox) -> None:
    challenge = ask()
    row = repr(PhoneCode.objects.values_list().get())
    assert "13812340417" not in row
    assert inbox.code not in row
    use_code(challenge=challenge, code=inbox.code, at=NOON)
    assert PhoneCode.objects.get().phone_sealed is None


def test_the_console_sender_masks_the_number(capsys: pytest.CaptureFixture[str]) -> None:
    ask()
    shown = capsys.readouterr().out
    assert "138****0417" in shown
    assert "13812340417" not in shown


def test_codes_are_forgotten_after_a_day(inbox: Inbox) -> None:
    ask()
    assert forget(later(hours=24))["identity_phone_code"] == 0
    assert forget(later(hours=25))["identity_phone_code"] == 1
    assert not PhoneCode.objects.exists()


def in_own_connection(challenge: UUID, code: str) -> str:
    """Try the code as another process would."""
    try:
        return refusal_of(challenge, code)
    finally:
        connection.close()
