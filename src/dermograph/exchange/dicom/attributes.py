"""The attributes of a data set as plain values, with a note of those that nobody asked for."""

from __future__ import annotations

import datetime as dt
import math
import re

from pydicom.datadict import keyword_for_tag, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from dermograph.exchange.dicom.values import Moment

_DAY = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})", re.ASCII)
_CLOCK = re.compile(r"(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.(\d{1,6}))?)?)?", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})", re.ASCII)
_STAMP = re.compile(r"(\d{8})(\d{2,6}(?:\.\d{1,6})?)?([+-]\d{4})?", re.ASCII)


class Attributes:
    """A data set that is being translated.

    Every method takes the keyword of an attribute and notes that it was asked for; a value that cannot be understood
    counts as not asked for.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._asked: set[int] = set()

    def has(self, keyword: str) -> bool:
        """Whether it stands there with a value."""
        return not _is_empty(self._dataset.get(keyword))

    def text(self, keyword: str) -> str:
        """A text; empty where there is none."""
        value = self._dataset.get(keyword)
        if _is_empty(value):
            return ""
        self._note(keyword)
        return str(value).strip().rstrip("\0")

    def texts(self, keyword: str) -> list[str]:
        """All values of an attribute that may have several."""
        value = self._dataset.get(keyword)
        if _is_empty(value):
            return []
        self._note(keyword)
        return [str(one).strip() for one in ([value] if isinstance(value, str) else value)]

    def number(self, keyword: str) -> float | None:
        """The first number of an attribute."""
        value = self._dataset.get(keyword)
        if value is not None and not isinstance(value, str | bytes | int | float):
            value = next(iter(value), None)
        if not isinstance(value, int | float) or not math.isfinite(value):
            return None
        self._note(keyword)
        return float(value)

    def whole(self, keyword: str) -> int | None:
        """The first whole number of an attribute."""
        value = self.number(keyword)
        return None if value is None or not value.is_integer() else int(value)

    def items(self, keyword: str) -> list[Dataset]:
        """The items of a sequence."""
        value = self._dataset.get(keyword)
        self._note(keyword)
        return (
            [one for one in value if isinstance(one, Dataset)] if isinstance(value, list | tuple) else list(value or ())
        )

    def content(self, keyword: str) -> bytes:
        """The bytes of an attribute; none where there are none."""
        value = self._dataset.get(keyword)
        if not isinstance(value, bytes):
            return b""
        self._note(keyword)
        return value

    def day(self, keyword: str) -> dt.date | None:
        """A whole day; a part of one is not understood."""
        found = day_from(str(self._dataset.get(keyword) or "").strip())
        if found is not None:
            self._note(keyword)
        return found

    def moment(self, kind: str) -> Moment | None:
        """A day with its time of day and the offset of the data set, from ``kind``Date and ``kind``Time."""
        day = self.day(f"{kind}Date")
        clock = str(self._dataset.get(f"{kind}Time") or "").strip()
        if day is None or not clock:
            return day
        found = _at(day, clock, str(self._dataset.get("TimezoneOffsetFromUTC") or "").strip())
        if found is None:
            return day
        self._note(f"{kind}Time")
        self._note("TimezoneOffsetFromUTC")
        return found

    def stamp(self, keyword: str) -> Moment | None:
        """A day or a time with its own offset, else that of the data set; a month or a year is not understood."""
        found = _STAMP.fullmatch(str(self._dataset.get(keyword) or "").strip())
        day = day_from(found[1]) if found else None
        if found is None or day is None:
            return None
        offset = found[3] or str(self._dataset.get("TimezoneOffsetFromUTC") or "").strip()
        moment = _at(day, found[2], offset) if found[2] else day
        if moment is not None:
            self._note(keyword)
        return moment

    def pass_over(self, *keywords: str) -> None:
        """Note attributes that say nothing of their own."""
        for keyword in keywords:
            self._note(keyword)

    def forget(self, keyword: str) -> None:
        """Note that an attribute was asked for in vain: part of it has no place in our values."""
        self._asked.discard(int(tag_for_keyword(keyword) or 0))

    def left(self) -> list[str]:
        """What has a value and was not asked for, as ``(gggg,eeee) Name``."""
        found = []
        for tag in self._dataset.keys():  # noqa: SIM118 (iterating over the data set would decode each element)
            number = int(tag)
            if number in self._asked or number & 0xFFFF == 0 or _is_empty(self._value(number)):
                continue
            name = keyword_for_tag(number) or ("private" if Tag(number).is_private else "unknown")
            found.append(f"({number >> 16:04x},{number & 0xFFFF:04x}) {name}")
        return found

    def _value(self, tag: int) -> object:
        return self._dataset[tag].value

    def _note(self, keyword: str) -> None:
        self._asked.add(int(tag_for_keyword(keyword) or 0))


def day_from(text: str) -> dt.date | None:
    """A day as DA, also in the old form with points."""
    found = _DAY.fullmatch(text)
    try:
        return dt.date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _at(day: dt.date, clock: str, offset: str) -> dt.datetime | None:
    found = _CLOCK.fullmatch(clock)
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    micro = int((found[4] or "").ljust(6, "0"))
    zone = _zone(offset)
    try:
        # 60 is a leap second, which Python has not.
        return dt.datetime(day.year, day.month, day.day, hour, minute, min(second, 59), micro, zone)
    except ValueError:
        return None


def _zone(offset: str) -> dt.timezone | None:
    found = _OFFSET.fullmatch(offset)
    if found is None:
        return None
    away = dt.timedelta(hours=int(found[2]), minutes=int(found[3]))
    return dt.timezone(-away if found[1] == "-" else away) if away < dt.timedelta(hours=24) else None


def _is_empty(value: object) -> bool:
    return value is None or (hasattr(value, "__len__") and len(value) == 0) or str(value) == ""
