"""The clinic's page about a patient's access to their own pages."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.intake.posted import language_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.factors import has_factor
from dermograph.clinic.people.models import Patient
from dermograph.clinic.people.within import within
from dermograph.clinic.portal.access import Access, access_of, invite, take_away
from dermograph.clinic.portal.access_ways import GIVEN, can_be_mailed, ways_of
from dermograph.clinic.portal.own_letter import code_of, mail
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_SHEET = "portal_sheet"
_SENT = Text("The invitation was sent to {address}.", "La invitación se ha enviado a {address}.")
_NOT_SENT = Text(
    "The mail server did not take the message. Try again later, or have a sheet printed where that is possible.",
    "El servidor de correo no aceptó el mensaje. Inténtelo más tarde, o imprima una hoja donde se pueda.",
)
_TAKEN = Text(
    "The access is taken away. You can invite the patient again at any time.",
    "Se ha retirado el acceso. Puede volver a invitar al paciente cuando quiera.",
)
_NO_MAIL = Text(
    "No mail can be sent to this patient from here.", "Desde aquí no se puede enviar correo a este paciente."
)
_PRINT = Text("A practitioner prints the sheet instead.", "Un profesional imprime la hoja.")


@require_http_methods(["GET", "POST"])
def portal_access(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Whether a patient has their own pages; inviting them by e-mail."""
    if request.method != "POST":
        return _page(request, _found(request, patient), None)
    if words(request, "action") != "mail":
        raise Http404
    return _done(request, patient, lambda row: _invited(request, row, "mail"))


@require_POST
def portal_access_paper(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Hand an invitation over on paper: whoever has it can set the patient's password."""
    return _done(request, patient, lambda row: _invited(request, row, "paper"))


@require_POST
def portal_access_move(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Move an account that was used to the address on the patient's details; the former address is told."""
    return _done(
        request, patient, lambda row: _invited(request, row, "mail" if can_be_mailed(row) else "paper", move=True)
    )


@require_POST
def portal_access_remove(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Take the access away; the account's address is told."""

    def remove(row: Patient) -> None:
        take_away(patient=row, who=request.user)
        messages.success(request, _TAKEN.say(language_of(request)))

    return _done(request, patient, remove)


def _found(request: ClinicRequest, pk: uuid.UUID) -> Patient:
    return within(request.clinic, Patient, pk, "clinic", "user")


def _done(request: ClinicRequest, pk: uuid.UUID, act: Callable[[Patient], None]) -> HttpResponse:
    """Do it and show the page; with what is against it, if something is."""
    row = _found(request, pk)
    try:
        act(row)
    except InputError as wrong:
        return _page(request, _found(request, pk), wrong)
    return redirect("portal_access", row.pk)


def _invited(request: ClinicRequest, patient: Patient, by: str, *, move: bool = False) -> None:
    """Invite, and hand it over.

    Raises:
        InputError: If something is against it.
    """
    language = language_of(request)
    if by == "mail" and not can_be_mailed(patient):
        raise InputError(_NO_MAIL, todo=_PRINT)
    seen = words(request, "address")
    invitation = invite(patient=patient, who=request.user, role=request.role, by=by, move=move, seen=seen)
    link = _whole(request, invitation.path)
    if by == "paper":
        request.session[_SHEET] = {"patient": str(patient.pk), "link": link, "address": invitation.user.email}
    elif mail(invitation, link):
        messages.success(request, _SENT.format(address=invitation.user.email).say(language))
    else:
        messages.error(request, _NOT_SENT.say(language))


def _whole(request: ClinicRequest, path: str) -> str:
    site = str(settings.PUBLIC_ADDRESS).rstrip("/")
    return f"{site}{path}" if site else request.build_absolute_uri(path)


def _page(request: ClinicRequest, patient: Patient, error: InputError | None) -> HttpResponse:
    user, state = patient.user, access_of(patient)
    given = AuditEntry.objects.filter(clinic=patient.clinic, patient=patient.pk, action__in=GIVEN)
    last = given.order_by("-number").first() if state is Access.INVITED else None
    ends = last.at + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) if last else None
    kept = request.session.pop(_SHEET, None) if request.method == "GET" else None
    sheet = None
    if kept and kept["patient"] == str(patient.pk) and state is Access.INVITED:
        side, dark = code_of(kept["link"])
        language = "en" if patient.language == "en" else "es"
        sheet = {**kept, "side": side, "dark": dark, "language": language, "ends": ends}
    page = {
        "patient": patient,
        "account": user,
        "state": state.value,
        "invited": last,
        "ends": ends,
        "is_over": ends is not None and ends <= timezone.now(),
        "has_factor": user is not None and state is Access.ACTIVE and has_factor(user),
        "ways": ways_of(patient, request.user, request.role),
        "sheet": sheet,
        "error": error,
    }
    return render(request, "portal/access.html", page, status=422 if error else 200)
