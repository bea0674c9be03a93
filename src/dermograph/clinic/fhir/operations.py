"""Operations: a patient's whole record, a protocol applied, answers assessed. None of them changes anything."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpResponse, QueryDict

from dermograph.clinic.entries import entries_of
from dermograph.clinic.facts import case_of
from dermograph.clinic.fhir.answering import answer
from dermograph.clinic.fhir.asking import Asking
from dermograph.clinic.fhir.bodies import MOST_OF_RESOURCE, json_body
from dermograph.clinic.fhir.formats import check_sent, prefers
from dermograph.clinic.fhir.kinds import KINDS
from dermograph.clinic.fhir.outcomes import of_answers, of_courses
from dermograph.clinic.fhir.parameters import read_page
from dermograph.clinic.fhir.published import everything as published
from dermograph.clinic.fhir.refusals import FhirError, not_found, refuse
from dermograph.clinic.fhir.searching import with_outcome
from dermograph.clinic.fhir.values import patient_of, since_of
from dermograph.clinic.people.models import Course
from dermograph.core.text import Text
from dermograph.exchange.fhir.bundle import bundle_of
from dermograph.exchange.fhir.codes import canonical
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.tables import to_resource
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.read.reading import read_resource
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
    query = _query(asking)
    page = read_page(query, {"_type"})
    if page.issues and prefers(asking.request, "handling") == "strict":
        raise FhirError(400, *page.issues)
    named = dict(page.used)
    since = since_of("_since", named["_since"]) if "_since" in named else None
    patient = uuid.UUID(logical)
    asking.opened([stored.patient or patient])
    resources = [to_resource(part) for part in asking.shelf.everything(patient, since).parts()]
    resources += [one.resource for one in asking.shelf.beside(patient, since)]
    wanted = set(named["_type"].split(",")) if "_type" in named else {*KINDS, *(_kind_of(one) for one in resources)}
    # Of every type that is served, whether there is one or not: what is left out says nothing of the record.
    left_out = sorted(kind for kind in KINDS if kind in wanted and not asking.may(kind, "r", patient))
    is_other = any(_kind_of(one) in wanted and _kind_of(one) not in KINDS for one in resources)
    shown = [one for one in resources if _kind_of(one) in wanted & KINDS.keys() and _kind_of(one) not in left_out]
    address = f"{asking.base}/Patient/{logical}/$everything"
    links = {"self": page.address(address, page.offset)}
    count = page.count if page.count == 0 or "_count" in named else len(shown) or 1
    if count and page.offset + count < len(shown):
        links["next"] = page.address(address, page.offset + count)
    some = shown[page.offset : page.offset + count]
    bundle = bundle_of(some, "searchset", base=asking.base, total=len(shown), links=links)
    return answer(with_outcome(bundle, [*page.issues, *_left_out(left_out, is_other=is_other)]))


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
    given = _parameters(asking)
    response = given.get("questionnaireResponse")
    subject = given.get("subject")
    patient = _subject(asking, subject if isinstance(subject, str) else response)
    if isinstance(response, dict):
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
    if logical is not None:
        response = asking.one("QuestionnaireResponse", logical).resource
    else:
        sent = _parameters(asking).get("questionnaireResponse")
        if not isinstance(sent, dict):
            raise refuse(
                422, "required", "Send a QuestionnaireResponse.", "Envíe un QuestionnaireResponse.", "Parameters"
            )
        response = sent
    return _of_response(asking, _protocol_of(response), response, _subject(asking, response))


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


def _subject(asking: Asking, said: object) -> uuid.UUID:
    """Whom it is about: a patient of this clinic of whom all that is told may be read; the trail is told.

    Raises:
        FhirError: 422 if nobody is named, 403, 404.
    """
    written = said.get("subject", {}).get("reference", "") if isinstance(said, Mapping) else said
    if not isinstance(written, str) or not written:
        raise refuse(422, "required", "Name the patient as subject.", "Nombre al paciente como subject.", "subject")
    key = patient_of("subject", written, asking.base)
    for kind in ("Patient", *TOLD):
        if not asking.may(kind, "r", None):
            asking.check(kind, "r", asking.caller.patient)
    stored = asking.one("Patient", str(key))
    if key is None or any(not asking.may(kind, "r", key) for kind in TOLD):
        raise not_found()
    asking.opened([stored.patient or key])
    return key


def _parameters(asking: Asking) -> dict[str, Any]:
    """What an operation is given: by its address, by Parameters, or as the resource itself."""
    if asking.request.method != "POST":
        return {name: value for name, value in asking.request.GET.items() if isinstance(value, str)}
    check_sent(asking.request)
    sent = read_resource(json_body(asking.request, MOST_OF_RESOURCE))
    if sent["resourceType"] == "QuestionnaireResponse":
        return {**asking.request.GET.dict(), "questionnaireResponse": sent}
    if sent["resourceType"] != "Parameters":
        raise refuse(400, "structure", "Send Parameters.", "Envíe Parameters.", "resourceType")
    found: dict[str, Any] = {}
    for one in sent.get("parameter", ()):
        value = one.get("resource") or next((held for name, held in one.items() if name.startswith("value")), None)
        found[one["name"]] = value["reference"] if isinstance(value, dict) and "reference" in value else value
    return found


def _query(asking: Asking) -> QueryDict:
    """The same as parameters of a search."""
    if asking.request.method != "POST":
        return asking.request.GET
    query = QueryDict(mutable=True)
    for name, value in _parameters(asking).items():
        if isinstance(value, str | int):
            query.appendlist(name, str(value))
    return query
