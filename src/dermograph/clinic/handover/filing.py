"""Into which course the answers of a QuestionnaireResponse belong: never into another one than it names."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils import timezone

from dermograph.clinic.handover.outgoing.responses import published
from dermograph.clinic.handover.retracting import Version, is_withdrawn
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Clinic, Course
from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import canonical
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.protocol.partial_dates import meant
from dermograph.protocols import load_library
from dermograph.protocols.model import Protocol

_DAY: Final = 10  # characters


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
        asking: The patient's courses whose protocol asks it, open or not, each with its clinic, patient and area.
        area: The id of the course of which it says what it says of an area, open or not; None if nobody knows.
        named: What it is based on, in words; empty where it names nothing.
    """

    asking: tuple[Course, ...] = ()
    area: uuid.UUID | None = None
    named: str = ""

    @property
    def course(self) -> Course | None:
        """The open one through which is written what the response says of the patient; None if there is none."""
        asks = [one for one in self.asking if one.closed_at is None]
        return next((one for one in asks if one.pk == self.area), asks[0] if asks else None)

    @property
    def takes_area(self) -> bool:
        """Whether what is said of an area is written."""
        return self.course is not None and self.course.pk == self.area

    def fits(self, one: Answer) -> bool:
        """Whether an answer stands where the response may have put it: what is of no other area than it names."""
        return one.course_id is None or not self.named or one.course_id == self.area

    def after(self, version: Version) -> Filing:
        """The same for a new version: what names nothing is of the area of which the former versions answered.

        Where nothing of that stands any more, it is of that area or nobody knows, whatever its day says. Where they
        answered of no area, what the last of them may have been about counts too: the day of a response may be that of
        its last change.

        Args:
            version: The new one.
        """
        if self.named or version.before is None:
            return self
        answers = Answer.objects.filter(clinic=version.clinic, patient=version.patient).exclude(course=None)
        given = [one for one in answers.select_related("superseded_by") if version.gave(one)]
        where = {one.course_id for one in given if one.stands and not is_withdrawn(one)}
        if not where and not given and version.before.get("basedOn"):  # it named another area, and that name is gone
            where = {None}
        elif not where:
            where = {self.area} | ({one.course_id for one in given} or {_meant(self.asking, version.before)})
        return replace(self, area=where.pop() if len(where) == 1 else None)

    def why_not(self) -> Text:
        """Why what is said of an area is not written."""
        if not self.named and self.area is None:
            return Text(
                "What it says of an area answers nothing: several courses here ask or asked this, and it names none "
                "(basedOn).",
                "Lo que dice de una zona no responde a nada: aquí lo preguntan o preguntaron varios cursos y no nombra "
                "ninguno (basedOn).",
            )
        english = self.named or "the course in which it answered before"
        spanish = self.named or "el curso en el que respondió antes"
        return Text(
            f"What it says of an area answers nothing: {english} is no open course of this patient that asks this.",
            f"Lo que dice de una zona no responde a nada: {spanish} no es un curso abierto de este paciente que "
            "pregunte esto.",
        )


def protocol_asked(resource: Element) -> Protocol | None:
    """The protocol whose questions a response answers; None if it answers others."""
    named = str(resource.get("questionnaire", "")).partition("|")[0]
    every = load_library().protocols.values()
    return next((one for one in every if named == canonical("Questionnaire", one.id)), None)


def day_of(resource: Element, clinic: Clinic) -> dt.date | None:
    """The clinic's day on which a response was answered; None where no whole day is said, or one to come."""
    authored, day = str(resource.get("authored", "")), None
    if len(authored) > _DAY:
        with contextlib.suppress(ValueError, OverflowError):
            day = dt.datetime.fromisoformat(authored).astimezone(clinic.zone).date()
    elif (days := meant(authored)) is not None and days[0] == days[1]:
        day = days[0]
    return day if day is not None and day <= timezone.now().astimezone(clinic.zone).date() else None


def filing_of(resource: Element, patient: uuid.UUID, keys: Keys) -> Filing:
    """Where the answers of a response belong: with the course that it names, without a name with that of the only area.

    Several names are one where all of them mean the same course. A name that is none of ours, or of a course of another
    treatment, stands for another area: nothing else is put in its place. Without a name every area counts that may have
    been meant on the day on which it was answered, though its course is closed by now.

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
    asking = tuple(one for one in courses.values() if published(one.treatment) == protocol.id)
    if based:
        names = {keys.of_reference(one["reference"]) if "reference" in one else None for one in based}
        area = names.pop() if len(names) == 1 and names <= courses.keys() else None
    else:
        area = _meant(asking, resource)
    return Filing(asking, area, named)


def _meant(asking: Sequence[Course], resource: Element) -> uuid.UUID | None:
    """The id of the course of the only area that a response may be about that names none; None if there are several.

    It may be answered before its course is opened, or after it is closed. So a course that was over by its day is left
    out only if another one was there on that day; without a day none is. Of several courses of the area the open one
    counts.

    Args:
        asking: The courses that ask it.
        resource: The response.
    """
    on = day_of(resource, asking[0].clinic) if asking else None
    if on is not None:
        zone = asking[0].clinic.zone
        lasting = [one for one in asking if one.closed_at is None or one.closed_at.astimezone(zone).date() >= on]
        if any(one.opened_at.astimezone(zone).date() <= on for one in lasting):
            asking = lasting
    if len({one.area_id for one in asking}) != 1:
        return None
    return next((one.pk for one in asking if one.closed_at is None), asking[0].pk)


def _name(reference: Mapping[str, Any]) -> str:
    """What a reference says of what it means."""
    number = reference.get("identifier", {})
    pair = "|".join(number[part] for part in ("system", "value") if part in number)
    return str(reference.get("reference") or reference.get("display") or pair)
