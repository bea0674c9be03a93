"""Which kinds of FHIR resource there are to let through, and the page whose roles decide about each.

Nobody reaches further through FHIR than over the pages: what a role may not open, no scope opens for it. Nothing can
be deleted, as nowhere in the clinic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dermograph.core.text import Text

Action = Literal["c", "r", "u", "d", "s"]
NO_PAGE = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """How far one kind of resource reaches.

    Attributes:
        called: What people call it, as the consent page says it.
        read, create, update: The page of ``permissions`` whose roles may; empty for nobody.
        of_patient: Whether each is of one patient (R4, compartment of the patient); the others are nobody's, save
            one that names a patient all the same, such as a Device of others: that is of the patient.
        own: Whether a patient may read it, of those that are of a patient only their own.
        needs: The scopes of ``api.scopes`` that a token of the API has to have, all of them, to read it.
        needs_to_write: The same to create or change it; empty where no token of the API may.
    """

    called: Text
    read: str
    create: str = NO_PAGE
    update: str = NO_PAGE
    of_patient: bool = True
    own: bool = True
    needs: tuple[str, ...] = ("clinical:read",)
    needs_to_write: tuple[str, ...] = ()

    def page(self, action: Action) -> str:
        """The page whose roles decide about an action; empty for nobody."""
        return {"r": self.read, "s": self.read, "c": self.create, "u": self.update, "d": NO_PAGE}[action]


def _words(called: Text) -> Kind:
    """A kind that says how treatments are done, and nothing of any patient."""
    return Kind(called, "components", of_patient=False, needs=())


_PLACES = ("agenda:read",)
_PICTURES = ("photographs:read",)
_WRITES = ("clinical:write",)
_MESSAGES = ("messages:read",)
_TRAIL = ("trail:read",)
KINDS: Mapping[str, Kind] = {
    "Patient": Kind(
        Text("who the patient is, and how to reach them", "quién es el paciente y cómo localizarle"),
        "patient",
        "patient_new",
        "patient_edit",
        needs=("patients:read",),
        needs_to_write=("patients:write",),
    ),
    "BodyStructure": Kind(
        Text("areas of the skin", "zonas de la piel"),
        "patient",
        "area_new",
        "area_new",
        needs=("patients:read",),
        needs_to_write=_WRITES,
    ),
    "Condition": Kind(
        Text("what is treated", "lo que se trata"), "assessment", "area_new", "area_new", needs_to_write=_WRITES
    ),
    "ServiceRequest": Kind(
        Text("courses of treatment", "cursos de tratamiento"),
        "course",
        "course_new",
        "course_new",
        needs=("patients:read",),
        needs_to_write=_WRITES,
    ),
    "Goal": Kind(Text("goals of courses", "objetivos de los cursos"), "course", "course_new", "course_new"),
    "CarePlan": Kind(Text("plans of care", "planes de cuidados"), "assessment_signed", "course_new", "course_new"),
    "Procedure": Kind(
        Text("sessions", "sesiones"), "session", "session_new", "session_correct", needs_to_write=_WRITES
    ),
    "DeviceUseStatement": Kind(
        Text("which products were used", "qué productos se usaron"), "session", "session_new", "session_correct"
    ),
    "Observation": Kind(
        Text("measures, scores and findings", "medidas, puntuaciones y hallazgos"),
        "measures",
        "assessment_answer",
        "assessment_answer",
        needs=("clinical:read", "photographs:read"),
    ),
    "QuestionnaireResponse": Kind(
        Text("answers about health", "respuestas sobre la salud"),
        "assessment",
        "assessment_answer",
        "assessment_answer",
        needs_to_write=_WRITES,
    ),
    "GuidanceResponse": Kind(Text("signed assessments", "valoraciones firmadas"), "assessment_signed"),
    "DetectedIssue": Kind(Text("reasons against a treatment", "motivos contra un tratamiento"), "assessment_signed"),
    "AdverseEvent": Kind(
        Text("signs after sessions", "signos tras las sesiones"),
        "symptom_new",
        "symptom_new",
        "symptom_new",
        needs_to_write=_WRITES,
    ),
    "Consent": Kind(Text("consents", "consentimientos"), "consents", "consent_sign", "consent_withdraw"),
    "Provenance": Kind(Text("who signed what", "quién firmó qué"), "assessment_signed", own=False, needs=_TRAIL),
    "Media": Kind(
        Text("photographs", "fotografías"),
        "photograph",
        "photograph_upload",
        "photograph_correct",
        needs=_PICTURES,
        needs_to_write=("photographs:write",),
    ),
    "DocumentReference": Kind(
        Text("documents and photographs", "documentos y fotografías"),
        "photograph",
        "photograph_upload",
        "photograph_correct",
        needs=(*_PICTURES, "clinical:read"),
    ),
    "Appointment": Kind(
        Text("appointments", "citas"),
        "appointment",
        "appointment_new",
        "appointment_move",
        needs=_PLACES,
        needs_to_write=("agenda:write",),
    ),
    "Communication": Kind(Text("messages", "mensajes"), "patient_messages", own=False, needs=_MESSAGES),
    "Task": Kind(Text("tasks of the clinic", "tareas de la clínica"), "alerts", own=False, needs=_MESSAGES),
    "AuditEvent": Kind(
        Text("who opened and changed what", "quién abrió y cambió qué"), "patient_rights", own=False, needs=_TRAIL
    ),
    "Schedule": Kind(
        Text("when practitioners work", "cuándo trabajan los profesionales"),
        "agenda",
        of_patient=False,
        own=False,
        needs=_PLACES,
    ),
    "Slot": Kind(Text("free times", "huecos libres"), "agenda", of_patient=False, own=False, needs=_PLACES),
    "Practitioner": Kind(
        Text("who works in the clinic", "quién trabaja en la clínica"), "patients", of_patient=False, needs=()
    ),
    "PractitionerRole": Kind(
        Text("what each practitioner does", "qué hace cada profesional"), "patients", of_patient=False, needs=()
    ),
    "Organization": Kind(Text("the clinic itself", "la propia clínica"), "components", of_patient=False, needs=()),
    "Location": Kind(Text("rooms", "salas"), "patients", of_patient=False, needs=_PLACES),
    "Device": Kind(
        Text("products and their lots", "productos y sus lotes"), "stock", of_patient=False, needs=("stock:read",)
    ),
    "Substance": Kind(
        Text("pigments and their lots", "pigmentos y sus lotes"), "stock", of_patient=False, needs=("stock:read",)
    ),
    "PlanDefinition": _words(Text("protocols", "protocolos")),
    "ActivityDefinition": _words(Text("steps of protocols", "pasos de los protocolos")),
    "Questionnaire": _words(Text("questions of protocols", "preguntas de los protocolos")),
    "Library": _words(Text("sources of protocols", "fuentes de los protocolos")),
    "CodeSystem": _words(Text("codes", "códigos")),
    "ValueSet": _words(Text("lists of codes", "listas de códigos")),
    "StructureDefinition": _words(Text("shapes of records", "formas de los registros")),
}
