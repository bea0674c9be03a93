"""How long a record has to be kept, and what follows for one patient."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Course, Patient, User
from dermograph.clinic.rights.jurisdictions import Jurisdiction, jurisdictions
from dermograph.clinic.rights.models import RetentionChoice
from dermograph.core.dates import MONTHS_A_YEAR, add_months, day_in_words
from dermograph.core.errors import InputError
from dermograph.core.text import Text

ERASABLE, KEPT, OPEN, UNDECIDED = "erasable", "kept", "open", "undecided"
#: What is clinical and hangs on the patient without a course.
_CLINICAL: Final = ("answers", "happenings", "consents")
_LAST_COURSE: Final = Text("the end of the last course", "el fin del último curso")
_LAST_ENTRY: Final = Text(
    "the last clinical entry, as there is no course", "la última anotación clínica, sin ningún curso"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the law lets a record be erased on a day.

    Attributes:
        state: ``erasable``, ``kept``, ``open`` (a course is still open) or ``undecided`` (no jurisdiction is chosen).
        why: In a sentence.
        from_day: The first day on which it may be erased; None where that is not known.
        jurisdiction: Whose rules; None where none is chosen, or nothing clinical is on record.
        counted_from: The day from which the years count; None where there is none yet.
    """

    state: str
    why: Text
    from_day: dt.date | None = None
    jurisdiction: Jurisdiction | None = None
    counted_from: dt.date | None = None

    @property
    def may_erase(self) -> bool:
        """Whether it may be erased."""
        return self.state == ERASABLE

    def to_json(self) -> dict[str, Any]:
        """As the proof of an erasure keeps it."""
        rules = self.jurisdiction.rules if self.jurisdiction else ()
        return {
            "state": self.state,
            "why": self.why.to_json(),
            "jurisdiction": self.jurisdiction.id if self.jurisdiction else None,
            "rules": [{"id": one.id, "years": one.years, "source": one.source.to_json()} for one in rules],
        }


def chosen(clinic: Clinic) -> Jurisdiction | None:
    """The jurisdiction that a clinic follows; None while nobody chose one, or it is not known any more."""
    last = RetentionChoice.objects.filter(clinic=clinic).order_by("-written_at").first()
    return jurisdictions().get(last.jurisdiction) if last else None


def choose(*, clinic: Clinic, who: User, jurisdiction: str) -> RetentionChoice:
    """Say whose rules a clinic follows.

    Raises:
        InputError: If they are not known.
    """
    if jurisdiction not in jurisdictions():
        raise InputError(Text("Choose one of the list.", "Elija uno de la lista."))
    with transaction.atomic():
        made: RetentionChoice = RetentionChoice.objects.create(clinic=clinic, written_by=who, jurisdiction=jurisdiction)
        record("retention.chosen", clinic=clinic, who=who, about=made, details={"jurisdiction": jurisdiction})
    return made


def decide(patient: Patient, today: dt.date) -> Decision:
    """Whether a record may be erased on a day.

    The years count from the end of the last course, without any from the last clinical entry. The day on which they
    are full is still kept.

    Args:
        patient: With its clinic.
        today: At the clinic.
    """
    if not has_clinical_record(patient):
        return Decision(ERASABLE, Text("Nothing clinical is on record.", "No consta nada clínico."))
    place = chosen(patient.clinic)
    if patient.courses.filter(closed_at=None).exists():
        why = Text(
            "A course is still open: care has not ended. Close it first.",
            "Hay un curso abierto: la asistencia no ha terminado. Ciérrelo antes.",
        )
        return Decision(OPEN, why, jurisdiction=place)
    if place is None:
        why = Text(
            "Nobody has said yet which law this clinic follows, so how long the record must be kept is not known.",
            "Nadie ha indicado qué ley sigue esta clínica; no se sabe cuánto tiempo debe conservarse la historia.",
        )
        return Decision(UNDECIDED, why)
    ended = discharged_on(patient)
    free = first_free_day(ended, place.years)
    last = free - dt.timedelta(days=1)
    if today < free:
        since = _LAST_COURSE if patient.courses.exists() else _LAST_ENTRY
        why = Text(
            f"The record is kept until {day_in_words(last, 'en')}, that day included: {place.years} years from "
            f"{since.en}, {day_in_words(ended, 'en')}.",
            f"La historia se conserva hasta el {day_in_words(last, 'es')}, ese día incluido: {place.years} años desde "
            f"{since.es}, el {day_in_words(ended, 'es')}.",
        )
        return Decision(KEPT, why, free, place, ended)
    why = Text(
        f"The term of {place.years} years from {day_in_words(ended, 'en')} is over.",
        f"El plazo de {place.years} años desde el {day_in_words(ended, 'es')} ha terminado.",
    )
    return Decision(ERASABLE, why, free, place, ended)


def first_free_day(ended: dt.date, years: int) -> dt.date:
    """The day after so many full years."""
    full = add_months(ended, MONTHS_A_YEAR * years)
    if full.day != ended.day:  # from 29 February to a year without one
        full += dt.timedelta(days=1)
    return full + dt.timedelta(days=1)


def has_clinical_record(patient: Patient) -> bool:
    """Whether anything clinical was ever written down: a course, an answer, a consent; or was received."""
    if any(getattr(patient, kind).exists() for kind in ("courses", *_CLINICAL)):
        return True
    return bool(_from_elsewhere(patient).exists())


def _from_elsewhere(patient: Patient) -> Any:  # noqa: ANN401 (rows of handover, which stands above this part)
    """What other systems sent about a patient, but for their name and address."""
    return patient.received.exclude(kind="Patient")


def discharged_on(patient: Patient) -> dt.date:
    """The end of the last course, at the clinic; without a course the day of the last clinical entry."""
    ended: dt.datetime | None = patient.courses.aggregate(last=Max("closed_at"))["last"]
    if ended is None:
        written = [getattr(patient, kind).aggregate(last=Max("written_at"))["last"] for kind in _CLINICAL]
        written.append(_from_elsewhere(patient).aggregate(last=Max("taken_at"))["last"])
        ended = max(at for at in written if at is not None)
    return ended.astimezone(patient.clinic.zone).date()


def past_retention(clinic: Clinic, today: dt.date, limit: int) -> list[tuple[Patient, Decision]]:
    """Patients whose record may be erased, longest over first: a list for a person to decide from.

    Args:
        clinic: Without a jurisdiction nobody is listed.
        today: At the clinic.
        limit: How many at most.
    """
    place = chosen(clinic)
    if place is None:
        return []
    still_open = Course.objects.filter(patient=OuterRef("pk"), closed_at=None)
    rows = (
        Patient.objects.filter(clinic=clinic)
        .exclude(Exists(still_open))
        .annotate(ended=Max("courses__closed_at"))
        .filter(ended__date__lt=today - dt.timedelta(days=365 * place.years))
        .order_by("ended", "pk")
    )
    found: list[tuple[Patient, Decision]] = []
    for one in rows[: 2 * limit]:
        one.clinic = clinic
        decision = decide(one, today)
        if decision.may_erase:
            found.append((one, decision))
    return found[:limit]
