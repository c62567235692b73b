"""The services of a jurisdiction: the city's public categories, as the jurisdiction offers them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from lilong.apps.organisations import public as organisations
from lilong.apps.organisations.terms import CategoryCard
from lilong.gateways.open311.models import ServicePosting, ServiceQuestion
from lilong.gateways.open311.rules.faults import not_found
from lilong.gateways.open311.terms import Attribute, AttributeValue, Caller, Datatype, Service, ServiceKind


def services(caller: Caller) -> tuple[Service, ...]:
    """Every service that may be sent, in the catalogue's order.

    Left out: categories residents may not choose, those whose reports are private, those the jurisdiction does not
    list. They look the same as none at all.
    """
    jurisdiction = caller.jurisdiction
    cards = organisations.categories(area=jurisdiction.city, at=caller.at, public_only=True)
    postings = {row.category: row for row in ServicePosting.objects.filter(jurisdiction=jurisdiction.id)}
    questions = _questions(postings.values(), caller.language)
    offered = (card for card in cards if not card.private)
    found = []
    for card in offered:
        posting = postings.get(str(card.key))
        if posting is None:
            found.append(_service(card, caller.language))
        elif posting.is_listed:
            asked = tuple(questions.get(posting.pk, ()))
            found.append(replace(_service(card, caller.language), kind=ServiceKind(posting.kind), attributes=asked))
    return tuple(found)


def service_called(caller: Caller, code: str) -> Service:
    """The service with this code; raises 404 when it is unknown or not offered."""
    found = [service for service in services(caller) if service.code == code]
    if not found:
        raise not_found("service_code")
    return found[0]


def _service(card: CategoryCard, language: str) -> Service:
    chinese = language.lower().startswith("zh")
    return Service(
        code=str(card.key),
        name=card.resident.in_language(language),
        description=card.name.in_language(language),
        kind=ServiceKind.REALTIME,
        keywords=card.keywords_zh if chinese else card.keywords_en,
        groups=(card.group.in_language(language),),
    )


def _questions(postings: Iterable[ServicePosting], language: str) -> dict[int, list[Attribute]]:
    rows = ServiceQuestion.objects.filter(posting__in=[posting.pk for posting in postings]).order_by("order")
    found: dict[int, list[Attribute]] = defaultdict(list)
    for row in rows:
        found[row.posting_id].append(_attribute(row, chinese=language.lower().startswith("zh")))
    return found


def _attribute(row: ServiceQuestion, *, chinese: bool) -> Attribute:
    return Attribute(
        code=row.code,
        datatype=Datatype(row.datatype),
        required=row.required,
        order=row.order,
        description=row.text_zh if chinese else row.text_en,
        datatype_description=row.hint_zh if chinese else row.hint_en,
        values=tuple(AttributeValue(key, zh if chinese else en) for key, zh, en in row.choices),
    )
