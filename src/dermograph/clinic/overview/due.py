"""Which courses are due for a review, since when and why. Nothing is decided here: the review itself does that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from dermograph.clinic.overview.at_work import AtWork
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
    if at.last_session is None:
        return None
    measurable = at.protocol.review.measure_after.period.after(at.last_session)
    sooner = at.protocol.course.spacing.at_least.after(at.last_session)
    since = min(measurable, sooner)
    reviewed = at.last_review is not None and at.last_review > at.last_session
    if reviewed:
        again = _again(at, today)
        if again is None:
            return None
        since = again
    if today < since:
        return None
    return _why(at, since, today, measurable)


def _again(at: AtWork, today: dt.date) -> dt.date | None:
    """From when a signed review asks for another look; None if it does not, or not yet."""
    if at.last_review is None:
        return None
    if at.decision == "wait":
        asked = (at.proposal.get("en") or at.proposal).get("from")
        day = dt.date.fromisoformat(asked) if asked else None
        return day if day is not None and day <= today else None
    if at.decision == "not_comparable":
        return at.last_review
    return None


def _why(at: AtWork, since: dt.date, today: dt.date, measurable: dt.date) -> Due:
    """The course with what stands between it and its review, and that in words."""
    state = _state(at, today, measurable)
    shown = at.comparison.taken_on if at.comparison and state != "outline" else None
    days = {
        "session": day_text(at.last_session or since),
        "settled": day_text(measurable),
        "taken": day_text(shown or at.last_photograph or since),
    }
    words = _WORDS[state]
    said = Text(
        words.en.format(**{name: day.en for name, day in days.items()}),
        words.es.format(**{name: day.es for name, day in days.items()}),
    )
    return Due(at, since, "photograph" if state == "too_early" else state, said)


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
