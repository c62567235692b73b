"""The pages of a rehearsal and of a comparison: asked for, watched, read; nothing said that is not known."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from lilong.apps.work import public as work
from tests.apps.cases.views.parts import reported
from tests.apps.work.views.parts import LIBRARY, page, published, sent, written
from tests.city import City


def asked(city: City, version: UUID, **fields: str) -> str:
    """A rehearsal asked for by the keeper: the address of its page."""
    said = {"present": "dispatch-handle-check@1", "since": "2026-01-01", "until": "2027-12-31", "seed": "3"}
    return sent(city.client("keeper"), f"{LIBRARY}{version}/rehearse/", **{**said, **fields})


def run(url: str) -> None:
    """What the background job does."""
    work.run_rehearsal(UUID(url.strip("/").split("/")[-1]), datetime.now(UTC))


def test_a_rehearsal_is_watched_while_it_runs_and_read_when_it_is_done(city: City) -> None:
    reported(city)
    url = asked(city, written(city, "street-lamp"))
    text = page(city.client("keeper"), url)
    assert "正在演练" in text
    assert '<noscript><meta http-equiv="refresh"' in text
    run(url)
    text = page(city.client("shift"), url)
    assert "1\u00a0件事走了一遍" in text
    assert "它不知道的" in text
    assert "/desk/cases/" in text
    assert "refresh" not in text


def test_where_nothing_ever_happened_the_rehearsal_says_so(city: City) -> None:
    url = asked(city, written(city, "street-lamp"))
    run(url)
    assert "没有可以演练的事" in page(city.client("keeper"), url)


def test_a_stated_load_needs_no_past(city: City) -> None:
    url = asked(city, written(city, "street-lamp"), since="2026-09-01", until="2026-09-03", per_day="4")
    run(url)
    assert "件事走了一遍" in page(city.client("keeper"), url)


def test_a_period_that_is_none_is_refused_by_its_field(city: City) -> None:
    version = written(city, "street-lamp")
    said = {"present": "dispatch-handle-check@1", "since": "2026-09-01", "until": "2026-01-01", "seed": "3"}
    assert "时间段要有头有尾" in sent(city.client("keeper"), f"{LIBRARY}{version}/rehearse/", 422, **said)


def test_rehearsals_of_a_version_are_listed(city: City) -> None:
    version = written(city, "street-lamp")
    assert "还没有演练过" in page(city.client("keeper"), f"{LIBRARY}{version}/rehearse/")
    url = asked(city, version)
    assert url in page(city.client("keeper"), f"{LIBRARY}{version}/rehearse/")


def test_a_comparison_of_too_few_matters_says_that_it_is_not_enough(city: City) -> None:
    version = published(city, "street-lamp")
    reported(city)
    text = page(city.client("shift"), f"{LIBRARY}{version}/compare/")
    assert "还不够" in text


def test_what_was_never_in_force_has_nothing_to_compare(city: City) -> None:
    assert "还没有可比的" in page(city.client("shift"), f"{LIBRARY}{written(city, 'street-lamp')}/compare/")
