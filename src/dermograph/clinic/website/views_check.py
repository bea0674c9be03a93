"""The check without an account: one question a page, then how it ends. It works without JavaScript."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from dermograph.clinic.intake.plain_questions import NOT_KNOWN, REFUSED
from dermograph.clinic.intake.posted import words
from dermograph.clinic.intake.questions import Row
from dermograph.clinic.website.answers_file import NO_OPINION, answers_text
from dermograph.clinic.website.checking import (
    Told,
    assessed,
    forget,
    keep,
    next_question,
    today_in,
    told_by,
    with_answer,
)
from dermograph.clinic.website.endings import ending_of, reading_of, readings
from dermograph.clinic.website.public import Site, name_of, offered_protocol, page, public
from dermograph.clinic.website.wording import help_of, question_of
from dermograph.core.errors import InputError
from dermograph.protocols import Protocol
from dermograph.protocols.vocabulary import Fact

LONGEST_NAME = 60


@require_http_methods(["GET", "HEAD", "POST"])
@public
def suitability(request: HttpRequest, site: Site, treatment: str) -> HttpResponse:
    """One question; ``?change=`` asks again one that was answered. An answer leads to the next, or to the ending."""
    protocol = offered_protocol(site, treatment)
    told = told_by(request, site, protocol)
    if request.method == "POST":
        return _answered(request, site, protocol, told)
    change = protocol.vocabulary.facts.get(request.GET.get("change", "")[:LONGEST_NAME])
    question = next_question(assessed(told, protocol, today_in(site.clinic)), told)
    if change is not None:
        return _ask(request, site, protocol, told, change)
    if question is None:
        return redirect(site.address("suitability_result", treatment))
    return _ask(request, site, protocol, told, question.fact)


@require_safe
@public
def suitability_result(request: HttpRequest, site: Site, treatment: str) -> HttpResponse:
    """How the check ends with what was told so far; a question that was not answered is open, and never a "no"."""
    protocol = offered_protocol(site, treatment)
    told = told_by(request, site, protocol)
    if not told.answers:
        return redirect(site.address("suitability", treatment))
    on = today_in(site.clinic)
    area = assessed(told, protocol, on)
    ending = ending_of(area, told, protocol, site.language)
    return page(
        request,
        site,
        "website/ending.html",
        ("suitability_result", treatment),
        protocol=protocol,
        name=treatment,
        ending=ending,
        no_opinion=NO_OPINION,
        told=readings(told, protocol),
        still_open=[(fact, question_of(fact), reading_of(told, fact)) for fact in ending.still_open],
        goes_on=next_question(area, told) is not None,
        on=on,
        is_private=True,
    )


@require_safe
@public
def suitability_answers(request: HttpRequest, site: Site, treatment: str) -> HttpResponse:
    """The answers as a text to keep."""
    protocol = offered_protocol(site, treatment)
    told = told_by(request, site, protocol)
    if not told.answers:
        return redirect(site.address("suitability", treatment))
    on = today_in(site.clinic)
    ending = ending_of(assessed(told, protocol, on), told, protocol, site.language)
    response = HttpResponse(answers_text(site, protocol, told, ending, on), content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{treatment}-{on.isoformat()}.txt"'
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _answered(request: HttpRequest, site: Site, protocol: Protocol, told: Told) -> HttpResponse:
    treatment = name_of(protocol)
    if request.POST.get("clear"):
        response: HttpResponse = redirect(site.address("treatment_page", treatment))
        forget(response, site, protocol)
        return response
    on = today_in(site.clinic)
    given = {name: words(request, name) for name in ("fact", "value", "missing")}
    try:
        told = with_answer(told, protocol, on, given)
    except InputError as error:
        question = next_question(assessed(told, protocol, on), told)
        fact = protocol.vocabulary.facts.get(given["fact"]) or (question.fact if question else None)
        if fact is None:
            return redirect(site.address("suitability_result", treatment))
        return _ask(request, site, protocol, told, fact, error)
    goes_on = next_question(assessed(told, protocol, on), told) is not None
    response = redirect(site.address("suitability" if goes_on else "suitability_result", treatment))
    keep(response, site, protocol, told)
    return response


def _ask(
    request: HttpRequest, site: Site, protocol: Protocol, told: Told, fact: Fact, error: InputError | None = None
) -> HttpResponse:
    on = today_in(site.clinic)
    area = assessed(told, protocol, on)
    row = Row(fact=fact, question=None, why=(), past=(), opened=True, latest=on, error=error)
    return page(
        request,
        site,
        "website/question.html",
        ("suitability", name_of(protocol)),
        protocol=protocol,
        name=name_of(protocol),
        row=row,
        question=question_of(fact),
        help=help_of(fact),
        buttons=[*(one for one in row.choices if one.name == "value"), *_no_answers()],
        is_first=not told.answers,
        now=reading_of(told, fact) if fact.id in told.answers else None,
        left=len([one for one in area.ask if one.fact.id not in told.answers]),
        told=readings(told, protocol),
        no_opinion=NO_OPINION,
        status=422 if error else 200,
        is_private=True,
    )


def _no_answers() -> list[dict[str, Any]]:
    return [
        {"name": "missing", "value": "not_known", "label": NOT_KNOWN},
        {"name": "missing", "value": "refused", "label": REFUSED},
    ]
