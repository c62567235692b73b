"""The mapping of a case's life to the protocol's words (rules 19 and 22)."""

from __future__ import annotations

from lilong.apps.cases.lifecycle import CASE, RESOLUTIONS
from lilong.gateways.open311.rules.statuses import STANDINGS, standing_of, states_named
from lilong.gateways.open311.terms import Detail, Status


def test_every_state_of_a_case_has_a_standing_and_no_other() -> None:
    assert set(STANDINGS) == set(CASE.state_names)


def test_a_case_is_closed_outside_exactly_when_its_clock_has_stopped() -> None:
    for name in CASE.state_names:
        assert (STANDINGS[name].status is Status.OPEN) is CASE.clock_runs(name), name


def test_handed_in_is_not_closed() -> None:
    assert STANDINGS["handed_in"].status is Status.OPEN


def test_the_details_peers_read() -> None:
    assert {state: standing.detail.value for state, standing in STANDINGS.items()} == {
        "reported": "open",
        "verified": "investigating",
        "filed": "planned",
        "dispatched": "action_scheduled",
        "handling": "in_progress",
        "handed_in": "in_progress",
        "closed": "fixed",
        "archived": "fixed",
        "declined": "no_further_action",
        "merged": "duplicate",
    }


def test_filter_words_in_any_case() -> None:
    closed = states_named("CLOSED")
    assert closed == frozenset({"closed", "archived", "declined", "merged"})
    assert states_named("open") == frozenset(STANDINGS) - {"closed", "archived", "declined", "merged"}
    assert states_named("In_Progress") == frozenset({"handling", "handed_in"})
    assert states_named(Detail.CANCELLED) == frozenset()
    assert states_named("shut") is None


def test_what_was_explained_does_not_read_as_fixed() -> None:
    assert "explained" in dict(RESOLUTIONS)
    for state in ("closed", "archived"):
        assert standing_of(state, "solved").detail is Detail.FIXED
        assert standing_of(state, "explained").detail is Detail.NO_FURTHER_ACTION
        assert standing_of(state, "explained").status is Status.CLOSED
    # taken up again after it was explained once
    assert standing_of("handling", "explained") == STANDINGS["handling"]
