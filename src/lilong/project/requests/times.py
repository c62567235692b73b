"""Reading moments as a table writes them, on the city's wall clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

ISO = "iso"
_DAY = timedelta(days=1)


class Clockface:
    """Turns text into aware moments, and knows the hours that the wall clock shows twice or never.

    A time that the clock showed twice is taken as the first of the two; one that it skipped, as that long after the
    jump. ``doubtful`` counts both.
    """

    def __init__(self, zone: ZoneInfo, pattern: str = ISO) -> None:
        self._zone = zone
        self._pattern = pattern
        self._offset = lru_cache(maxsize=20_000)(self._even_offset)
        self.doubtful = 0

    def moment(self, text: str) -> datetime:
        """The moment ``text`` names, in UTC. Raises ``ValueError`` when it names none."""
        try:
            local = self._local(text)
            if local.tzinfo is not self._zone:
                return local.astimezone(UTC)
            offset = self._offset(local.date())
            return self._on_day_of_change(local) if offset is None else local.replace(tzinfo=UTC) - offset
        except (ValueError, OverflowError):
            raise ValueError(f"{text!r} names no moment") from None

    def _local(self, text: str) -> datetime:
        if self._pattern == ISO:
            read = datetime.fromisoformat(text)
            return read if read.tzinfo else read.replace(tzinfo=self._zone)
        if "%z" in self._pattern:
            return datetime.strptime(text, self._pattern).astimezone(UTC)
        return datetime.strptime(text, self._pattern).replace(tzinfo=self._zone)

    def _even_offset(self, day: date) -> timedelta | None:
        """The zone's offset on a day on which it does not change; None on a day on which it does."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        first, last = midnight.utcoffset(), (midnight + _DAY).utcoffset()
        return first if first == last else None

    def _on_day_of_change(self, local: datetime) -> datetime:
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            self.doubtful += 1
        return local.astimezone(UTC)
