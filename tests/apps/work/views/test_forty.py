"""The page of a scenario with forty steps: within its time, with a bounded number of statements."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lilong.apps.work import public as work
from lilong.apps.work.queries.frames import frames
from lilong.apps.work.rules.files import write_scenario
from lilong.apps.work.terms import Scenario
from tests.apps.work.rules.drawn import step, visit
from tests.apps.work.views.parts import LIBRARY, page
from tests.city import STREET, City, envelope

STATEMENTS_MOST = 16


def forty() -> Scenario:
    """Forty steps of four offices: two lines side by side that meet at the end."""
    steps = [step("s0")]
    steps += [step(f"s{number}", f"s{max(number - 2, 0)}", who=number % 4) for number in range(1, 39)]
    return replace(visit(), steps=(*steps, step("s39", "s37", "s38")), facts=(), start={}, tables=())


@pytest.mark.parametrize("opened", ["", "steps/s20/"])
def test_the_page_stands_in_its_time(city: City, opened: str) -> None:
    text = write_scenario(forty(), frames())
    receipt = work.write_scenario_version(by=city.actor("keeper"), key=envelope(), text=text, area=STREET)
    client, url = city.client("keeper"), f"{LIBRARY}{receipt.subject}/{opened}"
    assert "步骤s39" in page(client, url)
    took = []
    for _ in range(7):
        began = time.process_time()
        page(client, url)
        took.append(time.process_time() - began)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page(client, url)
    assert len(asked) <= STATEMENTS_MOST, [entry["sql"][:90] for entry in asked]
    assert median(took) < 0.15, took
