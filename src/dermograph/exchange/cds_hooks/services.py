"""What is offered, as discovery tells it (CDS Hooks 2.0, Discovery)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dermograph.core.text import Language, Text
from dermograph.exchange.fhir.codes import ANSWERS, FACTS


@dataclass(frozen=True, slots=True)
class Template:
    """What a service asks the sender to send along.

    Attributes:
        query: A read or a search of FHIR, with tokens of the context.
        kinds: The types of resource that answer it.
    """

    query: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """One service. Its id never changes.

    Attributes:
        id: The last part of its address.
        hook: When it is asked.
        prefetch: What is asked for, by the key under which it comes.
    """

    id: str
    hook: str
    title: Text
    description: Text
    usage: Text
    prefetch: Mapping[str, Template]

    def to_json(self, language: Language) -> dict[str, Any]:
        """As discovery has it."""
        return {
            "hook": self.hook,
            "title": self.title.say(language),
            "description": self.description.say(language),
            "id": self.id,
            "prefetch": {name: one.query for name, one in self.prefetch.items()},
            "usageRequirements": self.usage.say(language),
        }


_OF_PATIENT: Final = "patient={{context.patientId}}"
#: Which answers a patient gave, and what else says the same in our own codes.
PREFETCH: Final[Mapping[str, Template]] = {
    "patient": Template("Patient/{{context.patientId}}", ("Patient",)),
    "answers": Template(f"QuestionnaireResponse?{_OF_PATIENT}&_sort=-authored", ("Bundle", "QuestionnaireResponse")),
    "observations": Template(f"Observation?{_OF_PATIENT}&code={FACTS}|", ("Bundle", "Observation")),
    "conditions": Template(f"Condition?{_OF_PATIENT}&code={ANSWERS}|", ("Bundle", "Condition")),
}
_USAGE: Final = Text(
    "Of a patient of this clinic the clinic's own record is read, and prefetch is not needed. Of any other patient the "
    "answers to one of our questionnaires (prefetch “answers”) are needed: without them the answer is 412. Earlier "
    "sessions and events of such a patient are not known here: no day is proposed.",
    "De un paciente de esta clínica se lee la propia historia y no hace falta prefetch. De cualquier otro hacen falta "
    "las respuestas a uno de nuestros cuestionarios (prefetch «answers»): sin ellas se responde 412. Aquí no se "
    "conocen sesiones ni hechos anteriores de ese paciente: no se propone ningún día.",
)
PATIENT_VIEW: Final = Service(
    "dermograph-patient-view",
    "patient-view",
    Text(
        "Skin treatments with needles: who opens a chart", "Tratamientos de la piel con agujas: al abrir una historia"
    ),
    Text(
        "Says what speaks against the next session of each course of treatment, with its source, and proposes the next "
        "day that the protocol allows.",
        "Dice qué se opone a la próxima sesión de cada curso de tratamiento, con su fuente, y propone el próximo día "
        "que permite el protocolo.",
    ),
    _USAGE,
    PREFETCH,
)
APPOINTMENT_BOOK: Final = Service(
    "dermograph-appointment-book",
    "appointment-book",
    Text("Skin treatments with needles: booking", "Tratamientos de la piel con agujas: reserva de cita"),
    Text(
        "Says whether proposed appointments for a session are too early by the protocol, or later than usual, and "
        "which day is the first that it allows.",
        "Dice si las citas propuestas para una sesión son demasiado pronto según el protocolo, o más tarde de lo "
        "habitual, y cuál es el primer día permitido.",
    ),
    _USAGE,
    PREFETCH,
)
ORDER_SELECT: Final = Service(
    "dermograph-order-select",
    "order-select",
    Text("Skin treatments with needles: orders", "Tratamientos de la piel con agujas: órdenes"),
    Text(
        "Says what a selected order would mean for a course of treatment, where the order has one of our own codes. Of "
        "any other code nothing is known: no card does not mean that there is no interaction.",
        "Dice qué supondría una orden seleccionada para un curso de tratamiento, si lleva uno de nuestros códigos. De "
        "cualquier otro código no se sabe nada: que no haya tarjeta no significa que no haya interacción.",
    ),
    _USAGE,
    PREFETCH,
)
SERVICES: Final[Mapping[str, Service]] = {one.id: one for one in (PATIENT_VIEW, APPOINTMENT_BOOK, ORDER_SELECT)}


def discovery(language: Language) -> dict[str, Any]:
    """What ``GET {base}/cds-services`` answers."""
    return {"services": [one.to_json(language) for one in SERVICES.values()]}
