"""Doing the work of readings, changes and designs: files out of the vault, measured, pictures into it, and the result.

The pictures have names that the row settles, so that a second attempt takes the place of the first. The result is
written in one transaction with what follows from it, the course locked first.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from dermograph.clinic.gallery import tasks
from dermograph.clinic.gallery.child import Alive
from dermograph.clinic.gallery.comparing import lock
from dermograph.clinic.gallery.frames import Header
from dermograph.clinic.gallery.leases import finish
from dermograph.clinic.gallery.models import Photograph, Work
from dermograph.clinic.people.models import Patient
from dermograph.clinic.scalp.models import ScalpChange, ScalpDesign, ScalpReading
from dermograph.clinic.scalp.services_reading import METHOD, change_what_is_not
from dermograph.clinic.vault.store import get

Json = dict[str, Any]
#: Named and not imported: it takes all of ``photo``, in the process that measures.
MODULE: Final = "dermograph.clinic.scalp.measuring"
_RELATED = ("course__patient", "course__clinic")


def read(row: ScalpReading, alive: Alive) -> None:
    """Count the dots of a photograph; changes that this makes possible are asked for by themselves."""
    found = ScalpReading.objects.select_related(*_RELATED, "photograph").get(pk=row.pk)
    header = {"what": "read", "area": found.area, "hair": found.hair}
    result = _measured(row, found.course.patient, header, [found.photograph], alive)
    with transaction.atomic():  # both or none: nobody would ask for the change later
        lock(found.course)
        if finish(row, **result):
            change_what_is_not(found.course, who=None)


def match(row: ScalpChange, alive: Alive) -> None:
    """Match the dots of two photographs; when the limit is passed follows from all changes of the series."""
    found = ScalpChange.objects.select_related(*_RELATED, "before__photograph", "after__photograph").get(pk=row.pk)
    sides = (found.before, found.after)
    header = {"what": "match", "areas": [one.area for one in sides], "hairs": [one.hair for one in sides]}
    result = _measured(row, found.course.patient, header, [one.photograph for one in sides], alive)
    with transaction.atomic():
        lock(found.course)
        if finish(row, **result):
            change_what_is_not(found.course, who=None)


def design(row: ScalpDesign, alive: Alive) -> None:
    """Place the dots of a design and draw what it may look like."""
    found = ScalpDesign.objects.select_related(*_RELATED, "photograph").get(pk=row.pk)
    header = {"what": "design", "shapes": found.shapes, "wish": found.wish, "seed": found.seed}
    finish(row, **_measured(row, found.course.patient, header, [found.photograph], alive))


def _measured(row: Work, patient: Patient, header: Header, of: list[Photograph], alive: Alive) -> Json:
    """Have it measured; the columns of the result, its pictures stored."""
    names = [tasks.name_of(one, patient) for one in of]
    whole = {"module": MODULE, "name": names[0], "names": names, **header}
    answer, made = tasks.child.ask(whole, [get(patient, one.file) for one in of], alive, tasks.LONGEST_S)
    return {"result": answer, "pictures": tasks.kept(patient, row, made), "method": METHOD}
