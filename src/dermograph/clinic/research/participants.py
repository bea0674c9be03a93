"""Whose measures may leave for research now, and how many patients are left out, and why."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from dermograph.clinic.intake.models import Consent, Withdrawal
from dermograph.clinic.intake.purposes import EVERYTHING, RESEARCH
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.core.text import Text

#: Below so many patients a number is not told: it could point at somebody.
FEWEST: Final = 5
LEFT_OUT: Final[Mapping[str, Text]] = {
    "no_consent": Text("no consent to research is signed", "sin consentimiento firmado para investigación"),
    "withdrawn": Text("consent to research was taken back", "consentimiento para investigación retirado"),
    "restricted": Text("the record is blocked", "historia bloqueada"),
    "synthetic": Text("made up for demonstration", "inventados para demostración"),
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a patient agreed to.

    Attributes:
        consent: A consent that it rests on.
        courses: The courses that it covers; None for all of them.
    """

    consent: uuid.UUID
    courses: frozenset[uuid.UUID] | None

    def covers(self, course: uuid.UUID) -> bool:
        """Whether measures of a course may leave."""
        return self.courses is None or course in self.courses


@dataclass(frozen=True, slots=True)
class Participants:
    """Patients of a clinic.

    Attributes:
        agreed: By the id of the patient.
        left_out: How many others there are, by a key of ``LEFT_OUT``; exact, so never shown as they are.
    """

    agreed: Mapping[uuid.UUID, Agreed]
    left_out: Mapping[str, int]

    def told(self) -> dict[str, int | None]:
        """The numbers of those left out that may be told; None where they are fewer than ``FEWEST``, 0 among them."""
        return {why: self.left_out.get(why, 0) if self.left_out.get(why, 0) >= FEWEST else None for why in LEFT_OUT}


def participants(clinic: Clinic, *, synthetic: bool, among: Collection[uuid.UUID] | None = None) -> Participants:
    """Who agreed to research and may be exported now; three queries that read no name.

    Args:
        clinic: Whose patients.
        synthetic: Whether made-up patients count too.
        among: These patients alone; None for all of the clinic.
    """
    patients = Patient.objects.filter(clinic=clinic)
    signed = Consent.objects.standing().filter(clinic=clinic)
    back = Withdrawal.objects.filter(clinic=clinic, purpose__in=(EVERYTHING, RESEARCH))
    if among is not None:
        patients, signed = patients.filter(pk__in=among), signed.filter(patient__in=among)
        back = back.filter(consent__patient__in=among)
    taken_back = set(back.values_list("consent_id", flat=True))
    standing: dict[uuid.UUID, list[tuple[uuid.UUID, uuid.UUID | None]]] = {}
    rows = signed.order_by("-signed_at", "pk").values_list("pk", "patient_id", "course_id", "purposes")
    for consent, patient, course, purposes in rows.iterator():
        if RESEARCH in purposes:
            standing.setdefault(patient, []).append((consent, course))
    agreed: dict[uuid.UUID, Agreed] = {}
    left_out: Counter[str] = Counter()
    every = patients.order_by("pk").values_list("pk", "restricted_at", "synthetic")
    for patient, restricted_at, made_up in every.iterator():
        said = standing.get(patient, [])
        in_force = [one for one in said if one[0] not in taken_back]
        if made_up and not synthetic:
            left_out["synthetic"] += 1
        elif restricted_at is not None:
            left_out["restricted"] += 1
        elif not in_force:
            left_out["withdrawn" if said else "no_consent"] += 1
        else:
            courses = {course for _, course in in_force}
            covered = None if None in courses else frozenset(one for one in courses if one is not None)
            agreed[patient] = Agreed(in_force[0][0], covered)
    return Participants(agreed, left_out)
