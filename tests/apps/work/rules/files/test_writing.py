"""What is written reads back as the same scenario, always as the same text, in a form that people like to read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from lilong.apps import work
from lilong.apps.work.rules.files import json_schema, read_scenario, write_scenario
from lilong.apps.work.terms import Act, Scenario
from tests.apps.work.rules.files.altered import SCENARIO, TRICKY, scenarios
from tests.apps.work.rules.files.written import CASES, FRAMES, WHOLE, faults_in
from tests.apps.work.strategies import clean_scenarios

VERIFY = Act("verify", "verify", when="verifies")
DISPATCH = Act("dispatch", "dispatch", after="file")
FRAMES_OF_ACTS = {CASES.kind: replace(CASES, acts=(VERIFY, *CASES.acts, DISPATCH))}
SHIPPED = Path(work.__file__).parent / "data/scenarios"
SCHEMA = jsonschema_rs.Draft202012Validator(json_schema())
SLOWLY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Core(yaml.CSafeLoader):
    """A loader that takes dates for texts, as YAML 1.2 does."""


Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith("timestamp")]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def told_by_another_reader(text: str) -> dict[str, Any]:
    """What a common reader of YAML makes of a text."""
    found = Core(text).get_single_data()
    assert isinstance(found, dict)
    return found


@given(scenarios())
@SLOWLY
def test_what_is_written_reads_back_the_same_and_fits_the_schema(scenario: Scenario) -> None:
    text = write_scenario(scenario, FRAMES)
    assert read_scenario(text, FRAMES) == scenario
    assert write_scenario(read_scenario(text, FRAMES), FRAMES) == text
    document = told_by_another_reader(text)
    assert [error.message for error in SCHEMA.iter_errors(document)] == []
    assert document["title"] == scenario.title.as_json()
    assert [step["hand_in"] for step in document["steps"]] == [step.hand_in.as_json() for step in scenario.steps]


@given(clean_scenarios())
@SLOWLY
def test_what_checks_clean_can_be_written_and_read(scenario: Scenario) -> None:
    assert read_scenario(write_scenario(scenario, FRAMES), FRAMES) == scenario


@pytest.mark.parametrize("text", [text for text in TRICKY if text.strip()])
def test_a_tricky_text_stays_text(text: str) -> None:
    quoted = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10_000).strip()
    written = WHOLE.replace("{zh: 电梯困人, en: Trapped in a lift}", f"{{zh: {quoted}, en: {quoted}}}")
    scenario = read_scenario(written, FRAMES)
    assert scenario.title.zh == text
    assert read_scenario(write_scenario(scenario, FRAMES), FRAMES) == scenario


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 3", "version: '3'"),
        ("version: 3", "version: 0"),
        ("kind: yes_no", "kind: bool"),
        ("required: true", "required: maybe"),
        ("together: true", "photos: true"),
        ("limit: {amount: 72", "limit: {amount: 72000"),
        ("who: {function: street_safety, level: street}", "who: {function: street_safety}"),
        ("who: {function: street_safety, level: street}", "who: {stage: file, function: x, level: street}"),
        ("dated: 2018-05-24, article: 9", "dated: 24.5.2018, article: 9"),
        ("title: {zh: 电梯困人, en: Trapped in a lift}\n", ""),
    ],
)
def test_the_schema_refuses_what_has_another_shape(old: str, new: str) -> None:
    assert SCHEMA.is_valid(told_by_another_reader(WHOLE))
    written = WHOLE.replace(old, new)
    assert faults_in(written)
    assert not SCHEMA.is_valid(told_by_another_reader(written))


def test_the_schema_says_in_chinese_what_each_key_is_for() -> None:
    schema = json_schema()
    parts = [part for name, part in schema["$defs"].items() if name.endswith("Shape")]
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in part["description"]) for part in parts)
    step = schema["$defs"]["StepShape"]["properties"]
    assert step["hand_in"]["description"] == "要交什么"
    assert not any("photo" in key for part in parts for key in part["properties"])


def test_steps_stand_one_below_the_other_and_what_is_short_on_one_line() -> None:
    """The built-in file, but for its comment, is written exactly as it was made by hand."""
    text = (SHIPPED / "dispatch-handle-check.yaml").read_text()
    by_hand = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    scenario = read_scenario(text, FRAMES_OF_ACTS)
    assert write_scenario(scenario, FRAMES_OF_ACTS) == by_hand


def test_the_results_of_the_frame_follow_and_are_not_written() -> None:
    names = {step.name: [result.name for result in step.results] for step in SCENARIO.steps}
    assert names["rescue"] == ["not_found", "hopeless", "return"]
    assert names["check"] == ["send_back", "ask_again"]
    assert SCENARIO.step("check").results[0].back_to == "rescue"
    text = write_scenario(SCENARIO, FRAMES)
    assert "send_back" not in text
    assert "result: return" not in text


def test_comments_layout_and_quotes_make_no_other_scenario() -> None:
    spread = WHOLE.replace(
        "{zh: 电梯困人, en: Trapped in a lift}", "\n  # a remark\n  en: 'Trapped in a lift'\n  zh: \"电梯困人\""
    )
    assert read_scenario(spread, FRAMES) == read_scenario(WHOLE, FRAMES)
