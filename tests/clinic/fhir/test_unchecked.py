"""What stands in an entry before anybody checked it: whatever JSON it is, it is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from dermograph.clinic.people.models import Membership, Patient
from dermograph.clinic.smart.caller import Caller
from tests.clinic.fhir.fhir_asking import Program

ANY: list[Any] = [None, 5, True, "x", {}, [], [None], [5], ["x"], [[]], [{}], {"reference": None}, {"reference": ["x"]}]
ACTORS: list[Any] = [[{"actor": one}] for one in ANY] + [{"actor": {"reference": "Patient/x"}}]
FIELDS: list[tuple[str, str]] = [
    *(("Appointment", name) for name in ("participant", "contained", "meta")),
    *(("Condition", name) for name in ("subject", "patient", "for", "id", "resourceType")),
    *(("Patient", name) for name in ("identifier", "id")),
]


@pytest.mark.parametrize("whole", [True, False], ids=["everybody", "one-patient"])
@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=[f"{kind}.{name}" for kind, name in FIELDS])
def test_whatever_stands_where_something_else_belongs_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch,
    lead: Membership,
    patient: Patient,
    kind: str,
    name: str,
    whole: bool,  # noqa: FBT001 (of the parametrization)
) -> None:
    caller = Caller(lead, frozenset({"user/*.cruds" if whole else "patient/*.cruds"}), None if whole else patient.pk)
    monkeypatch.setattr("dermograph.clinic.fhir.door.caller_of", lambda _request: caller)
    asks, about = Program(""), {"reference": f"Patient/{patient.pk}"}
    asks.client.raise_request_exception = False
    named = {} if kind == "Appointment" else {"subject": about, "code": {"text": "x"}}
    for value in [*ANY, *(ACTORS if name == "participant" else ())]:
        resource = {"resourceType": kind, "id": "x", **named, name: value}
        answer = asks.post("", {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": resource}]})
        assert answer.status_code in (200, 400, 403, 422), (value, answer.content)
        assert answer.json()["resourceType"] in ("Bundle", "OperationOutcome")
        alone = asks.post(f"/{kind}", resource)
        assert alone.status_code in (201, 400, 403, 422), (value, alone.content)


@pytest.mark.parametrize("envelope", ["meta", "entry", "type"])
@pytest.mark.parametrize("whole", [True, False], ids=["everybody", "one-patient"])
def test_nor_does_what_stands_in_the_bundle_itself(
    monkeypatch: pytest.MonkeyPatch,
    lead: Membership,
    patient: Patient,
    envelope: str,
    whole: bool,  # noqa: FBT001 (the same)
) -> None:
    caller = Caller(lead, frozenset({"user/*.cruds" if whole else "patient/*.cruds"}), None if whole else patient.pk)
    monkeypatch.setattr("dermograph.clinic.fhir.door.caller_of", lambda _request: caller)
    asks = Program("")
    asks.client.raise_request_exception = False
    resource = {"resourceType": "Condition", "code": {"text": "x"}, "subject": {"reference": f"Patient/{patient.pk}"}}
    for value in [*ANY, {"source": 5}, {"source": {}}, {"source": ["x"]}, {"source": "\ud800"}]:
        made = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": resource}], envelope: value}
        assert asks.post("", made).status_code in (200, 400, 403, 422), value
    for name in ("fullUrl", "request", "search", "response"):
        for value in [*ANY, {"method": 5}, {"method": {}, "url": []}, "\ud800"]:
            entry = {"resource": resource, name: value}
            answer = asks.post("", {"resourceType": "Bundle", "type": "batch", "entry": [entry]})
            assert answer.status_code in (200, 400, 403, 422), (name, value)
