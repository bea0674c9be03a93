"""The whole course as one list: everything that was written about it, corrected entries too, in few queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from dermograph.care.aftercare import timeline
from dermograph.clinic.people.models import Course
from dermograph.clinic.treatment.chronicle_photographs import photograph_rows
from dermograph.clinic.treatment.chronicle_rows import assessment_rows, consent_rows, session_rows
from dermograph.clinic.treatment.chronicle_short import SHORT, short_rows
from dermograph.core.dates import day_text
from dermograph.core.text import Text
from dermograph.protocols.model import Protocol

KINDS: dict[str, tuple[Text, str]] = {
    "assessment": (Text("Assessments", "Valoraciones"), "clipboard-check"),
    "consent": (Text("Consents", "Consentimientos"), "signature"),
    "appointment": (Text("Appointments", "Citas"), "calendar"),
    "session": (Text("Sessions", "Sesiones"), "syringe"),
    "aftercare": (Text("Aftercare", "Cuidados"), "hand"),
    "symptom": (Text("Signs", "Signos"), "thermometer"),
    "photograph": (Text("Photographs", "Fotografías"), "camera"),
    "comparison": (Text("Comparisons", "Comparaciones"), "git-compare"),
    "review": (Text("Reviews", "Revisiones"), "stethoscope"),
    "payment": (Text("Payments", "Pagos"), "euro"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the timeline.

    Attributes:
        kind: A key of ``KINDS``.
        at: The instant by which it is sorted; the start of the day where only the day is known.
        clock: Whether the time of day is known.
        title, lines: What it says.
        url: Where it stands in full; empty for nowhere.
        measured: Measured changes, each ``{"label", "value", "limit", "unit"}``.
        superseded: Whether a correction has taken its place; it stays readable.
        correction: Why it corrects another one; empty for a first entry.
    """

    kind: str
    at: dt.datetime
    title: Text
    lines: tuple[Text, ...] = ()
    clock: bool = True
    who: str = ""
    url: str = ""
    measured: tuple[dict[str, Any], ...] = field(default=())
    superseded: bool = False
    correction: str = ""

    @property
    def icon(self) -> str:
        """The name of its icon."""
        return KINDS[self.kind][1]


def chronicle(course: Course, protocol: Protocol, kinds: frozenset[str]) -> list[Item]:
    """Everything of the asked kinds, the newest first.

    Args:
        course: Fetched with its clinic and patient.
        protocol: Of the course.
        kinds: Keys of ``KINDS``; a kind that is not asked for costs no query.
    """
    midnight = _midnight(course)
    found = [item for reads, make in _PARTS if reads & kinds for item in make(course, protocol, midnight, kinds)]
    wanted = [item for item in found if item.kind in kinds]
    order = list(KINDS)  # of what happened at the same instant
    wanted.sort(key=lambda item: order.index(item.kind))
    return sorted(wanted, key=lambda item: item.at, reverse=True)


Midnight = Callable[[dt.date], dt.datetime]
Make = Callable[[Course, Protocol, Midnight, frozenset[str]], Iterator[Item]]


def _midnight(course: Course) -> Midnight:
    zone = course.clinic.zone

    def start(day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time.min, zone)

    return start


def _assessments(course: Course, _protocol: Protocol, _midnight: Midnight, _kinds: frozenset[str]) -> Iterator[Item]:
    for row in assessment_rows(course):
        yield Item(
            "assessment",
            row.at,
            row.title,
            row.lines,
            who=row.who,
            superseded=row.superseded,
            correction=row.correction,
            url=reverse("assessment_signed", args=[row.pk]),
        )


def _consents(course: Course, _protocol: Protocol, _midnight: Midnight, _kinds: frozenset[str]) -> Iterator[Item]:
    for row in consent_rows(course):
        yield Item(
            "consent",
            row.at,
            row.title,
            row.lines,
            who=row.who,
            superseded=row.superseded,
            correction=row.correction,
            url=reverse("consent_signed", args=[row.pk]),
        )


def _sessions(course: Course, protocol: Protocol, _midnight: Midnight, kinds: frozenset[str]) -> Iterator[Item]:
    number = 0
    for row in session_rows(course):
        number += not row.superseded
        if "session" in kinds:
            title = row.title if row.superseded else Text(f"Session {number}", f"Sesión {number}")
            yield Item(
                "session",
                row.at,
                title,
                row.lines,
                who=row.who,
                superseded=row.superseded,
                correction=row.correction,
                url=reverse("session", args=[row.pk]),
            )
        if "aftercare" in kinds and not row.superseded:
            yield _aftercare(course, protocol, row.at, row.pk)


def _aftercare(course: Course, protocol: Protocol, at: dt.datetime, pk: Any) -> Item:  # noqa: ANN401 (an id)
    """The windows of one session, each with its last day."""
    lines = []
    for care in timeline(at.astimezone(course.clinic.zone), protocol):
        if care.until is not None:
            day = day_text(care.until.date() if isinstance(care.until, dt.datetime) else care.until)
            says = care.statement.says
            lines.append(Text(f"Until {day.en}: {says.en}", f"Hasta el {day.es}: {says.es}"))
    title = Text("Aftercare begins", "Empiezan los cuidados")
    after = at + dt.timedelta(seconds=1)
    return Item("aftercare", after, title, tuple(lines), clock=False, url=reverse("aftercare_sheet", args=[pk]))


def _photographs(course: Course, _protocol: Protocol, midnight: Midnight, _kinds: frozenset[str]) -> Iterator[Item]:
    for row in photograph_rows(course):
        begins = midnight(row.on)
        # Only its day is known for certain. What was stored on that day stands between what else was done on it.
        early = begins + dt.timedelta(hours=7 if row.kind == "comparison" else 6)
        at = row.at if begins <= row.at < midnight(row.on + dt.timedelta(days=1)) else early
        yield Item(
            row.kind,
            at,
            row.title,
            row.lines,
            clock=False,
            who=row.who,
            measured=row.measured,
            superseded=row.superseded,
            correction=row.correction,
            url=reverse(row.kind, args=[row.pk]),
        )


def _short(course: Course, protocol: Protocol, midnight: Midnight, kinds: frozenset[str]) -> Iterator[Item]:
    for row in short_rows(course, protocol, kinds):
        is_day = row.kind == "symptom"
        yield Item(
            row.kind,
            midnight(row.on) if is_day else row.at,
            row.title,
            row.lines,
            clock=not is_day,
            who=row.who,
            superseded=row.superseded,
            correction=row.correction,
            url=reverse(_PAGES[row.kind], args=[course.pk if is_day else row.pk]),
        )


_PAGES = {
    "appointment": "appointment",
    "symptom": "symptom_new",
    "review": "review_signed",
    "payment": "payment_new",
}
_PARTS: tuple[tuple[frozenset[str], Make], ...] = (
    (frozenset({"assessment"}), _assessments),
    (frozenset({"consent"}), _consents),
    (frozenset({"session", "aftercare"}), _sessions),
    (frozenset({"photograph", "comparison"}), _photographs),
    (SHORT, _short),
)
