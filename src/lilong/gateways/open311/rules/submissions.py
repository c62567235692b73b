"""Reading what a client sends: a new request, an update."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from lilong.apps.places.terms import Datum
from lilong.gateways.open311.rules.faults import Findings, bad, fault, missing
from lilong.gateways.open311.rules.moments import read_moment
from lilong.gateways.open311.rules.parameters import Parameters, read_decimal
from lilong.gateways.open311.terms import (
    DESCRIPTION_CHARACTERS_MAX,
    Attribute,
    Datatype,
    Detail,
    Fault,
    Sender,
    Service,
    Submission,
    UpdateSubmission,
)
from lilong.kernel.words import Label

_TITLE_CHARACTERS_MAX = 80
_SHORT = 200
_URL_CHARACTERS_MAX = 2000
_MEDIA_MAX = 20
_NUMBER_BOUND = 1e15
_SENTENCE = re.compile(r"[^\n。！？!?]+")
# Codes that FixMyStreet and its adapter send with every request, whatever the definition says.
_TITLE_CODE, _EXTERNAL_CODE, _PRIVATE_CODE = "title", "fixmystreet_id", "non_public"


def read_submission(parameters: Parameters, service: Service) -> Submission:
    """A new request for ``service``; raises one fault with everything that is wrong."""
    findings = Findings()
    lat = long = None
    answers: Mapping[str, tuple[str, ...]] = {}
    with findings.gathering():
        lat, long = _position(parameters)
    with findings.gathering():
        answers = _answers(parameters, service, findings)
    _check_lengths(parameters, findings)
    with findings.gathering():
        _check_located(parameters, lat)
    with findings.gathering():
        _datum(parameters)
    with findings.gathering():
        _media_urls(parameters)
    findings.settle()
    known = {attribute.code for attribute in service.attributes} | {_TITLE_CODE, _EXTERNAL_CODE, _PRIVATE_CODE}
    return Submission(
        service_code=service.code,
        title=_title(parameters, service),
        description=parameters.text("description"),
        lat=lat,
        long=long,
        datum=_datum(parameters),
        address=parameters.text("address_string"),
        address_id=parameters.text("address_id"),
        sender=_sender(parameters),
        is_private=_is_private(parameters),
        answers=answers,
        media_urls=_media_urls(parameters),
        external_id=_first(parameters, _EXTERNAL_CODE),
        account_id=parameters.text("account_id"),
        ignored=tuple(sorted(set(parameters.attributes) - known)),
    )


def read_update(parameters: Parameters) -> UpdateSubmission:
    """An update from a client; raises one fault with everything that is wrong."""
    findings = Findings()
    for name in ("service_request_id", "update_id", "status", "updated_datetime", "description"):
        with findings.gathering():
            parameters.required(name)
    detail, updated = Detail.UNCHANGED, None
    with findings.gathering():
        detail = _detail(parameters)
    with findings.gathering():
        text = parameters.text("updated_datetime")
        updated = read_moment("updated_datetime", text).at if text else None
    with findings.gathering():
        _media_urls(parameters)
    for name, characters_max in (("update_id", _SHORT), ("description", DESCRIPTION_CHARACTERS_MAX)):
        with findings.gathering():
            parameters.short(name, characters_max)
    findings.settle()
    if updated is None:
        raise missing("updated_datetime")
    return UpdateSubmission(
        service_request_id=parameters.text("service_request_id"),
        update_id=parameters.text("update_id"),
        detail=detail,
        updated=updated,
        description=parameters.text("description"),
        media_urls=_media_urls(parameters),
    )


def _position(parameters: Parameters) -> tuple[float | None, float | None]:
    lat, long = parameters.decimal("lat", -90, 90), parameters.decimal("long", -180, 180)
    if (lat is None) != (long is None):
        raise missing("lat" if lat is None else "long")
    return lat, long


def _check_located(parameters: Parameters, lat: float | None) -> None:
    given = parameters.text("lat") or parameters.text("long")
    if lat is None and not given and not parameters.text("address_string") and not parameters.text("address_id"):
        text = Label(
            "缺少位置：请给出 lat 和 long，或 address_string，或 address_id。",
            "A location was not provided: send lat and long, or address_string, or address_id.",
        )
        raise fault(400, text)


def _check_lengths(parameters: Parameters, findings: Findings) -> None:
    limits = {"description": DESCRIPTION_CHARACTERS_MAX, "address_string": 500, "address_id": _SHORT}
    personal = dict.fromkeys(("email", "phone", "first_name", "last_name", "account_id"), _SHORT)
    for name, characters_max in (limits | personal).items():
        with findings.gathering():
            parameters.short(name, characters_max)
    if len(_first(parameters, _EXTERNAL_CODE)) > _SHORT:
        with findings.gathering():
            raise bad(f"attribute[{_EXTERNAL_CODE}]", Label("内容过长", "it is too long"))


def _datum(parameters: Parameters) -> str:
    """The extension ``datum``: Chinese phones give GCJ-02; undeclared coordinates are WGS-84, as the protocol says."""
    datum = parameters.text("datum").lower().replace("-", "") or Datum.WGS84
    if datum not in set(Datum):
        known = ", ".join(Datum)
        raise bad("datum", Label("应为 {known} 之一", "one of {known} is expected").filled(known=known))
    return datum


def _media_urls(parameters: Parameters) -> tuple[str, ...]:
    urls = parameters.plain.get("media_url", ()) + parameters.plain.get("media_url[]", ())
    if len(urls) > _MEDIA_MAX:
        raise bad("media_url", Label("最多 {n} 个", "at most {n}").filled(n=_MEDIA_MAX))
    for url in urls:
        if len(url) > _URL_CHARACTERS_MAX or not _is_web_address(url):
            raise bad("media_url", Label("应为 http 或 https 网址", "an http or https address is expected"))
    return urls


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", url)


def _sender(parameters: Parameters) -> Sender | None:
    """The person, when anything about one was sent; device_id is neither needed nor kept."""
    told = {name: parameters.text(name) for name in ("first_name", "last_name", "email", "phone")}
    return Sender(**told) if any(told.values()) else None


def _is_private(parameters: Parameters) -> bool:
    return parameters.flag(_PRIVATE_CODE) or _first(parameters, _PRIVATE_CODE).lower() in {"1", "true", "yes"}


def _title(parameters: Parameters, service: Service) -> str:
    """What the client calls it, else the first sentence of the description, else the service's name."""
    given = _first(parameters, _TITLE_CODE) or parameters.text("title")
    if not given:
        found = _SENTENCE.search(parameters.text("description"))
        given = found[0].strip() if found else ""
    title = " ".join((given or service.name).split())
    return title if len(title) <= _TITLE_CHARACTERS_MAX else title[: _TITLE_CHARACTERS_MAX - 1] + "…"


