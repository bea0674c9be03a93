"""The pages that hand out papers: to somebody of the clinic, and to the patient themselves."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from dermograph.clinic.intake.posted import words
from dermograph.clinic.intake.purposes import RECORD
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Patient, User
from dermograph.clinic.people.recent import recently_signed_in
from dermograph.clinic.people.request import PatientRequest
from dermograph.clinic.people.within import within
from dermograph.clinic.printed.handing import For, hand_out_aftercare, hand_out_record
from dermograph.clinic.rights.purposes import PATIENT, PURPOSES
from dermograph.clinic.rights.slow import is_one_too_many
from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES, Language, Text

MOST_A_MINUTE: Final = 6  # papers of one account: each takes seconds of a processor
_PIECE: Final = 1 << 16


@require_http_methods(["GET", "POST"])
@recently_signed_in
def record_pdf(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Ask what it is for and to whom it goes, then the record as a PDF."""
    found = within(request.clinic, Patient, patient, "clinic")
    error: InputError | None = None
    if request.method == "POST":
        try:
            refuse_too_many(request.user)
            wish = For(
                purpose=words(request, "purpose"),
                recipient=words(request, "recipient"),
                language=_language(words(request, "in"), found),
                pictures=words(request, "pictures") == "on",
            )
            return _pdf(hand_out_record(found, wish, who=request.user), found, "record")
        except InputError as problem:
            error = problem
    page = {
        "patient": found,
        "purposes": [{"id": one, "words": PURPOSES[one]} for one in (PATIENT, RECORD)],
        "purpose": words(request, "purpose") or PATIENT,
        "recipient": words(request, "recipient"),
        "pictures": request.method == "GET" or words(request, "pictures") == "on",
        "chosen": _language(words(request, "in"), found),
        "error": error,
        "place": error.place.field if error else "",
    }
    return render(request, "printed/ask.html", page, status=422 if error else 200)


@require_GET
def aftercare_pdf(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """The aftercare sheets of a patient in their language, or in the one asked for with ``?in=``."""
    found = within(request.clinic, Patient, patient, "clinic")
    return _aftercare(request, found, request.user)


@require_http_methods(["GET", "POST"])
def me_record_pdf(request: PatientRequest) -> HttpResponse:
    """A patient's own record; a download asks for the password once more."""
    return _own_record(request) if request.method == "POST" else redirect("me_data")


@recently_signed_in
def _own_record(request: PatientRequest) -> HttpResponse:
    refuse_too_many(request.user)
    wish = For(PATIENT, "", _language(words(request, "in"), request.patient), pictures=True)
    return _pdf(hand_out_record(request.patient, wish, who=request.user), request.patient, "record")


@require_GET
def me_aftercare_pdf(request: PatientRequest) -> HttpResponse:
    """A patient's own aftercare sheets."""
    return _aftercare(request, request.patient, request.user)


def refuse_too_many(who: User) -> None:
    """Refuse more papers than a person needs.

    Raises:
        InputError: If there were ``MOST_A_MINUTE`` within a minute.
    """
    if is_one_too_many(str(who.pk), "paper", MOST_A_MINUTE):
        raise InputError(
            Text("These are too many PDF files at once.", "Son demasiados PDF a la vez."),
            todo=Text("Try again in a minute.", "Inténtelo de nuevo en un minuto."),
        )


def _aftercare(request: HttpRequest, patient: Patient, who: User) -> HttpResponse:
    refuse_too_many(who)
    made = hand_out_aftercare(patient, _language(request.GET.get("in", ""), patient), who=who)
    return _pdf(made, patient, "aftercare")


def _language(asked: str, patient: Patient) -> Language:
    return next((one for one in LANGUAGES if one == asked), "es" if patient.language == "es" else "en")


def _pdf(data: bytes, patient: Patient, what: str) -> HttpResponse:
    """A file to keep, sent in pieces; its name says the number of the record and the day, no name."""
    day = timezone.now().astimezone(patient.clinic.zone).date().isoformat()
    answer: Any = StreamingHttpResponse(_pieces(data), content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"{what}-{patient.number}-{day}.pdf")
    answer["Content-Length"] = str(len(data))
    answer["Cache-Control"] = "no-store, private"
    answer["X-Content-Type-Options"] = "nosniff"
    return cast("HttpResponse", answer)  # what the decorators are typed for


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _PIECE):
        yield data[start : start + _PIECE]
