"""What is held about a patient: said, downloaded, and how to take back or have erased."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from dermograph.clinic.people.recent import recently_signed_in
from dermograph.clinic.people.request import PatientRequest
from dermograph.clinic.portal.own_held import access_given, held_of, refuse_too_many
from dermograph.clinic.rights import everything
from dermograph.core.errors import InputError


@require_http_methods(["GET", "POST"])
def me_data(request: PatientRequest) -> HttpResponse:
    """What is held, and the way to it; a download asks for the password once more."""
    return _download(request) if request.method == "POST" else _page(request, None)


@recently_signed_in
def _download(request: PatientRequest) -> HttpResponse:
    """Everything held, as one file that is made while it is sent; that it left stands in the trail first."""
    try:
        refuse_too_many(request.patient, request.user)
    except InputError as wrong:
        return _page(request, wrong, status=422)
    try:
        pieces = everything.handed_out(request.patient, request.user)
    except InputError as wrong:
        return _page(request, wrong)
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer["Content-Disposition"] = content_disposition_header(True, everything.name_of_archive(request.patient))
    answer["Cache-Control"] = "no-store, private"
    answer["X-Content-Type-Options"] = "nosniff"
    return cast("HttpResponse", answer)  # what the decorators are typed for


def _page(request: PatientRequest, error: InputError | None, status: int = 507) -> HttpResponse:
    page = {
        "held": held_of(request.patient),
        "given": access_given(request.patient),
        "patient": request.patient,
        "error": error,
    }
    return render(request, "portal/data.html", page, status=status if error else 200)
