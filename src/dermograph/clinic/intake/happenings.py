"""What happened or will happen on a date: written down, and taken back by another entry."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.guards import LONGEST_REASON, clean_words, refuse_closed, refuse_other_patient
from dermograph.clinic.intake.meanwhile import ChangedMeanwhileError
from dermograph.clinic.intake.models import Happening
from dermograph.clinic.people.models import Course, Patient, User
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text
from dermograph.protocols import load_library
from dermograph.protocols.field import Field, Node

_SWAP = Text("Give the first day and then the last.", "Indique el primer día y después el último.")


def add_happening(
    *,
    course: Course,
    who: User | None,
    what: str,
    first: dt.date | str,
    last: dt.date | str = "",
    everywhere: bool = False,
    entry: uuid.UUID | None = None,
) -> Happening:
    """Write down something dated, such as sun on the area.

    Args:
        course: Whose area it concerns.
        who: Who wrote it down.
        what: Its id among the events of the vocabulary.
        first: Its first day.
        last: Its last day, inclusive; without it, it is one day.
        everywhere: Whether it concerns all areas of the patient.
        entry: The id of the new entry; where it exists already, that one is returned.

    Raises:
        InputError: If there is no such event, a day cannot be, or the course is closed.
    """
    kinds = load_library().vocabulary.events
    if what not in kinds:
        raise InputError(
            Text(f"Unknown happening {shown(what)}.", f"Suceso desconocido {shown(what)}."), Place(field="what")
        )
    begins = _day(first, "first")
    ends = _day(last, "last") if last else begins
    born = course.patient.birth_date
    if ends < begins:
        raise InputError(Text("It ends before it begins.", "Acaba antes de empezar."), Place(field="last"), _SWAP)
    if born is not None and begins < born:
        raise InputError(
            Text(f"{begins} lies before the birth on {born}.", f"{begins} es anterior al nacimiento, el {born}."),
            Place(field="first"),
        )
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True).get(pk=course.patient_id)
        refuse_closed(course)
        there: Happening | None = Happening.objects.filter(pk=entry).first() if entry else None
        if there is not None:
            refuse_other_patient(there, course)
            return there
        new: Happening = Happening.objects.create(
            pk=entry or uuid.uuid4(),
            clinic=course.clinic,
            written_by=who,
            patient=course.patient,
            course=None if everywhere else course,
            what=what,
            first=begins,
            last=ends,
        )
        record("happening.written", clinic=course.clinic, who=who, about=new, details={"what": what})
    return new


def cancel_happening(
    *, happening: Happening, who: User | None, reason: str = "", entry: uuid.UUID | None = None
) -> Happening:
    """Say that something did not happen: a new entry supersedes the one that said so.

    Raises:
        ChangedMeanwhileError: If somebody else has corrected it.
        InputError: If it concerns a course that is closed.
    """
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True).get(pk=happening.patient_id)
        if happening.course is not None:
            refuse_closed(happening.course)
        later: Happening | None = Happening.objects.filter(supersedes=happening).select_related("written_by").first()
        if later is not None:
            if later.pk == entry or later.cancelled:
                return later
            raise ChangedMeanwhileError(later)
        if happening.cancelled:
            return happening
        if entry and Happening.objects.filter(pk=entry).exists():
            raise InputError(Text("This form was used before.", "Este formulario ya se usó."))
        new: Happening = Happening.objects.create(
            pk=entry or uuid.uuid4(),
            clinic=happening.clinic,
            written_by=who,
            patient=happening.patient,
            course=happening.course,
            what=happening.what,
            first=happening.first,
            last=happening.last,
            cancelled=True,
            supersedes=happening,
            correction_reason=clean_words(reason, LONGEST_REASON),
        )
        record("happening.cancelled", clinic=new.clinic, who=who, about=new, details={"what": new.what})
    return new


def _day(value: dt.date | str, name: str) -> dt.date:
    if isinstance(value, dt.date):
        value = value.isoformat()
    if not value:
        raise InputError(Text("The day is missing.", "Falta el día."), Place(field=name))
    return Field(Node(value, 0), name, "").day()
