"""The life of a case, every state by every step by every duty, and the guards beside it."""

from __future__ import annotations

import pytest

from lilong.apps.cases.commands.checking import ARCHIVIST
from lilong.apps.cases.commands.planning import PLANNER
from lilong.apps.cases.lifecycle import CASE, STAGES
from lilong.apps.cases.rules import FRAME, grams, progress_until, title_from
from lilong.apps.organisations.terms import Stage
from lilong.apps.work import public as work
from lilong.apps.work.commands.tasks import CLOCKWORK
from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.areas import AreaCode
from lilong.kernel.lifecycle import NeedKind, Taken
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label

PLACE = AreaCode("310101002001")
FACTS = {
    "id": 1,
    "standard_filed": 7,
    "standards_of_category": frozenset({7, 8}),
    "was_asked_again": False,
    "is_rated": False,
    "original_is_open": True,
    "standard": 7,
    "condition": 7,
    "original": 2,
}


def inputs_of(step: str) -> dict[str, object]:
    """Something acceptable for every need of the step."""
    filled: dict[str, object] = {}
    for need in CASE.steps[step].needs:
        by_kind = {NeedKind.TEXT: "写清楚", NeedKind.REFERENCE: FACTS.get(need.name, 3), NeedKind.REFERENCES: (4,)}
        filled[need.name] = need.choices[0][0] if need.choices else by_kind[need.kind]
    return filled


@pytest.mark.parametrize("duty", sorted(CASE.duties))
@pytest.mark.parametrize("step", list(CASE.steps))
@pytest.mark.parametrize("state", CASE.state_names)
def test_every_state_by_every_step_by_every_duty(state: str, step: str, duty: str) -> None:
    actor = Actor(ActorKind.STAFF, Label("岗", "post"), AreaCode("310101002"), frozenset({duty}))
    wanted = CASE.steps[step]
    decision = CASE.decide(state, step, actor, PLACE, {**FACTS, **inputs_of(step)})
    if state not in wanted.sources:
        assert isinstance(decision, Refused)
        assert decision.kind is RefusalKind.NOT_NOW
    elif duty != wanted.duty:
        assert isinstance(decision, Refused)
        assert decision.refusals[0].reference == wanted.duty
    else:
        assert isinstance(decision, Taken)
        assert decision.target == (wanted.target or state)


@pytest.mark.parametrize(
    ("step", "facts", "code"),
    [
        ("file", {"standard": 9}, "cases.standard_of_other_category"),
        ("close", {"condition": 8}, "cases.condition_of_other_standard"),
        ("merge", {"original_is_open": False}, "cases.original_unfit"),
        ("merge", {"original": 1}, "cases.original_unfit"),
        ("rate", {"is_rated": True}, "cases.rated_already"),
        ("ask_again", {"was_asked_again": True}, "cases.asked_again_already"),
    ],
)
def test_a_guard_refuses_by_its_name(step: str, facts: dict[str, object], code: str) -> None:
    wanted = CASE.steps[step]
    actor = Actor(ActorKind.STAFF, Label("岗", "post"), AreaCode("31"), frozenset({wanted.duty}))
    decision = CASE.decide(wanted.sources[0], step, actor, PLACE, {**FACTS, **inputs_of(step), **facts})
    assert isinstance(decision, Refused)
    assert [refusal.code for refusal in decision.refusals] == [code]


def test_who_gets_a_case_back_can_send_it_on_only_from_there() -> None:
    """回退: the dispatcher may dispatch again or send back to filing, but not push on to closing."""
    assert set(CASE.duties_by_state()["filed"]) >= {"dispatch", "refile"}
    assert "close" not in CASE.duties_by_state()["filed"]
    assert CASE.steps["return"].target == "filed"
    assert CASE.steps["refile"].target == "verified"


def test_every_return_asks_for_a_reason() -> None:
    for step in ("return", "refile", "reverify", "send_back", "decline"):
        assert "reason" in [need.name for need in CASE.steps[step].needs if not need.optional], step


def test_the_stages_are_the_national_ones_in_order() -> None:
    assert [stage.zh for stage in STAGES] == [
        "信息收集",
        "案件建立",
        "任务派遣",
        "任务处理",
        "处理反馈",
        "核查结案",
        "综合评价",
    ]


@pytest.mark.parametrize("actor", [ARCHIVIST, PLANNER, CLOCKWORK], ids=lambda actor: actor.name.en)
@pytest.mark.parametrize("step", ["decline", "merge", "close"])
def test_no_machine_ends_a_matter_against_anybody(actor: Actor, step: str) -> None:
    assert CASE.steps[step].duty not in actor.duties


def test_the_frame_of_scenarios_is_what_the_life_of_a_case_knows() -> None:
    assert [act.name for act in FRAME.acts] == [stage.value for stage in Stage]
    for act in FRAME.acts:
        for result in act.results:
            assert result.label == CASE.steps[result.name].label
            assert result.back_to in [other.name for other in FRAME.acts[: FRAME.acts.index(act)]]


def test_how_far_a_matter_is_that_was_handled_elsewhere() -> None:
    scenario = work.ordinary().scenario
    assert set(progress_until(scenario, "handle").done) == {"verify", "file", "dispatch"}
    assert set(progress_until(scenario, None).done) == {"verify", "file", "dispatch", "handle", "check"}


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("路灯不亮",), ["不亮", "灯不", "路灯"]),
        (("A1 井盖",), ["a1", "井盖"]),
        (("灯",), ["灯"]),
        (("", " "), []),
    ],
)
def test_a_text_is_found_by_two_characters(texts: tuple[str, ...], found: list[str]) -> None:
    assert grams(*texts) == found


def test_any_word_of_a_text_is_found_by_its_own_pieces() -> None:
    whole = set(grams("弄口第二根路灯杆不亮，晚上看不见台阶"))
    assert whole.issuperset(grams("路灯杆"))
    assert not whole.issuperset(grams("井盖"))


def test_a_report_without_a_title_gets_its_first_clause() -> None:
    assert title_from("弄口路灯不亮，晚上看不见。\n快来修", "路灯") == "弄口路灯不亮"
    assert title_from("  ", "路灯") == "路灯"
    assert len(title_from("长" * 300, "路灯")) == 40
