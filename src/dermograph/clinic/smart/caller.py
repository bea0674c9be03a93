"""Who asks through FHIR, and whether they may."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from dermograph.clinic.people.models import Membership, Role
from dermograph.clinic.smart.kinds import KINDS, Action, Kind
from dermograph.clinic.smart.scopes import ALL, Scope, read_scope, role_reaches

_WHO = "Patient"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and how far they reach: never further than their role, and never further than their scopes.

    Attributes:
        member: In whose name. Of a patient who asks for themselves it is a row that is not kept, with their account,
            their clinic and the role of a patient: good for ``member.clinic``, ``member.user`` and ``member.role``.
        scopes: As they were granted; words that are no scopes for resources let nothing through.
        patient: The one patient to whom scopes of ``patient/`` reach, and beyond whom a patient never sees; None where
            none was chosen.
        through: By which program, as the trail names it: the first characters of a token of the API, or
            ``app:…/grant:…`` with the ids of the program and of what it was let do, which outlive every token.
    """

    member: Membership
    scopes: frozenset[str]
    patient: uuid.UUID | None
    through: str = ""

    def may(self, kind: str, action: Action, patient: uuid.UUID | None) -> bool:
        """Whether an action is let through.

        That the patient is one of this clinic is the business of who finds the row: another clinic's is not there.

        Args:
            kind: Of resource, such as ``Observation``.
            action: Create, read, update, delete or search.
            patient: Of whom it is, or to whom a search is narrowed; None for what is nobody's, for a patient who is
                about to be made, and for a search among all patients: who is refused that, and has a ``patient``,
                may ask again narrowed to that one. A resource of a patient is theirs though its kind is nobody's,
                such as a Device of others that is worn: only who may read that patient reaches it.
        """
        about = KINDS.get(kind)
        if about is None or not self._role_may(about, action, patient):
            return False
        if not any(self._lets(scope, kind, action, patient) for scope in map(read_scope, self.scopes) if scope):
            return False
        return about.of_patient or patient is None or self.may(_WHO, "r", patient)

    def _role_may(self, about: Kind, action: Action, patient: uuid.UUID | None) -> bool:
        if not role_reaches(self.member.role, about, action):
            return False
        if self.member.role == Role.PATIENT and (about.of_patient or patient is not None):
            return self.patient is not None and patient == self.patient
        return True

    def _lets(self, scope: Scope, kind: str, action: Action, patient: uuid.UUID | None) -> bool:
        if scope.kind not in (ALL, kind) or action not in scope.actions:
            return False
        if scope.level != "patient" or (patient is None and not KINDS[kind].of_patient):
            return True
        return self.patient is not None and patient == self.patient
