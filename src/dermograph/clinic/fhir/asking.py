"""Who asks for what: the caller, the records of their clinic, and the trail of whose record is opened."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.opened import AGAIN_AFTER
from dermograph.clinic.audit.record import record
from dermograph.clinic.fhir.refusals import FhirError, not_allowed, not_found, refuse
from dermograph.clinic.handover.shelf import BlockedError, Shelf
from dermograph.clinic.handover.stored import Stored
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.smart.caller import Caller
from dermograph.clinic.smart.kinds import KINDS, Action
from dermograph.clinic.smart.scopes import ALL, read_scope, role_reaches
from dermograph.core.errors import NOTHING
from dermograph.core.text import Text

_ANYBODY = uuid.UUID(int=0)  # no patient: who reaches them reaches everybody
#: What is published without being a kind of its own there is let through as a protocol is.
_LIKE_PROTOCOLS = {"OperationDefinition": "PlanDefinition"}


@dataclass(frozen=True, slots=True)
class Asking:
    """One request.

    Attributes:
        request: As it came.
        caller: Who asks.
        shelf: The records of their clinic.
        base: The address of the server, without a slash at its end.
    """

    request: HttpRequest
    caller: Caller
    shelf: Shelf
    base: str

    @property
    def clinic(self) -> Clinic:
        """Whose records."""
        return self.caller.member.clinic

    def today(self) -> dt.date:
        """Today in the clinic's time zone."""
        return timezone.now().astimezone(self.clinic.zone).date()

    def may(self, kind: str, action: Action, patient: uuid.UUID | None) -> bool:
        """Whether it is let through."""
        return self.caller.may(_LIKE_PROTOCOLS.get(kind, kind), action, patient)

    def may_of_all(self, kind: str, action: Action) -> bool:
        """Whether it is let through whoever the patient is, and where there is none."""
        return self.may(kind, action, None) and self.may(kind, action, _ANYBODY)

    def check(self, kind: str, action: Action, patient: uuid.UUID | None) -> None:
        """Refuse what is not let through.

        Raises:
            FhirError: 403.
        """
        if not self.may(kind, action, patient):
            raise self.not_allowed(kind, action)

    def not_allowed(self, kind: str, action: Action) -> FhirError:
        """That it is not let through, and which scope would help, or that none does."""
        return not_allowed(kind, self._what_helps(kind, action))

    def _what_helps(self, kind: str, action: Action) -> Text:
        """Which scope would let through what is not, or that none would; nothing where it is not a matter of that."""
        about = KINDS.get(_LIKE_PROTOCOLS.get(kind, kind))
        if about is None or not role_reaches(self.caller.member.role, about, action):
            return Text(
                "No scope helps: the person in whose name it acts may not do this.",
                "Ningún permiso ayuda: la persona en cuyo nombre actúa no puede hacerlo.",
            )
        held = [scope for scope in map(read_scope, self.caller.scopes) if scope]
        if any(one.kind in (ALL, kind) and action in one.actions for one in held):
            return NOTHING  # it reaches one patient only
        if self.caller.through.startswith("app:"):
            needs: tuple[str, ...] = (f"user/{kind}.{action}",)
        else:
            needs = about.needs if action in ("r", "s") else about.needs_to_write
        if not needs:
            return Text("No scope of a token of the API helps.", "Ningún permiso de una clave de la API ayuda.")
        names = ", ".join(needs)
        return Text(f"It needs the scopes: {names}.", f"Necesita los permisos: {names}.")

    def one(self, kind: str, logical: str, action: Action = "r") -> Stored:
        """A resource that may be read or changed.

        Whether the kind is let through at all is asked before anything is looked up: a 403 says nothing of what there
        is. Somebody else's is as unknown as none to who reaches one patient only.

        Raises:
            FhirError: 403, or 404.
        """
        if not self.may(kind, action, None):
            self.check(kind, action, self.caller.patient)
        key = key_of(logical)
        try:
            stored = self.shelf.read(kind, key) if key else None
        except BlockedError as error:  # that somebody's record is blocked is told to who reaches it
            if self.may(kind, action, error.patient):
                raise
            stored = None
        if stored is None or not self.may(kind, action, stored.patient):
            raise self._absent(kind, key)
        return stored

    def _absent(self, kind: str, key: uuid.UUID | None) -> FhirError:
        """That it is not there; of a patient who was erased, that they are gone (R4, http, 3.1.0.7)."""
        erased = AuditEntry.objects.filter(clinic_id=self.clinic.pk, patient=key, action="patient.erased")
        if kind != "Patient" or key is None or not self.may(kind, "r", None) or not erased.exists():
            return not_found()
        return refuse(410, "deleted", "This record was erased.", "Esta historia se borró.")

    def opened(self, patients: Iterable[uuid.UUID | None]) -> None:
        """Tell the trail whose records are opened, of each patient once an hour and way in."""
        wanted = {one for one in patients if one is not None}
        if not wanted:
            return
        who, through = self.caller.member.user, self.caller.through
        told = AuditEntry.objects.filter(
            clinic_id=self.clinic.pk,
            patient__in=wanted,
            who_id=who.pk,
            action="patient.opened",
            at__gt=timezone.now() - AGAIN_AFTER,
        ).values_list("patient", "details")
        known = {patient for patient, details in told if details.get("through", "") == through}
        with transaction.atomic():
            for one in sorted(wanted - known):
                record(
                    "patient.opened",
                    clinic=self.clinic,
                    who=who,
                    patient=one,
                    details={"through": through} if through else {},
                )


def key_of(logical: str) -> uuid.UUID | None:
    """The id of a row from a logical id; None for what is none of ours."""
    try:
        key = uuid.UUID(logical)
    except ValueError:
        return None
    return key if str(key) == logical.lower() else None
