"""Pictures: checked by content, re-encoded without position or device data, named by their digest."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PIL import Image, ImageOps

from lilong.apps.cases.lifecycle import CASE
from lilong.apps.cases.models import Case, CasePhoto, photo_path
from lilong.apps.cases.terms import PhotoGiven
from lilong.kernel.actors import Actor
from lilong.kernel.areas import AreaCode
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, RefusalKind, Refused
from lilong.kernel.words import Label
from lilong.ledger.acts import Outcome, Target, Turn, act
from lilong.ledger.receipts import Receipt

PHOTOS_MAX = 6
PHOTO_BYTES_MAX = 10 * 1024 * 1024
PIXELS_MAX = 50_000_000
SIDE_MAX = 2000
_FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that passed every check: JPEG bytes of our own making."""

    content: bytes
    digest: str
    width: int
    height: int


def read_photos(given: tuple[PhotoGiven, ...]) -> tuple[Picture, ...]:
    """Check and re-encode pictures before anything is written.

    Raises :class:`~lilong.kernel.refusals.Refused`: too many, too large, or not a picture whatever its name says.
    """
    if len(given) > PHOTOS_MAX:
        text = Label("一次最多 {most} 张照片。", "At most {most} photos at a time.").filled(most=PHOTOS_MAX)
        raise _refused("photos_too_many", text, Label("请留下最说明问题的几张。", "Keep those that show it best."))
    return tuple(_read(photo) for photo in given)


def keep_photos(case: UUID, area: AreaCode, pictures: tuple[Picture, ...], kind: str, at: datetime) -> None:
    """Write the files, then the rows; inside the command's transaction. A file without a row is swept later."""
    _keep_files(pictures)
    CasePhoto.objects.bulk_create(
        CasePhoto(
            id=new_id(at),
            case_id=case,
            area=area.digits,
            kind=kind,
            digest=picture.digest,
            width=picture.width,
            height=picture.height,
            at=at,
        )
        for picture in pictures
    )


def add_photos(*, by: Actor, key: CommandKey, case: UUID, photos: tuple[PhotoGiven, ...], kind: str) -> Receipt:
    """Add pictures to a case, by its reporter (with facts) or by the unit that handles it (before, after)."""
    pictures = read_photos(photos)

    def change(turn: Turn[Case]) -> Outcome:
        keep_photos(turn.row.id, turn.row.area_code, pictures, kind, key.at)
        turn.row.updated_at = key.at
        return Outcome(data={"photos": len(pictures), "kind": kind}, details={"number": turn.row.number})

    target = Target(CASE, Case, case, Label("事项", "matter"))
    return act(by=by, key=key, target=target, step="add_photos", inputs={"kind": kind}, change=change)


def lay_aside(given: tuple[PhotoGiven, ...]) -> tuple[str, ...]:
    """Check pictures that wait for a report to be sent, and keep their files; returns what to ask for them by."""
    pictures = read_photos(given)
    _keep_files(pictures)
    return tuple(picture.digest for picture in pictures)


def laid_aside(digests: tuple[str, ...]) -> tuple[PhotoGiven, ...]:
    """The pictures laid aside under these digests, without those that were swept since."""
    paths = [photo_path(digest) for digest in digests]
    return tuple(PhotoGiven(path.name, path.read_bytes()) for path in paths if path.is_file())


def _keep_files(pictures: tuple[Picture, ...]) -> None:
    for picture in pictures:
        path = photo_path(picture.digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(picture.content)


def _read(photo: PhotoGiven) -> Picture:
    if len(photo.content) > PHOTO_BYTES_MAX:
        text = Label("这张照片超过 10 MB。", "This photo is larger than 10 MB.")
        raise _refused("photo_too_large", text, Label("请换一张小些的。", "Send a smaller one."), RefusalKind.TOO_LARGE)
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(photo.content), formats=_FORMATS) as opened:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _encoded(opened)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        text = Label("这个文件不是能打开的照片。", "This file is no photo that can be opened.")
        raise _refused("photo_unreadable", text, Label("请用 JPEG、PNG 或 WebP。", "Use JPEG, PNG or WebP.")) from error


def _encoded(opened: Image.Image) -> Picture:
    """Upright, at most 2,000 pixels a side, RGB JPEG: nothing of the original file but its picture is kept."""
    if opened.width * opened.height > PIXELS_MAX:
        raise ValueError("more pixels than any phone takes")
    upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((SIDE_MAX, SIDE_MAX))
    out = io.BytesIO()
    Image.frombytes("RGB", upright.size, upright.tobytes()).save(out, "JPEG", quality=82)
    content = out.getvalue()
    return Picture(content, hashlib.sha256(content).hexdigest(), upright.width, upright.height)


def _refused(code: str, text: Label, remedy: Label, kind: RefusalKind = RefusalKind.INVALID) -> Refused:
    return Refused(kind, (Refusal(f"cases.{code}", text, remedy, "photo"),))
