"""Operations: a patient's whole record, a protocol applied, answers assessed. None of them changes anything."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Final

from django.http import HttpResponse

from dermograph.clinic.entries import entries_of
from dermograph.clinic.facts import case_of
from dermograph.clinic.fhir.answering import answer
from dermograph.clinic.fhir.asking import Asking
from dermograph.clinic.fhir.formats import prefers
from dermograph.clinic.fhir.given import RESPONSE, SUBJECT, asked, given
from dermograph.clinic.fhir.kinds import KINDS
from dermograph.clinic.fhir.outcomes import of_answers, of_courses
from dermograph.clinic.fhir.parameters import Page, read_page
from dermograph.clinic.fhir.published import everything as published
from dermograph.clinic.fhir.refusals import FhirError, not_found, refuse
from dermograph.clinic.fhir.searching import with_outcome
from dermograph.clinic.fhir.values import patient_of, since_of, wrong
from dermograph.clinic.people.models import Course
from dermograph.core.text import Text
from dermograph.exchange.fhir.bundle import bundle_of
from dermograph.exchange.fhir.codes import canonical
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.tables import to_resource
from dermograph.exchange.fhir.outcome import Issue
from dermograph.protocols import Protocol, load_library

_OTHERS: Final = Text(
    "What others sent of types that are not served here is left out: it is in the clinic's own export.",
    "Lo que otros enviaron de tipos que aquí no se sirven se omite: está en la exportación de la clínica.",
)
#: What an assessment tells of, all of which has to be let through.
TOLD: Final = ("QuestionnaireResponse", "CarePlan", "GuidanceResponse", "DetectedIssue")


def whole_record(asking: Asking, logical: str) -> HttpResponse:
    """``Patient/$everything``: everything of one patient that may be read, page after page.

    Raises:
        FhirError: 400, 403 or 404.
    """
    stored = asking.one("Patient", logical)
    page = read_page(asked(asking), {"_type"})
    if page.issues and prefers(asking.request, "handling") == "strict":
        raise FhirError(400, *page.issues)
    since = _since(page)
    patient = uuid.UUID(logical)
    asking.opened([stored.patient or patient])
    resources = [to_resource(part) for part in asking.shelf.everything(patient, since).parts()]
    resources += [one.resource for one in asking.shelf.beside(patient, since)]
    types = [kind for name, value in page.used if name == "_type" for kind in value.split(",")]
    wanted = set(types) if types else {*KINDS, *(_kind_of(one) for one in resources)}
    # Of every type that is served, whether there is one or not: what is left out says nothing of the record.
    left_out = sorted(kind for kind in KINDS if kind in wanted and not asking.may(kind, "r", patient))
    is_other = any(_kind_of(one) in wanted and _kind_of(one) not in KINDS for one in resources)
    shown = [one for one in resources if _kind_of(one) in wanted & KINDS.keys() and _kind_of(one) not in left_out]
    address = f"{asking.base}/Patient/{logical}/$everything"
    links = {"self": page.address(address, page.offset)}
    is_counted = page.count == 0 or "_count" in dict(page.used)
    count = page.count if is_counted else len(shown) or 1
    if count and page.offset + count < len(shown):
        links["next"] = page.address(address, page.offset + count)
    some = shown[page.offset : page.offset + count]
    bundle = bundle_of(some, "searchset", base=asking.base, total=len(shown), links=links)
    return answer(with_outcome(bundle, [*page.issues, *_left_out(left_out, is_other=is_other)]))


def _since(page: Page) -> dt.datetime | None:
    """From which instant on; None for from the beginning.

    Raises:
        FhirError: 400 if it is none, or stands twice.
    """
    said = [value for name, value in page.used if name == "_since"]
    if len(said) > 1:
        raise wrong("_since", "It stands there twice.", "Aparece dos veces.")
    return since_of("_since", said[0]) if said else None


def _kind_of(resource: Element) -> str:
    return str(resource["resourceType"])


def _left_out(kinds: Sequence[str], *, is_other: bool) -> list[Issue]:
    """What is not in a whole record."""
    told = ", ".join(kinds)
    words = Text(f"This token does not reach: {told}.", f"Esta clave no alcanza: {told}.")
    found = [Issue("forbidden", words, severity="information")] if told else []
    return [*found, Issue("not-supported", _OTHERS, severity="information")] if is_other else found


def apply_protocol(asking: Asking, logical: str) -> HttpResponse:
    """``PlanDefinition/$apply``: what a protocol comes to today, for a patient's courses or for answers that are sent.

    Raises:
        FhirError: 400, 403, 404; 422 if the patient has no course of it and no answers are sent.
    """
    asking.check("PlanDefinition", "r", None)
    protocol = published().protocols.get(logical)
    if protocol is None:
        raise not_found()
    sent = given(asking)
    response = sent.get(RESPONSE)
    patient = _subject(asking, sent.get(SUBJECT), response)
    if response is not None:
        return _of_response(asking, protocol, response, patient)
    library, today = load_library(), asking.today()
    rows = Course.objects.filter(clinic=asking.clinic, patient_id=patient, closed_at=None)
    rows = rows.select_related("clinic", "patient", "area").order_by("opened_at", "pk")
    courses = [one for one in rows if library.protocol(one.treatment).id == protocol.id]
    if not courses:
        raise refuse(
            422,
            "business-rule",
            "This patient has no open course of it. Send a questionnaireResponse.",
            "Este paciente no tiene ningún curso abierto. Envíe un questionnaireResponse.",
            "subject",
        )
    entries = entries_of(courses)
    cases = [(one, case_of(one, today, entries[one.pk])) for one in courses]
    return answer(of_courses(cases, protocol, asking.base))


def assess_response(asking: Asking, logical: str | None) -> HttpResponse:
    """``QuestionnaireResponse/$assess``: what answers come to, those that are here or that are sent.

    Raises:
        FhirError: 400, 403, 404; 422 if the answers are to no questionnaire of ours.
    """
    sent = given(asking)
    if logical is None and RESPONSE not in sent:
        raise refuse(422, "required", "Send a QuestionnaireResponse.", "Envíe un QuestionnaireResponse.", "Parameters")
    response = sent[RESPONSE] if logical is None else asking.one("QuestionnaireResponse", logical).resource
    patient = _subject(asking, sent.get(SUBJECT), response)
    return _of_response(asking, _protocol_of(response), response, patient)


def _of_response(asking: Asking, protocol: Protocol, response: Element, patient: uuid.UUID) -> HttpResponse:
    return answer(of_answers(response, protocol, patient, asking.today(), asking.clinic.time_zone, asking.base))


def _protocol_of(response: Element) -> Protocol:
    """The protocol whose questions were answered; whether it is the same version, reading the answers says."""
    asked = str(response.get("questionnaire", "")).partition("|")[0]
    for one in load_library().protocols.values():
        if canonical("Questionnaire", one.id) == asked:
            return one
    raise refuse(
        422,
        "not-found",
        "These are no answers to a Questionnaire of this server.",
        "No son respuestas a ningún Questionnaire de este servidor.",
        "QuestionnaireResponse.questionnaire",
    )


def _subject(asking: Asking, subject: str | None, response: Element | None) -> uuid.UUID:
    """Whom it is about: a patient of this clinic of whom all that is told may be read; the trail is told.

    Args:
        asking: Who asks.
        subject: The patient who is named beside the answers; None for none.
        response: The answers; None for none.

    Raises:
        FhirError: 422 if nobody is named, or two are: what is known of one is never decided for the other; 403, 404.
    """
    about = response.get("subject") if response is not None else None
    named = [*([] if subject is None else [subject]), *([] if about is None else [about.get("reference", "")])]
    if not all(named) or not named:
        raise refuse(
            422, "required", "Name the patient as subject.", "Nombre al paciente como subject.", "Parameters.parameter"
        )
    key, *others = (patient_of("subject", one, asking.base) for one in named)
    if any(one != key for one in others):
        raise refuse(
            422,
            "business-rule",
            "subject names another patient than the answers are about. Nothing was decided.",
            "subject nombra a otro paciente que el de las respuestas. No se ha decidido nada.",
            "QuestionnaireResponse.subject",
        )
    for kind in ("Patient", *TOLD):
        if not asking.may(kind, "r", None):
            asking.check(kind, "r", asking.caller.patient)
    stored = asking.one("Patient", str(key))
    if key is None or any(not asking.may(kind, "r", key) for kind in TOLD):
        raise not_found()
    asking.opened([stored.patient or key])
    return key
