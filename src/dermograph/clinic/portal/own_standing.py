"""Where a treatment stands, in one sentence for the patient, and what they can do about it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from dermograph.care.verdict import Verdict
from dermograph.clinic.entries import Entries
from dermograph.clinic.overview.course_line import Line
from dermograph.clinic.people.models import Course
from dermograph.clinic.portal.giving_sign_words import plain_label
from dermograph.clinic.portal.own_words import DECISIONS
from dermograph.clinic.scalp.course import SCALP
from dermograph.core.dates import day_text
from dermograph.core.text import Text

_STEPS = {
    "consent": Text("Next: your consent.", "Lo siguiente: su consentimiento."),
    "baseline": Text(
        "Next: the first photographs, before the first session.",
        "Lo siguiente: las primeras fotografías, antes de la primera sesión.",
    ),
    "review": Text("Next: the review of your last session.", "Lo siguiente: la revisión de su última sesión."),
    "session": Text("Next: a session.", "Lo siguiente: una sesión."),
}
_NOT_ASSESSED = Text("Your assessment is not complete yet.", "Su valoración aún no está completa.")
_RENEW = Text(
    "Something has changed since your assessment, so that the clinic looks at it again.",
    "Algo ha cambiado desde su valoración; la clínica la revisará.",
)
_AGAINST = {
    Verdict.EXCLUDED: Text(
        "At your assessment it was decided that this treatment is not for this area. Ask the clinic for the reasons.",
        "En su valoración se decidió que este tratamiento no es para esta zona. Pregunte los motivos en la clínica.",
    ),
    Verdict.REFERRED: Text(
        "Before it goes on, somebody else has to be asked. The clinic tells you whom.",
        "Antes de seguir hay que consultar a otro profesional. La clínica le dirá a quién.",
    ),
    Verdict.DEFERRED: Text(
        "Not now, and no date can be given yet. The clinic tells you why.",
        "Ahora no, y aún no puede darse una fecha. La clínica le dirá por qué.",
    ),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One course on the home.

    Attributes:
        says: Where it stands; None where a closed course says it by its end.
        reports: Whether a sign can be reported: after a session, while the course is open.
        photographs: Whether a photograph from home can be sent.
        is_measured: Whether there is a measurement to look at.
    """

    course: Course
    says: Text | None
    reports: bool
    photographs: bool
    is_measured: bool

    @property
    def is_scalp(self) -> bool:
        """Whether it has a page of its scalp."""
        return self.course.treatment == SCALP


def open_signs(entries: Entries) -> tuple[str, ...]:
    """The signs that were reported since the last session and are not known to be gone: no date judges such a skin."""
    held = entries.sessions
    signs = (one.what for one in entries.signs if held and one.gone_on is None and one.on >= held[-1].on)
    return tuple(dict.fromkeys(signs))


def standings_of(
    lines: Sequence[Line], photographing: Container[uuid.UUID], signs: Mapping[uuid.UUID, Sequence[str]]
) -> tuple[Standing, ...]:
    """Each course of a patient with where it stands.

    Args:
        lines: Of all their courses.
        photographing: The ids of those of which a photograph from home can be kept.
        signs: ``open_signs`` of each course, by its id.
    """
    return tuple(_standing(line, signs[line.course.pk], photographs=line.course.pk in photographing) for line in lines)


def _standing(line: Line, signs: Sequence[str], *, photographs: bool) -> Standing:
    is_open, rows = line.course.closed_at is None, line.rows
    return Standing(
        line.course,
        _says(line, signs) if is_open else None,
        reports=is_open and bool(rows.sessions),
        photographs=photographs,
        is_measured=any(one.stage == "done" for one in rows.photographs),
    )


def _says(line: Line, signs: Sequence[str]) -> Text:
    present, force = line.present, line.in_force
    if present.key == "healing" and signs:
        labels = [plain_label(one) for one in signs]
        return Text(
            f"Reported: {'; '.join(one.en for one in labels)}. How it goes on is said by the clinic, not by a date.",
            f"Consta: {'; '.join(one.es for one in labels)}. Cómo se sigue lo dice la clínica, no una fecha.",
        )
    if present.key == "healing" and present.day is not None:
        return _on(
            "By the usual times, the skin can be judged from {}.",
            "Según los plazos habituales, la piel podrá juzgarse desde el {}.",
            present.day,
        )
    if present.key == "outcome":
        decision = line.rows.reviews[-1].decision if line.rows.reviews else ""
        return DECISIONS.get(decision, _STEPS["review"])
    if force is None:
        return _NOT_ASSESSED
    if force.outdated:  # what is known now was signed by nobody
        return _RENEW
    if not force.clears:
        until = line.assessed.not_before
        if force.verdict is Verdict.DEFERRED and until is not None and until > line.rows.today:
            return _on("Not now: {} at the earliest.", "Ahora no: como pronto, el {}.", until)
        return _AGAINST.get(force.verdict, _NOT_ASSESSED)
    if present.key == "assessment":
        return _RENEW
    booked = line.rows.booked
    if present.key == "session" and booked is None and present.day is not None:
        return _on("Next: a session, {} at the earliest.", "Lo siguiente: una sesión, como pronto el {}.", present.day)
    return _STEPS.get(present.key, _STEPS["session"])


def _on(en: str, es: str, day: dt.date) -> Text:
    words = day_text(day)
    return Text(en.format(words.en), es.format(words.es))
