"""Consents: what stands, signing one, reading it again, and taking it back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from dermograph.clinic import facts
from dermograph.clinic.intake.consenting import sign_consent, withdraw
from dermograph.clinic.intake.happening_views import course_of
from dermograph.clinic.intake.models import Consent, ConsentText, Withdrawal
from dermograph.clinic.intake.posted import entry_of, id_of, language_of, words
from dermograph.clinic.intake.purposes import EVERYTHING
from dermograph.clinic.intake.reach import Reach, reach_of
from dermograph.clinic.intake.selectors import agreed, current_text
from dermograph.clinic.intake.strokes import HEIGHT, MOST_POINTS, WIDTH, Strokes, drawn, paths
from dermograph.clinic.intake.wording import blocks, install_texts, is_intact
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.within import within
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

LONGEST_DRAWING = MOST_POINTS * 20  # characters of JSON


@require_GET
def consents(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """The consents of a course, the one that stands first."""
    found = course_of(request, course)
    signed = list(
        Consent.objects.filter(course=found)
        .select_related("text", "witness", "superseded_by")
        .prefetch_related("withdrawals__written_by")
        .order_by("-signed_at")
    )
    standing = next((one for one in signed if one.stands), None)
    text = _text(found, standing.text.language if standing else found.patient.language)
    context = {
        "course": found,
        "step": "consent",
        "standing": standing,
        "purposes": _purposes(standing) if standing else [],
        "signed": signed,
        "text": text,
        "newer_text": bool(standing and text and standing.text_id != text.pk),
    }
    return render(request, "intake/consents.html", context)


@require_http_methods(["GET", "POST"])
def consent_sign(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Read the words and sign them, in the language of the patient."""
    found = course_of(request, course)
    error: InputError | None = None
    given: dict[str, Any] = {"name": "", "purposes": [], "typed": "", "drawing": ""}
    language = request.GET.get("language", "")
    if request.method == "POST":
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
            language = words(request, "language")
        else:
            said = Text("The consent is signed.", "El consentimiento está firmado.")
            messages.success(request, said.say(language_of(request)))
            return redirect("consent_signed", signed.pk)
    text = _text(found, language if language in ("en", "es") else found.patient.language)
    before = Consent.objects.filter(course=found).standing().first()
    if len(given["drawing"]) > LONGEST_DRAWING or (error and error.place.field == "strokes"):
        given["drawing"] = ""
    context = {
        "course": found,
        "step": "consent",
        "text": text,
        "blocks": blocks(text.body) if text else [],
        "given": given,
        "error": error,
        "place": error.place.field if error else "",
        "before": before,
        "entry": uuid.uuid4(),
        "other": "en" if text and text.language == "es" else "es",
    }
    return render(request, "intake/consent_sign.html", context, status=422 if error else 200)


@require_GET
def consent_signed(request: ClinicRequest, consent: uuid.UUID) -> HttpResponse:
    """A signed consent as a document."""
    return render(request, "intake/consent_signed.html", _signed(_found(request, consent)))


@require_http_methods(["GET", "POST"])
def consent_withdraw(request: ClinicRequest, consent: uuid.UUID) -> HttpResponse:
    """Take it back, for one purpose or for all; the page says what follows."""
    found = _found(request, consent)
    error: InputError | None = None
    if request.method == "POST":
        try:
            withdraw(
                consent=found,
                who=request.user,
                purpose=_taken_back(request),
                reason=words(request, "reason"),
                entry=entry_of(request),
            )
        except InputError as problem:
            error = problem
        else:
            said = Text("The consent has been taken back.", "El consentimiento se ha retirado.")
            messages.success(request, said.say(language_of(request)))
            return redirect("consent_signed", found.pk)
    reach = reach_of(found)
    context = _signed(found) | {
        "error": error,
        "reaches": [{**one, "reach": reach.get(one["id"], Reach())} for one in _purposes(found)],
        "reach_of_all": reach.get(EVERYTHING, Reach()),
        "entry": uuid.uuid4(),
        "chosen": words(request, "purpose") if request.method == "POST" else request.GET.get("purpose", "")[:40],
        "reason": words(request, "reason"),
    }
    return render(request, "intake/consent_withdraw.html", context, status=422 if error else 200)


