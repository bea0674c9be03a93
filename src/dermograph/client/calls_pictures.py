"""Photographs, outlines, comparisons and measures."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from dermograph.client.asking import Client, operation
from dermograph.client.shapes import (
    ComparisonNew,
    ComparisonOut,
    ComparisonWhole,
    OutlineNew,
    OutlineOut,
    PhotographOut,
    SeriesOut,
)


class PictureCalls(Client):
    """Calls about photographs and what they show."""

    @operation("list_photographs")
    def list_photographs(self, course: uuid.UUID, *, limit: int = 100) -> Iterator[PhotographOut]:
        """The photographs of a course."""
        return self._list(f"/courses/{course}/photographs", PhotographOut, limit=limit)

    @operation("upload_photograph")
    def upload_photograph(
        self,
        course: uuid.UUID,
        file: Path | bytes,
        *,
        name: str = "",
        taken_on: dt.date | None = None,
        session: uuid.UUID | None = None,
        note: str = "",
        key: str | None = None,
    ) -> PhotographOut:
        """Send a photograph. The same file with the same words is kept once, however often it is sent.

        Args:
            course: Of which course.
            file: The file, or what is in it.
            name: To be shown; else the file's own.
            taken_on: When it was taken; None takes the camera's day.
            session: The session that it was taken at.
            note: A few words.
            key: The idempotency key; else one that the file and the words settle.
        """
        data = file.read_bytes() if isinstance(file, Path) else file
        shown = name or (file.name if isinstance(file, Path) else "photograph.jpg")
        query: dict[str, object] = {"name": shown, "taken_on": taken_on, "session": session, "note": note or None}
        settled = hashlib.sha256(data + repr((str(course), sorted(map(str, query.items())))).encode()).hexdigest()
        return self._write(
            "POST",
            f"/courses/{course}/photographs",
            PhotographOut,
            data,
            key=key or settled,
            query=query,
            kind="application/octet-stream",
        )

    @operation("get_photograph")
    def get_photograph(self, photograph: uuid.UUID) -> PhotographOut:
        """What is known of a photograph."""
        return self._get(f"/photographs/{photograph}", PhotographOut)

    @operation("get_preview")
    def get_preview(self, photograph: uuid.UUID) -> bytes:
        """A smaller copy, JPEG."""
        return self._bytes(f"/photographs/{photograph}/preview")

    @operation("get_original")
    def get_original(self, photograph: uuid.UUID) -> bytes:
        """The file as it came; the clinic's audit trail holds that it was read."""
        return self._bytes(f"/photographs/{photograph}/original")

    @operation("list_outlines")
    def list_outlines(self, photograph: uuid.UUID, *, limit: int = 100) -> Iterator[OutlineOut]:
        """The outlines on a photograph, every version."""
        return self._list(f"/photographs/{photograph}/outlines", OutlineOut, limit=limit)

    @operation("draw_outline_on")
    def draw_outline_on(self, photograph: uuid.UUID, given: OutlineNew, *, key: str | None = None) -> OutlineOut:
        """Keep a lesion as it was drawn."""
        return self._write("POST", f"/photographs/{photograph}/outlines", OutlineOut, given, key=key)

    @operation("list_comparisons")
    def list_comparisons(self, course: uuid.UUID, *, limit: int = 100) -> Iterator[ComparisonOut]:
        """The comparisons of a course."""
        return self._list(f"/courses/{course}/comparisons", ComparisonOut, limit=limit)

    @operation("ask_comparison")
    def ask_comparison(self, course: uuid.UUID, given: ComparisonNew, *, key: str | None = None) -> ComparisonOut:
        """Ask what changed between the baseline and a follow-up; it is measured in the background."""
        return self._write("POST", f"/courses/{course}/comparisons", ComparisonOut, given, key=key)

    @operation("get_comparison")
    def get_comparison(self, comparison: uuid.UUID) -> ComparisonWhole:
        """A comparison, with everything that was computed."""
        return self._get(f"/comparisons/{comparison}", ComparisonWhole)

    @operation("list_measures")
    def list_measures(self, course: uuid.UUID) -> Iterator[SeriesOut]:
        """Each measure of a course over time."""
        return self._list(f"/courses/{course}/measures", SeriesOut)

    def measured(self, comparison: uuid.UUID, *, within: float = 600.0, every: float = 2.0) -> ComparisonWhole:
        """A comparison once it is done or has failed.

        Args:
            comparison: Which.
            within: How long to wait at most, s; what is there by then is returned, whatever its stage.
            every: How long to rest between two looks, s.
        """
        until = time.monotonic() + within
        while True:
            found = self.get_comparison(comparison)
            if found.work.stage in ("done", "failed") or time.monotonic() >= until:
                return found
            time.sleep(every)
