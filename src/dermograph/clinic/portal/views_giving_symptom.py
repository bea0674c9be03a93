"""What a patient notices after a session: told to the clinic, and what to do until it answers."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dermograph.clinic.facts import protocol_of, today
from dermograph.clinic.intake.posted import entry_of, language_of, words
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.request import PatientRequest
from dermograph.clinic.portal import giving_emergency
from dermograph.clinic.portal.giving_sign_words import choices, plain_label
from dermograph.clinic.portal.giving_signs import (
    LONGEST_WORDS,
    TooOftenError,
    meanwhile,
    read_again,
    report,
    reports_of,
    sent_with,
)
from dermograph.clinic.portal.views_giving import my_course
from dermograph.clinic.treatment.selectors import side_effects
from dermograph.core.errors import InputError
from dermograph.core.text import Language

MOST_SIGNS = 40  # more cannot be ticked


@require_http_methods(["GET", "HEAD", "POST"])
def me_symptom(request: PatientRequest, course: uuid.UUID) -> HttpResponse:
    """The signs to tick; after sending, ``?sent=`` shows at once what to do."""
    found = my_course(request, course)
    given: dict[str, Any] = {"signs": [], "since": "", "words": ""}
    error: InputError | None = None
    if request.method == "POST":
        given = {
            "signs": request.POST.getlist("sign")[:MOST_SIGNS],
            "since": words(request, "since"),
            "words": words(request, "words"),
        }
        try:
            sent = report(
                course=found,
                account=request.user,
                signs=given["signs"],
                since=given["since"],
                words=given["words"],
                entry=entry_of(request),
                language=language_of(request),
            )
        except InputError as problem:
            error = problem
        else:
            if sent.left_out:
                messages.warning(request, _said(TooOftenError(), language_of(request)))
            return redirect(f"{reverse('me_symptom', args=[found.pk])}?sent={sent.form}")
    elif "sent" in request.GET:
        return _sent(request, found, request.GET["sent"])
    return _ask(request, found, given, error)


def _said(error: InputError, language: Language) -> str:
    return f"{error.what.say(language)} {error.todo.say(language)}"


def _ask(request: PatientRequest, course: Course, given: dict[str, Any], error: InputError | None) -> HttpResponse:
    language = language_of(request)
    before = reports_of(request.patient, course)
    context = {
        **_always(request, course),
        "choices": choices(given["signs"]),
        "given": given,
        "error": error,
        "place": error.place.field if error else "",
        "entry": uuid.uuid4(),
        "today": today(course),
        "longest": LONGEST_WORDS,
        "has_session": course.sessions.filter(superseded_by__isnull=True).exists(),
        "effects": side_effects(protocol_of(course), language),
        "before": [{"report": one, "label": plain_label(one.sign)} for one in before],
    }
    return render(request, "portal/giving/symptom.html", context, status=422 if error else 200)


def _sent(request: PatientRequest, course: Course, raw: str) -> HttpResponse:
    try:
        form = uuid.UUID(raw) if len(raw) <= 40 else None
    except ValueError:
        form = None
    found = sent_with(course, form) if form else []
    if not found:
        raise Http404
    language = language_of(request)
    shown = read_again(found, course, language)
    context = {
        **_always(request, course),
        "reported": shown,
        "must_be_seen": any(one.decision == "refer" for one in shown),
        "call": giving_emergency.CALL,
        "unreached": giving_emergency.UNREACHED,
        "unreached_reason": giving_emergency.unreached_reason(language),
        "leave_alone": giving_emergency.LEAVE_ALONE,
        "leave_alone_reason": giving_emergency.leave_alone_reason(language),
        "forbidden": meanwhile(course, language),
        "effects": side_effects(protocol_of(course), language),
    }
    return render(request, "portal/giving/symptom_sent.html", context)


def _always(request: PatientRequest, course: Course) -> dict[str, Any]:
    """What stands on the page whatever was ticked: when not to wait for the clinic, and how to reach it."""
    return {
        "course": course,
        "emergency": giving_emergency.WHEN,
        "emergency_number": giving_emergency.NUMBER,
        "emergency_reason": giving_emergency.emergency_reason(language_of(request)),
        "not_watched": giving_emergency.NOT_WATCHED,
        "tel": giving_emergency.telephone(course.clinic),
    }
