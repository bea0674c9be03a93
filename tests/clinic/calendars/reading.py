"""A page on which a calendar is read in, as a browser uses it."""

from __future__ import annotations

import datetime as dt
import html
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.exchange.ical.written import calendar, event

ROW = re.compile(r'name="take" value="(\d+)"( checked)?>.*?calendar-days"><strong>([^<]*)</strong>', re.DOTALL)


def on(days: int) -> dt.date:
    """A day so many days from today in Madrid."""
    return timezone.now().astimezone(dt.timezone(dt.timedelta(hours=1))).date() + dt.timedelta(days=days)


def away(first: int, last: int, uid: str = "1", *lines: str) -> tuple[str, ...]:
    """Whole days as an event, both ends inclusive, counted from today."""
    return event(f"DTSTART;VALUE=DATE:{on(first):%Y%m%d}", f"DTEND;VALUE=DATE:{on(last + 1):%Y%m%d}", *lines, uid=uid)


class ReadingPage:
    """What a person does there."""

    def __init__(self, client: Client, address: str, **fields: str) -> None:
        self.client, self.address, self.fields = client, address, fields

    def read(self, *lines: str, data: bytes | None = None) -> str:
        """Choose a file of these lines; the page that it leads to."""
        file = SimpleUploadedFile("theirs.ics", calendar(*lines) if data is None else data, "text/calendar")
        answer = self.client.post(self.address, {**self.fields, "act": "read", "file": file})
        self.status = answer.status_code
        return html.unescape(answer.content.decode())

    def ticked(self, page: str) -> list[bool]:
        """Which rows are chosen from the start."""
        return [bool(mark) for _, mark, _ in ROW.findall(page)]

    def confirm(self, page: str, *, every: bool = False) -> str:
        """Take over what is ticked, or every row; what is said of it."""
        take = [number for number, mark, _ in ROW.findall(page) if mark or every]
        gone = re.findall(r'name="gone" value="([^"]+)" checked', page)
        (payload,) = re.findall(r'name="payload" value="([^"]+)"', page)
        fields = {**self.fields, "act": "confirm", "payload": payload, "take": take, "gone": gone}
        answer = self.client.post(self.address, fields, follow=True)
        self.status = answer.status_code
        return html.unescape(answer.content.decode())

    def take_over(self, *lines: str) -> str:
        """Read and confirm every row."""
        return self.confirm(self.read(*lines), every=True)

    def undo(self, reading: object) -> str:
        """Take a reading back."""
        answer = self.client.post(self.address, {**self.fields, "act": "undo", "reading": str(reading)}, follow=True)
        self.status = answer.status_code
        return html.unescape(answer.content.decode())
