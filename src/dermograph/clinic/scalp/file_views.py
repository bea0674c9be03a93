"""The papers of a design as files: the sheet to print, and every dot. They hold no photograph."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from dermograph.clinic.audit.record import record
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.vault import store

_TYPES = {
    "sheet_en": ("application/pdf", "pdf"),
    "sheet_es": ("application/pdf", "pdf"),
    "dots": ("text/csv; charset=utf-8", "csv"),
}


@require_GET
def scalp_design_file(request: ClinicRequest, design: uuid.UUID, kind: str) -> HttpResponse:
    """``sheet_en``, ``sheet_es`` or ``dots``; who took it is written down first."""
    row = within(request.clinic, ScalpDesign, design, "course__patient")
    if kind not in _TYPES or kind not in row.pictures:
        raise Http404
    try:
        data = store.get(row.course.patient, row.pictures[kind])
    except store.Missing:
        raise Http404 from None
    patient = row.course.patient_id
    record(
        "design.exported", clinic=request.clinic, who=request.user, about=row, patient=patient, details={"file": kind}
    )
    content_type, ending = _TYPES[kind]
    answer = HttpResponse(data, content_type=content_type)
    name = f"design-{row.written_at.date().isoformat()}-{kind.replace('_', '-')}.{ending}"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
