"""A patient's photographs as DICOM files for who asks at the terminal: the rules of every exit hold here too.

Files that are kept on this machine are made first; then it is written down, at once for all, that they leave, and where
that cannot be, none does. What is sent is written down photograph by photograph, each before it goes.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from dermograph.clinic.gallery.models import Comparison, Photograph, Stage
from dermograph.clinic.imaging.identity import Identity, identity_for
from dermograph.clinic.imaging.making import image_bytes, report_bytes
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.rights.known import known
from dermograph.clinic.rights.leaving import NotAllowed, allowed, leave, recipient_of
from dermograph.clinic.rights.models import Form
from dermograph.clinic.rights.purposes import PATIENT, PURPOSES
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
        kept_back: Photographs that may not leave, by their ids, each with the reason; grows where a consent is taken
            back while files are made.
        files: Made one by one while they are taken. Nothing has left before the last one was taken, when it is written
            down; of what is sent, each as it is taken.
    """

    patient_id: str
    photographs: int
    reports: int
    kept_back: dict[uuid.UUID, Text]
    files: Iterator[File]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What photographs leave for, and as what.

    Attributes:
        looked: Whether somebody saw that no picture says who it is.
        one_by_one: Whether each is written down by itself, before it goes.
        kept_back: As in ``Handing``.
    """

    identity: Identity
    purpose: str
    recipient: str
    looked: bool
    one_by_one: bool
    kept_back: dict[uuid.UUID, Text] = field(default_factory=dict)


def hand_out(
    *,
    slug: str,
    number: int,
    purpose: str,
    recipient: str = "",
    only: uuid.UUID | None = None,
    pseudonym: str = "",
    looked: bool = False,
    one_by_one: bool = False,
) -> Handing:
    """The files of a patient's photographs, and writing down that they leave.

    Args:
        slug: Of the clinic.
        number: Of the record.
        purpose: A key of ``rights.PURPOSES``.
        recipient: To whom; nobody for the patient's own copy.
        only: This photograph alone; None for all that stand.
        pseudonym: As whom; empty for the name, beyond the treatment for one that is made up.
        looked: Whether somebody saw that no picture says who it is.
        one_by_one: Whether each file goes as soon as it is taken, as to an archive.

    Raises:
        NotAllowed: If none of them may leave, or an own copy is to go to somebody; nothing is written down then.
        Restricted: If the record is blocked.
        InputError: If there is no such clinic, record, photograph or purpose, or it is not said to whom.
    """
    clinic = _clinic(slug)
    patient = Patient.objects.select_related("clinic").filter(clinic=clinic, number=number).first()
    if patient is None:
        raise InputError(
            Text(
                f"There is no patient {number} in this clinic.",
                f"En esta clínica no hay ningún paciente con el número {number}.",
            ),
            Place(field="--patient"),
        )
    _refuse_restricted(patient)
    if purpose not in PURPOSES:
        raise InputError(
            Text(f"Unknown purpose {shown(purpose)}.", f"Fin desconocido {shown(purpose)}."),
            Place(field="--purpose"),
            nearest(purpose, PURPOSES),
        )
    if purpose != PATIENT and not recipient.strip():
        raise InputError(
            Text("The recipient is missing.", "Falta el destinatario."),
            Place(field="--to"),
            Text("Name it with --to.", "Indíquelo con --to."),
        )
    to = recipient_of(purpose, recipient, "--to")
    identity = identity_for(patient, purpose, pseudonym)
    wish = _Wish(identity, purpose, to, looked, one_by_one)
    rows, what = _photographs(patient, only), known(patient)
    for one in rows:
        refusal = allowed(one, purpose, what).refusal
        if refusal is not None:
            wish.kept_back[one.pk] = refusal
    leaving = [one for one in rows if one.pk not in wish.kept_back]
    if not leaving:
        raise _none_leaves(wish)
    compared = _comparisons(leaving)
    files = _files(leaving, compared, wish, _first_days(patient))
    return Handing(identity.person.patient_id, len(leaving), len(compared), wish.kept_back, files)


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


def _files(leaving: Sequence[Photograph], compared: Sequence[Comparison], wish: _Wish, first: Days) -> Iterator[File]:
    left: list[Photograph] = []
    for number, row in enumerate(leaving, start=1):
        refusal = _refusal(row, wish)
        if refusal is not None:
            wish.kept_back[row.pk] = refusal
            continue
        data = store.get(row.course.patient, row.file)
        day, burned_in = first.get(row.course_id, row.taken_on), False if wish.looked else None
        made = image_bytes(row, data, wish.identity, first=day, burned_in=burned_in)
        if wish.one_by_one:
            _write_down([row], wish)
        left.append(row)
        yield File(f"{number:03d}.dcm", made, row.pk)
    if not left:
        raise _none_leaves(wish)
    ids = {row.pk for row in left}
    for number, one in enumerate(compared, start=1):
        both = (one.before, one.after)
        if any(row.pk not in ids or _refusal(row, wish) for row in both):
            continue
        report = report_bytes(one, wish.identity, first=first.get(one.course_id, one.before.taken_on))
        if report is not None:
            yield File(f"report-{number:03d}.dcm", report, one.pk)
    if not wish.one_by_one:
        _write_down(left, wish)


def _refusal(row: Photograph, wish: _Wish) -> Text | None:
    """Why a photograph may not leave any more; None while it may.

    Raises:
        NotAllowed: If the record was erased.
        Restricted: If it was blocked.
    """
    now = Patient.objects.select_related("clinic").filter(pk=row.course.patient_id).first()
    if now is None:
        raise NotAllowed(Text("This record was erased.", "Esta historia se borró."))
    _refuse_restricted(now)
    return allowed(row, wish.purpose).refusal


def _write_down(rows: Sequence[Photograph], wish: _Wish) -> None:
    leave(photographs=rows, purpose=wish.purpose, recipient=wish.recipient, form=Form.DICOM, who=None)


def _none_leaves(wish: _Wish) -> NotAllowed:
    if not wish.kept_back:
        words = Text("This record has no photograph.", "Esta historia no tiene ninguna fotografía.")
        return NotAllowed(words, Place(field="--patient"))
    return NotAllowed(next(iter(wish.kept_back.values())), Place(field="--purpose"))


def _refuse_restricted(patient: Patient) -> None:
    if patient.restricted_at is not None:
        raise Restricted(patient.restricted_at, patient.clinic)


def _missing(what: Text, name: str, field: str, todo: Text | None = None) -> InputError:
    said = Text(f"There is no {what.en} {shown(name)}.", f"No hay ninguna {what.es} {shown(name)}.")
    return InputError(said, Place(field=field), todo) if todo else InputError(said, Place(field=field))
