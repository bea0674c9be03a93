"""A photograph as DICOM: handed out as a file with the rules of every exit, and sent to the clinic's archive."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.imaging.identity import identity_for
from dermograph.clinic.imaging.making import first_day, image_bytes
from dermograph.clinic.imaging.services import PURPOSE, send_to_archive
from dermograph.clinic.imaging.standing import standing
from dermograph.clinic.intake.posted import words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.recent import recently_signed_in
from dermograph.clinic.people.within import within
from dermograph.clinic.rights.exit_views import as_file, choices
from dermograph.clinic.rights.known import known
from dermograph.clinic.rights.leaving import allowed, leave
from dermograph.clinic.rights.models import Form
from dermograph.clinic.rights.purposes import PURPOSES
from dermograph.clinic.vault import store
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_RELATED = ("course__patient__clinic", "course__area", "course__clinic", "clinic")
_QUEUED = Text("It is on its way to the archive.", "Va camino del archivo.")
_THERE = Text("The archive has it already.", "El archivo ya la tiene.")


@require_http_methods(["GET", "POST"])
@recently_signed_in
def photograph_dicom(request: ClinicRequest, photograph: uuid.UUID) -> HttpResponse:
    """What it is for and to whom it goes; then the file. Beyond the treatment it goes out under a pseudonym."""
    row = within(request.clinic, Photograph, photograph, *_RELATED)
    if request.method == "GET":
        return _asked(request, row)
    purpose, patient = words(request, "purpose"), row.course.patient
    try:
        identity = identity_for(patient, purpose)
        looked = False if words(request, "looked") else None
        data = store.get(patient, row.file)
        made = image_bytes(row, data, identity, first=first_day(row), burned_in=looked)
        recipient = words(request, "recipient")
        leave(photographs=[row], purpose=purpose, recipient=recipient, form=Form.DICOM, who=request.user)
    except store.Missing:
        raise Http404 from None
    except InputError as error:
        return _asked(request, row, error)
    name = "photograph.dcm" if identity.pseudonym else f"photograph-{row.taken_on.isoformat()}.dcm"
    return as_file(made, name, "application/dicom")


@require_POST
@recently_signed_in
def photograph_archive(request: ClinicRequest, photograph: uuid.UUID) -> HttpResponse:
    """Send the photograph to the clinic's archive; what failed is tried again."""
    row = within(request.clinic, Photograph, photograph, *_RELATED)
    language = language_of_page()
    try:
        sending = send_to_archive(photograph=row, who=request.user)
    except InputError as error:
        messages.error(request, error.say(language))
    else:
        messages.success(request, (_QUEUED if sending.is_under_way else _THERE).say(language))
    return redirect("photograph_dicom", photograph=row.pk)


def _asked(request: ClinicRequest, row: Photograph, error: InputError | None = None) -> HttpResponse:
    """The page that asks what it is for, and says where its sending stands."""
    now = standing(row)
    if request.htmx and request.GET.get("seen") == now.mark:
        return HttpResponse(status=204)  # nothing new: what is read aloud stays as it is
    what = known(row.course.patient)
    page = {
        "course": row.course,
        "step": "photographs",
        "photograph": row,
        "archive": now,
        "may_archive": allowed(row, PURPOSE, what),
    }
    if request.htmx:
        return render(request, "imaging/parts/archive_state.html", page)
    page |= {
        "choices": choices([row], list(PURPOSES), words(request, "purpose"), what),
        "recipient": words(request, "recipient"),
        "looked": bool(words(request, "looked")),
        "error": error,
        "place": error.place.field if error else "",
    }
    return render(request, "imaging/photograph.html", page, status=422 if error else 200)
