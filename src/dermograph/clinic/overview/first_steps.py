"""What a new clinic does first: the empty dashboard teaches it, one step after the other."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists

from dermograph.clinic.agenda.models import OpeningHours, Room
from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.people.models import Clinic, Membership, Patient
from dermograph.clinic.permissions import may
from dermograph.core.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One first step.

    Attributes:
        view: The name of the page where it is done; empty where this role may not open it.
        done: Whether it is.
    """

    view: str
    says: Text
    why: Text
    done: bool


def first_steps(clinic: Clinic, role: str) -> list[Step]:
    """The steps in their order; empty once all of them are done. Two queries."""
    people = list(Membership.objects.filter(clinic=clinic, active=True).values_list("role", flat=True))
    there = Clinic.objects.filter(pk=clinic.pk).values_list(
        Exists(Room.objects.filter(clinic=clinic, active=True)),
        Exists(OpeningHours.objects.filter(clinic=clinic)),
        Exists(Lot.objects.filter(clinic=clinic)),
        Exists(Patient.objects.filter(clinic=clinic)),
    )
    rooms, hours, lots, patients = there.get()
    steps = [
        Step(
            "clinic_staff",
            Text("Invite the people who work here", "Invite a quienes trabajan aquí"),
            Text(
                "A practitioner is needed to assess, a medical lead to settle disputed rules.",
                "Hace falta un profesional para valorar y un responsable médico para las reglas en disputa.",
            ),
            {"practitioner", "medical_lead"} <= set(people),
        ),
        Step(
            "agenda_settings",
            Text("Enter rooms and opening hours", "Indique salas y horario"),
            Text("Only then can anything be booked.", "Solo así se puede reservar."),
            rooms and hours,
        ),
        Step(
            "lot_new",
            Text("Enter the lots that are in use", "Registre los lotes en uso"),
            Text(
                "Needles and anaesthetics by lot, so that a recall reaches everybody it concerns.",
                "Agujas y anestésicos por lote, para que una retirada llegue a todos los afectados.",
            ),
            lots,
        ),
        Step(
            "patient_new",
            Text("Register the first patient", "Registre al primer paciente"),
            Text("Then place the area on the body map and begin the assessment.", "Luego sitúe la zona y valore."),
            patients,
        ),
    ]
    if all(step.done for step in steps):
        return []
    return [Step(step.view if may(role, step.view) else "", step.says, step.why, step.done) for step in steps]
