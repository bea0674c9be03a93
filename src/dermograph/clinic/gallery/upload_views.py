"""Photographs as they come in: one form, one file or several, from a page or from the camera."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dermograph.clinic.gallery.files import plain_name
from dermograph.clinic.gallery.forms import PhotographForm
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.services import add_photograph
from dermograph.clinic.gallery.views import gallery_page
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.within import within
from dermograph.clinic.vault.limits import AT_ONCE
from dermograph.core.dates import day_in_words
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text

_TOO_LARGE = Text(
    "A photograph may have {mb} MB at most, and one form {all} MB. Nothing was stored of this form.",
    "Una fotografía puede ocupar {mb} MB como máximo, y un envío {all} MB. De este envío no se ha guardado nada.",
)
_DISK_FULL = Text(
    "The disk of the server is full: nothing was stored. Make room on it, then send the photographs again.",
    "El disco del servidor está lleno: no se ha guardado nada. Libere espacio y vuelva a enviar las fotografías.",
)
_NO_FILE = Text("Choose at least one photograph.", "Elija al menos una fotografía.")


@dataclass(slots=True)
class Outcome:
    """What became of a form.

    Attributes:
        kept: Each photograph with what is said of it.
        refused: Each file that was not stored, ``(name, sentence)``.
    """

    kept: list[tuple[Photograph, Text]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@require_http_methods(["GET", "POST"])
def photograph_upload(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Take the photographs of a form. Who asks for JSON is answered in JSON, everybody else with the gallery."""
    row = within(request.clinic, Course, course, "patient", "area", "clinic")
    if request.method == "GET":
        return redirect("gallery", course=row.pk)
    language = language_of_page()
    form = PhotographForm(request.POST, course=row, language=language)
    found, status = Outcome(), 201
    if getattr(request, "too_large", False):
        most = settings.LARGEST_PHOTOGRAPH_MB
        says = _TOO_LARGE.format(mb=most, all=AT_ONCE * most).say(language)
        found.refused.append(("", says))
        status = 413
    elif getattr(request, "disk_full", False):
        found.refused.append(("", _DISK_FULL.say(language)))
        status = 507
    elif form.is_valid():
        found = _kept(request, row, form, language)
        status = 201 if found.kept and not found.refused else 422
    else:
        found.refused += [("", str(error)) for errors in form.errors.values() for error in errors]
        status = 422
    return _answered(request, row, form, found, status)


def _kept(request: ClinicRequest, course: Course, form: PhotographForm, language: Language) -> Outcome:
    found = Outcome()
    files = request.FILES.getlist("files")
    if not files:
        found.refused.append(("", _NO_FILE.say(language)))
    for number, file in enumerate(files):
        name = plain_name(file.name or "")
        try:
            found.kept.append(_one(request, course, form, file, number))
        except InputError as error:
            says = " ".join(part for part in (error.what.say(language), error.todo.say(language)) if part)
            found.refused.append((name, says))
        finally:
            file.close()
    return found


def _one(
    request: ClinicRequest, course: Course, form: PhotographForm, file: UploadedFile[bytes], number: int
) -> tuple[Photograph, Text]:
    """Keep one file. Of several in one form each has an id that the form's settles, so that a replay finds them."""
    said = form.cleaned_data
    entry = said["entry"] if number == 0 else uuid.uuid5(said["entry"], str(number))
    row = add_photograph(
        course=course,
        data=file.read(),
        name=file.name or "",
        who=request.user,
        entry=entry,
        taken_on=said["taken_on"],
        session=said["session"],
        note=said["note"],
    )
    if row.pk != entry:
        on = Text(day_in_words(row.taken_on, "en"), day_in_words(row.taken_on, "es"))
        return row, Text(
            f"{row.name} is in this course already, under {on.en}: it was not stored twice.",
            f"{row.name} ya está en este curso, con fecha {on.es}: no se ha guardado dos veces.",
        )
    return row, _added(row)


def _added(row: Photograph) -> Text:
    day = Text(day_in_words(row.taken_on, "en"), day_in_words(row.taken_on, "es"))
    if row.camera_day is None:
        how = Text("the file itself does not say it", "el archivo no lo dice")
    elif row.camera_day == row.taken_on:
        how = Text("as the camera's clock says", "según el reloj de la cámara")
    else:
        camera = Text(day_in_words(row.camera_day, "en"), day_in_words(row.camera_day, "es"))
        how = Text(f"the camera's clock says {camera.en}", f"el reloj de la cámara dice {camera.es}")
    return Text(f"{row.name} stored, taken on {day.en} ({how.en}).", f"{row.name} guardada, del {day.es} ({how.es}).")


def _answered(
    request: ClinicRequest, course: Course, form: PhotographForm, found: Outcome, status: int
) -> HttpResponse:
    language = language_of_page()
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(
            {
                "photographs": [
                    {"id": str(row.pk), "url": reverse("photograph", args=[row.pk]), "told": told.to_json()}
                    for row, told in found.kept
                ],
                "errors": [{"name": name, "what": says} for name, says in found.refused],
            },
            status=status,
        )
    for _, told in found.kept:
        messages.success(request, told.say(language))
    if not found.refused:
        return redirect("gallery", course=course.pk)
    fresh = PhotographForm(
        initial={key: form.data.get(key) for key in ("taken_on", "session", "note")}, course=course, language=language
    )
    return gallery_page(request, course, form if form.errors else fresh, refused=found.refused, status=status)
