"""The page of what was received about a patient, and each original as it was kept."""

from __future__ import annotations

import json
import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dermograph.clinic.handover.kept import opened
from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.told import told
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.overview.opening import note_opened
from dermograph.clinic.people.models import Patient
from dermograph.clinic.people.within import within
from dermograph.clinic.vault.seal import Erased, Unreadable
from dermograph.exchange.fhir.elements import Element

A_PAGE = 50


@require_GET
def received(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Everything that other systems sent about a patient, the last received first."""
    found = within(request.clinic, Patient, patient, "clinic")
    note_opened(request, found.pk)
    number = _page(request)
    start = (number - 1) * A_PAGE
    rows = list(
        Received.objects.filter(clinic=request.clinic, patient=found, is_latest=True)
        .select_related("taken_by__user")
        .order_by("-taken_at", "kind", "pk")[start : start + A_PAGE + 1]
    )
    shown = rows[:A_PAGE]
    for row in shown:
        row.patient = found
    resources, is_closed = _opened(shown)
    context = {
        "patient": found,
        "rows": [told(row, one) for row, one in zip(shown, resources, strict=True)],
        "is_closed": is_closed,
        "earlier": number + 1 if len(rows) > A_PAGE else 0,
        "later": number - 1,
    }
    return render(request, "handover/received.html", context)


@require_GET
def received_original(request: ClinicRequest, patient: uuid.UUID, received: uuid.UUID) -> HttpResponse:
    """The JSON of one version, to be kept as a file."""
    found = within(request.clinic, Patient, patient, "clinic")
    note_opened(request, found.pk)
    row = Received.objects.filter(clinic=request.clinic, patient=found, pk=received).first()
    if row is None:
        raise Http404
    row.patient = found
    text = json.dumps(opened([row])[0], ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/fhir+json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.kind}-{row.key}-{row.version}.json"'
    return answer


def _opened(rows: list[Received]) -> tuple[list[Element], bool]:
    """What the rows hold; nothing of any where the patient's key does not open, and whether that is so."""
    try:
        return opened(rows), False
    except (Erased, Unreadable):
        return [{} for _ in rows], True


def _page(request: ClinicRequest) -> int:
    asked = request.GET.get("page", "")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
