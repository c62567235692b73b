"""Planning: whatever happens, in whatever order, no step is lost, doubled or opened before its time; and all ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lilong.apps.work.rules.planning import plan, refusal_of
from lilong.apps.work.rules.ready import Ready, is_settled
from lilong.apps.work.terms import (
    MATTER_ENDED,
    SKIPPED,
    Assignment,
    FactValue,
    Happened,
    Join,
    Plan,
    Progress,
    Role,
    Scenario,
    Step,
    Unknown,
    key_of,
    step_of,
)
from tests.apps.work.strategies import (
    DAY,
    FREE,
    HOPELESS,
    OK,
    POOR,
    Life,
    acts_max,
    back,
    bare,
    clean_scenarios,
    facts_said,
    of_steps,
    picks,
)

FILING = of_steps(
    replace(bare("verify"), when="urgent"),
    replace(bare("file", "verify"), results=(back("reverify", "verify"),)),
    replace(bare("dispatch", "file"), results=(back("refile", "file"),)),
    replace(bare("handle", "dispatch"), results=(back("return", "dispatch"),)),
    replace(bare("check", "handle"), results=(back("send_back", "handle"), back("ask_again", "dispatch"))),
)
FORK = of_steps(bare("look"), bare("fence", "look"), bare("call", "look"), bare("mend", "fence", "call"))
HOMES: dict[str, FactValue] = {"urgent": True, "sort": "a", "homes": ("甲", "乙")}
YES: dict[str, FactValue] = {"urgent": True, "sort": "a"}
NO: dict[str, FactValue] = {"urgent": False, "sort": "a"}


def life(scenario: Scenario, facts: dict[str, FactValue] | None = None) -> Life:
    """A matter of the scenario that has just begun."""
    found = Life(Ready(scenario), YES if facts is None else facts)
    found.begin()
    return found


def opened(found: Plan) -> list[str]:
    """The keys that the plan opens."""
    return [task.key for task in found.open]


def done(matter: Life, *keys: str) -> Plan:
    """The plan after these pieces of work, each done as plainly as it can be."""
    for key in keys:
        matter.take(key, matter.choices(key)[0])
    return matter.now


# --- one thing after another ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("facts", "first"), [(YES, ["verify"]), (NO, ["file"])])
def test_a_matter_begins_at_the_first_step_it_takes(facts: dict[str, FactValue], first: list[str]) -> None:
    assert opened(life(FILING, facts).now) == first


def test_a_step_left_out_says_because() -> None:
    found = life(FILING, NO).now
    assert found.progress.done == {"verify": SKIPPED}
    assert [because.reference for because in found.skipped["verify"]] == ["scenario:made@1#verify"]


def test_done_step_by_step_it_ends() -> None:
    matter, seen = life(FILING), []
    for _ in FILING.steps:
        (key,) = matter.now.progress.running
        seen.append(key)
        matter.take(key, "done")
        assert matter.now.close == {key: "done"}
    assert seen == [step.name for step in FILING.steps]
    assert matter.now.ended


def test_a_way_back_undoes_what_waits_for_the_step_it_goes_to() -> None:
    matter = life(FILING)
    done(matter, "verify", "file", "dispatch")
    found = matter.take("handle", "return")
    assert found.progress.done == {"verify": "done", "file": "done"}
    assert found.close == {"handle": "returned"}
    assert opened(found) == ["dispatch"]


def test_a_way_back_is_open_to_what_is_done() -> None:
    matter = life(FILING)
    done(matter, "verify", "file", "dispatch", "handle", "check")
    assert matter.now.ended
    assert opened(matter.take("check", "ask_again")) == ["dispatch"]


def test_a_loop_has_a_bound() -> None:
    matter = life(FILING, NO)
    for _ in range(2):
        done(matter, "file")
        matter.take("dispatch", "refile")
    done(matter, "file")
    refused = refusal_of(matter.ready, matter.now.progress, Happened("dispatch", "refile"))
    assert refused is not None
    assert refused.code == "work.loop_used_up"
    assert matter.choices("dispatch") == ["done"]


def test_going_back_opens_a_step_that_was_left_out_if_it_is_needed_now() -> None:
    matter = life(FILING, NO)
    matter.known["urgent"] = True
    assert opened(matter.take("file", "reverify")) == ["verify"]


def test_a_matter_that_ends_early_closes_everything_and_opens_nothing() -> None:
    matter = life(of_steps(*FORK.steps[:1], replace(FORK.steps[1], results=(HOPELESS,)), *FORK.steps[2:]))
    done(matter, "look")
    found = matter.take("fence", "hopeless")
    assert found.close == {"fence": "done", "call": "withdrawn"}
    assert (found.open, found.ended) == ((), True)


def test_a_matter_may_be_ended_from_outside() -> None:
    matter = life(FORK)
    found = matter.plan(MATTER_ENDED)
    assert (found.close, found.open, found.ended) == ({"look": "withdrawn"}, (), True)


def test_what_is_not_open_cannot_happen() -> None:
    matter = life(
        of_steps(replace(bare("knock"), repeat="homes", if_unknown=Unknown.SKIP), bare("close", "knock")), HOMES
    )
    codes = {
        key: refused.code
        for key in ("nothing", "close", "knock", "knock[丁]", "knock[甲]")
        if (refused := refusal_of(matter.ready, matter.now.progress, Happened(key, "done")))
    }
    assert codes == {
        "nothing": "work.step_not_open",
        "close": "work.step_waits",
        "knock": "work.step_not_open",
        "knock[丁]": "work.step_not_open",
    }
    done(matter, "knock[甲]")
    again = refusal_of(matter.ready, matter.now.progress, Happened("knock[甲]", "done"))
    assert again is not None
    unknown = refusal_of(matter.ready, matter.now.progress, Happened("knock[乙]", "painted"))
    assert unknown is not None
    assert (again.code, unknown.code) == ("work.step_not_open", "work.result_unknown")


# --- joins ---------------------------------------------------------------------------------------------------------


def test_a_join_waits_for_all() -> None:
    matter = life(FORK)
    assert opened(done(matter, "look")) == ["fence", "call"]
    assert done(matter, "call").progress.running == {"fence"}
    assert done(matter, "fence").progress.running == {"mend"}


@pytest.mark.parametrize(("withdraws", "running"), [(False, {"a", "b", "join"}), (True, {"join"})])
def test_a_join_for_fewer_lets_the_others_go_on_or_takes_them_back(*, withdraws: bool, running: set[str]) -> None:
    join = replace(bare("join", "a", "b", "c"), join=Join(1, withdraws=withdraws))
    found = done(life(of_steps(bare("a"), bare("b"), bare("c"), join)), "c")
    assert found.progress.running == running
    assert {key: state for key, state in found.close.items() if state == "withdrawn"} == (
        {"a": "withdrawn", "b": "withdrawn"} if withdraws else {}
    )
    assert set(found.skipped) == ({"a", "b"} if withdraws else set())


def test_a_join_counts_what_is_done_not_what_is_left_out() -> None:
    steps = (
        replace(bare("a"), when="urgent"),
        bare("b"),
        bare("c"),
        replace(bare("join", "a", "b", "c"), join=Join(2)),
    )
    matter = life(of_steps(*steps), NO)
    assert done(matter, "b").progress.running == {"c"}
    assert opened(done(matter, "c")) == ["join"]


def test_what_waits_for_a_step_taken_back_opens_at_once() -> None:
    """Though it comes before the join in the file."""
    join = replace(bare("join", "a", "b"), join=Join(1, withdraws=True))
    matter = life(of_steps(bare("a"), bare("b"), bare("after", "b"), join, bare("end", "after", "join")))
    assert opened(done(matter, "a")) == ["join", "after"]
    assert matter.plan().open == ()


def test_what_a_loop_would_open_again_is_not_opened_where_enough_is_done() -> None:
    join = replace(bare("join", "a", "b"), join=Join(1, withdraws=True), results=(back("redo", "a"),))
    matter = life(of_steps(bare("a"), bare("b"), join))
    done(matter, "b")
    found = matter.take("join", "redo")
    assert opened(found) == ["join"]
    assert found.progress.running == {"join"}
    assert found.progress.done["a"] == SKIPPED


# --- repetitions ---------------------------------------------------------------------------------------------------


def repeated(path: Unknown = Unknown.SKIP) -> Scenario:
    """A step for each home, then the end."""
    return of_steps(replace(bare("knock"), repeat="homes", if_unknown=path), bare("close", "knock"))


def test_a_repeated_step_is_one_piece_of_work_for_each_entry() -> None:
    matter = life(repeated(), HOMES)
    assert opened(matter.now) == ["knock[甲]", "knock[乙]"]
    matter.known["homes"] = ("甲", "乙", "丙")
    assert done(matter, "knock[乙]").progress.running == {"knock[甲]"}
    assert opened(done(matter, "knock[甲]")) == ["close"]


def test_a_loop_reads_the_list_again() -> None:
    knock, close = repeated().steps
    matter = life(of_steps(knock, replace(close, results=(back("more", "knock"),))), HOMES)
    done(matter, "knock[甲]", "knock[乙]")
    matter.known["homes"] = ("丙",)
    assert opened(matter.take("close", "more")) == ["knock[丙]"]


@pytest.mark.parametrize("homes", [(), ("", " ")])
def test_an_empty_list_leaves_the_step_out(homes: tuple[str, ...]) -> None:
    found = life(repeated(), {**YES, "homes": homes}).now
    assert (opened(found), list(found.skipped)) == (["close"], ["knock"])


@pytest.mark.parametrize(("path", "first"), [(Unknown.DO, ["knock"]), (Unknown.SKIP, ["close"])])
def test_a_list_that_is_not_known_takes_the_stated_path(path: Unknown, first: list[str]) -> None:
    matter = life(repeated(path))
    assert opened(matter.now) == first
    reasons = [because.text.en for task in matter.now.open for because in task.because]
    reasons += [because.text.en for found in matter.now.skipped.values() for because in found]
    assert any("homes not known yet" in reason for reason in reasons)
    done(matter, *([] if first == ["close"] else ["knock"]), "close")
    assert matter.now.ended


# --- unknown, unassigned, co-handlers, limits ------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "first"), [(Unknown.DO, ["climb"]), (Unknown.SKIP, ["close"])])
def test_what_is_not_known_takes_the_stated_path(path: Unknown, first: list[str]) -> None:
    steps = (replace(bare("climb"), when="floor > 3", if_unknown=path), bare("close", "climb"))
    assert opened(life(of_steps(*steps)).now) == first


def test_a_step_that_nobody_takes_is_named_until_somebody_does() -> None:
    matter = Life(Ready(FILING), YES, vacant=frozenset({"verify"}))
    found = matter.begin()
    assert (found.unassigned, found.open, found.ended) == (("verify",), (), False)
    matter.vacant = frozenset()
    assert opened(matter.begin()) == ["verify"]
    assert matter.now.unassigned == ()


def test_what_is_over_owes_nothing() -> None:
    over = replace(bare("b"), when="urgent && !urgent")
    matter = Life(Ready(of_steps(bare("a"), over)), YES, vacant=frozenset({"a"}))
    assert (matter.begin().ended, matter.now.unassigned) == (True, ())


def test_co_handlers_get_a_task_of_their_own() -> None:
    matter = Life(Ready(FORK), YES)
    found = plan(matter.ready, Progress(), None, matter.situation, lambda *_: Assignment(1, DAY, co_units=(2, 3)))
    assert [(task.unit, task.role) for task in found.open] == [
        (1, Role.LEAD),
        (2, Role.CO_HANDLER),
        (3, Role.CO_HANDLER),
    ]


@pytest.mark.parametrize(("floor", "amount"), [(2, 2), (9, 3), (0, 3)])
def test_a_limit_follows_its_fact_up_to_the_fixed_one(floor: int, amount: int) -> None:
    limit = replace(bare("a").limit, fixed=replace(DAY, amount=3), fact="floor")
    (task,) = life(of_steps(replace(bare("a"), limit=limit)), {**YES, "floor": floor}).now.open
    assert task.limit.amount == amount


def test_the_emergency_has_limits_of_its_own() -> None:
    step = replace(bare("a"), emergency_limit=replace(DAY, amount=7))
    matter = Life(Ready(of_steps(step)), YES, posture="emergency")
    assert [task.limit.amount for task in matter.begin().open] == [7]


def test_conditions_may_ask_for_results() -> None:
    steps = (
        replace(bare("a"), results=(OK, POOR)),
        replace(bare("b", "a"), when='results.a == "poor"'),
        bare("c", "b"),
    )
    assert opened(life(of_steps(*steps)).take("a", "poor")) == ["b"]
    assert opened(life(of_steps(*steps)).take("a", "ok")) == ["c"]


# --- whatever happens ------------------------------------------------------------------------------------------------


def is_in_time(ready: Ready, step: Step, progress: Progress) -> bool:
    """Whether all that the step waits for is over, or enough of it done."""
    over = all(is_settled(progress, ready.steps[name]) for name in step.after)
    return over or not ready.awaited(step, progress)


@settings(deadline=None)
@given(clean_scenarios(), facts_said, picks)
def test_whatever_happens_nothing_is_lost_doubled_or_early_and_it_ends(
    scenario: Scenario, facts: dict[str, FactValue], chosen: list[tuple[int, int]]
) -> None:
    matter = Life(Ready(scenario), facts)
    begun = set(opened(matter.begin()))
    for happened, before, found in matter.live(chosen):
        step = matter.ready.steps[step_of(happened.key)]
        result = step.result(happened.result)
        if result and result.back_to:
            begun = {key for key in begun if step_of(key) not in matter.ready.waiting[result.back_to]}
        keys = opened(found)
        assert len(set(keys)) == len(keys), "opened twice at once"
        assert not begun.intersection(keys), "opened again though nothing undid it"
        begun |= set(keys)
        still = before.progress.running - found.close.keys()
        assert not still.intersection(keys), "opened while it runs"
        assert found.progress.running == (frozenset() if found.ended else still | set(keys)), "lost"
        assert not any(key in found.progress.done for key in found.progress.running), "runs though it is over"
        assert all(is_in_time(matter.ready, task.step, found.progress) for task in found.open), "opened early"
        assert found.ended or found.progress.running, "nobody has it, and it is not over"
        assert all(found.skipped.values()), "left out without because"
        assert set(found.skipped) == {
            name
            for name, how in found.progress.done.items()
            if how == SKIPPED and (before.progress.done.get(name) != SKIPPED or name in found.skipped)
        }
        assert matter.acts <= acts_max(scenario), "it goes on for ever"
    assert matter.now.ended


@settings(max_examples=60, deadline=None)
@given(clean_scenarios(), facts_said, picks)
def test_planning_again_opens_closes_and_changes_nothing(
    scenario: Scenario, facts: dict[str, FactValue], chosen: list[tuple[int, int]]
) -> None:
    matter = Life(Ready(scenario), facts)
    matter.begin()
    for _, _, found in matter.live(chosen):
        if not found.ended:
            again = matter.plan()
            assert (again.open, again.close, again.skipped) == ((), {}, {})
            assert again.progress == found.progress


@settings(max_examples=50, deadline=None)
@given(clean_scenarios(), facts_said, picks, st.data())
def test_where_nobody_takes_a_step_it_is_named_and_opens_once_somebody_does(
    scenario: Scenario, facts: dict[str, FactValue], chosen: list[tuple[int, int]], data: st.DataObject
) -> None:
    names = [step.name for step in scenario.steps]
    matter = Life(Ready(scenario), facts, vacant=frozenset(data.draw(st.lists(st.sampled_from(names), unique=True))))
    matter.begin()
    while not matter.now.ended:
        for _, _, found in matter.live(chosen):
            assert found.ended or found.progress.running | set(found.unassigned)
            assert not found.progress.running.intersection(found.unassigned)
        owed = matter.now.unassigned
        matter.vacant = frozenset()
        if not matter.now.ended:
            assert owed
            assert set(owed) == set(opened(matter.begin()))
    assert matter.now.unassigned == ()


@settings(max_examples=20, deadline=None)
@given(clean_scenarios(most=4), facts_said, picks)
def test_progress_is_kept_and_read_again_as_it_was(
    scenario: Scenario, facts: dict[str, FactValue], chosen: list[tuple[int, int]]
) -> None:
    matter = Life(Ready(scenario), facts)
    matter.begin()
    for _, _, found in matter.live(chosen):
        kept = found.progress.as_json()
        assert Progress.from_json(kept, found.progress.running) == found.progress


def test_a_key_is_read_as_it_was_written() -> None:
    assert step_of(key_of("knock", "a[b]")) == "knock"
    assert key_of("knock") == "knock"


def test_an_unknown_step_is_a_fault_of_the_caller() -> None:
    with pytest.raises(KeyError, match="no step paint"):
        FORK.step("paint")
    assert FREE.acts == ()
