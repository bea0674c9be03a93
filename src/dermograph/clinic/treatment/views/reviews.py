"""The review after a session: the proposal, its signature, and what was signed."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dermograph.care.explain import DECISIONS
from dermograph.care.read_case import read_case
from dermograph.care.sight import Decision
from dermograph.clinic.facts import protocol_of, today
from dermograph.clinic.gallery.elsewhere import ELSEWHERE
from dermograph.clinic.ledger.words import current_language, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.within import within
from dermograph.clinic.treatment.forms.review import ReviewForm
from dermograph.clinic.treatment.models import Review
from dermograph.clinic.treatment.proposal import Proposal, proposal_for
from dermograph.clinic.treatment.review_page import shown_measurements, shown_proposal
from dermograph.clinic.treatment.selectors import RELATED
from dermograph.clinic.treatment.services import ChangedSinceShownError, sign_review
from dermograph.clinic.treatment.signing import is_really
from dermograph.core.dates import day_text
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.protocols import load_library

UNPROCESSABLE, CONFLICT = 422, 409
STOPS = ("stop_goal_met", "stop_plateau")


@require_GET
def review(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """What is proposed, provisional until somebody signs."""
    found = within(request.clinic, Course, course, "patient", "area", "clinic")
    proposal = proposal_for(found, today(found))
    form = ReviewForm(initial=_initial(proposal, request)) if proposal else None
    return _page(request, found, proposal, form)


@require_POST
def review_sign(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Sign a review: the password is asked again, and what is signed is what was shown."""
    found = within(request.clinic, Course, course, "patient", "area", "clinic")
    form = ReviewForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        if not is_really(request, said["password"]):
            form.add_error("password", words("That is not your password.", "Esa no es su contraseña."))
        else:
            try:
                new = sign_review(
                    course=found,
                    who=request.membership,
                    decision=said["decision"],
                    reason=said["reason"],
                    signed_name=said["signed_name"],
                    shown=said["shown"],
                    entry=said["entry"],
                )
            except ChangedSinceShownError as error:
                return _changed(request, found, form, error)
            except InputError as error:
                form.tell(error)
            else:
                return redirect("review_signed", review=new.pk)
    return _page(request, found, proposal_for(found, today(found)), form, status=UNPROCESSABLE)


@require_GET
def review_signed(request: ClinicRequest, review: uuid.UUID) -> HttpResponse:
    """A review as it was signed; prints on one sheet."""
    found = within(request.clinic, Review, review, *RELATED, "superseded_by", "written_by")
    language, protocol = current_language(), protocol_of(found.course)
    proposed = found.proposal.get(language) or {}
    context = {
        "course": found.course,
        "step": "review",
        "review": found,
        "proposed": proposed,
        "proposed_word": DECISIONS[Decision(found.proposed)],
        "decision_word": DECISIONS[Decision(found.decision)],
        "changed": found.decision != found.proposed,
        "measurements": shown_measurements(_area_of(found), protocol, found.reviewed_on),
        "refer_to": refers_to(proposed),
        "stops": found.decision in STOPS and found.course.closed_at is None,
        "refers": found.decision == "refer",
        "close_reason": _close_reason(found).say(language),
        "another": found.decision in ("another_session", "maintain"),
        "sentence": ((proposed.get("forecast") or {}).get("sentence") or {}).get(language, ""),
        "current": found.protocol_hash == protocol.hash,
    }
    return render(request, "treatment/review_signed.html", context)


def refers_to(proposed: dict[str, Any]) -> list[str]:
    """To whom a proposal refers: who is asked, where a rule names somebody, else the words of the rule."""
    found = [one.get("to") or one["says"] for one in proposed.get("reasons", []) if one.get("effect") in _REFERS]
    return list(dict.fromkeys(found))


_REFERS = ("refer", "referred")


def _close_reason(row: Review) -> Text:
    """What is written down where the course is closed because of a review."""
    day, word = day_text(row.reviewed_on), DECISIONS[Decision(row.decision)]
    return Text(
        f"Review of {day.en}, signed by {row.signed_name}: {word.en}.",
        f"Revisión del {day.es}, firmada por {row.signed_name}: {word.es}.",
    )


def _area_of(row: Review) -> Any:  # noqa: ANN401 (an area of the engine)
    """The area that a review was made from, read back from what was stored; None if it cannot be read any more."""
    try:
        return read_case(json.dumps(row.facts), load_library().vocabulary).areas[0]
    except InputError:
        return None


def _initial(proposal: Proposal, request: ClinicRequest) -> dict[str, Any]:
    return {
        "shown": proposal.digest,
        "decision": proposal.proposed.decision.value,
        "signed_name": request.user.name,
    }


def _changed(request: ClinicRequest, course: Course, form: ReviewForm, error: ChangedSinceShownError) -> HttpResponse:
    """The new proposal with what was written kept; the password is asked for once more."""
    kept = {name: form.cleaned_data[name] for name in ("decision", "reason", "signed_name", "entry")}
    again = ReviewForm(initial={**kept, "shown": error.proposal.digest})
    return _page(request, course, error.proposal, again, status=CONFLICT, error=error)


def _page(
    request: ClinicRequest,
    course: Course,
    proposal: Proposal | None,
    form: ReviewForm | None,
    *,
    status: int = 200,
    error: InputError | None = None,
) -> HttpResponse:
    language = current_language()
    context = {
        "course": course,
        "step": "review",
        "form": form,
        "error": error,
        "proposal": shown_proposal(proposal, language) if proposal else None,
        "entries": proposal.entries if proposal else None,
        "closed": course.closed_at is not None,
        "elsewhere": ELSEWHERE.get(course.treatment),
    }
    return render(request, "treatment/review.html", context, status=status)
