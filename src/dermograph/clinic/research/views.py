"""The page on which measures are exported for research, with the exports that left."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from dermograph.clinic.intake.posted import entry_of, language_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.recent import recently_signed_in
from dermograph.clinic.research.counting import told
from dermograph.clinic.research.exporting import Wish, let_leave
from dermograph.clinic.research.models import Export, FileFormat, Project
from dermograph.clinic.research.participants import FEWEST, LEFT_OUT, participants
from dermograph.clinic.research.taken_back import no_longer
from dermograph.clinic.research.zip_file import zip_pieces
from dermograph.core.errors import InputError

_LISTED = 20
_FORMATS = {FileFormat.CSV: "CSV", FileFormat.PARQUET: "Parquet"}


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
        language=language_of(request),
    )


def _page(request: ClinicRequest, error: InputError | None) -> dict[str, Any]:
    clinic = request.clinic
    found = participants(clinic, synthetic=False)
    left = Export.objects.filter(clinic=clinic).select_related("project", "written_by").order_by("-written_at", "pk")
    exports = Paginator(left, _LISTED).get_page(request.GET.get("page", "1")[:4])
    return {
        "agree": len(found.agreed),
        "left_out": [{"words": LEFT_OUT[why], "n": n} for why, n in found.told().items()],
        "fewest": FEWEST,
        "projects": list(Project.objects.filter(clinic=clinic).values_list("name", flat=True)),
        "gone": no_longer(clinic),
        "exports": [{"export": one, "patients": told(one.patients)} for one in exports],
        "later": exports.previous_page_number() if exports.has_previous() else None,
        "earlier": exports.next_page_number() if exports.has_next() else None,
        "kinds": [{"id": one, "label": _FORMATS[one]} for one in FileFormat],
        "values": {name: words(request, name) for name in ("project", "purpose", "recipient", "kind", "age")},
        "synthetic": words(request, "synthetic") == "on",
        "entry": uuid.uuid4(),
        "error": error,
        "place": error.place.field if error else "",
    }
