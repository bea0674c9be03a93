"""A patient's rights on one page: what left and to whom, the links, the block, everything held, and the erasure."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from dermograph.clinic.intake.posted import entry_of, language_of, words
from dermograph.clinic.intake.selectors import agreed
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Patient, Role
from dermograph.clinic.people.recent import recently_signed_in
from dermograph.clinic.people.within import within
from dermograph.clinic.rights import everything
from dermograph.clinic.rights.keeping import decide
from dermograph.clinic.rights.known import known
from dermograph.clinic.rights.models import ErasureProof, Restriction
from dermograph.clinic.rights.proof_views import proof_page
from dermograph.clinic.rights.purposes import FORMS, PURPOSES, SHORT
from dermograph.clinic.rights.reach import leavings, left_for_good, living_links, records_that_left
from dermograph.clinic.rights.restricting import lift, restrict
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_SHOWN = 200  # leavings on the page; all of them are in the archive


@require_http_methods(["GET", "POST"])
def patient_rights(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """What was agreed to, what left, and what can be done; of an erased patient the proof."""
    found, proof = patient_or_proof(request, patient)
    if proof is not None:
        return proof_page(request, proof)
    error: InputError | None = None
    if request.method == "POST":
        try:
            said = _acted(request, found)
        except InputError as problem:
            error = problem
        else:
            messages.success(request, said.say(language_of(request)))
            return redirect("patient_rights", patient=found.pk)
    return render(request, "rights/rights.html", _page(request, found, error), status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@recently_signed_in
def patient_export(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Everything held about the patient, as one file that is made while it is sent."""
    found, proof = patient_or_proof(request, patient)
    if proof is not None:
        raise Http404
    error: InputError | None = None
    if request.method == "POST":
        try:
            pieces = everything.handed_out(found, request.user)
        except InputError as problem:
            error = problem
        else:
            answer = StreamingHttpResponse(pieces, content_type="application/zip")
            answer["Content-Disposition"] = content_disposition_header(True, everything.name_of_archive(found))
            answer["Cache-Control"] = "no-store, private"
            answer["X-Content-Type-Options"] = "nosniff"
            return cast("HttpResponse", answer)  # what the decorators are typed for
    page = {"patient": found, "error": error}
    return render(request, "rights/export.html", page, status=507 if error else 200)


def patient_or_proof(request: ClinicRequest, pk: uuid.UUID) -> tuple[Patient, ErasureProof | None]:
    """The patient, also of a blocked record; of an erased one the proof instead.

    Raises:
        Http404: If there is neither in this clinic.
    """
    proof = ErasureProof.objects.filter(erased=pk, clinic=request.clinic).select_related("written_by", "clinic").first()
    if proof is not None:
        return Patient(pk=pk), proof
    return within(request.clinic, Patient, pk, "clinic", restricted=True), None


def _acted(request: ClinicRequest, patient: Patient) -> Text:
    """Block the record, or end the block.

    Raises:
        InputError: If that cannot be, or is not for this role.
    """
    action, reason = words(request, "action"), words(request, "reason")
    if request.role not in (Role.MEDICAL_LEAD, Role.ADMIN):
        raise InputError(
            Text(
                "The medical lead or the administrator decides that.",
                "Eso lo decide la dirección médica o la administración.",
            )
        )
    if action == "restrict":
        restrict(patient=patient, who=request.user, reason=reason, entry=entry_of(request))
        return Text("The record is blocked.", "La historia está bloqueada.")
    if action == "lift":
        lift(patient=patient, who=request.user, reason=reason, entry=entry_of(request))
        return Text("The record is in use again.", "La historia vuelve a estar en uso.")
    raise InputError(Text("Nothing was chosen.", "No se ha elegido nada."))


def _page(request: ClinicRequest, patient: Patient, error: InputError | None) -> dict[str, Any]:
    what = known(patient)
    gone = leavings(patient)
    left = left_for_good(patient, what, gone)
    restriction = Restriction.objects.filter(patient=patient).select_related("written_by").order_by("-written_at")
    return {
        "patient": patient,
        "is_lead": request.role in (Role.MEDICAL_LEAD, Role.ADMIN),
        "clinical": request.role in (Role.MEDICAL_LEAD, Role.PRACTITIONER),
        "purposes": [
            {"words": PURPOSES[one], "courses": [signed.course for signed in what.standing if one in agreed(signed)]}
            for one in PURPOSES
            if one != "patient"
        ],
        "links": [{"link": one, "purpose": SHORT[one.purpose]} for one in living_links(patient, what)],
        "letters": [one for one in left if one.taken_back],
        "leavings": [{"row": one, "purpose": SHORT[one.purpose], "form": FORMS[one.left_as]} for one in gone[:_SHOWN]],
        "records": records_that_left(patient),
        "restriction": restriction.first() if patient.restricted_at else None,
        "decision": decide(patient, timezone.localdate()),
        "entry": uuid.uuid4(),
        "reason": words(request, "reason"),
        "error": error,
        "back": reverse("patient_rights", args=[patient.pk]),
    }
