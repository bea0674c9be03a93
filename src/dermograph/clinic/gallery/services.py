"""Writing photographs, outlines and comparisons. Each is one transaction; what is refused leaves nothing behind."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery import leases
from dermograph.clinic.gallery.comparing import (
    METHOD,
    ask_for_comparison,
    compare_what_is_not,
    draw_outline,
    lock,
)
from dermograph.clinic.gallery.files import Received, received
from dermograph.clinic.gallery.kinds import when_corrected
from dermograph.clinic.gallery.models import Comparison, Photograph, Stage
from dermograph.clinic.gallery.rules import (
    ANOTHER_ONE,
    FORM_USED,
    LOAD_AGAIN,
    TAKEN_OUT,
    FromHome,
    changed_meanwhile,
    checked_day,
    checked_home_day,
    checked_session,
    checked_words,
    day_of,
    guard_consent,
)
from dermograph.clinic.gallery.selectors import baseline
from dermograph.clinic.people.models import Course, User
from dermograph.clinic.vault import store
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

__all__ = [
    "METHOD",
    "add_photograph",
    "ask_for_comparison",
    "compare_what_is_not",
    "correct_photograph",
    "draw_outline",
]
#: The session that a photograph has, where its correction names none.
AS_IT_IS = object()
WITHDRAWN = Text("A photograph of it was taken out of the course.", "Se retiró del curso una de sus fotografías.")
NOT_IN_ORDER = Text(
    "The day of one of its photographs was corrected: they are no longer the baseline and a follow-up.",
    "Se corrigió el día de una de sus fotografías: ya no son la inicial y una de seguimiento.",
)


def add_photograph(  # noqa: PLR0913 (a file, what is said of it, and who says so; all are named)
    *,
    course: Course,
    data: bytes,
    name: str,
    who: User | None,
    entry: uuid.UUID,
    taken_on: dt.date | None = None,
    session: Any = None,  # noqa: ANN401 (a Session, of an app above this one)
    note: str = "",
    home: FromHome | None = None,
) -> Photograph:
    """Keep a photograph: the original byte for byte, a preview and a thumbnail, all sealed.

    Args:
        course: With its patient and clinic.
        data: The whole file.
        name: As the browser calls it.
        who: Who of the clinic adds it; None for the patient.
        entry: Its id; a replay finds what is there.
        taken_on: The day it was taken; None takes the camera's.
        session: The session that it was taken at; None for a follow-up.
        note: Words of who adds it.
        home: Where the patient sends it.

    Returns:
        The new row; or the one that is there, if the course has the same file already. It is told by its id.

    Raises:
        InputError: If the file is no photograph, no day is known or it cannot be, consent is missing, the session is
            another course's, or nothing can be stored. Nothing is left then.
    """
    there: Photograph | None = Photograph.objects.filter(pk=entry, course=course).first()
    if there is not None:
        if there.sha256 != hashlib.sha256(data).hexdigest():
            raise InputError(FORM_USED, todo=LOAD_AGAIN)
        return there
    note = checked_words(note, 300)
    session = checked_session(course, session)
    guard_consent(course)
    file = received(data, name)
    twin, withdrawn = _twin(course, file.sha256)
    if twin is not None:
        return twin
    if home is not None and withdrawn is not None:
        raise InputError(TAKEN_OUT, Place(file.name), ANOTHER_ONE)
    on = checked_day(course, day_of(file, taken_on), file.name)
    if home is not None:
        checked_home_day(home, on, file.name)
    names: list[str] = []
    try:
        for kept, suffix in ((file.data, "original"), (file.preview, "preview"), (file.thumbnail, "thumbnail")):
            names.append(store.put(course.patient, kept, suffix))
        row = _photograph(course, file, names)
        row.pk, row.taken_on, row.session, row.note, row.written_by = entry, on, session, note, who
        row.supersedes = withdrawn
        row.from_home = home is not None or (withdrawn is not None and withdrawn.from_home)
        row.correction_reason = "sent again" if withdrawn else home.where if home else ""
        with transaction.atomic():
            row.save()
            by = who or (home.account if home else None)
            record("photograph.added", clinic=course.clinic, who=by, about=row, patient=course.patient_id)
            leases.announce(row)
    except BaseException as error:
        for one in names:
            store.remove(one)
        if not isinstance(error, IntegrityError):
            raise
        twin, _ = _twin(course, file.sha256)
        if twin is None:
            raise InputError(FORM_USED, todo=LOAD_AGAIN) from error
        return twin  # the same file came twice at the same moment
    return row


def correct_photograph(
    *,
    photograph: Photograph,
    taken_on: dt.date,
    reason: str,
    who: User,
    entry: uuid.UUID,
    session: Any = AS_IT_IS,  # noqa: ANN401 (a Session)
    note: str = "",
    withdrawn: bool = False,
) -> Photograph:
    """Correct what is said of a photograph, or take it out of the course. The file itself is never touched.

    Comparisons keep their figures, which come from the same files, and follow to the corrected entry; those of a
    photograph that was taken out, or whose day makes another one the baseline, give no figure any more. What has no
    comparison then is compared.

    Args:
        photograph: The entry that is corrected.
        taken_on: The day it was taken.
        reason: Why it is corrected.
        who: Who corrects it.
        entry: The id of the new entry; a replay finds what is there.
        session: The session that it was taken at, None for none; where it is not named, the one that it has. A session
            that was corrected since gives way to the one that stands.
        note: Words of who corrects it.
        withdrawn: Whether it is taken out of the course.

    Raises:
        InputError: If no reason is given, the day cannot be, or somebody corrected it meanwhile.
    """
    there: Photograph | None = Photograph.objects.filter(pk=entry, supersedes=photograph).first()
    if there is not None:
        return there
    reason = checked_words(reason, 2000)
    if not reason:
        raise InputError(Text("Say why it is corrected.", "Indique por qué se corrige."), Place(field="reason"))
    course = photograph.course
    held_at = checked_session(course, photograph.session if session is AS_IT_IS else session)
    checked_day(course, taken_on, photograph.name)
    new = Photograph(
        **{field: getattr(photograph, field) for field in _SAME},
        pk=entry,
        clinic=course.clinic,
        course=course,
        taken_on=taken_on,
        session=held_at,
        note=checked_words(note, 300),
        withdrawn=withdrawn,
        written_by=who,
        supersedes=photograph,
        correction_reason=reason,
    )
    if new.stage == Stage.RUNNING:
        new.stage = Stage.WAITING
    with transaction.atomic():
        lock(course)
        _save_correction(new, photograph)
        _carry_comparisons(photograph, new, who)
        action = "photograph.withdrawn" if withdrawn else "photograph.corrected"
        record(action, clinic=course.clinic, who=who, about=new, patient=course.patient_id)
        leases.announce(new)
        compare_what_is_not(course, who=who)
        for follow in when_corrected:
            follow(photograph, new, who)
    return new


_SAME = (
    "from_home",
    "camera_day",
    "name",
    "kind",
    "sha256",
    "bytes",
    "width",
    "height",
    "file",
    "preview",
    "thumbnail",
    "findings",
    "usable",
    "stage",
    "failure",
    "done_at",
)
_SAME_COMPARISON = (
    "landmarks",
    "stage",
    "failure",
    "result",
    "pictures",
    "method",
    "done_at",
    "outline",
    "clinic",
    "course",
)


def _photograph(course: Course, file: Received, names: list[str]) -> Photograph:
    """The row of a file, with what the file itself says."""
    return Photograph(
        clinic=course.clinic,
        course=course,
        name=file.name,
        kind=file.kind,
        sha256=file.sha256,
        bytes=len(file.data),
        width=file.width,
        height=file.height,
        camera_day=file.camera_day,
        file=names[0],
        preview=names[1],
        thumbnail=names[2],
    )


def _twin(course: Course, sha256: str) -> tuple[Photograph | None, Photograph | None]:
    """The entry of the same file in a course: the one that stands, and the one that was taken out."""
    found = Photograph.objects.standing().filter(course=course, sha256=sha256).first()
    if found is None:
        return None, None
    return (None, found) if found.withdrawn else (found, None)


def _save_correction(new: Photograph, old: Photograph) -> None:
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError:
        raise changed_meanwhile(Photograph, old) from None


def _carry_comparisons(old: Photograph, new: Photograph, who: User) -> None:
    """The comparisons of a photograph, for its corrected entry; without figures where it cannot follow."""
    first = baseline(new.course)
    standing = Comparison.objects.standing().filter(course=new.course)
    for side, other in (("before", "after"), ("after", "before")):
        found = standing.filter(**{side: old, f"{other}__superseded_by__isnull": True})
        for one in found.select_related("before", "after", "outline", "clinic", "course"):
            copy = Comparison(**{field: getattr(one, field) for field in _SAME_COMPARISON}, supersedes=one)
            copy.before, copy.after = one.before, one.after
            setattr(copy, side, new)
            copy.written_by, copy.correction_reason = who, "the photograph was corrected"
            if new.withdrawn:
                _end(copy, WITHDRAWN)
            elif copy.before != first or copy.after.taken_on < copy.before.taken_on:
                setattr(copy, side, old)  # of the entries as they were: the corrected one is compared anew
                _end(copy, NOT_IN_ORDER)
            elif copy.stage == Stage.RUNNING:
                copy.stage = Stage.WAITING
            elif copy.stage == Stage.DONE and copy.method == METHOD and "report_en" not in copy.pictures:
                copy.leased_until = timezone.now()  # its report is still to be written, and by that method
            copy.save()
            leases.announce(copy)


def _end(comparison: Comparison, why: Text) -> None:
    """Take its figures from a comparison that is not saved yet."""
    comparison.stage, comparison.result, comparison.pictures = Stage.FAILED, None, {}
    comparison.failure, comparison.done_at = why.to_json(), timezone.now()
