"""A new version of a response: what its former versions answered, and what of that is taken back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Clinic, User
from dermograph.core.dates import day_text
from dermograph.core.errors import printable
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element

_NOT_ASKED: Final = "not_asked"
_NAMED: Final = 5
_LONGEST: Final = 200
#: What decides which answers a response gives, and where.
_ANSWERING: Final = ("status", "questionnaire", "authored", "item", "subject", "basedOn", "modifierExtension")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a response that is about to be kept.

    Attributes:
        id: Of the row that keeps it.
        resource: As it is kept.
        clinic: Whose.
        patient: Whom it is about.
        source: The URI of who sent it.
        who: Who takes it over.
        former: The ids of the rows that keep its former versions.
        patients: Whom they are about, each locked; without those whose record is blocked.
        before: The last of them; None for none.
        follows: Whether everything that it says stands in entries of the system that sent it, which came as well.
    """

    id: uuid.UUID
    resource: Element
    clinic: Clinic
    patient: uuid.UUID | None
    source: str
    who: User | None
    former: tuple[uuid.UUID, ...] = ()
    patients: frozenset[uuid.UUID] = frozenset()
    before: Element | None = None
    follows: bool = False

    @property
    def says_the_same(self) -> bool:
        """Whether nothing that answers differs from the version before."""
        before = self.before
        return before is not None and all(self.resource.get(name) == before.get(name) for name in _ANSWERING)

    def gave(self, one: Answer) -> bool:
        """Whether a former version wrote an answer, or took one back by it."""
        names = (one.fact, withdrawal(one.fact, one.supersedes_id))
        return any(one.pk == uuid.uuid5(row, name) for row in self.former for name in names)

    def beneath(self, one: Answer | None) -> Answer | None:
        """The answer that would stand had the former versions never come; None for none."""
        found: Any = one
        while found is not None and self.gave(found):
            found = found.supersedes
        return found if isinstance(found, Answer) else None

    def reason(self, patient: uuid.UUID | None) -> str:
        """Why an answer of a patient is written or taken back: who sent it, and whoever answered.

        Whoever answered may be another patient where it was about this one only by mistake: then nobody is named.
        """
        said: Element = self.resource if patient == self.patient else {}
        person: Any = said.get("source") or said.get("author") or {}
        name = printable(person.get("display") or person.get("reference") or "", limit=_LONGEST)
        return " · ".join(part for part in (printable(self.source, limit=_LONGEST), name) if part) or "FHIR"

    def standing(self) -> list[Answer]:
        """What still stands of what the former versions answered, in whatever course, with whomever."""
        if not self.former:
            return []
        rows = Answer.objects.standing().filter(clinic=self.clinic, patient__in=self.patients)
        return [one for one in rows.order_by("fact", "pk") if self.gave(one)]


def take_back(version: Version, kept: set[uuid.UUID]) -> list[Text]:
    """Take back what the former versions answered and the new one no longer says.

    It corrects what was received: a course may be closed by now, and its answers about the patient still count.

    Args:
        version: The new one; the patients are locked.
        kept: The ids of the answers that it says.

    Returns:
        What is taken back.
    """
    told = []
    today = timezone.now().astimezone(version.clinic.zone).date()
    for one in version.standing():
        if one.pk in kept or one.missing == _NOT_ASKED:
            continue
        status = printable(version.resource.get("status", ""), limit=_LONGEST)
        new = Answer(
            pk=uuid.uuid5(version.id, withdrawal(one.fact, one.pk)),
            clinic=version.clinic,
            written_by=version.who,
            patient_id=one.patient_id,
            course_id=one.course_id,
            fact=one.fact,
            missing=_NOT_ASKED,
            answered_on=today,
            supersedes=one,
            correction_reason=f"{version.reason(one.patient_id)} · {status}",
        )
        new.save()
        record("answer.corrected", clinic=version.clinic, who=version.who, about=new, details={"fact": one.fact})
        told.append(Text(f"{one.fact}: the answer is taken back.", f"{one.fact}: se retira la respuesta."))
        others = version.beneath(one)
        if others is not None and others.missing != _NOT_ASKED:
            told.append(_ask_again(others))
    return told


def is_withdrawn(one: Answer) -> bool:
    """Whether an entry only says that a response took its answer back: that stands against nobody's answer.

    The ids of what responses answer are made of names (RFC 9562, version 5), those of what is written here at random.
    """
    return one.missing == _NOT_ASKED and one.pk.version == _NAMED


def withdrawal(fact: str, answer: uuid.UUID | None) -> str:
    """By what name the entry has its id that takes an answer back: one response may have answered in two courses."""
    return f"{fact} {answer}"


def _ask_again(before: Answer) -> Text:
    day = day_text(before.answered_on)
    return Text(
        f"{before.fact}: it had replaced what was answered here on {day.en}. Ask again.",
        f"{before.fact}: había sustituido lo respondido aquí el {day.es}. Vuelva a preguntarlo.",
    )
