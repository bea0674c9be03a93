"""A month as its mark shows it: open days as a band, closed ones hatched with their reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dermograph.core.dates import day_in_words
from dermograph.core.text import Language, Text

WEEKDAYS: tuple[Text, ...] = (
    Text("Monday", "lunes"),
    Text("Tuesday", "martes"),
    Text("Wednesday", "miércoles"),
    Text("Thursday", "jueves"),
    Text("Friday", "viernes"),
    Text("Saturday", "sábado"),
    Text("Sunday", "domingo"),
)
STATES: Mapping[str, Text] = {
    "open": Text("open", "disponible"),
    "closed": Text("closed", "cerrado"),
    "held": Text("not yet confirmed", "sin confirmar"),
    "pending": Text("can be held", "se puede reservar provisionalmente"),
    "past": Text("past", "pasado"),
    "outside": Text("", ""),
}
MARKS: Mapping[str, Text] = {
    "today": Text("today", "hoy"),
    "first": Text("first day", "primer día"),
    "last": Text("usual last day", "último día habitual"),
    "chosen": Text("chosen", "elegido"),
    "booked": Text("booked", "con cita"),
    "session": Text("session", "sesión"),
    "late": Text("late", "tarde"),
}
HELD = Text("held", "reservado")


def month_parts(weeks: Iterable[Sequence[Mapping[str, Any]]], language: Language) -> dict[str, Any]:
    """What the mark of a month shows.

    Args:
        weeks: Weeks from Monday to Sunday, each day ``{"day", "state", "label", "reason", "href", "marks"}``:
            ``day`` a date; ``state`` one of ``STATES``; ``label`` a few words below the number; ``reason`` why the
            day is closed, a text in the page's language; ``href`` where an open day leads; ``marks`` some of
            ``MARKS``. All but ``day`` and ``state`` may be left out.
        language: Of the page.
    """
    rows = [[_cell(cell, language) for cell in week] for week in weeks]
    inside = [cell for row in rows for cell in row if cell["state"] != "outside"]
    title = ""
    if inside:
        words = day_in_words(inside[0]["day"], language).split(" ", 1)[1]
        title = words.removeprefix("de ").capitalize()
    heads = [{"short": day.say(language)[:2].capitalize(), "long": day.say(language)} for day in WEEKDAYS]
    return {"rows": rows, "heads": heads, "title": title, "key": _key(inside)}


def _key(cells: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """What the days are in words, for where they are too narrow to hold them; a run of days of the same words once."""
    runs: list[tuple[str, dt.date, dt.date]] = []
    for cell in cells:
        words, day = ", ".join(cell["labels"]), cell["day"]
        if words and runs and runs[-1][0] == words and runs[-1][2] == day - dt.timedelta(days=1):
            runs[-1] = (words, runs[-1][1], day)
        elif words:
            runs.append((words, day, day))
    return [{"days": str(a.day) if a == b else f"{a.day}–{b.day}", "words": words} for words, a, b in runs]


def _cell(cell: Mapping[str, Any], language: Language) -> dict[str, Any]:
    day: dt.date = cell["day"]
    state = str(cell.get("state") or "open")
    marks = [str(mark) for mark in cell.get("marks") or ()]
    # The first and the last day of the window and what is booked are labelled in words; today is only a ring.
    labels = [MARKS[mark].say(language) for mark in marks if mark in MARKS and mark != "today"]
    if state == "held":
        labels.append(HELD.say(language))
    if cell.get("label"):
        labels.append(str(cell["label"]))
    spoken = [f"{WEEKDAYS[day.weekday()].say(language)} {day_in_words(day, language)}"]
    spoken += [MARKS["today"].say(language)] * ("today" in marks)
    spoken += [STATES[state].say(language)] * (state in STATES and state != "outside")
    return {
        "day": day,
        "state": state,
        "iso": day.isoformat(),
        "href": cell.get("href") if state in ("open", "held", "pending") else None,
        "reason": cell.get("reason") or "",
        "labels": labels,
        "spoken": ", ".join(spoken + labels),
        "classes": " ".join([state, *(f"is-{mark}" for mark in marks if mark in MARKS)]),
    }
