"""The page on which measures are exported for research, with the exports that left."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.db.models import Q
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from dermograph.clinic.intake.posted import entry_of, words
from dermograph.clinic.intake.purposes import EVERYTHING, RESEARCH
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.recent import recently_signed_in
from dermograph.clinic.research.exporting import Wish, let_leave
from dermograph.clinic.research.models import Export, FileFormat, Included, Project
from dermograph.clinic.research.participants import FEWEST, LEFT_OUT, Participants, participants
from dermograph.clinic.research.pseudonyms import KeyLost, opened
from dermograph.clinic.research.zip_file import zip_pieces
from dermograph.core.errors import InputError

_LISTED, _NAMED = 20, 50


@require_http_methods(["GET", "POST"])
@recently_signed_in
def research_export(request: ClinicRequest) -> HttpResponse:
    """How many agree and how many are left out; then the tables as one ZIP that is made while it is sent."""
    error: InputError | None = None
    if request.method == "POST":
        try:
            made, files = let_leave(
                clinic=request.clinic, who=request.user, wish=_wish(request), entry=entry_of(request)
            )
        except InputError as problem:
            error = problem
        else:
            answer = StreamingHttpResponse(zip_pieces(files), content_type="application/zip")
            answer["Content-Disposition"] = content_disposition_header(True, f"measures-{str(made.pk)[:8]}.zip")
            answer["Cache-Control"] = "no-store, private"
            answer["X-Content-Type-Options"] = "nosniff"
            return cast("HttpResponse", answer)  # what the decorators are typed for
    return render(request, "research/export.html", _page(request, error), status=422 if error else 200)


def _wish(request: ClinicRequest) -> Wish:
    return Wish(
        project=words(request, "project"),
        purpose=words(request, "purpose"),
        recipient=words(request, "recipient"),
        kind=words(request, "kind"),
        exact_age=words(request, "age") == "years",
        synthetic=words(request, "synthetic") == "on",
    )


def _page(request: ClinicRequest, error: InputError | None) -> dict[str, Any]:
    clinic = request.clinic
    found = participants(clinic, synthetic=False)
    exports = list(Export.objects.filter(clinic=clinic).select_related("project", "written_by")[:_LISTED])
    gone = _no_longer(exports, found)
    return {
        "agree": len(found.agreed),
        "left_out": [{"words": LEFT_OUT[why], "n": n} for why, n in found.told().items()],
        "fewest": FEWEST,
        "projects": list(Project.objects.filter(clinic=clinic).values_list("name", flat=True)),
        "exports": [{"export": one, "gone": gone.get(one.pk, [])} for one in exports],
        "kinds": [{"id": one, "label": one.label} for one in FileFormat],
        "values": {name: words(request, name) for name in ("project", "purpose", "recipient", "kind", "age")},
        "synthetic": words(request, "synthetic") == "on",
        "entry": uuid.uuid4(),
        "error": error,
        "place": error.place.field if error else "",
    }


def _no_longer(exports: list[Export], found: Participants) -> dict[uuid.UUID, list[str]]:
    """By export, the pseudonyms of those in it who agree no longer: the recipient is asked to remove them."""
    if not exports:
        return {}
    changed = (
        Q(consent__withdrawals__purpose__in=(EVERYTHING, RESEARCH))
        | Q(consent__superseded_by__isnull=False)
        | Q(patient__restricted_at__isnull=False)
    )
    rows = Included.objects.filter(changed, export__in=[one.pk for one in exports]).order_by("export", "patient")
    projects, gone = {one.pk: one.project for one in exports}, {}  # type: dict[uuid.UUID, Project], dict[uuid.UUID, list[str]]
    for export, patient in rows.values_list("export_id", "patient_id").distinct():
        listed = gone.setdefault(export, [])
        if patient in found.agreed or len(listed) >= _NAMED:
            continue
        try:
            names = opened(projects[export].pk, bytes(projects[export].sealed))
        except KeyLost:
            continue
        listed.append(names.of("patient", patient))
    return gone
