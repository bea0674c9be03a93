"""Sets of photographs for teaching, publication and research."""

from __future__ import annotations

import uuid
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from dermograph.clinic.intake.posted import entry_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.recent import recently_signed_in
from dermograph.clinic.rights.models import ExportedSet
from dermograph.clinic.rights.purposes import BEYOND, PURPOSES, SHORT
from dermograph.clinic.rights.sets import MOST, counted, export_set
from dermograph.core.errors import InputError
from dermograph.protocols import load_library

_LISTED = 100
_COUNTED = 100  # photographs of a purpose; that there are more is said, not how many


@require_http_methods(["GET", "POST"])
@recently_signed_in
def photograph_sets(request: ClinicRequest) -> HttpResponse:
    """Make a set of what was agreed to; below, the sets that left."""
    error: InputError | None = None
    treatments = load_library().protocols
    treatment = words(request, "treatment") if words(request, "treatment") in treatments else ""
    if request.method == "POST":
        try:
            made, pieces = export_set(
                clinic=request.clinic,
                who=request.user,
                purpose=words(request, "purpose"),
                recipient=words(request, "recipient"),
                treatment=treatment,
                entry=entry_of(request),
            )
        except InputError as problem:
            error = problem
        else:
            answer = StreamingHttpResponse(pieces, content_type="application/zip")
            answer["Content-Disposition"] = content_disposition_header(True, f"photographs-{str(made.pk)[:8]}.zip")
            answer["Cache-Control"] = "no-store, private"
            answer["X-Content-Type-Options"] = "nosniff"
            return cast("HttpResponse", answer)  # what the decorators are typed for
    sets = ExportedSet.objects.filter(clinic=request.clinic).select_related("written_by").order_by("-written_at")
    page = {
        "choices": [
            {"id": one, "words": PURPOSES[one], "n": n, "checked": one == words(request, "purpose")}
            for one, n in counted(request.clinic, BEYOND, _COUNTED).items()
        ],
        "treatments": [{"id": key, "title": one.title} for key, one in treatments.items()],
        "treatment": treatment,
        "sets": [{"set": one, "purpose": SHORT[one.purpose]} for one in sets[:_LISTED]],
        "most": MOST,
        "counted": _COUNTED,
        "recipient": words(request, "recipient"),
        "entry": uuid.uuid4(),
        "error": error,
        "place": error.place.field if error else "",
    }
    return render(request, "rights/sets.html", page, status=422 if error else 200)
