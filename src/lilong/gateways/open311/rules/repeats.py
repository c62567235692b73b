"""Retries: which sendings are the same, so that the second has no second effect (the protocol itself has no such rule).

A client's own id for a request (``attribute[fixmystreet_id]``) or update (``update_id``) makes every sending with that
id the same one, even if the text was mended meanwhile. Without one, the header ``Idempotency-Key`` does, and then the
content has to be the same too.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple
from datetime import datetime
from uuid import UUID, uuid5

from lilong.gateways.open311.terms import Picture, Submission
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey


def request_key(
    client: UUID, submission: Submission, pictures: tuple[Picture, ...], header: str, at: datetime
) -> CommandKey:
    """The envelope of a new request."""
    if submission.external_id:
        return _by_foreign_id(client, "request", submission.external_id, at)
    key = uuid5(client, f"key:{header}") if header else new_id(at)
    return CommandKey(key, at, content_digest(submission, pictures))


def update_key(client: UUID, update_id: str, at: datetime) -> CommandKey:
    """The envelope of an update."""
    return _by_foreign_id(client, "update", update_id, at)


def kept_id(number: str, version: int) -> str:
    """Our id of one journalled step of a case, the same when it is sent and when it is listed."""
    return f"{number}-{version}"


def content_digest(submission: Submission, pictures: tuple[Picture, ...]) -> bytes:
    """The digest of what was meant: equal however the form was encoded."""
    digest = hashlib.sha256(repr(astuple(submission)).encode())
    for picture in pictures:
        digest.update(hashlib.sha256(picture.content).digest())
    return digest.digest()


def _by_foreign_id(client: UUID, kind: str, foreign_id: str, at: datetime) -> CommandKey:
    name = f"{kind}:{foreign_id}"
    return CommandKey(uuid5(client, name), at, hashlib.sha256(name.encode()).digest())
