"""Consents: read and signed at home, read again, and taken back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dermograph.clinic import facts
from dermograph.clinic.intake.models import Consent, ConsentText, Withdrawal
from dermograph.clinic.intake.posted import entry_of, id_of, language_of, words
from dermograph.clinic.intake.purposes import EVERYTHING
from dermograph.clinic.intake.reach import Reach, reach_of
from dermograph.clinic.intake.selectors import agreed, current_text
from dermograph.clinic.intake.services import install_texts, sign_consent, withdraw
from dermograph.clinic.intake.strokes import HEIGHT, MOST_POINTS, WIDTH, Strokes, drawn, paths
from dermograph.clinic.intake.wording import blocks, is_intact
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.recent import is_sure, require_sure
from dermograph.clinic.people.request import PatientRequest
from dermograph.clinic.portal.giving import refuse_ended
from dermograph.clinic.portal.mine import mine
from dermograph.clinic.portal.views_giving import my_course
from dermograph.core.errors import InputError, Place
from dermograph.core.text import LANGUAGES, Text

LONGEST_DRAWING = MOST_POINTS * 20  # characters of JSON


@require_http_methods(["GET", "HEAD", "POST"])
def me_consent(request: PatientRequest, course: uuid.UUID) -> HttpResponse:
    """The words to read and sign; where they are signed already, what was agreed to."""
    found = my_course(request, course)
    given: dict[str, Any] = {"name": "", "purposes": [], "typed": "", "drawing": ""}
    error: InputError | None = None
    language = request.GET.get("language", "")
    if request.method == "POST":
        language = words(request, "language")
        given = {
            "name": words(request, "name"),
            "purposes": request.POST.getlist("purpose")[:20],
            "typed": words(request, "typed"),
            "drawing": request.POST.get("strokes", ""),
        }
        try:
            signed = _sign(request, found, given)
        except InputError as problem:
            error = problem
        else:
            said = Text("It is signed, and this is your copy.", "Queda firmado y esta es su copia.")
            messages.success(request, said.say(language_of(request)))
            return redirect("me_consent_signed", signed.pk)
    context = _to_sign(request, found, given, error, language if language in LANGUAGES else language_of(request))
    return render(request, "portal/giving/consent.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def me_consent_signed(request: PatientRequest, consent: uuid.UUID) -> HttpResponse:
    """A signed consent to read and print; sent here, it is taken back, for one purpose or for all."""
    rows = Consent.objects.select_related("course__patient", "course__area", "course__clinic", "patient", "text")
    found = mine(request.patient, rows, consent, path="patient")
    prefetch_related_objects([found], Prefetch("withdrawals", queryset=Withdrawal.objects.order_by("written_at")))
    error: InputError | None = None
    if request.method == "POST":
        # As easy as agreeing: neither a password nor a reason is asked for (GDPR art. 7.3).
        try:
            _refuse_replaced(found)
            withdraw(
                consent=found,
                who=None,
                account=request.user,
                purpose=_taken_back(request),
                reason=words(request, "reason"),
                entry=entry_of(request),
            )
        except InputError as problem:
            error = problem
        else:
            said = Text("It has been taken back, from now on.", "Se ha retirado, desde ahora.")
            messages.success(request, said.say(language_of(request)))
            return redirect("me_consent_signed", found.pk)
    context = _document(found) | {
        "error": error,
        "chosen": words(request, "purpose") if request.method == "POST" else "",
        "reason": words(request, "reason"),
        "entry": uuid.uuid4(),
    }
    return render(request, "portal/giving/consent_signed.html", context, status=422 if error else 200)


def _to_sign(
    request: PatientRequest, course: Course, given: dict[str, Any], error: InputError | None, language: str
) -> dict[str, Any]:
    standing = (
        Consent.objects.filter(course=course).standing().select_related("text").prefetch_related("withdrawals").first()
    )
    text = _text(course, language)
    stands = agreed(standing) if standing else set()
    same = standing is not None and text is not None and standing.text.version == text.version
    if len(given["drawing"]) > LONGEST_DRAWING or (error and error.place.field == "strokes"):
        given["drawing"] = ""
    return {
        "course": course,
        "text": text,
        "blocks": blocks(text.body) if text else [],
        "given": given,
        "error": error,
        "place": error.place.field if error else "",
        "standing": standing,
        "purposes": [one for one in standing.text.purposes if one["id"] in stands] if standing else [],
        "is_newer": bool(stands) and not same,
        "signs": course.closed_at is None and (not stands or not same or bool(error) or "again" in request.GET),
        "entry": uuid.uuid4(),
        "other": "en" if text and text.language == "es" else "es",
        "is_sure": is_sure(request),
    }


def _text(course: Course, language: str) -> ConsentText | None:
    """The current words of a course; a clinic that has none yet is given those that come with Dermograph."""
    day = facts.today(course)
    text = current_text(course.clinic, course.treatment, language, day)
    if text is None and install_texts(course.clinic):
        text = current_text(course.clinic, course.treatment, language, day)
    return text


def _sign(request: PatientRequest, course: Course, given: dict[str, Any]) -> Consent:
    """Write down the signature of a form.

    Raises:
        InputError: If anything in it is missing or wrong, or the password is asked for.
    """
    refuse_ended(course)
    pk = id_of(request, "text")
    text = ConsentText.objects.filter(clinic=request.clinic, pk=pk).first() if pk else None
    sha256 = words(request, "text_sha256")
    if text is None or text.treatment != course.treatment or not sha256:
        raise InputError(
            Text("The text on this page is not the current one.", "El texto de esta página no es el vigente."),
            Place(field="text"),
            Text("Read the one below, then sign.", "Lea el de abajo y después firme."),
        )
    if len(given["drawing"]) > LONGEST_DRAWING:
        raise InputError(
            Text("The signature could not be read.", "No se ha podido leer la firma."), Place(field="strokes")
        )
    mark: Strokes | dict[str, str] = {"typed": given["typed"]} if given["typed"].strip() else drawn(given["drawing"])
    require_sure(request)
    return sign_consent(
        course=course,
        who=None,
        account=request.user,
        text=text,
        text_sha256=sha256,
        purposes=given["purposes"],
        signed_name=given["name"],
        strokes=mark,
        entry=entry_of(request),
        supersedes=id_of(request, "supersedes"),
    )


def _refuse_replaced(consent: Consent) -> None:
    """Stop who takes back a consent in whose place another one stands.

    Raises:
        InputError: If one does.
    """
    if not consent.stands:
        raise InputError(
            Text("A newer consent stands in place of this one.", "Hay un consentimiento más reciente que este."),
            todo=Text("Open that one, and take it back there.", "Abra ese y retírelo allí."),
        )


def _taken_back(request: PatientRequest) -> str:
    purpose = words(request, "purpose")
    if not purpose:
        raise InputError(Text("Choose what you take back.", "Elija qué retira."), Place(field="purpose"))
    return EVERYTHING if purpose == "all" else purpose


def _document(consent: Consent) -> dict[str, Any]:
    typed = consent.strokes.get("typed", "") if isinstance(consent.strokes, dict) else ""
    stands, reach = agreed(consent), reach_of(consent)
    later = Consent.objects.filter(supersedes=consent).first()
    withdrawals = list(consent.withdrawals.all())
    back = {one.purpose: one for one in withdrawals}
    purposes = [
        {
            **one,
            "signed": one["id"] in consent.purposes,
            "agreed": one["id"] in stands,
            "withdrawn": (back.get(one["id"]) or back.get(EVERYTHING)) if one["id"] in consent.purposes else None,
            "reach": reach.get(one["id"], Reach()),
        }
        for one in consent.text.purposes
    ]
    return {
        "course": consent.course,
        "consent": consent,
        "blocks": blocks(consent.text.body),
        "purposes": purposes,
        "may_withdraw": bool(stands) and later is None,
        "reach_of_all": reach.get(EVERYTHING, Reach()),
        "withdrawals": withdrawals,
        "typed": typed,
        "paths": [] if typed else paths(consent.strokes),
        "width": WIDTH,
        "height": HEIGHT,
        "intact": is_intact(consent.text) and consent.text.sha256 == consent.text_sha256,
        "later": later,
    }
