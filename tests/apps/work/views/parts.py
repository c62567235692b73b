"""What the tests of work's pages do over and over: write a version, approve it, put it in force, begin a matter."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from lilong.apps.work import public as work
from lilong.apps.work.queries.templates import SHIPPED, shipped
from lilong.apps.work.terms import Reach
from lilong.kernel.areas import AreaCode
from tests.city import STREET, City, envelope

LIBRARY = "/scenarios/"


def page(client: Client, url: str, status: int = 200) -> str:
    """The text of a page that must be there."""
    answer = client.get(url)
    assert answer.status_code == status, (answer.status_code, url)
    return answer.content.decode()


def sent(client: Client, url: str, status: int = 302, /, **fields: Any) -> str:
    """A form sent to an address: where it led to, or the text of the page that came back."""
    answer = client.post(url, {"key": str(uuid4()), **fields})
    assert answer.status_code == status, (
        answer.status_code,
        re.findall(r"<p class=.err.*?</p>|role=.alert.*?</div>", answer.content.decode(), re.DOTALL)[:3],
    )
    return answer.headers.get("Location", "") or answer.content.decode()


def written(city: City, name: str = "home-visits") -> UUID:
    """A shipped scenario as a draft of the street."""
    text = (SHIPPED / f"{name}.yaml").read_text(encoding="utf-8")
    return work.write_scenario_version(by=city.actor("keeper"), key=envelope(), text=text, area=STREET).subject


def approved(city: City, name: str = "home-visits") -> UUID:
    """A shipped scenario, submitted by one and approved by another."""
    version = written(city, name)
    work.submit_scenario_version(by=city.actor("keeper"), key=envelope(), version=version)
    work.approve_scenario_version(by=city.actor("shift"), key=envelope(), version=version)
    return version


def published(city: City, name: str = "home-visits", area: AreaCode = STREET) -> UUID:
    """A shipped scenario in force in the street."""
    version = approved(city, name)
    reach = Reach(area, shipped()[name].area_types)
    work.publish_scenario_version(
        by=city.actor("shift"), key=envelope(), version=version, reach=reach, evidence="演练过"
    )
    return version
