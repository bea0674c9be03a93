"""Photographs: sent as files, judged in the background, looked at and downloaded where the patient agreed."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from ninja import Query, Router
from ninja.responses import Status

from dermograph.clinic.api.gate import PHOTOGRAPHS, ApiRequest
from dermograph.clinic.api.pages import After, Limit, Page, page
from dermograph.clinic.api.pictured import shown_photograph
from dermograph.clinic.api.problems import ProblemError, not_found
from dermograph.clinic.api.seen import course_of, made, opened, opened_course
from dermograph.clinic.api.shapes import Day, Id, Json
from dermograph.clinic.api.shapes_pictures import PhotographOut
from dermograph.clinic.api.site import operation
from dermograph.clinic.gallery.files import ENDINGS
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.rules import may_keep_photographs
from dermograph.clinic.gallery.services import add_photograph
from dermograph.clinic.intake.purposes import RECORD
from dermograph.clinic.people.within import within
from dermograph.clinic.rights.leaving import NotAllowed, leave
from dermograph.clinic.rights.models import Form
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.vault import store
from dermograph.core.text import Text

router = Router(tags=["photographs"])
READ, WRITE = "photographs:read", "photographs:write"
_FILE = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
_JPEG = {"responses": {200: {"content": {"image/jpeg": _FILE}}}}
_ORIGINAL = {"responses": {200: {"content": {"application/octet-stream": _FILE}}}}
_SENT = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "contentMediaType": kind}} for kind in PHOTOGRAPHS},
    }
}


@operation(router, "get", "/courses/{uuid:course}/photographs", out=Page[PhotographOut], scope=READ, like="gallery")
def list_photographs(request: ApiRequest, course: uuid.UUID, after: After = None, limit: Limit = 50) -> Json:
    """The photographs of a course that stand, in the order in which they were added."""
    row = opened_course(request, course)
    rows = Photograph.objects.standing().filter(course=row).select_related("superseded_by")
    return page(rows, shown_photograph, by="written_at", after=after, limit=limit)


@operation(
    router,
    "post",
    "/courses/{uuid:course}/photographs",
    out=PhotographOut,
    scope=WRITE,
    like="photograph_upload",
    takes="photograph",
    made=True,
    together=False,
    extra=_SENT,
)
def upload_photograph(
    request: ApiRequest,
    course: uuid.UUID,
    name: Annotated[str, Query("photograph.jpg", max_length=200, description="The file's name, to be shown.")] = (
        "photograph.jpg"
    ),
    taken_on: Annotated[Day | None, Query(None, description="When it was taken; else the camera's day.")] = None,
    session: Annotated[Id | None, Query(None, description="The session that it was taken at.")] = None,
    note: Annotated[str, Query("", max_length=300, description="Words of who sends it.")] = "",
) -> Status[Json]:
    """Send a photograph; the body is the file itself.

    It is kept byte for byte and sealed; what kind of file it is, its content says. The same file is kept once in a
    course: sent again, it is answered with the row that is there.
    """
    row = course_of(request, course)
    taken_at = within(request.clinic, Session, session) if session else None
    added = add_photograph(
        course=row,
        data=request.sent,
        name=name,
        who=request.person,
        entry=request.entry,
        taken_on=taken_on,
        session=taken_at,
        note=note,
    )
    made(request, "photographs", added)
    return Status(201, shown_photograph(added))


@operation(router, "get", "/photographs/{uuid:photograph}", out=PhotographOut, scope=READ, like="photograph")
def get_photograph(request: ApiRequest, photograph: uuid.UUID) -> Json:
    """What is known of a photograph."""
    row = _opened(request, photograph)
    return shown_photograph(row)


@operation(
    router,
    "get",
    "/photographs/{uuid:photograph}/preview",
    out=None,
    scope=READ,
    like="photograph_image",
    extra=_JPEG,
)
def get_preview(request: ApiRequest, photograph: uuid.UUID) -> HttpResponse:
    """A smaller copy, upright and without metadata, JPEG.

    Only while the patient's consent to photographs in the treatment record stands.
    """
    row = _agreed(request, photograph)
    data = _kept(row, row.preview)
    _write_down(request, row)
    return _file(data, "image/jpeg", "preview.jpg")


@operation(
    router,
    "get",
    "/photographs/{uuid:photograph}/original",
    out=None,
    scope=READ,
    like="photograph_original",
    extra=_ORIGINAL,
)
def get_original(request: ApiRequest, photograph: uuid.UUID) -> HttpResponse:
    """The file as it came, byte for byte.

    Only while the patient's consent to photographs in the treatment record stands. The audit trail holds who had it,
    by which token.
    """
    row = _agreed(request, photograph)
    data = _kept(row, row.file)
    _write_down(request, row)
    stem = row.name.rpartition(".")[0] or row.name
    return _file(data, "application/octet-stream", f"{stem}.{ENDINGS.get(row.kind, 'bin')}")


def _opened(request: ApiRequest, photograph: uuid.UUID) -> Any:  # noqa: ANN401 (a Photograph, of Django's untyped manager)
    row = within(request.clinic, Photograph, photograph, "course__patient", "superseded_by")
    opened(request, row.course.patient_id)
    return row


def _agreed(request: ApiRequest, photograph: uuid.UUID) -> Any:  # noqa: ANN401 (the same)
    """A photograph whose picture may leave the clinic.

    Raises:
        ProblemError: 403 if no consent to it stands.
    """
    row = _opened(request, photograph)
    if not may_keep_photographs(row.course):
        raise ProblemError(
            403,
            "consent",
            Text(
                "No consent stands for photographs in the treatment record: no picture is given out.",
                "No hay consentimiento vigente para fotografías en la historia: no se entrega ninguna imagen.",
            ),
        )
    return row


def _write_down(request: ApiRequest, row: Any) -> None:  # noqa: ANN401 (the same)
    """Write down that the picture leaves for the record, to whom the token belongs.

    Raises:
        ProblemError: 403 if it may not leave.
    """
    try:
        leave(
            photographs=[row],
            purpose=RECORD,
            recipient=f"API {request.token.prefix}",
            form=Form.ORIGINAL,
            who=request.person,
        )
    except NotAllowed as error:
        raise ProblemError(403, "consent", error.what) from error


def _kept(row: Any, name: str) -> bytes:  # noqa: ANN401 (the same)
    try:
        return bytes(store.get(row.course.patient, name))
    except store.Missing:
        raise not_found() from None


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
