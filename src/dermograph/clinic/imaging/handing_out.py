"""A patient's photographs as DICOM files for who asks at the terminal: the rules of every exit hold here too."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from dermograph.clinic.gallery.models import Comparison, Photograph, Stage
from dermograph.clinic.imaging.identity import Identity, identity_for
from dermograph.clinic.imaging.making import image_bytes, report_bytes
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.clinic.rights.known import known
from dermograph.clinic.rights.leaving import NotAllowed, allowed, leave
from dermograph.clinic.rights.models import Form
from dermograph.clinic.rights.purposes import PURPOSES
from dermograph.clinic.vault import store
from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import Text

_RELATED: Final = ("course__patient__clinic", "course__area", "clinic")
_SIDES: Final = tuple(f"{side}__{one}" for side in ("before", "after") for one in _RELATED)
Days = dict[uuid.UUID, dt.date]


@dataclass(frozen=True, slots=True)
class File:
    """One file that leaves.

    Attributes:
        name: Says nothing but its number.
        about: The photograph, or of a report the comparison.
    """

    name: str
    data: bytes
    about: uuid.UUID


@dataclass(frozen=True, slots=True)
class Handing:
    """What leaves.

    Attributes:
        patient_id: As whom.
        photographs: How many.
        reports: How many reports at most: one whose comparison measured nothing is left out.
        kept_back: Photographs that may not leave, by their ids, each with the reason.
        files: Made one by one while they are taken.
    """

    patient_id: str
    photographs: int
    reports: int
    kept_back: dict[uuid.UUID, Text]
    files: Iterator[File]


def hand_out(
    *,
    slug: str,
    number: int,
    purpose: str,
    recipient: str = "",
    only: uuid.UUID | None = None,
    pseudonym: str = "",
    looked: bool = False,
) -> Handing:
    """Write down that photographs of a patient leave, and the files.

    Args:
        slug: Of the clinic.
        number: Of the record.
        purpose: A key of ``rights.PURPOSES``.
        recipient: To whom; may be empty for the patient's own copy.
        only: This photograph alone; None for all that stand.
        pseudonym: As whom; empty for the name, beyond the treatment for one that is made up.
        looked: Whether somebody saw that no picture says who it is.

    Raises:
        NotAllowed: If none of them may leave; nothing is written down then.
        InputError: If there is no such clinic, record, photograph or purpose.
    """
    clinic = _clinic(slug)
    patient = Patient.objects.select_related("clinic").filter(clinic=clinic, number=number).first()
    if patient is None:
        raise _missing(Text("record", "historia"), str(number), "--patient")
    if purpose not in PURPOSES:
        raise InputError(
            Text(f"Unknown purpose {shown(purpose)}.", f"Fin desconocido {shown(purpose)}."),
            Place(field="--purpose"),
            nearest(purpose, PURPOSES),
        )
    identity = identity_for(patient, purpose, pseudonym)
    rows = _photographs(patient, only)
    with transaction.atomic():
        what = known(patient)
        refusals = {one.pk: allowed(one, purpose, what).refusal for one in rows}
        kept_back = {pk: refusal for pk, refusal in refusals.items() if refusal is not None}
        leaving = [one for one in rows if one.pk not in kept_back]
        if not leaving:
            why = next(iter(kept_back.values()), Text("There is no photograph.", "No hay ninguna fotografía."))
            raise NotAllowed(why, Place(field="--purpose"))
        leave(photographs=leaving, purpose=purpose, recipient=recipient, form=Form.ORIGINAL, who=None)
    compared = _comparisons(leaving)
    first = _first_days(patient)
    files = _files(leaving, compared, identity, first, looked=looked)
    return Handing(identity.person.patient_id, len(leaving), len(compared), kept_back, files)


def _clinic(slug: str) -> Clinic:
    found = Clinic.objects.filter(slug=slug).first()
    if found is None:
        known_ones = Clinic.objects.values_list("slug", flat=True)
        raise _missing(Text("clinic", "clínica"), slug, "--clinic", nearest(slug, known_ones))
    return found


def _photographs(patient: Patient, only: uuid.UUID | None) -> list[Photograph]:
    """All that stand, in the order of their days; or the one that was asked for."""
    rows = Photograph.objects.filter(course__patient=patient).select_related(*_RELATED)
    if only is None:
        return list(rows.standing().filter(withdrawn=False).order_by("taken_on", "written_at", "pk"))
    found = list(rows.filter(pk=only))
    if not found:
        raise _missing(Text("photograph", "fotografía"), str(only), "--photograph")
    return found


def _comparisons(leaving: Sequence[Photograph]) -> list[Comparison]:
    """The latest comparison of each follow-up, where both of its photographs leave."""
    ids = [one.pk for one in leaving]
    rows = Comparison.objects.from_baseline().filter(course__in={one.course_id for one in leaving}, stage=Stage.DONE)
    related = rows.select_related("course__area", "clinic", *_SIDES)
    latest = {one.after_id: one for one in related.in_time()}
    return [one for one in latest.values() if one.before_id in ids and one.after_id in ids]


def _first_days(patient: Patient) -> Days:
    """The day of the first photograph of each course."""
    standing = Photograph.objects.standing().filter(course__patient=patient, withdrawn=False).order_by("-taken_on")
    return dict(standing.values_list("course_id", "taken_on"))


def _files(
    leaving: Sequence[Photograph], compared: Sequence[Comparison], identity: Identity, first: Days, *, looked: bool
) -> Iterator[File]:
    for number, row in enumerate(leaving, start=1):
        data = store.get(row.course.patient, row.file)
        day = first.get(row.course_id, row.taken_on)
        made = image_bytes(row, data, identity, first=day, burned_in=False if looked else None)
        yield File(f"{number:03d}.dcm", made, row.pk)
    for number, one in enumerate(compared, start=1):
        report = report_bytes(one, identity, first=first.get(one.course_id, one.before.taken_on))
        if report is not None:
            yield File(f"report-{number:03d}.dcm", report, one.pk)


def _missing(what: Text, name: str, field: str, todo: Text | None = None) -> InputError:
    said = Text(f"There is no {what.en} {shown(name)}.", f"No hay ninguna {what.es} {shown(name)}.")
    return InputError(said, Place(field=field), todo) if todo else InputError(said, Place(field=field))
