"""The assessment page: the questions with the verdict beside them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from dermograph.care.explain import verdict_sentence
from dermograph.clinic import facts
from dermograph.clinic.intake.answering import answer_fact, fact_named, value_from_form
from dermograph.clinic.intake.happening_views import course_of, happenings_of
from dermograph.clinic.intake.known import known
from dermograph.clinic.intake.posted import entry_of, id_of, language_of, wants_part, words
from dermograph.clinic.intake.questionnaire import Attempt, questionnaire
from dermograph.clinic.intake.questions import read_try
from dermograph.clinic.intake.selectors import in_force, signed_assessments
from dermograph.clinic.intake.signing import sign_assessment
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.recent import require_sure
from dermograph.core.errors import InputError
from dermograph.core.text import Text

PAGE, PART = "intake/assessment.html", "intake/parts/answered.html"


@require_GET
def assessment(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """The page, or with htmx its questions; ``?change=`` opens the buttons of an answered question."""
    found = course_of(request, course)
    context = _context(request, found, change=request.GET.get("change", "")[:60])
    return _part(request, context) if wants_part(request) else render(request, PAGE, context)


@require_POST
def assessment_answer(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """One answer; it comes back as the page with the next question."""
    found = course_of(request, course)
    name, missing, raw = words(request, "fact"), words(request, "missing"), words(request, "value")
    try:
        fact = fact_named(name)
        answer_fact(
            course=found,
            who=request.user,
            fact=fact.id,
            value=value_from_form(fact, raw),
            missing=missing,
            entry=entry_of(request),
            supersedes=id_of(request, "supersedes"),
            reason=words(request, "reason"),
        )
    except InputError as error:
        known_fact = facts.protocol_of(found).vocabulary.facts.get(name)
        tried = read_try(known_fact, raw, missing) if known_fact else None
        context = _context(request, found, attempt=Attempt(name, error, tried))
        if wants_part(request):
            return _part(request, context, status=422)
        return render(request, PAGE, context, status=422)
    if wants_part(request):
        return _part(request, _context(request, found))
    return redirect(f"{reverse('assessment', args=[found.pk])}#questions")


@require_POST
def assessment_sign(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Sign what the page showed."""
    found = course_of(request, course)
    try:
        require_sure(request)
        seen = words(request, "seen") or "nothing"  # never signed unseen
        signed = sign_assessment(course=found, who=request.user, entry=entry_of(request), seen=seen)
    except InputError as error:
        return render(request, PAGE, _context(request, found, sign_error=error), status=422)
    said = Text("The assessment is signed.", "La valoración está firmada.")
    messages.success(request, said.say(language_of(request)))
    return redirect("assessment_signed", signed.pk)


def _part(request: ClinicRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The questions and the verdict, with how many answers they know: of two that cross, the page keeps the later."""
    response = render(request, PART, context, status=status)
    response.headers["Intake-Written"] = str(context["written"])
    return response


def _context(
    request: ClinicRequest,
    course: Course,
    *,
    change: str = "",
    attempt: Attempt | None = None,
    sign_error: InputError | None = None,
) -> dict[str, Any]:
    language = language_of(request)
    protocol = facts.protocol_of(course)
    now = known(course)
    area = now.assess(course, protocol)
    signed = signed_assessments(course)
    shown = area.to_json(language)
    stray = attempt is not None and attempt.fact not in protocol.vocabulary.facts
    questions = questionnaire(now, area, protocol, language, change=change, attempt=attempt)
    return {
        "course": course,
        "step": "assessment",
        "protocol": protocol,
        "on": now.on,
        "area": area,
        "sentence": verdict_sentence(area, language),
        "rules": [reason for reason in shown["reasons"] if reason["grade"] != "indication"],
        "indications": [reason for reason in shown["reasons"] if reason["grade"] == "indication"],
        "questions": questions,
        "more": len(area.ask) - 4,
        "change": change,
        "stray": attempt.error if attempt and (stray or attempt.fact == "birth_date") else None,
        "happenings": happenings_of(course),
        "signed": signed,
        "in_force": in_force(course, assessment=signed[0], now=now) if signed else None,
        "written": sum(len(answers) for answers in now.history.values()),
        "seen": now.digest(protocol),
        "entry": uuid.uuid4(),
        "sign_error": sign_error,
    }
