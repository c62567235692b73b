"""Dates: tolerant in, strict out.

The protocol asks for the W3C subset of ISO 8601 with seconds and a zone. Clients in the field send fractions, turn
``+`` into a space, leave the zone or the whole time away; what is unambiguous is read, the rest refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lilong.gateways.open311.rules.faults import bad
from lilong.kernel.words import Label

# A bare date or a time without zone is UTC: everything we send out is, and clients send back what they read.
_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[Tt ](?P<time>\d\d:\d\d)(?P<seconds>:\d\d(?:[.,](?P<fraction>\d+))?)?"
    r"(?:[Zz]|(?P<sign>[+\- ])(?P<hours>\d\d):?(?P<minutes>\d\d))?)?",
    re.ASCII,
)
_EXPECTED = Label("应如 2026-11-05T08:15:30Z", "it should look like 2026-11-05T08:15:30Z")
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_LAST_OF_DAY = timedelta(days=1) - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time as given; ``whole_day`` tells that only a date was."""

    at: datetime
    whole_day: bool = False

    @property
    def last(self) -> datetime:
        """The latest instant it can mean: a date used as an end includes its whole day."""
        if not self.whole_day:
            return self.at
        return shifted(self.at, _LAST_OF_DAY)


def read_moment(name: str, text: str) -> Moment:
    """The moment in ``text``; raises the 400 that names the parameter."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise bad(name, _EXPECTED)
    try:
        return Moment(_instant(found), whole_day=found["time"] is None)
    except (ValueError, OverflowError) as error:
        raise bad(name, _EXPECTED) from error


def _instant(found: re.Match[str]) -> datetime:
    seconds = (found["seconds"] or ":00")[:3]
    fraction = (found["fraction"] or "0")[:6].ljust(6, "0")
    local = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00'}{seconds}.{fraction}+00:00")
    if found["sign"] is None:
        return local
    hours, minutes = int(found["hours"]), int(found["minutes"])
    if hours > 23 or minutes > 59:
        raise ValueError("no such offset")
    offset = timedelta(hours=hours, minutes=minutes)
    return local + offset if found["sign"] == "-" else local - offset


def shifted(at: datetime, by: timedelta) -> datetime:
    """``at`` moved by ``by``, stopping at the ends of the calendar."""
    try:
        return at + by
    except OverflowError:
        return _LAST if by > timedelta(0) else _FIRST


def written(at: datetime) -> str:
    """The one form in which times leave: UTC, whole seconds, ``Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)
