"""Every route says who may open it, and every kind of visitor gets what the table says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.operation import Operation

from lilong.apps.work import public as work
from lilong.calendars.queries import working_time
from lilong.identity.access import access_of
from lilong.identity.models import Account
from lilong.project.api import access_of_operation, api, operation_id
from tests.apps.cases.views.parts import now, reported
from tests.city import City
from tests.house.routes import ELSEWHERE, OPERATIONS, PAGES, UNDECLARED, Row

EVERY = {**PAGES, **OPERATIONS}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route below a resolver, by its name with its name spaces."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name or pattern.pattern}", pattern


def pages() -> dict[str, URLPattern]:
    """Every route that is no operation of the API and not on the list of those that declare nothing."""
    return {
        name: pattern
        for name, pattern in patterns(get_resolver())
        if not name.startswith(UNDECLARED) and not name.startswith("api:")
    }


def test_every_page_declares_who_may_open_it() -> None:
    assert [name for name, pattern in pages().items() if access_of(pattern.callback) is None] == []


def operations() -> dict[str, Operation]:
    """Every operation of the API by its id."""
    views = [view for router in api._get_bound_routers() for view in router.path_operations.values()]
    return {operation_id(operation): operation for view in views for operation in view.operations}


def test_every_operation_declares_who_may_open_it() -> None:
    assert len(operations()) > 40
    assert [name for name, operation in operations().items() if access_of_operation(operation) is None] == []


def test_every_route_stands_in_the_table_and_the_table_holds_nothing_else() -> None:
    assert set(PAGES) == set(pages())
    assert set(OPERATIONS) == set(operations())


def test_no_two_routes_share_a_name() -> None:
    names = [name for name, _ in patterns(get_resolver()) if not name.startswith(("admin:", "api:"))]
    assert len(names) == len(set(names))


def asked(client: Client, row: Row, names: dict[str, str]) -> int:
    """The status that a visitor gets."""
    url = row.url.format(**names)
    if row.method == "GET":
        return client.get(url).status_code
    return client.generic(row.method, url, b"{}", content_type="application/json").status_code


@pytest.mark.parametrize("name", sorted(EVERY))
def test_each_visitor_gets_what_the_table_says(city: City, name: str) -> None:
    row = EVERY[name]
    number = reported(city)
    (task,) = work.inbox(seen_by=city.actor("grid"), at=now(), time=working_time(now())).tasks
    names = {"case": number, "task": str(task.id)}
    visitors = ("", "resident", "administrator", ELSEWHERE[row.seat], row.seat)
    assert tuple(asked(city.client(visitor), row, names) for visitor in visitors) == row.answers


def test_the_administration_is_for_accounts_let_into_it_and_there_for_posts_with_the_duty(city: City) -> None:
    url = "/admin/organisations/unit/"
    assert [city.client(visitor).get(url).status_code for visitor in ("", "resident", "intake")] == [302] * 3
    Account.objects.filter(pk__in=[city.accounts["intake"], city.accounts["administrator"]]).update(is_staff=True)
    assert [city.client(visitor).get(url).status_code for visitor in ("intake", "administrator")] == [403, 200]
