"""The clinic's page about a patient's access to their own pages."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.intake.posted import language_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.factors import has_factor
from dermograph.clinic.people.models import Patient
from dermograph.clinic.people.within import within
from dermograph.clinic.portal.access import Access, access_of, invite, take_away
from dermograph.clinic.portal.own_letter import can_be_mailed, code_of, mail
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_SHEET = "portal_sheet"
_INVITING = ("portal.invited", "portal.link_renewed")
_SENT = Text("The invitation was sent to {address}.", "La invitación se ha enviado a {address}.")
_NOT_SENT = Text(
    "The mail server did not take the message. Print the sheet instead, or try again later.",
    "El servidor de correo no aceptó el mensaje. Imprima la hoja o inténtelo más tarde.",
)
_TAKEN = Text(
    "The access is taken away. You can invite the patient again at any time.",
    "Se ha retirado el acceso. Puede volver a invitar al paciente cuando quiera.",
)
_NO_MAIL = Text(
    "No mail can be sent to this patient from here.", "Desde aquí no se puede enviar correo a este paciente."
)
_PRINT = Text("Print the sheet instead.", "Imprima la hoja.")


@require_http_methods(["GET", "POST"])
def portal_access(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Whether a patient has their own pages; invite them, or take the access away."""
    row = within(request.clinic, Patient, patient, "clinic", "user")
    error: InputError | None = None
    if request.method == "POST":
        try:
            _act(request, row)
        except InputError as wrong:
            error = wrong
        else:
            return redirect("portal_access", row.pk)
        row.refresh_from_db()
    return render(request, "portal/access.html", _page(request, row, error), status=422 if error else 200)


def _act(request: ClinicRequest, patient: Patient) -> None:
    """Do what was asked.

    Raises:
        Http404: If it is nothing that can be done.
        InputError: If something is against it.
    """
    language, action = language_of(request), words(request, "action")
    if action == "remove":
        take_away(patient=patient, who=request.user)
        messages.success(request, _TAKEN.say(language))
        return
    if action not in ("mail", "paper"):
        raise Http404
    if action == "mail" and not can_be_mailed(patient):
        raise InputError(_NO_MAIL, todo=_PRINT)
    invitation = invite(patient=patient, who=request.user, by=action)
    link = _whole(request, invitation.path)
    if action == "paper":
        request.session[_SHEET] = {"patient": str(patient.pk), "link": link, "address": invitation.user.email}
    elif mail(invitation, link):
        messages.success(request, _SENT.format(address=invitation.user.email).say(language))
    else:
        messages.error(request, _NOT_SENT.say(language))


def _whole(request: ClinicRequest, path: str) -> str:
    site = str(settings.PUBLIC_ADDRESS).rstrip("/")
    return f"{site}{path}" if site else request.build_absolute_uri(path)


def _page(request: ClinicRequest, patient: Patient, error: InputError | None) -> dict[str, object]:
    user, state = patient.user, access_of(patient)
    given = AuditEntry.objects.filter(clinic=patient.clinic, patient=patient.pk, action__in=_INVITING)
    last = given.order_by("-number").first() if state is Access.INVITED else None
    ends = last.at + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) if last else None
    kept = request.session.pop(_SHEET, None) if request.method == "GET" else None
    sheet = None
    if kept and kept["patient"] == str(patient.pk) and state is Access.INVITED:
        side, dark = code_of(kept["link"])
        language = "en" if patient.language == "en" else "es"
        sheet = {**kept, "side": side, "dark": dark, "language": language, "ends": ends}
    return {
        "patient": patient,
        "account": user,
        "state": state.value,
        "invited": last,
        "ends": ends,
        "is_over": ends is not None and ends <= timezone.now(),
        "has_factor": user is not None and state is Access.ACTIVE and has_factor(user),
        "is_elsewhere": user is not None and bool(patient.email) and user.email != patient.email.strip().lower(),
        "can_mail": can_be_mailed(patient),
        "sheet": sheet,
        "error": error,
    }
