"""Pictures: checked by content, stripped of everything but what they show."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from lilong.apps.cases.commands.photos import PHOTO_BYTES_MAX, read_photos
from lilong.apps.cases.models import Case
from lilong.apps.cases.terms import PhotoGiven
from lilong.kernel.actors import machine
from lilong.kernel.refusals import RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.scope import reading
from tests.city import City

ORIENTATION, GPS = 0x0112, 0x8825


def picture(size: tuple[int, int] = (40, 20), kind: str = "JPEG", *, located: bool = False) -> bytes:
    """A picture as a phone makes it, turned on its side and located if asked."""
    image, out = Image.new("RGB", size, "white"), io.BytesIO()
    exif = Image.Exif()
    if located:
        exif[ORIENTATION] = 6
        exif[0x010F] = "PhoneMaker"
        exif.get_ifd(GPS)[2] = (31.0, 13.0, 59.0)
    image.save(out, kind, exif=exif)
    return out.getvalue()


def test_position_and_device_are_gone_and_it_stands_upright() -> None:
    source = picture(located=True)
    assert b"PhoneMaker" in source
    (read,) = read_photos((PhotoGiven("a.jpg", source),))
    assert b"PhoneMaker" not in read.content
    assert b"Exif" not in read.content
    assert (read.width, read.height) == (20, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_of_phones_are_taken(kind: str) -> None:
    (read,) = read_photos((PhotoGiven("whatever.exe", picture(kind=kind)),))
    assert Image.open(io.BytesIO(read.content)).format == "JPEG"


def test_a_large_picture_is_made_smaller() -> None:
    (read,) = read_photos((PhotoGiven("a.png", picture((3000, 1500), "PNG")),))
    assert (read.width, read.height) == (2000, 1000)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", RefusalKind.INVALID),
        (b"<html>not a picture</html>", RefusalKind.INVALID),
        (b"GIF89a" + bytes(100), RefusalKind.INVALID),
        (picture()[:60], RefusalKind.INVALID),
        (b"%PDF-1.7" + picture(), RefusalKind.INVALID),
        (bytes(PHOTO_BYTES_MAX + 1), RefusalKind.TOO_LARGE),
    ],
    ids=["empty", "html", "gif", "cut off", "disguised", "too large"],
)
def test_what_is_no_picture_is_refused_whatever_its_name(content: bytes, kind: RefusalKind) -> None:
    with pytest.raises(Refused) as refused:
        read_photos((PhotoGiven("photo.jpg", content),))
    assert (refused.value.kind, refused.value.refusals[0].field) == (kind, "photo")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (20000, 20000)).save(out, "PNG")
    assert len(out.getvalue()) < 200_000
    with pytest.raises(Refused) as refused:
        read_photos((PhotoGiven("a.png", out.getvalue()),))
    assert refused.value.refusals[0].code == "cases.photo_unreadable"


def test_too_many_at_once_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_photos((PhotoGiven("a.jpg", picture()),) * 7)
    assert refused.value.refusals[0].code == "cases.photos_too_many"


def test_a_refused_picture_leaves_no_case_and_no_file(city: City) -> None:
    report = replace(city.lamp_out, photos=(PhotoGiven("a.jpg", picture()), PhotoGiven("b.jpg", b"no")))
    before = set(Path(settings.MEDIA_ROOT).rglob("*.jpg"))
    with pytest.raises(Refused):
        city.reported(report)
    with reading(machine(Label("全部", "all"), frozenset())):
        assert Case.objects.count() == 0
    assert set(Path(settings.MEDIA_ROOT).rglob("*.jpg")) == before
