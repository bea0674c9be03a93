"""What is known of patients' consents and of which photographs stand, read at once: three queries for any number."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.selectors import agreed
from dermograph.clinic.people.models import Patient


class Corrections:
    """Which photographs of some patients were corrected, and which taken out; read when it is first asked for."""

    def __init__(self, patients: Collection[uuid.UUID]) -> None:
        self._patients = patients

    def is_taken_out(self, photograph: uuid.UUID) -> bool:
        """Whether the entry that stands of a photograph says that it does not belong to its course."""
        newest, out = photograph, False
        while newest in self._read:
            newest, out = self._read[newest]
        return out

    @cached_property
    def _read(self) -> dict[uuid.UUID, tuple[uuid.UUID, bool]]:
        """What corrected an entry, and whether that takes it out, by the id of what was corrected."""
        rows = Photograph.objects.filter(course__patient__in=self._patients).exclude(supersedes=None).order_by()
        return {former: (pk, out) for former, pk, out in rows.values_list("supersedes", "pk", "withdrawn")}


@dataclass(slots=True)
class Known:
    """What is known of one patient.

    Attributes:
        consents: All that were ever signed, by their ids, each with its withdrawals.
        replaced_by: The consent that replaced another one, by the id of the latter.
        corrections: Of photographs, for all patients that were read together.
    """

    corrections: Corrections
    consents: dict[uuid.UUID, Consent] = field(default_factory=dict)
    replaced_by: dict[uuid.UUID, Consent] = field(default_factory=dict)

    @property
    def standing(self) -> list[Consent]:
        """The consents that nothing has replaced, the latest first."""
        return [one for one in self.consents.values() if one.pk not in self.replaced_by]

    def for_course(self, course: uuid.UUID) -> list[Consent]:
        """The standing consents for a course, and those for all of them."""
        return [one for one in self.standing if one.course_id in (None, course)]

    def is_unbroken(self, consent: uuid.UUID, purpose: str) -> bool:
        """Whether a purpose was agreed to from a consent on without a break: in it, and in whatever replaced it."""
        one = self.consents.get(consent)
        while one is not None and purpose in agreed(one):
            later = self.replaced_by.get(one.pk)
            if later is None:
                return True
            one = later
        return False

    def is_taken_out(self, photograph: uuid.UUID) -> bool:
        """Whether a photograph was taken out of its course, whichever entry of it is asked for."""
        return self.corrections.is_taken_out(photograph)

    def with_replaced(self, consent: uuid.UUID) -> set[uuid.UUID]:
        """The ids of a consent and of all that it replaced: what rests on them rests on it."""
        before = {later.pk: former for former, later in self.replaced_by.items()}
        ids = {consent}
        while consent in before:
            consent = before[consent]
            ids.add(consent)
        return ids


def known(patient: Patient) -> Known:
    """What is known of one patient."""
    return known_of([patient.pk])[patient.pk]


def known_of(patients: Collection[uuid.UUID]) -> dict[uuid.UUID, Known]:
    """What is known of some patients, by their ids."""
    corrections = Corrections(patients)
    found = {pk: Known(corrections) for pk in patients}
    signed: Iterable[Consent] = (
        Consent.objects.filter(patient__in=patients)
        .select_related("course__area")
        .prefetch_related("withdrawals")
        .order_by("-signed_at")
    )
    for one in signed:
        found[one.patient_id].consents[one.pk] = one
        if one.supersedes_id is not None:
            found[one.patient_id].replaced_by[one.supersedes_id] = one
    return found
