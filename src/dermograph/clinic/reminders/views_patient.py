"""What one patient wants: said to the clinic, or by the link in a message without signing in."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dermograph.clinic.intake.posted import language_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Patient
from dermograph.clinic.people.within import within
from dermograph.clinic.reminders.choosing import choice_of, say
from dermograph.clinic.reminders.composing import language_of as language_of_patient
from dermograph.clinic.reminders.links import patient_of
from dermograph.clinic.reminders.models import Preference, Reminder
from dermograph.clinic.reminders.reasons import KINDS, REASONS, STATES
from dermograph.core.text import Text

_SHOWN: Final = 30


@require_http_methods(["GET", "POST"])
def patient_reminders(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Write down whether a patient wants reminders, and whether they may name the treatment; what they were sent."""
    row = within(request.clinic, Patient, patient, "clinic")
    if request.method == "POST":
        say(
            patient=row,
            who=request.user,
            wanted=words(request, "wanted") == "yes",
            detailed=words(request, "detailed") == "yes",
        )
        messages.success(request, Text("Saved.", "Guardado.").say(language_of(request)))
        return redirect("patient_reminders", patient)
    sent = Reminder.objects.filter(patient=row).order_by("-due_at", "pk")[:_SHOWN]
    page = {
        "patient": row,
        "preference": Preference.objects.filter(patient=row).first() or Preference(patient=row),
        "choice": choice_of(request.clinic),
        "rows": [
            {"row": one, "kind": KINDS[one.kind], "state": STATES[one.state], "reason": REASONS.get(one.reason)}
            for one in sent
        ],
    }
    return render(request, "reminders/patient.html", page)


@csrf_exempt  # a mail program posts here with one click, without a cookie (RFC 8058): the signed word is the right
@require_http_methods(["GET", "HEAD", "POST"])
def reminders_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the reminders of the patient whose link it is; opening the page alone changes nothing.

    Programs that look through mail open every link.
    """
    patient = patient_of(token)
    if patient is None:
        answer = render(request, "reminders/stop_nothing.html", status=404)
    else:
        translation.activate(language_of_patient(patient))
        request.LANGUAGE_CODE = language_of_patient(patient)
        if request.method == "POST":
            say(patient=patient, who=None, wanted=request.POST.get("action") == "again")
        wanted = not Preference.objects.filter(patient=patient, wanted=False).exists()
        answer = render(request, "reminders/stop.html", {"clinic_name": patient.clinic.name, "wanted": wanted})
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer
