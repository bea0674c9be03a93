"""The three addresses of CDS Hooks: what is offered, asking, and what became of the cards."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse

from dermograph.clinic.cds.answering import cards_of
from dermograph.clinic.cds.door import body_of, door
from dermograph.clinic.cds.given import keep_cards, keep_feedback
from dermograph.clinic.cds.known import patient_of
from dermograph.clinic.cds.refusals import no_scope, not_found
from dermograph.clinic.people.models import Patient
from dermograph.clinic.smart.bearer import caller_of
from dermograph.clinic.smart.caller import Caller
from dermograph.clinic.smart.kinds import KINDS
from dermograph.clinic.smart.opened import note_opened
from dermograph.clinic.smart.scopes import role_reaches
from dermograph.core.text import Language
from dermograph.exchange.cds_hooks.cards import answer
from dermograph.exchange.cds_hooks.feedback import read_feedback
from dermograph.exchange.cds_hooks.request import read_request
from dermograph.exchange.cds_hooks.services import APPOINTMENT_BOOK, SERVICES, Service, discovery

#: What a caller has to be allowed to read for each service: who books asks for days, everybody else for reasons.
#: Who books without being allowed to read reasons is told days alone.
_READS = {APPOINTMENT_BOOK.id: "Appointment"}
_REASONS = "DetectedIssue"


@door("GET")
def cds_services(_request: HttpRequest, said: Language) -> HttpResponse:
    """What is offered; everybody may read it, for it says nothing of any clinic."""
    return _json(discovery(said))


@door("POST")
def cds_service(request: HttpRequest, said: Language, *, service: str) -> HttpResponse:
    """Answer one call of a hook with cards."""
    caller = caller_of(request)
    asked_of = _service(service)
    asked = read_request(body_of(request), asked_of)
    clinic = caller.member.clinic
    patient = patient_of(clinic, asked.patient)
    if not _may(caller, asked_of, patient):
        raise PermissionDenied
    tells_why = caller.may(_REASONS, "r", patient.pk if patient else None)
    cards = cards_of(asked, clinic, patient, said, tells_why=tells_why)
    if patient is not None:
        note_opened(caller, [patient.pk])
    keep_cards(clinic=clinic, patient=patient, service=asked_of, cards=cards)
    return _json(answer(cards))


@door("POST")
def cds_feedback(request: HttpRequest, _said: Language, *, service: str) -> HttpResponse:
    """Keep what became of cards; nothing is answered but that it was."""
    caller = caller_of(request)
    keep_feedback(caller=caller, service=_service(service), told=read_feedback(body_of(request)), may=_may)
    return HttpResponse(status=200, content_type="application/json")


def _service(name: str) -> Service:
    """The service of an address.

    Raises:
        RefusedHereError: 404 if there is none.
    """
    if name not in SERVICES:
        raise not_found()
    return SERVICES[name]


def _may(caller: Caller, service: Service, patient: Patient | None) -> bool:
    """Whether a caller may read of this patient what the cards of a service say.

    Raises:
        RefusedHereError: 403 if only a scope of a token of the API is missing, with its name.
    """
    kind = _READS.get(service.id, _REASONS)
    if caller.may(kind, "r", patient.pk if patient else None):
        return True
    if not caller.through.startswith("app:") and role_reaches(caller.member.role, KINDS[kind], "r"):
        raise no_scope(KINDS[kind].needs)
    return False


def _json(body: object) -> HttpResponse:
    return JsonResponse(body, safe=False, json_dumps_params={"ensure_ascii": False})
