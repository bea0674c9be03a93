"""Where days on which somebody is not there stand: a practitioner's in the agenda, a patient's among their events."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Protocol

from dermograph.clinic.agenda.models import Absence
from dermograph.clinic.agenda.premises import add_absence, remove_absence
from dermograph.clinic.calendars.models import Reading
from dermograph.clinic.intake.happenings import add_happening, cancel_happening
from dermograph.clinic.intake.models import Happening
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient, User
from dermograph.core.errors import InputError
from dermograph.core.text import Text

TRAVEL = "travel"  # of the vocabulary's events


class Diary(Protocol):
    """Days of one person."""

    @property
    def clinic(self) -> Clinic:
        """Whose record it is."""

    @property
    def whose(self) -> dict[str, Membership | Patient]:
        """The person, as the fields of a ``Reading`` have them."""

    def lock(self) -> None:
        """Have others wait until this transaction ends."""

    def standing(self) -> set[uuid.UUID]:
        """The ids of the entries that stand."""

    def add(self, first: dt.date, last: dt.date, who: User) -> uuid.UUID:
        """Write days down, both inclusive; the id of the entry."""

    def remove(self, entry: uuid.UUID, who: User) -> None:
        """Take an entry back that stands."""


@dataclass(frozen=True, slots=True)
class Absences:
    """A practitioner's, in the agenda."""

    membership: Membership

    @property
    def clinic(self) -> Clinic:
        """Where they work."""
        return self.membership.clinic

    @property
    def whose(self) -> dict[str, Membership | Patient]:
        """The practitioner."""
        return {"membership": self.membership}

    def lock(self) -> None:
        """By the row of their place in the clinic."""
        Membership.objects.select_for_update(no_key=True, of=("self",)).get(pk=self.membership.pk)

    def standing(self) -> set[uuid.UUID]:
        """All of theirs."""
        return set(Absence.objects.filter(membership=self.membership).values_list("pk", flat=True))

    def add(self, first: dt.date, last: dt.date, who: User) -> uuid.UUID:
        """Without a reason: what the calendar calls it is theirs."""
        new = add_absence(clinic=self.clinic, membership=self.membership, first=first, last=last, reason="", who=who)
        return uuid.UUID(str(new.pk))

    def remove(self, entry: uuid.UUID, who: User) -> None:
        """They are there after all."""
        row = Absence.objects.select_related("clinic").filter(pk=entry, membership=self.membership).first()
        if row is not None:
            remove_absence(absence=row, who=who)


@dataclass(frozen=True, slots=True)
class Travels:
    """A patient's travel, among what happens to all their areas."""

    patient: Patient
    course: Course

    @property
    def clinic(self) -> Clinic:
        """Where they are treated."""
        return self.patient.clinic

    @property
    def whose(self) -> dict[str, Membership | Patient]:
        """The patient."""
        return {"patient": self.patient}

    def lock(self) -> None:
        """By the patient's row, as everything that is written of them."""
        Patient.objects.select_for_update(no_key=True, of=("self",)).get(pk=self.patient.pk)

    def standing(self) -> set[uuid.UUID]:
        """The travel that stands, of all areas."""
        rows = Happening.objects.standing().filter(patient=self.patient, what=TRAVEL, cancelled=False)
        return set(rows.values_list("pk", flat=True))

    def add(self, first: dt.date, last: dt.date, who: User) -> uuid.UUID:
        """As travel and nothing else: whether it means sun is asked, not read from a title."""
        new = add_happening(course=self.course, who=who, what=TRAVEL, first=first, last=last, everywhere=True)
        return uuid.UUID(str(new.pk))

    def remove(self, entry: uuid.UUID, who: User) -> None:
        """By another entry that says that it is not so."""
        row = Happening.objects.select_related("course", "clinic", "patient").filter(
            pk=entry, patient=self.patient, what=TRAVEL
        )
        if found := row.first():
            cancel_happening(happening=found, who=who)


def travels_of(patient: Patient) -> Travels | None:
    """The travel of a patient with a course that goes on; None without one, for then nothing is planned."""
    course = (
        Course.objects.filter(patient=patient, closed_at=None)
        .select_related("patient", "clinic")
        .order_by("opened_at", "pk")
        .first()
    )
    return Travels(patient, course) if course is not None else None


def diary_of(reading: Reading) -> Diary:
    """Where what a reading took over stands.

    Raises:
        InputError: If the patient has no course that goes on.
    """
    if reading.membership is not None:
        return Absences(reading.membership)
    found = travels_of(reading.patient) if reading.patient is not None else None
    if found is None:
        raise InputError(Text("No treatment of theirs goes on.", "No hay ningún tratamiento en curso."))
    return found
