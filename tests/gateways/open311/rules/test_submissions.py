"""New requests and updates, checked against the protocol and the service's definition."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from lilong.gateways.open311.rules.parameters import from_pairs, read_form
from lilong.gateways.open311.rules.submissions import read_submission, read_update
from lilong.gateways.open311.terms import (
    Attribute,
    AttributeValue,
    Datatype,
    Detail,
    Fault,
    Sender,
    Service,
    ServiceKind,
    Submission,
    UpdateSubmission,
)

CHOICES = (AttributeValue("on", "亮"), AttributeValue("off", "不亮"))
LAMP = Service(
    "cityops:2026:C0204",
    "路灯坏了",
    "",
    ServiceKind.REALTIME,
    attributes=(
        Attribute("state", Datatype.SINGLE, required=True, order=1, description="状态", values=CHOICES),
        Attribute("poles", Datatype.MULTI, required=False, order=2, description="哪些", values=CHOICES),
        Attribute("count", Datatype.NUMBER, required=False, order=3, description="几盏"),
        Attribute("since", Datatype.DATETIME, required=False, order=4, description="何时起"),
        Attribute("mark", Datatype.STRING, required=False, order=5, description="杆号"),
        Attribute("words", Datatype.TEXT, required=False, order=6, description="说明"),
        Attribute("hint", Datatype.STRING, required=True, order=7, description="夜里勿碰", variable=False),
    ),
)
PLAIN = Service("cityops:2026:E0101", "暴露垃圾", "", ServiceKind.REALTIME)


def read(service: Service = PLAIN, **fields: str | list[str]) -> Submission:
    named = {name.replace("__", "[") + ("]" if "__" in name else ""): value for name, value in fields.items()}
    return read_submission(from_pairs(read_form(urlencode(named, doseq=True).encode())), service)


def refused(service: Service = PLAIN, **fields: str | list[str]) -> str:
    with pytest.raises(Fault) as found:
        read(service, **fields)
    assert found.value.status == 400
    return " | ".join(error.description for error in found.value.errors)


def test_everything_a_request_may_carry() -> None:
    made = read(
        lat="31.23",
        long="121.47",
        address_string="人民大道200号",
        address_id="A-1",
        email="a@b.cn",
        first_name="伟",
        last_name="李",
        phone="13812345678",
        account_id="77",
        device_id="secret-device",
        description="垃圾堆在弄口。\n三天了",
        media_url=["http://x.cn/1.jpg", "https://x.cn/2.jpg"],
        attribute__fixmystreet_id="991",
    )
    assert made == Submission(
        service_code=PLAIN.code,
        title="垃圾堆在弄口",
        description="垃圾堆在弄口。\n三天了",
        lat=31.23,
        long=121.47,
        datum="wgs84",
        address="人民大道200号",
        address_id="A-1",
        sender=Sender("伟", "李", "a@b.cn", "13812345678"),
        is_private=False,
        answers={},
        media_urls=("http://x.cn/1.jpg", "https://x.cn/2.jpg"),
        external_id="991",
        account_id="77",
        ignored=(),
    )


@pytest.mark.parametrize(
    "place", [{"lat": "31.2", "long": "121.4"}, {"address_string": "某路1号"}, {"address_id": "7"}]
)
def test_any_one_of_the_three_ways_to_say_where_is_enough(place: Mapping[str, str]) -> None:
    made = read(PLAIN, description="x", **place)
    assert made.sender is None


def test_without_a_place_it_is_refused() -> None:
    assert "location was not provided" in refused(description="x")
    assert "long was not provided" in refused(lat="31.2", description="x")
    assert "lat was not provided" in refused(long="121.2", description="x", address_string="某路")


@pytest.mark.parametrize("lat", ["91", "nan", "31,2", "x"])
def test_coordinates_that_are_none_are_refused_once(lat: str) -> None:
    assert refused(lat=lat, long="121.4").count("lat") >= 1


def test_the_title_is_given_or_the_first_sentence_or_the_services_name() -> None:
    assert read(address_id="1", attribute__title="灯 不亮", description="x").title == "灯 不亮"
    assert read(address_id="1", title="灯").title == "灯"
    assert read(address_id="1", description="弄口的灯！不亮").title == "弄口的灯"
    assert read(address_id="1").title == "暴露垃圾"
    assert read(address_id="1", description="。。。").title == "暴露垃圾"
    long_title = read(address_id="1", description="很" * 200).title
    assert len(long_title) == 80
    assert long_title.endswith("…")


def test_a_description_has_at_most_4000_characters() -> None:
    assert len(read(address_id="1", description="字" * 4000).description) == 4000
    assert "description" in refused(address_id="1", description="字" * 4001)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.cn/a",
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "http://",
        "//x.cn/a",
        "http://[::1",
        "http://x.cn/a b",
        "http://x.cn/" + "a" * 2000,
    ],
)
def test_a_media_url_is_a_web_address(url: str) -> None:
    assert "media_url" in refused(address_id="1", media_url=url)


def test_the_datum_may_be_declared() -> None:
    assert read(lat="31.2", long="121.4", datum="GCJ-02").datum == "gcj02"
    assert "datum" in refused(lat="31.2", long="121.4", datum="epsg:3857")


def test_a_private_request_says_so() -> None:
    assert read(address_id="1", non_public="1").is_private
    assert read(address_id="1", attribute__non_public="true").is_private
    assert not read(address_id="1", attribute__non_public="0").is_private


def test_answers_are_checked_against_the_definition() -> None:
    made = read(
        LAMP,
        address_id="1",
        attribute__state="off",
        attribute__poles=["on", "off"],
        attribute__count="2.5",
        attribute__since="2026-11-05",
        attribute__mark="L-7",
        attribute__words="a\nb",
    )
    assert made.answers == {
        "state": ("off",),
        "poles": ("on", "off"),
        "count": ("2.5",),
        "since": ("2026-11-05",),
        "mark": ("L-7",),
        "words": ("a\nb",),
    }
    assert made.ignored == ()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, "attribute[state] was not provided"),
        ({"attribute__state": "dim"}, "attribute[state]"),
        ({"attribute__state": ["on", "off"]}, "attribute[state]"),
        ({"attribute__state": "on", "attribute__poles": ["on", "dim"]}, "attribute[poles]"),
        ({"attribute__state": "on", "attribute__count": "two"}, "attribute[count] is not valid: a number"),
        ({"attribute__state": "on", "attribute__since": "lately"}, "attribute[since]"),
        ({"attribute__state": "on", "attribute__mark": "a\nb"}, "attribute[mark]"),
        ({"attribute__state": "on", "attribute__words": "字" * 4001}, "attribute[words]"),
        ({"attribute__state": "on", "attribute__mark": "字" * 4001}, "attribute[mark]"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_name(fields: Mapping[str, str | list[str]], named: str) -> None:
    assert named in refused(LAMP, address_id="1", **fields)


def test_attributes_nobody_asked_for_are_named_and_not_kept() -> None:
    made = read(address_id="1", attribute__northing="1", attribute__easting="2", attribute__fixmystreet_id="3")
    assert made.ignored == ("easting", "northing")
    assert made.answers == {}


def test_everything_wrong_is_told_at_once() -> None:
    text = refused(
        LAMP,
        lat="x",
        long="y",
        description="字" * 4001,
        media_url="x",
        datum="x",
        attribute__count="x",
        phone="1" * 201,
        attribute__fixmystreet_id="9" * 201,
    )
    for name in (
        "lat",
        "description",
        "media_url",
        "datum",
        "attribute[state]",
        "attribute[count]",
        "phone",
        "attribute[fixmystreet_id]",
    ):
        assert name in text


UPDATE = {
    "service_request_id": "2026110500000001",
    "update_id": "55",
    "status": "IN_PROGRESS",
    "updated_datetime": "2026-11-05T12:00:00+08:00",
    "description": "已联系施工队",
}


def read_update_of(**changes: str) -> UpdateSubmission:
    return read_update(from_pairs((UPDATE | changes).items()))


def test_an_update_with_its_status_in_capitals() -> None:
    made = read_update_of(media_url="https://x.cn/1.jpg")
    assert (made.detail, made.updated.hour, made.media_urls) == (Detail.IN_PROGRESS, 4, ("https://x.cn/1.jpg",))


@pytest.mark.parametrize("name", list(UPDATE))
def test_each_part_of_an_update_is_required(name: str) -> None:
    with pytest.raises(Fault) as found:
        read_update_of(**{name: " "})
    assert [error.description[: len(name)] for error in found.value.errors] == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "DONE"),
        ("updated_datetime", "now"),
        ("description", "字" * 4001),
        ("update_id", "9" * 201),
        ("media_url", "x"),
    ],
)
def test_a_part_that_means_nothing_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(Fault) as found:
        read_update_of(**{name: value})
    assert name in found.value.errors[0].description
