"""From the life of a case to the protocol's two words, its clients' richer ones, and a sentence for people.

One table. A case is closed for the world only when the check before closing has passed: work handed in is still open,
because "closed but not fixed" is what residents of every peer complain of most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lilong.gateways.open311.terms import Detail, Status
from lilong.kernel.words import Label


@dataclass(frozen=True, slots=True)
class Standing:
    """How one case state reads outside."""

    status: Status
    detail: Detail
    notes: Label


STANDINGS: Mapping[str, Standing] = {
    "reported": Standing(
        Status.OPEN,
        Detail.OPEN,
        Label("已收到，等待核实。", "Received; waiting to be verified."),
    ),
    "verified": Standing(
        Status.OPEN,
        Detail.INVESTIGATING,
        Label("已核实，等待立案。", "Verified; waiting to be filed."),
    ),
    "filed": Standing(
        Status.OPEN,
        Detail.PLANNED,
        Label("已立案，等待派遣。", "Filed; waiting to be dispatched."),
    ),
    "dispatched": Standing(
        Status.OPEN,
        Detail.ACTION_SCHEDULED,
        Label("已派给责任单位。", "Dispatched to the responsible unit."),
    ),
    "handling": Standing(
        Status.OPEN,
        Detail.IN_PROGRESS,
        Label("正在处理。", "Being handled."),
    ),
    "handed_in": Standing(
        Status.OPEN,
        Detail.IN_PROGRESS,
        Label("已处理，正在核查。", "Handled; being checked before it is closed."),
    ),
    "closed": Standing(
        Status.CLOSED,
        Detail.FIXED,
        Label("已核查结案。", "Checked and closed."),
    ),
    "archived": Standing(
        Status.CLOSED,
        Detail.FIXED,
        Label("已结案归档。", "Closed and archived."),
    ),
    "declined": Standing(
        Status.CLOSED,
        Detail.NO_FURTHER_ACTION,
        Label("不予立案。", "Not filed; no further action."),
    ),
    "merged": Standing(
        Status.CLOSED,
        Detail.DUPLICATE,
        Label("与已有事项重复，已并入。", "A duplicate; merged into an earlier request."),
    ),
}

# 解释说明 is not 实际解决: what was explained must not read as fixed.
_EXPLAINED = "explained"
_CLOSED_EXPLAINED = Standing(
    Status.CLOSED,
    Detail.NO_FURTHER_ACTION,
    Label("已解释说明并核查结案。", "Explained, checked and closed."),
)


def standing_of(state: str, resolution: str = "") -> Standing:
    """How a case reads outside; ``resolution`` is how its handling ended, empty before."""
    standing = STANDINGS[state]
    if standing.detail is Detail.FIXED and resolution == _EXPLAINED:
        return _CLOSED_EXPLAINED
    return standing


def states_named(word: str) -> frozenset[str] | None:
    """The case states a filter word stands for, whatever its case; None when it is no word of the protocol.

    ``open`` and ``closed`` stand for all of their kind, an extended status for itself (perhaps for no state at all).
    """
    name = word.lower()
    if name in set(Status):
        return frozenset(state for state, standing in STANDINGS.items() if standing.status == name)
    if name in set(Detail):
        return frozenset(state for state, standing in STANDINGS.items() if standing.detail == name)
    return None
