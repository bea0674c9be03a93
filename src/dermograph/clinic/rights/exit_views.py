"""What leaves as a file: an original photograph, the report of a comparison, a simulation. The purpose comes first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from dermograph.clinic.gallery.files import ENDINGS
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.intake.posted import words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.recent import recently_signed_in
from dermograph.clinic.people.within import within
from dermograph.clinic.rights.known import Known, known
from dermograph.clinic.rights.leaving import allowed, leave
from dermograph.clinic.rights.models import Form
from dermograph.clinic.rights.purposes import BEYOND, PURPOSES
from dermograph.clinic.rights.watermark import without_metadata
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.vault import store
from dermograph.core.errors import InputError

_RELATED = ("course__patient", "course__area", "course__clinic", "clinic")


@require_http_methods(["GET", "POST"])
@recently_signed_in
def photograph_original(request: ClinicRequest, photograph: uuid.UUID) -> HttpResponse:
    """The file as it came, byte for byte; for use beyond the treatment without metadata and without its name."""
    row = within(request.clinic, Photograph, photograph, *_RELATED)
    if request.method == "GET":
        return _asked(request, [row], {"photograph": row})
    purpose, name = words(request, "purpose"), f"{row.name.rpartition('.')[0] or row.name}.{ENDINGS[row.kind]}"
    try:
        data = store.get(row.course.patient, row.file)
        if purpose in BEYOND:
            data, name = without_metadata(data, row.name), "photograph.jpg"
        _leave(request, [row], Form.ORIGINAL)
    except store.Missing:
        raise Http404 from None
    except InputError as error:
        return _asked(request, [row], {"photograph": row}, error)
    return as_file(data, name, "application/octet-stream")


@require_http_methods(["GET", "POST"])
@recently_signed_in
def comparison_report(request: ClinicRequest, comparison: uuid.UUID) -> HttpResponse:
    """The report as one file. It brings its own style and script, so that it is a download and no page of ours."""
    sides = [f"{side}__{of}" for side in ("before", "after") for of in ("course__patient", "clinic")]
    row = within(request.clinic, Comparison, comparison, *_RELATED, *sides)
    kept = row.pictures.get(f"report_{language_of_page()}")
    if kept is None:
        raise Http404
    photographs = [row.before, row.after]
    if request.method == "GET":
        return _asked(request, photographs, {"comparison": row})
    try:
        data = store.get(row.course.patient, kept)
        _leave(request, photographs, Form.REPORT, row)
    except store.Missing:
        raise Http404 from None
    except InputError as error:
        return _asked(request, photographs, {"comparison": row}, error)
    return as_file(data, f"comparison-{row.after.taken_on.isoformat()}.html", "text/html; charset=utf-8")


@require_http_methods(["GET", "POST"])
@recently_signed_in
def scalp_design_scene(request: ClinicRequest, design: uuid.UUID, kind: str) -> HttpResponse:
    """A simulation as a file: the patient's own photograph with the dots of a design, and the word in the picture."""
    of_photograph = [f"photograph__{one}" for one in ("course__patient", "clinic")]
    row = within(request.clinic, ScalpDesign, design, *_RELATED, *of_photograph)
    kept = row.pictures.get(f"{kind}_{language_of_page()}")
    scene = next((one for one in (row.result or {}).get("scenes", []) if one["name"] == kind), None)
    if kept is None or scene is None:
        raise Http404
    photographs, about = [row.photograph], {"design": row, "scene": scene}
    if request.method == "GET":
        return _asked(request, photographs, about)
    try:
        data = store.get(row.course.patient, kept)
        _leave(request, photographs, Form.PREVIEW)
    except store.Missing:
        raise Http404 from None
    except InputError as error:
        return _asked(request, photographs, about, error)
    return as_file(data, f"simulation-{row.photograph.taken_on.isoformat()}-{kind}.jpg", "image/jpeg")


def as_file(data: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep; a browser never shows it in our name, and nothing on the way keeps it."""
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def choices(
    photographs: Sequence[Photograph], purposes: Sequence[str], chosen: str, what: Known | None = None
) -> list[dict[str, Any]]:
    """Each purpose with whether all of some photographs of one patient may leave for it, and why not."""
    what = known(photographs[0].course.patient) if what is None else what
    found = []
    for purpose in purposes:
        decisions = [allowed(one, purpose, what) for one in photographs]
        refusal = next((one.refusal for one in decisions if one.refusal), None)
        found.append(
            {
                "id": purpose,
                "words": PURPOSES[purpose],
                "refusal": refusal,
                "consent": decisions[0].consent,
                "checked": purpose == chosen and refusal is None,
            }
        )
    return found


def _leave(
    request: ClinicRequest, photographs: Sequence[Photograph], form: Form, comparison: Comparison | None = None
) -> None:
    leave(
        photographs=photographs,
        purpose=words(request, "purpose"),
        recipient=words(request, "recipient"),
        form=form,
        who=request.user,
        comparison=comparison,
    )


def _asked(
    request: ClinicRequest, photographs: Sequence[Photograph], about: dict[str, Any], error: InputError | None = None
) -> HttpResponse:
    """The page that asks what it is for and to whom it goes."""
    page = {
        "course": photographs[0].course,
        "step": "photographs",
        "choices": choices(photographs, list(PURPOSES), words(request, "purpose")),
        "recipient": words(request, "recipient"),
        "error": error,
        "place": error.place.field if error else "",
        **about,
    }
    return render(request, "rights/leave.html", page, status=422 if error else 200)
