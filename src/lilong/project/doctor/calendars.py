"""Whether the working days that clocks count by are published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from lilong.calendars.queries import published_years
from lilong.project import clock
from lilong.project.doctor.findings import Finding, fine, note, wrong
from lilong.project.home import Home

# The State Council publishes next year's notice in November; from December its absence is worth a look.
_NOTICE_EXPECTED_FROM = 12


def years(home: Home) -> Iterator[Finding]:
    """This year's notice must be known, next year's as soon as it can be."""
    del home
    yield from judged(frozenset(year.year for year in published_years()), timezone.localdate(clock.now()))


def judged(known: frozenset[int], today: date) -> Iterator[Finding]:
    """What the known years mean on ``today``."""
    remedy = "Run `lilong calendars import FILE` with the State Council's notice."
    if today.year not in known:
        yield wrong("calendar", f"The working days of {today.year} are not known; deadlines are provisional.", remedy)
    elif today.month >= _NOTICE_EXPECTED_FROM and today.year + 1 not in known:
        yield note("calendar", f"The working days of {today.year + 1} are not known yet.", remedy)
    else:
        yield fine("calendar", f"Working days are known up to {max(known)}.")
