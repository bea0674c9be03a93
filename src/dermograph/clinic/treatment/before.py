"""The check before the needles: verdict, day, consent, review. Each with its reason; ``care`` decides, not this."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import Q

from dermograph.care.assess import AreaAssessment
from dermograph.care.case import Area
from dermograph.care.closures import closures_of
from dermograph.care.explain import VERDICTS
from dermograph.care.reasons import Reason
from dermograph.clinic.entries import Entries, Held, entries_of
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.intake.known import Known, known_from
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.purposes import TREATMENT
from dermograph.clinic.intake.selectors import InForce, in_force
from dermograph.clinic.people.models import Course
from dermograph.clinic.treatment.models import Session
from dermograph.core.dates import day_text
from dermograph.core.text import LANGUAGES, Text
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import FactValue

ONE_MINUTE = dt.timedelta(minutes=1)
State = Literal["clear", "said", "lead", "blocked"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked at before the needles.

    Attributes:
        what: ``verdict``, ``day``, ``consent`` or ``review``.
        state: ``clear``; ``said`` where it stops nothing but has to be read; ``lead`` where only the medical lead goes
            on, with a reason; ``blocked`` where nobody does.
        says: What was found.
        reasons: Why.
    """

    what: str
    state: State
    says: Text
    reasons: tuple[Reason, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values in both languages."""
        return {
            "what": self.what,
            "state": self.state,
            "says": self.says.to_json(),
            "reasons": {language: [one.to_json(language) for one in self.reasons] for language in LANGUAGES},
        }


@dataclass(frozen=True, slots=True)
class Before:
    """Everything that was checked for one course on one day.

    Attributes:
        entries: What stands of the course, whatever the day.
        known_facts: The facts that are known, by their ids.
        last: The last standing session up to that day; None before the first.
    """

    on: dt.date
    protocol: Protocol
    assessment: AreaAssessment
    checks: tuple[Check, ...]
    entries: Entries
    known_facts: Mapping[str, FactValue] = field(default_factory=dict)
    last: Held | None = None

    @property
    def blocked(self) -> tuple[Check, ...]:
        """What nobody can pass."""
        return tuple(check for check in self.checks if check.state == "blocked")

    @property
    def for_the_lead(self) -> tuple[Check, ...]:
        """What only the medical lead can pass, with a reason."""
        return tuple(check for check in self.checks if check.state == "lead")

    def to_json(self) -> dict[str, Any]:
        """As a session stores it."""
        return {
            "on": self.on.isoformat(),
            "verdict": self.assessment.verdict.value,
            "checks": [check.to_json() for check in self.checks],
            "protocol": self.protocol.to_json(),
        }


def look_before(course: Course, on: dt.date, *, at: dt.datetime | None = None, but: Session | None = None) -> Before:
    """Check a course for a session on one day.

    Args:
        course: Fetched with its clinic, patient and area.
        on: The day of the session.
        at: When the needles began; None for the end of the day. What was signed after that does not count.
        but: A session that does not count, since it is being corrected.
    """
    protocol, entries = protocol_of(course), entries_of([course])[course.pk]
    now = known_from(course, entries.answers, on)
    held = [one for one in entries.sessions if one.on <= on and (but is None or one.id != but.pk)]
    area = Area(
        name=course.area.name,
        facts=now.facts,
        missing=now.missing,
        events=entries.events,
        sessions=tuple(one.at.astimezone(course.clinic.zone) for one in held),
    )
    assessment = now.assess(course, protocol)
    last = held[-1] if held else None
    checks = (
        _verdict(course, on, assessment, now),
        _day(area, assessment, on, protocol),
        check_consent(course, at or dt.datetime.combine(on, dt.time.max, course.clinic.zone)),
        *_review(last, [one.on for one in entries.reviews if one.on <= on], protocol),
    )
    return Before(on, protocol, assessment, checks, entries, now.facts, last)


def _verdict(course: Course, on: dt.date, assessment: AreaAssessment, now: Known) -> Check:
    signed = in_force(course, on=on, now=now)
    reasons = tuple(one for one in assessment.reasons if one.effect not in ("none", "suitable"))
    if signed is None:
        says = Text("No assessment is signed for this course.", "No hay ninguna valoración firmada de este curso.")
        return Check("verdict", "lead", says, reasons)
    word = _word(signed)
    if signed.assessment.assessed_on > on:
        says = Text("The assessment was signed after that day.", "La valoración se firmó después de ese día.")
        return Check("verdict", "lead", says, reasons)
    if signed.by_patient:
        names = Text(*("; ".join(one.label.say(language) for one in signed.by_patient) for language in LANGUAGES))
        says = Text(
            f"The patient has changed what was signed ({names.en}); until it is signed again: {word.en}.",
            f"El paciente ha cambiado lo que se firmó ({names.es}); hasta que se firme de nuevo: {word.es}.",
        )
        return Check("verdict", "lead", says, reasons)
    if signed.outdated:
        says = Text(
            f"What is known now goes beyond the signed assessment; today's verdict: {word.en}.",
            f"Lo que se sabe ahora va más allá de la valoración firmada; el veredicto de hoy: {word.es}.",
        )
        return Check("verdict", "lead", says, reasons)
    if signed.override is not None and signed.clears:
        by = signed.override.written_by.name if signed.override.written_by else "–"
        says = Text(
            f"The verdict was {VERDICTS[signed.original].en}; {by} decided otherwise: {signed.override.reason}",
            f"El veredicto era {VERDICTS[signed.original].es}; {by} decidió otra cosa: {signed.override.reason}",
        )
        return Check("verdict", "said", says, reasons)
    says = Text(f"The verdict today is: {word.en}.", f"El veredicto de hoy es: {word.es}.")
    if not signed.clears:
        return Check("verdict", "lead", says, reasons)
    return Check("verdict", "said" if reasons else "clear", says, reasons)


def _word(signed: InForce) -> Text:
    """The verdict that holds; where the medical lead closed it, with the reason."""
    word, decided = VERDICTS[signed.verdict], signed.override
    if decided is None or signed.clears:
        return word
    by, why = decided.written_by.name if decided.written_by else "–", decided.reason.rstrip(".")
    return Text(f"{word.en}, decided by {by}: {why}", f"{word.es}, decidido por {by}: {why}")


def _day(area: Area, assessment: AreaAssessment, on: dt.date, protocol: Protocol) -> Check:
    """What closes the day besides the verdict, which stands by itself."""
    told = {id(reason) for reason in assessment.reasons}
    closed = [
        closure.reason
        for closure in closures_of(area, assessment, on, protocol)
        if on in closure.days and id(closure.reason) not in told and closure.reason.rule != "assessment-incomplete"
    ]
    day = day_text(on)
    if closed:
        says = Text(f"The plan closes {day.en}.", f"El plan cierra el {day.es}.")
        return Check("day", "lead", says, tuple(closed))
    return Check("day", "clear", Text(f"The plan allows {day.en}.", f"El plan permite el {day.es}."))


def check_consent(course: Course, at: dt.datetime) -> Check:
    """Whether a consent to the treatment stood then: signed for this course or for all by then, and not taken back.

    One that another has replaced stood until the other was signed.

    Args:
        course: Fetched with its clinic.
        at: When the needles began.
    """
    by_then = at + ONE_MINUTE  # a form gives minutes, a signature has seconds
    rows = (
        Consent.objects.filter(Q(course=None) | Q(course=course), patient=course.patient_id, signed_at__lt=by_then)
        .exclude(superseded_by__signed_at__lt=by_then)
        .order_by("-signed_at")
        .values_list("pk", "purposes", "signed_at", "withdrawals__written_at", "withdrawals__purpose")
    )
    agreed: dict[Any, set[str]] = {}
    signed_at: dict[Any, dt.datetime] = {}
    for pk, purposes, signed, withdrawn, purpose in rows:
        stands = agreed.setdefault(pk, set(purposes))
        signed_at[pk] = signed
        if withdrawn is not None and withdrawn < by_then:
            stands -= {purpose} if purpose else set(stands)
    standing = next((pk for pk, purposes in agreed.items() if TREATMENT in purposes), None)
    if standing is None:
        taken_back = bool(agreed)
        says = (
            Text(
                "No consent to the treatment stands: it was refused or taken back.",
                "No hay consentimiento vigente para el tratamiento: se denegó o se retiró.",
            )
            if taken_back
            else Text("No consent was signed by then.", "No había ningún consentimiento firmado.")
        )
        return Check("consent", "blocked", says)
    day = day_text(signed_at[standing].astimezone(course.clinic.zone).date())
    return Check("consent", "clear", Text(f"Consent signed on {day.en}.", f"Consentimiento firmado el {day.es}."))


def _review(last: Held | None, reviewed: list[dt.date], protocol: Protocol) -> Iterator[Check]:
    """That the last session was reviewed on a later day: asked for by the sources, closes no day."""
    if last is not None and max(reviewed, default=last.on) <= last.on:
        reason = Reason.of_statement(protocol.course.review_before_next, protocol, grade="plan")
        says = Text("The last session has no signed review.", "La última sesión no tiene revisión firmada.")
        yield Check("review", "said", says, (reason,))
