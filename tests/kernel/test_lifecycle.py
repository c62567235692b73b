"""The table of states and steps refuses to be wrong, and decides in both directions."""

from __future__ import annotations

import pytest

from lilong.kernel.actors import Actor, ActorKind
from lilong.kernel.areas import AreaCode
from lilong.kernel.lifecycle import Guard, Lifecycle, LifecycleError, Need, NeedKind, State, Step, Taken
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label

WORD = Label("词", "word")
STREET = AreaCode("310101002")


def state(name: str, *, initial: bool = False, final: bool = False) -> State:
    return State(name, WORD, WORD, initial=initial, final=final, clock_runs=not final)


def step(
    name: str,
    sources: tuple[str, ...],
    target: str | None,
    needs: tuple[Need, ...] = (),
    guards: tuple[Guard, ...] = (),
) -> Step:
    return Step(name, WORD, sources, target, "door.open", f"door.{name}", needs, guards)


def refuse_even(facts: object) -> Refusal | None:
    assert isinstance(facts, dict)
    return Refusal("even", WORD, WORD, "number") if facts["number"] % 2 == 0 else None


DOOR = Lifecycle(
    "house.door",
    (state("open", initial=True), state("shut"), state("bricked_up", final=True)),
    (
        step("shut", ("open",), "shut"),
        step("open", ("shut",), "open", needs=(Need("who", WORD, NeedKind.CHOICE, (("me", WORD), ("you", WORD))),)),
        step("brick_up", ("shut", "open"), "bricked_up", guards=(Guard("odd", refuse_even),)),
        step("knock", ("shut",), None),
    ),
)


def actor(*duties: str, area: AreaCode = STREET) -> Actor:
    return Actor(ActorKind.STAFF, WORD, area, frozenset(duties))


@pytest.mark.parametrize("step_name", list(DOOR.steps))
@pytest.mark.parametrize("state_name", DOOR.state_names)
@pytest.mark.parametrize("duties", [(), ("door.open",), ("door.paint",)])
def test_every_step_from_every_state_by_every_duty(state_name: str, step_name: str, duties: tuple[str, ...]) -> None:
    decision = DOOR.decide(state_name, step_name, actor(*duties), STREET, {"who": "me", "number": 1})
    wanted = DOOR.steps[step_name]
    if state_name not in wanted.sources:
        assert isinstance(decision, Refused)
        assert decision.kind is RefusalKind.NOT_NOW
    elif "door.open" not in duties:
        assert isinstance(decision, Refused)
        assert decision.kind is RefusalKind.DENIED
        assert decision.refusals[0].reference == "door.open"
    else:
        assert isinstance(decision, Taken)
        assert decision.target == (wanted.target or state_name)


@pytest.mark.parametrize(
    ("area", "may"),
    [("310101002", True), ("310101", True), ("31", True), ("", True), ("310101003", False), ("310101002001", False)],
)
def test_a_duty_holds_in_its_area_and_below_only(area: str, *, may: bool) -> None:
    decision = DOOR.decide("open", "shut", actor("door.open", area=AreaCode(area)), STREET, {})
    assert isinstance(decision, Taken) is may


@pytest.mark.parametrize(("who", "code"), [("", "input_missing"), (None, "input_missing"), ("them", "choice_unknown")])
def test_a_missing_or_unknown_input_is_named(who: str | None, code: str) -> None:
    decision = DOOR.decide("shut", "open", actor("door.open"), STREET, {"who": who})
    assert isinstance(decision, Refused)
    assert [(r.code, r.field) for r in decision.refusals] == [(code, "who")]


def test_a_guard_refuses_with_its_own_words() -> None:
    decision = DOOR.decide("open", "brick_up", actor("door.open"), STREET, {"number": 2})
    assert isinstance(decision, Refused)
    assert decision.refusals[0].code == "even"


def test_buttons_are_the_steps_that_would_be_taken() -> None:
    assert [s.name for s in DOOR.open_steps("shut", actor("door.open"), STREET)] == ["open", "brick_up", "knock"]
    assert DOOR.open_steps("shut", actor(), STREET) == ()


def test_the_matrix_the_events_and_the_diagram_follow_from_the_table() -> None:
    assert DOOR.duties_by_state()["open"] == {"shut": "door.open", "brick_up": "door.open"}
    assert DOOR.duties_by_state()["bricked_up"] == {}
    assert DOOR.events == {"door.shut", "door.open", "door.brick_up", "door.knock"}
    assert "open --> shut: shut" in DOOR.diagram()
    assert "[*] --> open" in DOOR.diagram()
    assert "bricked_up --> [*]" in DOOR.diagram()
    assert not DOOR.clock_runs("bricked_up")


def test_the_schema_of_a_step_names_its_inputs() -> None:
    schema = DOOR.steps["open"].schema()
    assert schema["required"] == ["who"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("states", "steps", "fault"),
    [
        ((state("a", initial=True), state("b", final=True)), (step("go", ("a",), "c"),), "unknown state c"),
        (
            (state("a", initial=True), state("b", final=True), state("c")),
            (step("go", ("a", "c"), "b"),),
            "c is unreachable",
        ),
        (
            (state("a", initial=True), state("b", final=True), state("c")),
            (step("go", ("a",), "b"), step("stray", ("a",), "c")),
            "c never ends",
        ),
        (
            (state("a", initial=True), state("b", final=True)),
            (step("go", ("a",), "b"), step("back", ("b",), "a")),
            "leaves the final state b",
        ),
        ((state("a", initial=True), state("a", final=True)), (), "carry one name"),
        (
            (state("a", initial=True), state("b", final=True)),
            (step("go", ("a",), "b"), step("go", ("a",), "b")),
            "carry one name",
        ),
        ((state("a", initial=True), state("b", final=True)), (step("go", (), "b"),), "starts nowhere"),
    ],
)
def test_a_wrong_table_is_refused_when_it_is_made(
    states: tuple[State, ...], steps: tuple[Step, ...], fault: str
) -> None:
    with pytest.raises(LifecycleError, match=fault):
        Lifecycle("house.wrong", states, steps)


def test_staying_in_a_final_state_is_allowed() -> None:
    end = Lifecycle(
        "house.end",
        (state("a", initial=True), state("b", final=True)),
        (step("go", ("a",), "b"), step("look", ("b",), None)),
    )
    assert isinstance(end.decide("b", "look", actor("door.open"), STREET, {}), Taken)
