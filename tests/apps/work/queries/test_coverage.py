"""Who takes each step of a scenario everywhere: asked of the small city and its shipped catalogue."""

from __future__ import annotations

from dataclasses import replace

from lilong.apps.cases.rules import FRAME
from lilong.apps.work.queries.coverage import coverage
from lilong.apps.work.rules.checking import check
from lilong.apps.work.terms import Office, Responsible, Scenario, Severity
from lilong.kernel.areas import AreaCode, Level
from tests.apps.work.strategies import FREE, bare, of_steps
from tests.city import CITY, NEW_BRIDGE, NOW, STREET, City

ZONE = AreaCode("310101500500")
KNOCK = replace(bare("knock"), who=Responsible(office=Office("community_committee", Level.COMMUNITY)))
VISIT = of_steps(KNOCK, bare("close", "knock"))


def areas(scenario: Scenario, area: AreaCode = CITY) -> dict[str, tuple[AreaCode, ...]]:
    """The communities without anybody, by step."""
    frame = FRAME if scenario.kind == FRAME.kind else FREE
    found = check(scenario, frame, coverage(scenario, area=area, at=NOW))
    return {finding.step: finding.areas for finding in found if finding.kind == "nobody"}


def test_a_zone_without_a_committee_is_named(small_city: City) -> None:
    assert areas(VISIT) == {"knock": (ZONE,)}
    assert areas(VISIT, STREET) == areas(VISIT, NEW_BRIDGE) == {}
    assert areas(replace(VISIT, area_types=("subdistrict", "town"))) == {}


def test_the_finding_counts_and_names_the_areas(small_city: City) -> None:
    (found,) = (f for f in check(VISIT, FREE, coverage(VISIT, area=CITY, at=NOW)) if f.kind == "nobody")
    assert found.severity is Severity.MUST
    assert "1 个居村" in found.text.zh
    assert "某开发区虚拟社区" in found.text.zh
    assert "居村委会" in found.text.zh


def test_a_missing_co_handler_is_only_looked_at(small_city: City) -> None:
    co = Office("community_committee", Level.COMMUNITY)
    scenario = of_steps(replace(bare("look"), co=(co,)))
    found = [f for f in check(scenario, FREE, coverage(scenario, area=CITY, at=NOW)) if f.areas]
    assert [(f.kind, f.severity, f.areas) for f in found] == [("no_co_handler", Severity.LOOK, (ZONE,))]


def test_a_stage_is_looked_up_for_every_category_it_is_for(small_city: City) -> None:
    stages = [replace(bare(stage), act=stage, who=Responsible(stage=stage)) for stage in ("verify", "file")]
    scenario = replace(of_steps(*stages), kind=FRAME.kind, categories=("C0137",))
    assert "verify" not in areas(scenario, STREET)
    unknown = replace(scenario, categories=("X*",))
    assert areas(unknown) == {}


def test_types_that_are_nowhere_here_are_said(small_city: City) -> None:
    scenario = replace(VISIT, area_types=("township",))
    found = check(scenario, FREE, coverage(scenario, area=CITY, at=NOW))
    assert [finding.kind for finding in found] == ["coverage_not_known"]