def _found(request: ClinicRequest, pk: uuid.UUID) -> Consent:
    found = within(
        request.clinic, Consent, pk, "course__patient", "course__area", "course__clinic", "patient", "text", "witness"
    )
    written = Withdrawal.objects.select_related("written_by").order_by("written_at")
    prefetch_related_objects([found], Prefetch("withdrawals", queryset=written))
    return found


def _taken_back(request: ClinicRequest) -> str:
    purpose = words(request, "purpose")
    if not purpose:
        raise InputError(Text("Choose what is taken back.", "Elija qué se retira."), Place(field="purpose"))
    return EVERYTHING if purpose == "all" else purpose


def _text(course: Course, language: str) -> ConsentText | None:
    """The current words of a course; a clinic that has none yet is given those that come with Dermograph."""
    day = facts.today(course)
    text = current_text(course.clinic, course.treatment, language, day)
    if text is None and install_texts(course.clinic):
        text = current_text(course.clinic, course.treatment, language, day)
    return text


def _sign(request: ClinicRequest, course: Course, given: dict[str, Any]) -> Consent:
    """Write down the signature of a form.

    Raises:
        InputError: If anything in it is missing or wrong.
    """
    pk = id_of(request, "text")
    text = ConsentText.objects.filter(clinic=request.clinic, pk=pk).first() if pk else None
    if text is None or text.treatment != course.treatment:
        raise InputError(
            Text("The text on this page is not the current one.", "El texto de esta página no es el vigente."),
            Place(field="text"),
        )
    if len(given["drawing"]) > LONGEST_DRAWING:
        raise InputError(
            Text("The signature could not be read.", "No se ha podido leer la firma."), Place(field="strokes")
        )
    mark: Strokes | dict[str, str] = {"typed": given["typed"]} if given["typed"].strip() else drawn(given["drawing"])
    sha256 = words(request, "text_sha256")
    if not sha256:
        raise InputError(Text("The text that was read is not known.", "No se sabe qué texto se leyó."))
    return sign_consent(
        course=course,
        who=request.user,
        text=text,
        text_sha256=sha256,
        purposes=given["purposes"],
        signed_name=given["name"],
        strokes=mark,
        entry=entry_of(request),
        supersedes=id_of(request, "supersedes"),
    )


def _purposes(consent: Consent) -> list[dict[str, Any]]:
    """Each purpose with what was answered: ``agreed``, and the withdrawal where there is one."""
    stands = agreed(consent)
    back = {one.purpose: one for one in consent.withdrawals.all()}
    return [
        {
            **one,
            "signed": one["id"] in consent.purposes,
            "agreed": one["id"] in stands,
            "withdrawn": (back.get(one["id"]) or back.get(EVERYTHING)) if one["id"] in consent.purposes else None,
        }
        for one in consent.text.purposes
    ]


def _signed(consent: Consent) -> dict[str, Any]:
    typed = consent.strokes.get("typed", "") if isinstance(consent.strokes, dict) else ""
    later = Consent.objects.filter(supersedes=consent).first()
    return {
        "course": consent.course or consent.patient.courses.select_related("patient", "area", "clinic").first(),
        "step": "consent",
        "consent": consent,
        "blocks": blocks(consent.text.body),
        "purposes": _purposes(consent),
        "withdrawals": list(consent.withdrawals.all()),
        "typed": typed,
        "paths": [] if typed else paths(consent.strokes),
        "width": WIDTH,
        "height": HEIGHT,
        "intact": is_intact(consent.text) and consent.text.sha256 == consent.text_sha256,
        "later": later,
    }
