"""Whose a resource is: whatever is not known to be the patient's is refused, so that it neither says nor takes back."""

from __future__ import annotations

import uuid

import pytest

from dermograph.exchange.cds_hooks.refusal import HookError
from dermograph.exchange.cds_hooks.request import read_request
from dermograph.exchange.cds_hooks.services import APPOINTMENT_BOOK, ORDER_SELECT, PATIENT_VIEW, Service
from dermograph.exchange.fhir.elements import Element
from tests.exchange.cds_hooks.test_prefetched import MON, TUE, areas, asked, based, bundle, facts, observation, response

SERVER = "https://x.example/fhir"
OTHERS: dict[str, Element] = {
    "other": {"reference": "Patient/p2"},
    "group": {"reference": "Group/p1"},
    "related": {"reference": "RelatedPerson/p1"},
    "ftp": {"reference": "ftp://h.example/Patient/p1"},
    "urn": {"reference": "urn:uuid:7a1c3b52-0a0e-4c53-9a53-111111111111"},
    "query": {"reference": f"{SERVER}/Patient/p1?x"},
    "elsewhere": {"reference": "https://elsewhere.example/fhir/Patient/p1"},
    "longer-path": {"reference": f"{SERVER}/more/Patient/p1"},
    "contained": {"reference": "#p1"},
    "identifier": {"identifier": {"system": "urn:x", "value": "p1"}},
    "words": {"display": "p1"},
    "type": {"reference": "Patient/p1", "type": "Group"},
    "bare": {"reference": "p1"},
    "below": {"reference": "Patient/p1/x"},
}
OWN: dict[str, Element] = {
    "relative": {"reference": "Patient/p1"},
    "version": {"reference": "Patient/p1/_history/3"},
    "absolute": {"reference": f"{SERVER}/Patient/p1"},
    "absolute-version": {"reference": f"{SERVER}/Patient/p1/_history/3"},
    "type": {"reference": "Patient/p1", "type": "Patient"},
    "both": {"reference": "Patient/p1", "identifier": {"value": "7"}, "display": "somebody"},
}


def places(service: Service, server: str = SERVER, context: Element | None = None, **prefetch: Element) -> list[str]:
    """The places for which a request is refused; none if it is read."""
    tree = {
        "hook": service.hook,
        "hookInstance": str(uuid.uuid4()),
        "context": {"userId": "Practitioner/1", "patientId": "p1", **(context or {})},
        **({"fhirServer": server} if server else {}),
        **({"prefetch": prefetch} if prefetch else {}),
    }
    try:
        read_request(tree, service)
    except HookError as error:
        return [one.expression if error.status == 400 else str(error.status) for one in error.issues]
    return []


def condition(**more: object) -> Element:
    """A Condition."""
    return {"resourceType": "Condition", "code": {"text": "x"}, **more}


@pytest.mark.parametrize("name", OTHERS)
def test_what_names_anybody_but_the_patient_is_refused_wherever_it_stands(name: str) -> None:
    subject = OTHERS[name]
    many = bundle([observation("pregnant", False, TUE, subject=subject)])
    assert places(PATIENT_VIEW, observations=many) == ["prefetch.observations.entry[0].resource.subject"]
    assert places(PATIENT_VIEW, answers=response(MON, {"pregnant": True}, subject=subject)) == [
        "prefetch.answers.subject"
    ]
    one = {"subject": OWN["relative"], "clinicalStatus": {"coding": [{"code": "active"}]}}
    assert places(PATIENT_VIEW, conditions=condition(**(one | {"subject": subject}))) == ["prefetch.conditions.subject"]
    diet = {"resourceType": "NutritionOrder", "id": "n1", "patient": subject}
    context = {"selections": ["NutritionOrder/n1"], "draftOrders": bundle([diet])}
    assert places(ORDER_SELECT, context=context) == ["context.draftOrders.entry[0].resource.patient"]


