"""Whether somebody takes every step everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lilong.apps.work.rules.checking.writing import look, must
from lilong.apps.work.terms.findings import Finding, Vacancy
from lilong.apps.work.terms.scenarios import Scenario, Step
from lilong.kernel.words import Label

Coverage = Callable[[Step], Iterable[Vacancy]]

_MEND = Label(
    "请清单管理员补上，或改由这里有的单位办，或缩小适用的区域类型。",
    "Ask the catalogue's keeper, choose an office that is there, or narrow the types of area.",
)


def of_coverage(scenario: Scenario, coverage: Coverage) -> Iterator[Finding]:
    """The steps that nobody takes somewhere, with the areas."""
    told = False
    for step in scenario.steps:
        for vacancy in coverage(step):
            if vacancy.areas:
                yield _vacant(step, vacancy)
            elif not told:
                told = True
                text = Label("没有查谁来办：{missing}。", "Who takes the steps was not looked at: {missing}.")
                remedy = Label("核对 area_types。", "Check area_types.")
                yield look("coverage_not_known", text.filled(missing=vacancy.missing), remedy)


def _vacant(step: Step, vacancy: Vacancy) -> Finding:
    more = len(vacancy.areas) > len(vacancy.names)
    zh, en = "、".join(vacancy.names), ", ".join(vacancy.names)
    words = {
        "title": step.title,
        "n": len(vacancy.areas),
        "missing": vacancy.missing,
        "names": Label(f"（{zh}{'等' if more else ''}）", f" ({en}{', …' if more else ''})") if zh else "",
    }
    if vacancy.is_lead:
        text = Label(
            "“{title}”在 {n} 个居村没有人办{names}：{missing}。",
            "Nobody takes “{title}” in {n} communities{names}: {missing}.",
        )
        return must("nobody", text.filled(**words), _MEND, step.name, areas=vacancy.areas)
    text = Label(
        "“{title}”在 {n} 个居村缺一家协办{names}：{missing}。",
        "“{title}” lacks a co-handler in {n} communities{names}: {missing}.",
    )
    return look("no_co_handler", text.filled(**words), _MEND, step.name, areas=vacancy.areas)
