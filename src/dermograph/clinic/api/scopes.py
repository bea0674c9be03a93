"""What a token may be for. Beneath each scope the role of the member still decides, by ``permissions``."""

from __future__ import annotations

from collections.abc import Mapping

from dermograph.clinic.permissions import PERMISSIONS
from dermograph.core.text import Text

SCOPES: Mapping[str, Text] = {
    "patients:read": Text(
        "Read patients, their areas and courses", "Leer pacientes, sus zonas y cursos de tratamiento"
    ),
    "patients:write": Text("Register and correct patients", "Dar de alta y corregir pacientes"),
    "clinical:read": Text(
        "Read assessments, consents, sessions, symptoms and reviews",
        "Leer valoraciones, consentimientos, sesiones, síntomas y revisiones",
    ),
    "clinical:write": Text(
        "Write answers, areas, courses, sessions and symptoms", "Anotar respuestas, zonas, cursos, sesiones y síntomas"
    ),
    "photographs:read": Text(
        "Read photographs, outlines, comparisons and measures", "Leer fotografías, contornos, comparaciones y medidas"
    ),
    "photographs:write": Text(
        "Add photographs, outlines and comparisons", "Añadir fotografías, contornos y comparaciones"
    ),
    "agenda:read": Text("Read days, free times and appointments", "Leer días, huecos libres y citas"),
    "agenda:write": Text("Book, move and cancel appointments", "Reservar, mover y anular citas"),
    "stock:read": Text("Read lots", "Leer lotes"),
    "outcomes:read": Text("Read outcomes", "Leer resultados"),
    "messages:read": Text(
        "Read messages with patients and the clinic's tasks (FHIR)",
        "Leer los mensajes con pacientes y las tareas de la clínica (FHIR)",
    ),
    "trail:read": Text(
        "Read who opened, changed and signed what (FHIR)", "Leer quién abrió, cambió y firmó qué (FHIR)"
    ),
}


def may_act_for(own: str, other: str, reached: frozenset[str]) -> bool:
    """Whether who has one role may make a token that acts in another: nobody gives away more than they have.

    Args:
        own: The role of who makes it.
        other: The role in which it acts.
        reached: The pages whose roles decide about operations; only those can be given away.
    """
    return all(own in PERMISSIONS[page] for page in reached if other in PERMISSIONS[page])
