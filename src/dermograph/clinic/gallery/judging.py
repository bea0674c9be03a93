"""Asking for a photograph to be judged again whose judging failed."""

from __future__ import annotations

from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery import leases
from dermograph.clinic.gallery.comparing import lock
from dermograph.clinic.gallery.models import Photograph, Stage
from dermograph.clinic.people.models import User
from dermograph.core.errors import InputError
from dermograph.core.text import Text

NOT_FAILED = Text("Nothing of this photograph has failed.", "Nada de esta fotografía ha fallado.")
_SEE = Text("Look at what is there now.", "Mire lo que hay ahora.")


def judge_again(photograph: Photograph, *, who: User) -> None:
    """Have a photograph judged whose judging failed, such as while its disk was away; twice is once.

    Args:
        photograph: With its course, patient and clinic.
        who: Who asks.

    Raises:
        InputError: If it did not fail, or does not stand.
    """
    course = photograph.course
    with transaction.atomic():
        lock(course)
        if not photograph.withdrawn and leases.begin_anew(photograph):
            record("photograph.asked_again", clinic=course.clinic, who=who, about=photograph, patient=course.patient_id)
            return
    found = Photograph.objects.standing().filter(pk=photograph.pk, withdrawn=False).exclude(stage=Stage.FAILED)
    if not found.filter(usable=None).exists():
        raise InputError(NOT_FAILED, todo=_SEE)
