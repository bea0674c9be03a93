"""What a resource has inside: it says something by itself, perhaps of another patient than its subject."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dermograph.clinic.handover.models import Received
from dermograph.clinic.handover.received import received_resources, take_over
from dermograph.clinic.people.models import Clinic, Membership, Patient
from dermograph.exchange.fhir.incoming import Incoming
from tests.clinic.handover.bundles import SOURCE, condition, doctor, observation, person, sent

SEVERAL = "It is about several patients"
INSIDE = "has the details of a person inside"


def holding(*inside: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 (any element)
    """A Condition of the patient p with resources inside of it, and references to them."""
    refers = [{"detail": [{"reference": f"#{one['id']}"} for one in inside]}]
    return condition(contained=list(inside), evidence=refers, **more)


def taken(clinic: Clinic, lead: Membership, resource: dict[str, Any]) -> Incoming:
    """What becomes of a resource beside the patients p and q."""
    other = person("q", name=[{"text": "Otra Inventada"}], birthDate="1970-01-01")
    return take_over(clinic, lead, sent(resource, person(), other), source=SOURCE)


def words(found: Incoming, language: str = "en") -> str:
    return " ".join(getattr(issue.words, language) for issue in found.results[0].issues)


def seen(**more: Any) -> dict[str, Any]:  # noqa: ANN401 (any element)
    """An Observation about nobody yet."""
    one = observation("o", **more)
    return {name: value for name, value in one.items() if value is not None}


OF_ANOTHER = {"reference": "Patient/q"}
PARAMETERS = {"resourceType": "Parameters", "id": "x"}


@pytest.mark.parametrize(
    "inside",
    [
        seen(subject=OF_ANOTHER),
        seen(subject=None, performer=[OF_ANOTHER]),
        {**PARAMETERS, "parameter": [{"name": "x", "resource": seen(subject=OF_ANOTHER)}]},
    ],
    ids=["subject", "mentioned", "deeper"],
)
def test_what_is_inside_and_another_patients_is_filed_with_neither(
    clinic: Clinic, lead: Membership, inside: dict[str, Any]
) -> None:
    found = taken(clinic, lead, holding(inside))
    assert found.results[0].done == "refused"
    assert SEVERAL in words(found)
    assert not Received.objects.exclude(kind="Patient").exists()


@pytest.mark.parametrize("holder", ["patient", "nobody"])
def test_nor_does_it_come_inside_a_patient_or_a_thing_with_another_subject(
    clinic: Clinic, lead: Membership, holder: str
) -> None:
    about = [seen(subject=OF_ANOTHER), {**seen(subject={"reference": "Patient/p"}), "id": "o2"}]
    if holder == "patient":
        resource = person("r", name=[{"text": "Tercera Inventada"}], contained=about[:1])
    else:
        resource = {"resourceType": "Location", "id": "l", "name": "x", "contained": about}
    found = taken(clinic, lead, resource)
    assert (found.results[0].done, SEVERAL in words(found)) == ("refused", True)


@pytest.mark.parametrize(
    "inside",
    [
        {"resourceType": "Patient", "id": "x", "name": [{"family": "Oculta"}]},
        {"resourceType": "Patient", "id": "x", "birthDate": "1990-06-15"},
        {"resourceType": "Patient", "id": "x", "identifier": [{"value": "7"}]},
        {"resourceType": "Patient", "id": "x", "telecom": [{"system": "phone", "value": "600"}]},
        {
            "resourceType": "RelatedPerson",
            "id": "x",
            "patient": {"reference": "Patient/p"},
            "name": [{"family": "Oculta"}],
        },
        {**PARAMETERS, "parameter": [{"name": "x", "resource": {"resourceType": "Patient", "name": [{"text": "O"}]}}]},
        {**seen(subject={"display": "Persona Oculta"}), "id": "x"},
        {**seen(subject={"identifier": {"value": "HEALTH-77"}}), "id": "x"},
    ],
    ids=["name", "birth", "number", "telephone", "relative", "deeper", "in-words", "by-number"],
)
def test_somebodys_details_inside_are_refused_whoever_the_subject_is(
    clinic: Clinic, lead: Membership, inside: dict[str, Any]
) -> None:
    found = taken(clinic, lead, holding(inside))
    assert found.results[0].done == "refused"
    assert INSIDE in words(found)
    assert "Contiene los datos de una persona" in words(found, "es")
    assert not Received.objects.exclude(kind="Patient").exists()


@pytest.mark.parametrize(
    "inside",
    [
        {"resourceType": "Organization", "id": "x", "name": "Hospital", "telecom": [{"value": "900"}]},
        doctor("x"),
        {"resourceType": "Medication", "id": "x", "code": {"text": "isotretinoin"}},
        {**seen(subject={"reference": "Patient/p"}), "id": "x"},
        {"resourceType": "Patient", "id": "x", "gender": "female"},
        {
            "resourceType": "RelatedPerson",
            "id": "x",
            "patient": {"reference": "Patient/p"},
            "relationship": [{"text": "mother"}],
        },
    ],
    ids=["organization", "practitioner", "medication", "own", "nameless", "relation"],
)
def test_what_is_inside_and_nobody_elses_is_kept_with_the_patient(
    clinic: Clinic, lead: Membership, inside: dict[str, Any]
) -> None:
    found = taken(clinic, lead, holding(inside))
    assert [one.done for one in found.results] == ["created"] * 3
    assert Received.objects.get(kind="Condition").patient == Patient.objects.get(given_names="Prueba")


def test_a_patient_inside_another_clinics_or_nobodys_is_nobody_here(clinic: Clinic, lead: Membership) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    theirs = Patient.objects.create(clinic=other, number=1, given_names="Ajena", family_names="Inventada")
    for whom in (f"Patient/{theirs.pk}", "Patient/nobody"):
        found = taken(clinic, lead, holding(seen(subject={"reference": whom})))
        assert (found.results[0].done, "Nobody here is" in words(found)) == ("refused", True)


def test_what_is_inside_names_the_patient_by_the_id_of_this_clinic(clinic: Clinic, lead: Membership) -> None:
    taken(clinic, lead, holding(seen(subject={"reference": "Patient/p"})))
    whom = Patient.objects.get(given_names="Prueba")
    [one] = received_resources(clinic, patients=[whom.pk])
    assert json.dumps(one.resource).count(f"Patient/{whom.pk}") == 2
