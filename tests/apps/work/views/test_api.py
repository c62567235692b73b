"""The operations of scenarios and undertakings: what the pages do, as JSON; refusals as problems."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.test import Client

from lilong.apps.work.queries.templates import SHIPPED
from tests.apps.work.views.parts import published, written
from tests.city import City

SCENARIOS, UNDERTAKINGS = "/api/v1/work/scenarios", "/api/v1/work/undertakings"


def post(client: Client, url: str, status: int = 200, method: str = "POST", /, **body: Any) -> dict[str, Any]:
    """An operation that writes; its answer."""
    headers = {"Idempotency-Key": str(uuid4())}
    answer = client.generic(method, url, json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code == status, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def test_a_version_is_written_checked_decided_and_compared(city: City) -> None:
    keeper, shift = city.client("keeper"), city.client("shift")
    text = (SHIPPED / "home-visits.yaml").read_text(encoding="utf-8")
    version = post(keeper, SCENARIOS, text=text, area="310101001")["subject"]
    url = f"{SCENARIOS}/{version}"
    assert keeper.get(url).json()["reference"] == "home-visits@1"
    assert keeper.get(f"{url}/check").json() == []
    post(keeper, url, 200, "PUT", text=text.replace("上门看看", "上门问问", 1))
    post(keeper, f"{url}/submit")
    post(shift, f"{url}/approve", note="看过")
    reach = {"area": "310101001", "area_types": ["subdistrict"], "share": 50, "evidence": "演练过"}
    post(shift, f"{url}/publish", **reach)
    assert [row["share"] for row in keeper.get(url).json()["publications"]] == [50]
    assert keeper.get(f"{url}/comparison").status_code == 200
    post(shift, f"{url}/withdraw", reason="不见效")
    assert keeper.get(f"{SCENARIOS}?state=withdrawn").json()["total"] == 1


def test_a_file_with_faults_is_a_problem_that_names_each_line(city: City) -> None:
    found = post(city.client("keeper"), SCENARIOS, 422, text="scenario: x\nversion: 1\n", area="310101001")
    assert found["status"] == 422
    assert all(refusal["field"] == "text" for refusal in found["refusals"])
    assert len(found["refusals"]) > 1


def test_a_rehearsal_is_asked_for(city: City) -> None:
    version, keeper = written(city, "street-lamp"), city.client("keeper")
    period = {"since": "2026-01-01T00:00:00+08:00", "until": "2027-01-01T00:00:00+08:00"}
    asked = post(keeper, f"{SCENARIOS}/{version}/rehearse", present="dispatch-handle-check@1", **period)
    assert keeper.get(f"{SCENARIOS}/rehearsals/{asked['subject']}").json()["stand"] == "waiting"


def test_an_undertaking_is_begun_moved_on_and_cancelled(city: City) -> None:
    published(city)
    intake, grid = city.client("intake"), city.client("grid")
    facts = {"buildings": ["3 幢"], "occasion": "heat"}
    said = {"scenario": "home-visits", "area": "310101001001", "title": "上门"}
    matter = post(intake, UNDERTAKINGS, facts=facts, **said)["subject"]
    assert post(intake, UNDERTAKINGS, 422, facts={}, **said)["refusals"][0]["field"] == "buildings"
    (task,) = grid.get("/api/v1/work/inbox").json()["tasks"]
    post(grid, f"/api/v1/work/tasks/{task['id']}/hand_in", answers={"two_go": False})
    assert intake.get(f"{UNDERTAKINGS}/{matter}").json()["done"]["agree_plan"] == "done"
    post(intake, f"{UNDERTAKINGS}/{matter}/cancel", reason="改期")
    assert intake.get(f"{UNDERTAKINGS}?state=cancelled").json()["total"] == 1