@pytest.mark.parametrize("name", OWN)
def test_what_names_the_patient_is_read(name: str) -> None:
    many = bundle([observation("pregnant", False, TUE, subject=OWN[name])])
    assert places(PATIENT_VIEW, observations=many) == []
    assert places(PATIENT_VIEW, f"{SERVER}/", observations=many) == []
    if name.startswith("absolute"):
        assert places(PATIENT_VIEW, "", observations=many) != []


def test_what_names_nobody_is_taken_for_the_patients() -> None:
    assert places(PATIENT_VIEW, observations=bundle([observation("pregnant", False, TUE)])) == []


@pytest.mark.parametrize(
    ("source", "says"),
    [("Patient/p2", False), ("ftp://h.example/Patient/p2", False), ("Patient/p1", True), ("RelatedPerson/r", True)],
    ids=["other", "other-by-ftp", "own", "related"],
)
def test_answers_of_another_patient_that_tell_no_subject_are_refused(source: str, *, says: bool) -> None:
    one = response(MON, {"pregnant": True}, source={"reference": source})
    assert places(PATIENT_VIEW, answers=one) == ([] if says else ["prefetch.answers.source"])
    assert places(PATIENT_VIEW, answers=one | {"subject": OWN["relative"]}) == []


@pytest.mark.parametrize(
    ("actor", "is_read"),
    [
        ({"reference": "Practitioner/1"}, True),
        ({"reference": f"{SERVER}/Patient/p1"}, True),
        ({"display": "somebody"}, True),
        ({"reference": "https://elsewhere.example/Patient/p1"}, False),
        ({"reference": "ftp://h.example/Patient/p1"}, False),
        ({"reference": "http://h.example/Patient/p1?x"}, False),
        ({"type": "Patient", "identifier": {"value": "p1"}}, False),
    ],
    ids=["practitioner", "own", "words", "elsewhere", "ftp", "query", "identifier"],
)
def test_no_other_patient_takes_part_in_an_appointment(actor: Element, *, is_read: bool) -> None:
    who = [{"actor": one, "status": "needs-action"} for one in (OWN["relative"], actor)]
    made = {"resourceType": "Appointment", "status": "proposed", "participant": who}
    wrong = places(APPOINTMENT_BOOK, context={"appointments": bundle([made])})
    assert wrong == ([] if is_read else ["context.appointments.entry[0].resource.participant[1].actor"])


# ── what an Observation is focused on ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "focus",
    [
        {"reference": "RelatedPerson/sister"},
        {"reference": "Patient/p2"},
        {"reference": "https://elsewhere.example/fhir/Patient/p1"},
        {"reference": "Group/g"},
        {"reference": "Device/d"},
        {"reference": "urn:uuid:7a1c3b52-0a0e-4c53-9a53-111111111111"},
        {"reference": "#sister"},
        {"identifier": {"value": "sister"}},
        {"display": "her sister"},
    ],
    ids=["related", "patient", "elsewhere", "group", "device", "urn", "contained", "identifier", "words"],
)
def test_an_observation_whose_focus_is_not_known_to_be_of_the_patient_is_refused(focus: Element) -> None:
    said = [response(MON, {"pregnant": True})]
    for every in ([focus], [{"reference": "Patient/p1"}, focus]):
        with pytest.raises(HookError) as error:
            asked(said, [observation("pregnant", False, TUE, focus=every)])
        assert (error.value.status, "pregnant" in error.value.issues[0].words.es) == (400, True)
    assert facts(said, [observation("pregnant", False, TUE, focus=[focus], status="preliminary")])["pregnant"] is True
    other = observation("pregnant", False, TUE, focus=[focus]) | {"code": {"text": "of somebody else's"}}
    assert facts(said, [other])["pregnant"] is True


def test_the_patient_as_a_focus_is_no_area() -> None:
    said = [response(MON, {"infection": True}, **based("c1"))]
    own = observation("infection", False, TUE, focus=[{"reference": "Patient/p1"}])
    assert areas(said, [own]) == {"c1": {"infection": False}}
    of_c1 = observation("infection", False, TUE, focus=[{"type": "ServiceRequest", "reference": "ServiceRequest/c1"}])
    assert areas(said, [of_c1]) == {"c1": {"infection": False}}