def _first(parameters: Parameters, code: str) -> str:
    return parameters.attributes.get(code, ("",))[0]


def _answers(parameters: Parameters, service: Service, findings: Findings) -> dict[str, tuple[str, ...]]:
    answers = {}
    for attribute in service.attributes:
        with findings.gathering():
            values = parameters.attributes.get(attribute.code, ())
            if attribute.required and attribute.variable and not values:
                raise missing(f"attribute[{attribute.code}]")
            if values and attribute.variable:
                _check_answer(attribute, values)
                answers[attribute.code] = values
    return answers


def _check_answer(attribute: Attribute, values: tuple[str, ...]) -> None:
    name = f"attribute[{attribute.code}]"
    if len(values) > 1 and attribute.datatype is not Datatype.MULTI:
        raise bad(name, Label("只能有一个值", "one value is expected"))
    for value in values:
        _check_value(attribute, name, value)


def _check_value(attribute: Attribute, name: str, value: str) -> None:
    match attribute.datatype:
        case Datatype.NUMBER:
            read_decimal_loosely(name, value)
        case Datatype.DATETIME:
            read_moment(name, value)
        case Datatype.STRING if "\n" in value:
            raise bad(name, Label("不能换行", "no line breaks are expected"))
        case Datatype.SINGLE | Datatype.MULTI if value not in {choice.key for choice in attribute.values}:
            keys = ", ".join(choice.key for choice in attribute.values)
            raise bad(name, Label("应为 {keys} 之一", "one of {keys} is expected").filled(keys=keys))
        case _ if len(value) > DESCRIPTION_CHARACTERS_MAX:
            raise bad(name, Label("内容过长", "it is too long"))


def read_decimal_loosely(name: str, value: str) -> float:
    """A number answer: any plain decimal of reasonable size."""
    try:
        return read_decimal(name, value, -_NUMBER_BOUND, _NUMBER_BOUND)
    except Fault as error:
        raise bad(name, Label("应为数字", "a number is expected")) from error


def _detail(parameters: Parameters) -> Detail:
    word = parameters.text("status").lower()
    if not word:
        return Detail.UNCHANGED
    if word not in set(Detail):
        known = ", ".join(Detail)
        raise bad("status", Label("应为 {known} 之一", "one of {known} is expected").filled(known=known))
    return Detail(word)
