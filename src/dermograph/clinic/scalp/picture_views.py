"""The pictures of readings, changes and designs, as pages show them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Final

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from dermograph.clinic.gallery.photograph_views import picture
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.clinic.scalp.models import ScalpChange, ScalpDesign, ScalpReading

_KINDS: Final[Mapping[str, type[ScalpReading | ScalpChange | ScalpDesign]]] = {
    "reading": ScalpReading,
    "change": ScalpChange,
    "design": ScalpDesign,
}
#: What lies beside the pictures and is none: papers for the practitioner, which leave as files.
_PAPERS: Final = ("dots", "sheet")


@require_GET
def scalp_picture(request: ClinicRequest, what: str, row: uuid.UUID, kind: str) -> HttpResponse:
    """A picture, opened while it is sent.

    Args:
        request: Of who asks.
        what: ``reading``, ``change`` or ``design``.
        row: Its id.
        kind: A key of its ``pictures``, such as ``map_en``.
    """
    model = _KINDS.get(what)
    if model is None:
        raise Http404
    found = within(request.clinic, model, row, "course__patient")
    if kind not in found.pictures or kind.startswith(_PAPERS):
        raise Http404
    return picture(found.course.patient, found.pictures[kind])
