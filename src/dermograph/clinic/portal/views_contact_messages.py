"""Messages: the patient's own page, and the clinic's page of one patient."""

from __future__ import annotations

import contextlib
import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dermograph.clinic.intake.posted import entry_of, id_of, language_of, words
from dermograph.clinic.middleware import ClinicRequest, PatientRequest
from dermograph.clinic.overview.opening import note_opened
from dermograph.clinic.people.models import Course, Patient
from dermograph.clinic.people.within import within
from dermograph.clinic.portal import messaging
from dermograph.clinic.portal.contact_desk import changes_of, put_aside
from dermograph.clinic.portal.limits import limits_of
from dermograph.clinic.portal.messaging_notice import says, site_of
from dermograph.clinic.portal.telling import KINDS, in_words
from dermograph.core.errors import InputError
from dermograph.core.text import Text

#: What the field begins with where another page leads here: ``?about=erasure``.
ABOUT: Final = {
    "erasure": Text(
        "I ask that what is held about me is erased.", "Solicito que se supriman los datos que constan sobre mí."
    ),
    "data": Text("I have a question about what is held about me:", "Tengo una pregunta sobre los datos que constan:"),
    "correction": Text(
        "Something that is held about me is not right:", "Algo de lo que consta sobre mí no es correcto:"
    ),
    "withdrawal": Text("I take back my consent for:", "Retiro mi consentimiento para:"),
    "appointment": Text("About my appointment:", "Sobre mi cita:"),
}
NOTICES: Final = 6  # e-mails that the clinic's page of a patient lists
_SENT: Final = Text("Your message is sent.", "Su mensaje está enviado.")


@require_http_methods(["GET", "HEAD", "POST"])
def me_messages(request: PatientRequest) -> HttpResponse:
    """The thread with the clinic, and writing to it."""
    error: InputError | None = None
    if request.method == "POST":
        try:
            messaging.write(patient=request.patient, words=_posted(request), who=None, entry=entry_of(request))
        except InputError as problem:
            error = problem
        else:
            messages.success(request, _SENT.say(language_of(request)))
            return redirect("me_messages")
    page = _thread(request, request.patient, error)
    if request.method == "GET" and page["page_number"] == 1:  # what is new stands there
        messaging.read_by_patient(request.patient, [one["row"].pk for one in page["thread"]])
    limits = limits_of(request.clinic)
    about = ABOUT.get(request.GET.get("about", ""))
    if about and not error:
        page["draft"] = about.say(language_of(request)) + "\n"
    page |= {
        "limits": limits,
        "open_course": Course.objects.filter(patient=request.patient, closed_at=None).order_by("-opened_at").first(),
    }
    return render(request, "portal/messages.html", page, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def patient_messages(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """The thread of one patient, and what they changed by themselves; answering, and saying that it was read.

    Who opens it reads clinical words: as with the record, the trail is told.
    """
    found = within(request.clinic, Patient, patient, "clinic", "user")
    note_opened(request, found.pk)
    error: InputError | None = None
    if request.method == "POST":
        try:
            _done_by_staff(request, found)
        except InputError as problem:
            error = problem
        else:
            return redirect("patient_messages", patient)
    now = timezone.now()
    page = _thread(request, found, error)
    page |= {
        "patient": found,
        "waiting": sum(1 for one in page["thread"] if one["row"].from_patient and one["row"].read_at is None),
        "changes": changes_of(found, now),
        "notices": [(one, KINDS[one.kind], in_words(one.state, one.reason)) for one in found.notices.all()[:NOTICES]],
        "reachable": found.user is not None and found.user.is_active,
        "limits": limits_of(request.clinic),
    }
    return render(request, "portal/patient_messages.html", page, status=422 if error else 200)


def _done_by_staff(request: ClinicRequest, patient: Patient) -> None:
    act, told = words(request, "act"), None
    if act == "read":
        messaging.mark_read(patient=patient, who=request.user, seen=_seen(request))
        told = Text("Marked as read.", "Marcado como leído.")
    elif act == "seen":
        change = id_of(request, "change")
        if change is not None and put_aside(patient=patient, change=change, who=request.user):
            told = Text("Put aside.", "Apartado.")
    else:
        made = messaging.write(
            patient=patient,
            words=_posted(request),
            who=request.user,
            entry=entry_of(request),
            seen=_seen(request),
            site=site_of(request),
        )
        mail = says(made)
        told = Text(f"The message is sent. {mail.en}", f"El mensaje está enviado. {mail.es}")
    if told is not None:
        messages.success(request, told.say(language_of(request)))


def _thread(request: HttpRequest, patient: Patient, error: InputError | None) -> dict[str, Any]:
    written = request.GET.get("page", "1")
    page = int(written) if written.isascii() and written.isdigit() and len(written) < 5 else 1
    shown, more = messaging.thread(patient, page)
    return {
        "thread": [
            {
                "row": one.row,
                "words": one.words,
                "mail": None if one.row.from_patient else says(one.row),
            }
            for one in shown
        ],
        "page_number": max(page, 1),
        "earlier": page + 1 if more else None,
        "later": page - 1 if page > 1 else None,
        "error": error,
        "draft": _posted(request)[: messaging.LONGEST].replace("\x00", "") if error else "",
        "longest": messaging.LONGEST,
        "entry": uuid.uuid4(),
    }


def _seen(request: HttpRequest) -> list[uuid.UUID]:
    """The messages that stood on the page when the form was made; what is no id is none of them."""
    found = []
    for text in request.POST.getlist("seen")[: messaging.A_PAGE]:
        with contextlib.suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


def _posted(request: HttpRequest) -> str:
    return words(request, "words")
