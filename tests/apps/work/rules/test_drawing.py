"""The drawing: nothing overlaps, nothing is lost, the same scenario is drawn the same."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given, settings
from lxml import etree

from lilong.apps.work.rules.drawing import BOX_HEIGHT, BOX_WIDTH, Arrow, ArrowKind, Box, Drawing, drawing
from lilong.apps.work.rules.picturing import as_mermaid, as_svg, wrapped
from lilong.apps.work.terms import Responsible, Scenario
from lilong.kernel.words import Label
from tests.apps.work.rules.drawn import scenarios, visit


def named(who: Responsible) -> Label:
    """An office by its function."""
    assert who.office is not None
    return Label(who.office.function, who.office.function)


def apart(one: Box, other: Box) -> bool:
    """Whether two boxes leave room between them."""
    return (
        one.x + BOX_WIDTH < other.x
        or other.x + BOX_WIDTH < one.x
        or one.y + BOX_HEIGHT < other.y
        or other.y + BOX_HEIGHT < one.y
    )


def runs_through(arrow: Arrow, box: Box) -> bool:
    """Whether a piece of the arrow lies inside the box."""
    right, below = box.x + BOX_WIDTH, box.y + BOX_HEIGHT
    return any(
        max(x1, x2) > box.x and min(x1, x2) < right and max(y1, y2) > box.y and min(y1, y2) < below
        for (x1, y1), (x2, y2) in pairwise(arrow.points)
    )


@settings(max_examples=150, deadline=None)
@given(scenarios())
def test_no_two_boxes_touch_and_no_arrow_runs_through_one(scenario: Scenario) -> None:
    drawn = drawing(scenario, named)
    assert [(one.step, other.step) for one, other in combinations(drawn.boxes, 2) if not apart(one, other)] == []
    assert [(a.source, a.target, b.step) for a in drawn.arrows for b in drawn.boxes if runs_through(a, b)] == []
    for arrow in drawn.arrows:
        assert all(x1 == x2 or y1 == y2 for (x1, y1), (x2, y2) in pairwise(arrow.points))


@settings(max_examples=100, deadline=None)
@given(scenarios())
def test_every_step_and_every_order_is_drawn_inside_the_page_in_its_lane(scenario: Scenario) -> None:
    drawn = drawing(scenario, named)
    assert [box.step for box in drawn.boxes] == [step.name for step in scenario.steps]
    known = {step.name for step in scenario.steps}
    wanted = {(name, step.name) for step in scenario.steps for name in step.after if name in known}
    assert {(a.source, a.target) for a in drawn.arrows if a.kind is not ArrowKind.BACK} == wanted
    corners = [point for arrow in drawn.arrows for point in arrow.points]
    corners += [(box.x + BOX_WIDTH, box.y + BOX_HEIGHT) for box in drawn.boxes]
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in corners)
    for box in drawn.boxes:
        (lane,) = [lane for lane in drawn.lanes if lane.y <= box.y and box.y + BOX_HEIGHT <= lane.y + lane.height]
        assert lane.name == box.who
    assert drawing(scenario, named) == drawn


def drawn_visit() -> Drawing:
    return drawing(visit(), named)


def test_what_waits_stands_to_the_right_of_what_it_waits_for() -> None:
    drawn = drawn_visit()
    assert drawn.box("look").x < drawn.box("call").x == drawn.box("knock").x < drawn.box("close").x


def test_a_box_says_condition_repetition_join_way_back_and_end() -> None:
    drawn = drawn_visit()
    assert drawn.box("call").when == Label("有人被困：是", "有人被困 in English: yes")
    assert drawn.box("knock").repeat == Label("住户", "住户 in English")
    close = drawn.box("close")
    assert close.join == Label("都了结", "all over")
    assert close.after == (2, 3)
    assert [(loop.to, loop.at_most) for loop in close.loops] == [(1, 2)]
    assert [box.step for box in drawn.boxes if box.is_end] == ["close"]


def test_a_way_back_is_drawn_apart_and_may_be_hidden() -> None:
    (back,) = [arrow for arrow in drawn_visit().arrows if arrow.kind is ArrowKind.BACK]
    assert (back.source, back.target, back.at_most) == ("close", "look", 2)
    assert all(a.kind is ArrowKind.ONWARD for a in drawing(visit(), named, frozenset({"again"})).arrows)


def test_the_svg_stands_alone_and_carries_no_style() -> None:
    text = as_svg(drawn_visit(), "zh-hans", {"look": "/x?a=1&b=2"}, "look", frozenset({"call"}))
    root = etree.fromstring(text)
    assert "style" not in text
    assert [a.get("href") for a in root.iter("{http://www.w3.org/2000/svg}a")] == ["/x?a=1&b=2"]
    said = "".join(str(text) for text in root.itertext())
    assert "步骤look" in said
    assert "至多 2 次" in said


def test_a_mermaid_chart_names_every_step() -> None:
    chart = as_mermaid(drawn_visit(), "en")
    assert chart.count("subgraph") == 3
    assert "s4 -. 2x .-> s1" in chart


def test_long_words_are_cut_with_a_sign() -> None:
    assert wrapped("确认燃气管线有没有泄漏并且通知所有楼组长", 12, 2) == ("确认燃气管线", "有没有泄漏…")
    assert wrapped("Confirm the gas line", 12, 2) == ("Confirm the", "gas line")
