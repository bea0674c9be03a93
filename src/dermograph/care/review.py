"""The review after a session: a proposal by rule, from measurements and signs, until a named person signs it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dermograph.care.assess import assess_area
from dermograph.care.case import Area, Case, session_day
from dermograph.care.change_words import change_words
from dermograph.care.judges import JUDGES, with_time
from dermograph.care.plan import AreaPlan, plan_area
from dermograph.care.reasons import Reason
from dermograph.care.responses import history, target
from dermograph.care.sight import Decision, Sight
from dermograph.core.dates import day_in_words
from dermograph.core.errors import InputError, Place
from dermograph.core.text import LANGUAGES, Language, Text
from dermograph.protocols.model import Protocol, Spacing

if TYPE_CHECKING:
    from dermograph.care.forecast import Forecast, Prior


@dataclass(frozen=True, slots=True)
class Signature:
    """Who decided, and when (an aware instant)."""

    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class AreaReview:
    """The review of one area.

    Attributes:
        first, last: For another session or maintenance: the first open day and the end of the usual spacing. For
            ``wait``: ``first`` is the day on which to look again. None where no day can be known.
        late: Whether another session would lie past the end of the usual spacing; ``last`` is None then.
        forecast: None where the area was not forecast.
    """

    name: str
    decision: Decision
    first: dt.date | None
    last: dt.date | None
    late: bool
    reasons: tuple[Reason, ...]
    forecast: Forecast | None

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """As the contract has it, texts in one language."""
        return {
            "name": self.name,
            "decision": self.decision.value,
            "from": self.first.isoformat() if self.first else None,
            "to": self.last.isoformat() if self.last else None,
            "late": self.late,
            "reasons": [reason.to_json(language) for reason in self.reasons],
            "forecast": self.forecast.to_json() if self.forecast else None,
        }


@dataclass(frozen=True, slots=True)
class Review:
    """The review of a case. A proposal until it is signed.

    Attributes:
        unreviewed: Areas without a session, which have nothing to review.
        signature: None while it is a proposal.
    """

    treatment: str
    protocol: Protocol
    reviewed_on: dt.date
    areas: tuple[AreaReview, ...]
    unreviewed: tuple[str, ...]
    signature: Signature | None = None

    @property
    def is_proposal(self) -> bool:
        """Whether nobody has signed it yet."""
        return self.signature is None

    def area(self, name: str) -> AreaReview:
        """The review of the area of that name.

        Raises:
            KeyError: If there is none.
        """
        for area in self.areas:
            if area.name == name:
                return area
        raise KeyError(name)

    def signed(self, by: str, at: dt.datetime) -> Review:
        """The same review, signed.

        Raises:
            InputError: If the name is empty, or the review is signed already.
            ValueError: If ``at`` has no time zone.
        """
        if at.tzinfo is None:
            msg = "a signature needs an aware instant"
            raise ValueError(msg)
        if not by.strip() or not by.isprintable():
            raise InputError(Text("A signature needs a name.", "Una firma necesita un nombre."))
        if self.signature is not None:
            raise InputError(
                Text(f"It is signed already, by {self.signature.by}.", f"Ya está firmada, por {self.signature.by}.")
            )
        return dataclasses.replace(self, signature=Signature(by.strip(), at))

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """One object, as the contract has it."""
        signature = self.signature
        return {
            "schema": "dermograph.review/1",
            "treatment": self.treatment,
            "protocol": self.protocol.to_json(),
            "reviewed_on": self.reviewed_on.isoformat(),
            "proposal": self.is_proposal,
            "signed": {"by": signature.by, "at": signature.at.isoformat(timespec="seconds")} if signature else None,
            "areas": [area.to_json(language) for area in self.areas],
            "unreviewed": list(self.unreviewed),
        }


def review(case: Case, protocol: Protocol, *, on: dt.date | None = None, prior: Prior | None = None) -> Review:
    """Review every area that has had a session.

    Args:
        case: The case, with its sessions, measurements and signs.
        protocol: The protocol to follow.
        on: The day of the review; None for the case's own ``reviewed_on``.
        prior: What the forecast starts from; None for the weak one.

    Raises:
        InputError: If no day is given, it lies before the assessment, or no area has had a session by then.
    """
    day = on or case.reviewed_on
    if day is None:
        raise InputError(
            Text("The day of the review is missing.", "Falta el día de la revisión."),
            Place(field="reviewed_on"),
            Text("Give it in the case, or with --on.", "Indíquelo en el caso, o con --on."),
        )
    if day < case.assessed_on:
        raise InputError(
            Text(
                f"The review on {day} lies before the assessment on {case.assessed_on}.",
                f"La revisión del {day} es anterior a la valoración, el {case.assessed_on}.",
            ),
            Place(field="reviewed_on"),
        )
    held = [
        dataclasses.replace(area, sessions=tuple(s for s in area.sessions if session_day(s) <= day))
        for area in case.areas
    ]
    treated = [area for area in held if area.sessions]
    if not treated:
        raise InputError(
            Text(
                f"No area has had a session by {day}: there is nothing to review.",
                f"Ninguna zona ha tenido una sesión hasta el {day}: no hay nada que revisar.",
            ),
            Place(field="areas"),
        )
    areas = tuple(review_area(area, day, protocol, prior) for area in treated)
    untouched = tuple(area.name for area in held if not area.sessions)
    return Review(case.treatment, protocol, day, areas, untouched)


def review_area(area: Area, on: dt.date, protocol: Protocol, prior: Prior | None = None) -> AreaReview:
    """Review one area that has had a session."""
    assessment = assess_area(area.name, area.facts, on, protocol, area.missing)
    sight = Sight(area, on, protocol, assessment, history(area, protocol, on), target(area, protocol.review.goal, on))
    ruling = next((ruling for judge in JUDGES if (ruling := judge(sight)) is not None), None)
    from dermograph.care.forecast_area import forecast_area  # noqa: PLC0415 (numpy takes 80 ms to import)

    prediction = forecast_area(area, on, protocol, prior)
    evidence = _measured(sight)
    if ruling is not None and ruling.decision not in (Decision.ANOTHER_SESSION, Decision.MAINTAIN):
        ruling = with_time(sight, ruling)
        until = ruling.until if ruling.decision is Decision.WAIT else None
        return AreaReview(area.name, ruling.decision, until, None, False, (*ruling.reasons, *evidence), prediction)
    decision = ruling.decision if ruling else Decision.ANOTHER_SESSION
    following = plan_area(area, assessment, on, protocol)
    spaced = sight.because(protocol.course.spacing, decision, _spaced(following, protocol.course.spacing))
    closed = _closed(following, protocol.course.spacing) if following.earliest is None else ()
    cautions = tuple(reason for reason in assessment.reasons if reason.effect == "conditional")
    last = None if following.late or following.earliest is None else following.latest
    reasons = (*(ruling.reasons if ruling else ()), spaced, *closed, *evidence, *cautions)
    return AreaReview(area.name, decision, following.earliest, last, following.late, reasons, prediction)


def _closed(following: AreaPlan, spacing: Spacing) -> tuple[Reason, ...]:
    """What closes the days, each once, where none is open; the spacing has been told."""
    closures = {
        (closure.reason.rule, closure.event): closure.reason for run in following.closed for closure in run.because
    }
    return tuple(reason for reason in closures.values() if reason.rule != spacing.id)


def _measured(sight: Sight) -> tuple[Reason, ...]:
    """What changed since the number of sessions before, as a reason; none without two measurements."""
    if len(sight.answers) < 2:
        return ()
    says = change_words(sight.answers[-2], sight.answers[-1])
    cite = sight.protocol.course.review_before_next.cite
    return (Reason(rule="measured-change", grade="review", effect="none", says=says, cite=cite),)


def _spaced(following: AreaPlan, spacing: Spacing) -> Text:
    """The spacing in words, and that it is past where it is."""
    if not following.late or following.latest is None:
        return spacing.says
    en, es = (day_in_words(following.latest, language) for language in LANGUAGES)
    return Text(
        f"{spacing.says.en} The usual spacing ended on {en}: this session is late.",
        f"{spacing.says.es} El intervalo habitual terminó el {es}: esta sesión llega tarde.",
    )
