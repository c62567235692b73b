"""What one row of a table says, checked by itself: a request, or why it is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lilong.kernel.words import Label
from lilong.project.requests.findings import Kind, RowRefused
from lilong.project.requests.mapping import Mapping
from lilong.project.requests.reading import Cells, TableFile
from lilong.project.requests.times import Clockface

# Ten years: no service of a city promises anything for so long.
FAR_AWAY = timedelta(days=3652)
_ID_CHARACTERS_MAX = 80
_NAME_CHARACTERS_MAX = 120
_WORDS_CHARACTERS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Request:
    """One service request as the table has it, moments in UTC.

    ``overdue`` is what the table says about being in time, None when it says nothing.
    """

    line: int
    id: str
    opened: datetime
    target: datetime | None
    closed: datetime | None
    overdue: bool | None
    category: str
    group: str
    unit: str
    neighbourhood: str
    latitude: float | None
    longitude: float | None
    channel: str
    words: str
    findings: tuple[Kind, ...] = ()


class _CellError(ValueError):
    def __init__(self, column: str, reason: Label) -> None:
        super().__init__(reason.en)
        self.column, self.reason = column, reason


class RequestReader:
    """Turns rows into requests; what is doubtful about one that is usable stands among its findings."""

    def __init__(self, table: TableFile, mapping: Mapping, at: datetime) -> None:
        self._table = table
        self._columns = mapping.columns
        self._values = mapping.values
        self._clock = Clockface(mapping.zone, mapping.time.format)
        self._at = at
        self._words = [place for meaning, place in table.places.items() if meaning.startswith("words.")]
        self._seen: dict[str, int] = {}

    def requests(self) -> Iterator[Request | RowRefused]:
        """Every row of the table in its order."""
        for row in self._table.rows():
            yield self._request(row) if isinstance(row, Cells) else row

    def _request(self, row: Cells) -> Request | RowRefused:
        doubtful = self._clock.doubtful
        try:
            request = self._read(row)
            self._refuse_impossible(request)
        except _CellError as error:
            return RowRefused(row.line, error.reason, error.column)
        self._seen[request.id] = row.line
        findings = self._findings(request, row, is_doubtful=self._clock.doubtful > doubtful)
        return replace(request, findings=findings) if findings else request

    def _read(self, row: Cells) -> Request:
        latitude, longitude = self._degrees(row, "latitude"), self._degrees(row, "longitude")
        if (latitude is None) != (longitude is None):
            raise _fault(self._columns.latitude, "只有经纬度中的一个。", "Only one of latitude and longitude is given.")
        return Request(
            line=row.line,
            id=self._needed(row, "id", _ID_CHARACTERS_MAX),
            opened=self._needed_moment(row, "opened"),
            target=self._moment(row, "target"),
            closed=self._moment(row, "closed"),
            overdue=self._overdue(row),
            category=self._needed(row, "category", _NAME_CHARACTERS_MAX),
            group=self._cell(row, "group")[:_NAME_CHARACTERS_MAX],
            unit=self._needed(row, "unit", _NAME_CHARACTERS_MAX),
            neighbourhood=self._cell(row, "neighbourhood"),
            latitude=latitude,
            longitude=longitude,
            channel=self._cell(row, "source")[:_NAME_CHARACTERS_MAX],
            words="\n".join(filter(None, (row.values[place] for place in self._words)))[:_WORDS_CHARACTERS_MAX],
        )

    def _refuse_impossible(self, request: Request) -> None:
        first = self._seen.get(request.id)
        if first is not None:
            raise _fault(
                self._columns.id,
                f"编号 {request.id} 在第 {first} 行已经出现过。",
                f"The id {request.id} stands already in row {first}. Only that row was taken.",
            )
        if request.closed and request.closed < request.opened:
            raise _fault(
                self._columns.closed,
                "了结早于报来。请核对两个时间。",
                "It was closed before it was opened. Check both times.",
            )
        latest = request.closed or request.opened
        if latest > self._at:
            column = self._columns.closed if request.closed else self._columns.opened
            raise _fault(column, "时间在将来。请核对。", "This time lies in the future. Check it.")

    def _findings(self, request: Request, row: Cells, *, is_doubtful: bool) -> tuple[Kind, ...]:
        """What is strange about a request that is taken all the same."""
        target, opened = request.target, request.opened
        is_open = bool(request.closed) and self._cell(row, "status") in self._values.open
        strange = (
            (Kind.DOUBTFUL_TIME, is_doubtful),
            (Kind.STATUS_DISAGREES, is_open),
            (Kind.ZERO_DURATION, request.closed == opened),
            (Kind.MISSING_TARGET, target is None),
            (Kind.TARGET_BEFORE_OPENING, target is not None and target < opened),
            (Kind.TARGET_DECADES_AWAY, target is not None and target - opened >= FAR_AWAY),
        )
        return tuple(kind for kind, is_so in strange if is_so)

    def _overdue(self, row: Cells) -> bool | None:
        word = self._cell(row, "on_time")
        if word in self._values.overdue:
            return True
        if word and word not in self._values.in_time:
            raise self._unknown(word, self._columns.on_time, "values.in_time", "values.overdue")
        return False if word else None

    def _closed_by_status(self, row: Cells) -> bool:
        word = self._cell(row, "status")
        if word and word not in self._values.closed and word not in self._values.open:
            raise self._unknown(word, self._columns.status, "values.open", "values.closed")
        return word in self._values.closed

    def _moment(self, row: Cells, meaning: str) -> datetime | None:
        text = self._cell(row, meaning)
        if not text:
            if meaning == "closed" and self._closed_by_status(row):
                raise _fault(
                    self._columns.closed,
                    "状态写着已结，却没有了结时间。",
                    "The status says closed, but there is no closing time. Add it.",
                )
            return None
        try:
            return self._clock.moment(text)
        except ValueError:
            raise _fault(
                getattr(self._columns, meaning),
                f"读不懂这个时间：{text[:40]}。请按映射里的 time.format 写。",
                f"This time cannot be read: {text[:40]}. Write it as time.format of the mapping says.",
            ) from None

    def _needed_moment(self, row: Cells, meaning: str) -> datetime:
        found = self._moment(row, meaning)
        if found is None:
            raise _missing(getattr(self._columns, meaning))
        return found

    def _degrees(self, row: Cells, meaning: str) -> float | None:
        text = self._cell(row, meaning)
        if not text:
            return None
        try:
            return float(text)
        except ValueError:
            raise _fault(
                getattr(self._columns, meaning),
                f"读不懂这个坐标：{text[:40]}。请写十进制的度。",
                f"This coordinate cannot be read: {text[:40]}. Write decimal degrees.",
            ) from None

    def _needed(self, row: Cells, meaning: str, longest: int) -> str:
        text = self._cell(row, meaning)
        if not text:
            raise _missing(getattr(self._columns, meaning))
        if len(text) > longest:
            raise _fault(
                getattr(self._columns, meaning), f"超过 {longest} 个字。", f"Longer than {longest} characters."
            )
        return text

    def _cell(self, row: Cells, meaning: str) -> str:
        place = self._table.places.get(meaning)
        return row.values[place] if place is not None else ""

    def _unknown(self, word: str, column: str, *keys: str) -> _CellError:
        return _fault(
            column,
            f"映射没有说“{word[:40]}”是什么意思。请补在 {' 或 '.join(keys)} 里。",
            f"The mapping does not say what “{word[:40]}” means. Add it to {' or '.join(keys)}.",
        )


def _missing(column: str) -> _CellError:
    return _fault(column, "这一格是空的，必须填。", "This cell is empty and must not be.")


def _fault(column: str, zh: str, en: str) -> _CellError:
    return _CellError(column, Label(f"{column}：{zh}", f"{column}: {en}"))
