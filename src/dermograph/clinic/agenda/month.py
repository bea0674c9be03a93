"""The month view: which days are open to the patient, which are closed and why, and where there is time."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from dermograph.clinic.agenda.course_days import CourseDays, Standing, cited
from dermograph.clinic.agenda.slots import Busy, Wanted, slots_of
from dermograph.clinic.agenda.timetable import Timetable
from dermograph.clinic.agenda.words import MONTHS
from dermograph.core.dates import add_months
from dermograph.core.text import Language, Text

FULL = Text("Nothing free of {minutes} minutes.", "Ningún hueco libre de {minutes} minutos.")
FULL_LABEL = Text("full", "completo")


@dataclass(frozen=True, slots=True)
class Month:
    """A month as the mark of it takes it, and the runs of days in it that are not open.

    Attributes:
        weeks: See ``look.months.month_parts``.
        closed: Runs of days, each ``{"first", "last", "pending", "reasons"}``, in the language of the page.
        free_days: How many days have a free slot.
    """

    first: dt.date
    title: Text
    weeks: tuple[tuple[dict[str, Any], ...], ...]
    closed: tuple[dict[str, Any], ...]
    free_days: int


@dataclass(frozen=True, slots=True)
class Look:
    """How a month is looked at.

    Attributes:
        picked: The day whose slots are shown; None for none.
        booked: Days on which the patient has an appointment of this course.
        address: Where picking a day leads.
    """

    language: Language
    picked: dt.date | None
    booked: frozenset[dt.date]
    address: Callable[[dt.date], str]


def month_of(first: dt.date, days: CourseDays, table: Timetable, busy: Busy, wanted: Wanted, look: Look) -> Month:
    """The month that begins on ``first``.

    Args:
        first: The first of a month.
        days: How the days stand for the course.
        table: Of the clinic.
        busy: What is taken in the weeks of the month.
        wanted: What is looked for.
        look: How it is looked at.
    """

    def cell(day: dt.date) -> dict[str, Any]:
        if day.month != first.month:
            return {"day": day, "state": "outside"}
        standing, shut = days.on(day), table.closure(day)
        state = _state(standing, day, days.today, shut)
        says = [cited(reason, days.protocol, look.language) for reason in standing.because if state != "past"]
        says += [shut.say(look.language)] if shut and state != "past" else []
        free = state in ("open", "pending") and next(slots_of(day, wanted, table, busy), None) is not None
        if state in ("open", "pending") and not free:
            says.append(FULL.format(minutes=wanted.minutes).say(look.language))
        return {
            "day": day,
            "state": state,
            "reason": " ".join(says),
            "label": "" if free or state not in ("open", "pending") else FULL_LABEL.say(look.language),
            "href": look.address(day) if free else None,
            "marks": _marks(day, days, look, state),
            "free": free,
        }

    weeks = tuple(
        tuple(cell(day) for day in week) for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    )
    name = MONTHS[first.month - 1]
    return Month(
        first=first,
        title=Text(f"{name.en} {first.year}", f"{name.es} de {first.year}"),
        weeks=weeks,
        closed=tuple(_runs(first, days, look.language)),
        free_days=sum(bool(one.get("free")) for week in weeks for one in week),
    )


def bounds_of(first: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the month that begins on ``first``."""
    return first, add_months(first, 1) - dt.timedelta(days=1)


def _runs(first: dt.date, days: CourseDays, language: Language) -> Iterator[dict[str, Any]]:
    begin, last = bounds_of(first)
    for run_first, run_last, standing in days.runs(max(begin, days.today), last):
        if standing.because:
            yield {
                "first": run_first,
                "last": run_last,
                "pending": standing.kind == "pending",
                "reasons": [reason.to_json(language) for reason in standing.because],
            }


def _state(standing: Standing, day: dt.date, today: dt.date, shut: Text | None) -> str:
    if day < today:
        return "past"
    if standing.kind == "closed" or shut is not None:
        return "closed"
    return "pending" if standing.kind == "pending" else "open"


def _marks(day: dt.date, days: CourseDays, look: Look, state: str) -> list[str]:
    window = days.plan
    said = {
        "today": day == days.today,
        "first": window is not None and day == window.earliest,
        "last": window is not None and day == window.latest,
        "late": state in ("open", "pending")
        and window is not None
        and window.latest is not None
        and day > window.latest,
        "chosen": day == look.picked and state != "closed",
        "booked": day in look.booked,
    }
    return [mark for mark, so in said.items() if so]
