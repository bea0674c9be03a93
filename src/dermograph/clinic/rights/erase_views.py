"""Erasing a patient: what it does, what stands against it, and the confirmation."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.posted import words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Patient
from dermograph.clinic.people.recent import recently_signed_in
from dermograph.clinic.rights.erasing import GROUNDS, LONGEST_WORDS, erase
from dermograph.clinic.rights.keeping import KEPT, OPEN, UNDECIDED, decide
from dermograph.clinic.rights.proof_views import proof_page
from dermograph.clinic.rights.reach import left_for_good, records_that_left, tables_for_research
from dermograph.clinic.rights.rights_views import patient_or_proof
from dermograph.clinic.vault import keybook
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text


@require_http_methods(["GET", "POST"])
@recently_signed_in
def patient_erase(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Erase a patient for good, where the law allows it; once erased, the proof."""
    found, proof = patient_or_proof(request, patient)
    if proof is not None:
        return redirect("patient_rights", patient=patient) if request.method == "POST" else proof_page(request, proof)
    error: InputError | None = None
    if request.method == "POST":
        try:
            _confirm(words(request, "number"), found)
            proof = erase(
                patient=found.pk,
                clinic=request.clinic,
                who=request.user,
                ground=words(request, "ground"),
                words=words(request, "words"),
            )
        except InputError as problem:
            error = problem
        else:
            return proof_page(request, proof, keybook.renew())
    page = {
        "patient": found,
        "decision": decide(found, timezone.localdate()),
        "kept": KEPT,
        "open": OPEN,
        "undecided": UNDECIDED,
        "photographs": Photograph.objects.filter(course__patient=found, supersedes=None).count(),
        "left": left_for_good(found),
        "records": records_that_left(found),
        "tables": tables_for_research(found),
        "grounds": GROUNDS,
        "ground": words(request, "ground"),
        "words": words(request, "words"),
        "longest": LONGEST_WORDS,
        "error": error,
        "place": error.place.field if error else "",
    }
    return render(request, "rights/erase.html", page, status=422 if error else 200)


def _confirm(typed: str, patient: Patient) -> None:
    """Compare the number that was typed with that of the record.

    Raises:
        InputError: If it is another.
    """
    if typed.strip() != str(patient.number):
        raise InputError(
            Text("That is not the number of this record.", "Ese no es el número de esta historia."),
            Place(field="number"),
        )
