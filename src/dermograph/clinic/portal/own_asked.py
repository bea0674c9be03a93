"""What is asked of a patient: answers, a consent, a photograph. Only what they can do themselves."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from dermograph.clinic.entries import Entries
from dermograph.clinic.intake.purposes import RECORD
from dermograph.clinic.overview.course_line import Line
from dermograph.clinic.people.models import Course
from dermograph.clinic.portal.giving import is_open
from dermograph.core.dates import day_text
from dermograph.core.text import Text


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked.

    Attributes:
        kind: ``form``, ``consent`` or ``photograph``.
        does: What stands on the button.
    """

    kind: str
    course: Course
    title: Text
    why: Text
    does: Text
    icon: str
    url: str


def may_photograph(line: Line, entries: Entries) -> bool:
    """Whether a photograph from home can be kept: agreed to, and the clinic has a first one that can be measured.

    Args:
        line: Of the course.
        entries: Of the course.
    """
    return (
        keeps_photographs(entries)
        and line.course.closed_at is None
        and any(one.usable and not one.from_home for one in line.rows.photographs)
    )


def keeps_photographs(entries: Entries) -> bool:
    """Whether a consent stands to photographs in the treatment record.

    Args:
        entries: Of the course.
    """
    back = {(one.id, one.back) for one in entries.consents if one.back is not None}
    return any(RECORD in one.purposes and not {(one.id, ""), (one.id, RECORD)} & back for one in entries.consents)


def asked_of(lines: Sequence[Line], photographing: Container[uuid.UUID]) -> Iterator[Asked]:
    """What is asked of a patient about their open courses.

    Args:
        lines: Of all their courses.
        photographing: The ids of those of which a photograph from home can be kept and would show a skin without signs.
    """
    for line in lines:
        if line.course.closed_at is None:
            yield from _of(line, photographs=line.course.pk in photographing)


def _of(line: Line, *, photographs: bool) -> Iterable[Asked]:
    course, steps = line.course, {step.key: step for step in line.steps if step.number == 0}
    assessment, present = steps["assessment"], line.present
    questions = sum(is_open(one, line.rows.known) for one in line.assessed.ask)
    if assessment.state == "now" and questions:
        yield _form(course, questions)
    if present.key == "consent" and present.state == "now":
        yield Asked(
            "consent",
            course,
            Text("A consent to read and sign", "Un consentimiento para leer y firmar"),
            Text("Without it nothing is done. You can take it back later.", "Sin él no se hace nada. Podrá retirarlo."),
            Text("Read and sign", "Leer y firmar"),
            "signature",
            reverse("me_consent", args=[course.pk]),
        )
    if photographs and (since := _photograph_due(line)) is not None:
        day = day_text(since)
        yield Asked(
            "photograph",
            course,
            Text("A photograph of the area", "Una fotografía de la zona"),
            Text(
                f"By the usual times, it can be taken since {day.en}, at home too. If you notice anything, tell us.",
                f"Según los plazos habituales, puede hacerla desde el {day.es}, también en casa. Si nota algo, avise.",
            ),
            Text("Take it now", "Hacerla ahora"),
            "camera",
            reverse("me_camera", args=[course.pk]),
        )


def _form(course: Course, questions: int) -> Asked:
    return Asked(
        "form",
        course,
        Text("Questions about your health", "Preguntas sobre su salud"),
        Text(
            "1 answer is missing." if questions == 1 else f"{questions} answers are missing at the most.",
            "Falta 1 respuesta." if questions == 1 else f"Faltan como mucho {questions} respuestas.",
        ),
        Text("Answer them", "Responder"),
        "clipboard-list",
        reverse("me_form", args=[course.pk]),
    )


def _photograph_due(line: Line) -> dt.date | None:
    """Since when a follow-up can be taken, while there is none; None where none is asked for."""
    held, present = line.rows.sessions, line.present
    if not held or present.key != "review" or present.state != "now":
        return None
    since = line.protocol.review.measure_after.period.after(held[-1].on)
    if present.day is not None:  # the last review said when to look again
        since = max(since, present.day)
    taken = any(one.on >= since and one.usable is not False for one in line.rows.photographs)
    return since if since <= line.rows.today and not taken else None
