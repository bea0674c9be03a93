"""Which courses are due for a review, since when and why. Nothing is decided here: the review itself does that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from dermograph.clinic.overview.at_work import AtWork
from dermograph.clinic.scalp.course import SCALP
from dermograph.core.dates import day_text
from dermograph.core.text import Text


@dataclass(frozen=True, slots=True)
class Due:
    """A course that is due for review.

    Attributes:
        since: The first day on which it was.
        state: ``photograph`` (one has to be taken), ``measuring``, ``measured``, ``not_comparable``, ``failed``,
            ``outline`` (photographed, not yet compared) or ``unmeasured`` (the next session may come before colour can
            be judged).
    """

    at: AtWork
    since: dt.date
    state: str
    why: Text


def reviews_due(courses: Iterable[AtWork], today: dt.date) -> list[Due]:
    """The courses that are due, the longest waiting first."""
    found = [due for at in courses if (due := review_due(at, today)) is not None]
    return sorted(found, key=lambda due: due.since)


def review_due(at: AtWork, today: dt.date) -> Due | None:
    """Whether the course waits for a review on a day, and what stands between; None if it does not."""
    since = due_since(at)
    return None if since is None or today < since else _why(at, since, today, settled_on(at) or since)


def due_since(at: AtWork) -> dt.date | None:
    """From when a review is due, whatever the day; None while none is: before a session, and once it was reviewed."""
    if at.last_session is None:
        return None
    if at.last_review is None or at.last_review <= at.last_session:
        sooner = at.protocol.course.spacing.at_least.after(at.last_session)
        return min(settled_on(at) or sooner, sooner)
    if at.decision == "wait":
        return at.again_on
    return at.last_review if at.decision == "not_comparable" else None


def settled_on(at: AtWork) -> dt.date | None:
    """From when colour can be judged after the last session; None without one."""
    return at.protocol.review.measure_after.period.after(at.last_session) if at.last_session else None


def state_of(at: AtWork) -> str:
    """What stands between a course and its review once the skin has settled, a key of the words; empty before one."""
    settled = settled_on(at)
    return _state(at, settled, settled) if settled else ""


def shown_state(state: str, settled: dt.date, today: dt.date) -> str:
    """The state as ``Due`` has it on a day, of what ``state_of`` says."""
    if state == "photograph" and today < settled:
        return "unmeasured"
    return "photograph" if state == "too_early" else state


def _why(at: AtWork, since: dt.date, today: dt.date, measurable: dt.date) -> Due:
    """The course with what stands between it and its review, and that in words."""
    state = _state(at, today, measurable)
    shown = at.comparison.taken_on if at.comparison and state != "outline" else None
    days = {
        "session": day_text(at.last_session or since),
        "settled": day_text(measurable),
        "taken": day_text(shown or at.last_photograph or since),
    }
    words = _ON_A_SCALP if state == "outline" and at.course.treatment == SCALP else _WORDS[state]
    said = Text(
        words.en.format(**{name: day.en for name, day in days.items()}),
        words.es.format(**{name: day.es for name, day in days.items()}),
    )
    return Due(at, since, shown_state(state, measurable, today), said)


def _state(at: AtWork, today: dt.date, measurable: dt.date) -> str:
    latest, last = at.comparison, at.last_session or dt.date.min
    answered = max(last, at.last_review or last) if at.decision == "not_comparable" else last
    if latest is None or latest.taken_on <= answered:
        taken = at.last_photograph
        if taken is not None and taken >= measurable and taken > answered:
            return "outline"
        return "unmeasured" if today < measurable else "photograph"
    if latest.stage in ("waiting", "running"):
        return "measuring"
    if latest.stage == "failed":
        return "failed"
    if latest.verdict == "not_comparable":
        return "not_comparable"
    return "too_early" if latest.taken_on < measurable else "measured"


_ON_A_SCALP = Text(  # nothing is outlined there: its dots are counted
    "Photographed on {taken}: its page says what became of the dots.",
    "Fotografiado el {taken}: su página dice qué ha sido de los puntos.",
)
_WORDS = {
    "outline": Text("Photographed on {taken}, not yet compared.", "Fotografiada el {taken}, aún sin comparar."),
    "unmeasured": Text(
        "Session on {session}: the next one may come before colour can be judged on {settled}.",
        "Sesión del {session}: la siguiente puede llegar antes de poder juzgar el color, el {settled}.",
    ),
    "photograph": Text(
        "Session on {session}: the follow-up can be photographed since {settled}.",
        "Sesión del {session}: puede fotografiarse el seguimiento desde el {settled}.",
    ),
    "measuring": Text("The photograph of {taken} is being measured.", "Se está midiendo la fotografía del {taken}."),
    "failed": Text("The measurement of {taken} failed.", "La medición del {taken} ha fallado."),
    "not_comparable": Text(
        "The photograph of {taken} cannot be compared: take it again.",
        "La fotografía del {taken} no se puede comparar: repítala.",
    ),
    "too_early": Text(
        "The photograph of {taken} lies before {settled}, when the skin has settled: take another.",
        "La fotografía del {taken} es anterior al {settled}, cuando la piel se ha recuperado: haga otra.",
    ),
    "measured": Text("Photographed and measured on {taken}.", "Fotografiada y medida el {taken}."),
}
