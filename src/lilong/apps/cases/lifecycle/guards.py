"""The pure conditions under which a step of a case may be taken; each returns the refusal itself."""

from __future__ import annotations

from lilong.kernel.lifecycle import Facts
from lilong.kernel.refusals import Refusal
from lilong.kernel.words import Label


def standard_belongs_to_category(facts: Facts) -> Refusal | None:
    """立案 only against a standard row of the case's own category."""
    if facts["standard"] in _numbers(facts["standards_of_category"]):
        return None
    return Refusal(
        "cases.standard_of_other_category",
        Label("这条立案标准不属于本案的类别。", "This standard row is not of the case's category."),
        Label("请选本类别的标准，或先改类别。", "Choose a row of this category, or change the category first."),
        "standard",
    )


def condition_belongs_to_standard(facts: Facts) -> Refusal | None:
    """结案 only against the closing condition of the standard row the case was filed under."""
    if facts["condition"] == facts["standard_filed"]:
        return None
    return Refusal(
        "cases.condition_of_other_standard",
        Label("结案条件要与立案时选定的标准一致。", "The closing condition must be that of the filed standard row."),
        Label("请按立案标准核对结案条件。", "Check against the closing condition of the filed row."),
        "condition",
    )


def not_its_own_original(facts: Facts) -> Refusal | None:
    """A case is merged into another one that is itself alive."""
    if facts["original_is_open"] and facts["original"] != facts["id"]:
        return None
    return Refusal(
        "cases.original_unfit",
        Label("不能并入这一件：它不存在、已作废，或就是本案。", "It cannot join that case: absent, ended or itself."),
        Label("请核对要并入的编号。", "Check the number of the case it joins."),
        "original",
    )


def rated_once(facts: Facts) -> Refusal | None:
    """One rating per closing."""
    if not facts["is_rated"]:
        return None
    return Refusal(
        "cases.rated_already",
        Label("这件事已经评价过了。", "This matter has been rated already."),
        Label("有新情况可以“再次诉求”一次。", "If something is new you may ask again once."),
    )


def asked_again_once(facts: Facts) -> Refusal | None:
    """One asking-again per case: the street leads it, and it ends there."""
    if not facts["was_asked_again"]:
        return None
    return Refusal(
        "cases.asked_again_already",
        Label("这件事已经再次办理过一次。", "This matter was taken up a second time already."),
        Label("请另报一件，并写明原来的编号。", "Report a new matter and name this number in it."),
    )


def _numbers(value: object) -> frozenset[object]:
    return frozenset(value) if isinstance(value, frozenset | tuple | list | set) else frozenset()
