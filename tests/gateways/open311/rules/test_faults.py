"""Refusals of the city in the protocol's statuses (rule 21)."""

from __future__ import annotations

import pytest

from lilong.gateways.open311.rules.faults import Findings, fault, from_refused, not_found, wrong_method
from lilong.gateways.open311.terms import Fault
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

REFUSAL = Refusal("places.outside", Label("不在本市。", "Outside the city."), Label("请核对。", "Check it."), "place")


@pytest.mark.parametrize("kind", list(RefusalKind))
def test_every_kind_of_refusal_has_a_status(kind: RefusalKind) -> None:
    found = from_refused(Refused(kind, (REFUSAL,)))
    assert found.status in {400, 403, 404, 413, 429}
    assert found.errors[0].code == found.status


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("invalid", 400),
        ("denied", 403),
        ("absent", 404),
        ("stale", 400),
        ("not_now", 400),
        ("key_reused", 400),
        ("limited", 429),
        ("too_large", 413),
    ],
)
def test_the_protocol_knows_400_403_and_404(kind: str, status: int) -> None:
    assert from_refused(Refused(RefusalKind(kind), (REFUSAL,))).status == status


def test_reason_remedy_and_field_are_told_in_both_languages() -> None:
    (error,) = from_refused(Refused(RefusalKind.INVALID, (REFUSAL,))).errors
    assert error.description == "Outside the city. Check it. 不在本市。请核对。 [place]"


def test_too_many_calls_are_told_when_to_come_back() -> None:
    assert from_refused(Refused(RefusalKind.LIMITED, (REFUSAL,))).retry_seconds > 0
    told = Refusal("limited", REFUSAL.text, REFUSAL.remedy, reference="seconds:17")
    assert from_refused(Refused(RefusalKind.LIMITED, (told,))).retry_seconds == 17


def test_findings_gather_and_a_404_decides() -> None:
    findings = Findings()
    findings.settle()
    for wrong in (fault(400, Label("一", "one")), not_found("service_code")):
        with findings.gathering():
            refuse(wrong)
    with pytest.raises(Fault) as found:
        findings.settle()
    assert found.value.status == 404
    assert len(found.value.errors) == 2


def test_a_wrong_method_names_the_right_ones() -> None:
    found = wrong_method("PUT", ("GET", "HEAD"))
    assert (found.status, found.allow) == (405, ("GET", "HEAD"))
    assert "GET, HEAD" in found.errors[0].description


def test_an_error_answer_is_never_empty() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Fault(400, ())


def refuse(wrong: Fault) -> None:
    raise wrong
