"""Into which course the answers of a QuestionnaireResponse belong: never into another one than it names."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dermograph.clinic import facts
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Course
from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import canonical
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.protocols import load_library
from dermograph.protocols.model import Protocol


@dataclass(frozen=True, slots=True)
class Note:
    """What is worth to be told of a response that was taken over.

    Attributes:
        words: For people.
        code: Of issue-type.
    """

    words: Text
    code: str = "informational"


@dataclass(frozen=True, slots=True)
class Filing:
    """Where what a response answers belongs.

    Attributes:
        course: An open one whose protocol asks it, with its clinic, patient and area: through it is written what the
            response says of the patient. None if there is none.
        area: The id of the course of which it says what it says of an area, open or not; None if nobody knows.
        named: What it is based on, in words; empty where it names nothing.
    """

    course: Course | None = None
    area: uuid.UUID | None = None
    named: str = ""

    @property
    def takes_area(self) -> bool:
        """Whether what is said of an area is written."""
        return self.course is not None and self.course.pk == self.area

    def fits(self, one: Answer) -> bool:
        """Whether an answer stands where the response may have put it: what is of no other area than it names."""
        return one.course_id is None or not self.named or one.course_id == self.area

    def why_not(self) -> Text:
        """Why what is said of an area is not written."""
        if not self.named:
            return Text(
                "What it says of an area answers nothing: several courses here ask this, and it names none (basedOn).",
                "Lo que dice de una zona no responde a nada: aquí lo preguntan varios cursos y no nombra ninguno "
                "(basedOn).",
            )
        return Text(
            f"What it says of an area answers nothing: {self.named} is no open course of this patient that asks this.",
            f"Lo que dice de una zona no responde a nada: {self.named} no es un curso abierto de este paciente que "
            "pregunte esto.",
        )


def protocol_asked(resource: Element) -> Protocol | None:
    """The protocol whose questions a response answers; None if it answers others."""
    named = str(resource.get("questionnaire", "")).partition("|")[0]
    every = load_library().protocols.values()
    return next((one for one in every if named == canonical("Questionnaire", one.id)), None)


def filing_of(resource: Element, patient: uuid.UUID, keys: Keys) -> Filing:
    """Where the answers of a response belong: with the course that it names, without a name with the only open one.

    Several names are one where all of them mean the same course. A name that is none of ours, or of a course of another
    treatment, stands for another area: nothing else is put in its place.

    Args:
        resource: A QuestionnaireResponse.
        patient: Whom it is about.
        keys: How the sender's ids become ours.
    """
    based = resource.get("basedOn", ())
    named = ", ".join(dict.fromkeys(shown(_name(one)) for one in based))
    protocol = protocol_asked(resource)
    if protocol is None:
        return Filing(named=named)
    rows = Course.objects.filter(patient=patient).select_related("clinic", "patient", "area").order_by("pk")
    courses = {one.pk: one for one in rows}
    asks = [one for one in courses.values() if one.closed_at is None and facts.protocol_of(one).id == protocol.id]
    if based:
        meant = {keys.of_reference(one["reference"]) if "reference" in one else None for one in based}
        area = meant.pop() if len(meant) == 1 and meant <= courses.keys() else None
    else:
        area = asks[0].pk if len(asks) == 1 else None
    course = next((one for one in asks if one.pk == area), asks[0] if asks else None)
    return Filing(course, area, named)


def _name(reference: Mapping[str, Any]) -> str:
    """What a reference says of what it means."""
    number = reference.get("identifier", {})
    pair = "|".join(number[part] for part in ("system", "value") if part in number)
    return str(reference.get("reference") or reference.get("display") or pair)
