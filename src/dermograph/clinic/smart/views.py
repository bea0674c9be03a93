"""The page on which a person lets a program in, or refuses it; and the page of those that they let in."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dermograph.clinic.accounts.sessions import ROW
from dermograph.clinic.ledger.words import current_language
from dermograph.clinic.people.models import Clinic, Patient, User
from dermograph.clinic.people.request import ClinicRequest
from dermograph.clinic.people.selectors import found_patients
from dermograph.clinic.permissions import may
from dermograph.clinic.smart.asking import Asked, address_back, read_request
from dermograph.clinic.smart.errors import SendBackError, StopHereError
from dermograph.clinic.smart.granting import allow, refuse
from dermograph.clinic.smart.models import Grant
from dermograph.clinic.smart.scopes import read_scope
from dermograph.clinic.smart.tokens import end_grant
from dermograph.clinic.smart.words import how_long, wishes
from dermograph.core.text import Text

FOUND = 12
CHOSEN, ASKED = "chosen", "find"


@require_http_methods(["GET", "POST"])
def smart_authorize(request: ClinicRequest) -> HttpResponse:
    """A program's request before the person; with POST, their answer.

    The query is read and checked again at the answer: what is allowed is what stood on the page.
    """
    own = getattr(request, "patient", None)
    try:
        asked = read_request(request, request.clinic, request.role)
    except StopHereError as error:
        return render(request, "400.html", {"error": error}, status=400)
    except SendBackError as error:
        return _sent_back(error.redirect, error=error.code, error_description=error.says, state=error.state)
    if own is None and asked.needs_patient and not may(request.role, "patient"):
        says = "who signed in may open no patient"
        return _sent_back(asked.redirect, error="access_denied", error_description=says, state=asked.state)
    patient = own or (_chosen(request, request.clinic) if asked.needs_patient else None)
    if request.method == "POST" and request.POST.get("decision") == "refuse":
        refuse(asked, user=request.user)
        says = "the person did not allow it"
        return _sent_back(asked.redirect, error="access_denied", error_description=says, state=asked.state)
    if asked.needs_patient and patient is None:
        return _picker(request, asked)
    if request.method == "POST" and request.POST.get("decision") == "allow":
        session = request.session.get(ROW)
        code = allow(
            asked,
            user=request.user,
            member=None if own else request.membership,
            patient=patient,
            session=uuid.UUID(session) if session else None,
        )
        return _sent_back(asked.redirect, code=code, state=asked.state)
    page = {
        "asked": asked,
        "patient": patient,
        "is_own": own is not None,
        "host": _host(asked.redirect),
        "wishes": wishes(asked.scopes, role=request.role, patient=str(patient or "")),
        "how_long": how_long(asked.words),
        "again": _query_without(request, CHOSEN),
    }
    return _may_lead_to(asked.redirect, render(request, "smart/consent.html", page))


@require_http_methods(["GET", "POST"])
def smart_mine(request: HttpRequest) -> HttpResponse:
    """The programs that the person let in; end one."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 (the table of permissions says so)
    rows = Grant.objects.filter(user=user, ended_at=None, ends_at__gt=timezone.now()).exclude(code_used_at=None)
    if request.method == "POST":
        grant = (
            rows.select_related("app", "clinic")
            .filter(pk=_uuid(request.POST.get("grant", "")) or uuid.UUID(int=0))
            .first()
        )
        if grant is None:
            raise Http404
        end_grant(grant, why="asked", who=user)
        messages.success(request, Text("That has ended.", "Eso ha terminado.").say(current_language()))
        return redirect("smart_mine")
    role = getattr(request, "role", None) or ""
    shown = [
        {
            "grant": one,
            "wishes": wishes(
                (scope for scope in map(read_scope, one.scopes) if scope), role=role, patient=str(one.patient or "")
            ),
        }
        for one in rows.select_related("app", "clinic", "patient")[:100]
    ]
    return render(request, "smart/mine.html", {"rows": shown})


def _picker(request: ClinicRequest, asked: Asked) -> HttpResponse:
    """The page on which staff choose the patient."""
    words = request.GET.get(ASKED, "")[:100].replace("\0", "")
    found = found_patients(request.clinic, words, limit=FOUND)
    kept = [(name, value) for name, value in request.GET.items() if name not in (CHOSEN, ASKED)]
    page = {"asked": asked, "find": words, "found": found, "kept": kept, "host": _host(asked.redirect)}
    page["again"] = _query_without(request, CHOSEN, ASKED)
    return _may_lead_to(asked.redirect, render(request, "smart/picker.html", page))


def _chosen(request: HttpRequest, clinic: Clinic) -> Patient | None:
    """The patient who was chosen; None of another clinic, while a record is blocked, and while nobody was."""
    pk = _uuid(request.GET.get(CHOSEN, ""))
    if pk is None:
        return None
    return Patient.objects.filter(pk=pk, clinic=clinic, restricted_at=None).select_related("clinic").first()


def _sent_back(address: str, **told: str) -> HttpResponse:
    """To the program, by GET whatever was sent here (RFC 9700, 4.12)."""
    response = HttpResponse(status=303)
    response["Location"] = address_back(address, **told)
    response["Referrer-Policy"] = "no-referrer"
    return _may_lead_to(address, response)


def _may_lead_to(address: str, response: HttpResponse) -> HttpResponse:
    """Let the form of the page end at the program's address: browsers hold the policy of forms against redirects."""
    parts = urlsplit(address)
    source = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
    vars(response)["_csp_update"] = {"form-action": [source]}  # what `csp.decorators.csp_update` sets, which knows none
    return response


def _query_without(request: HttpRequest, *names: str) -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


def _host(address: str) -> str:
    parts = urlsplit(address)
    return parts.netloc or f"{parts.scheme}:"


def _uuid(written: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(written)
    except ValueError:
        return None
