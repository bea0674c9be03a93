"""Bundles as another system sends them, of a patient with an obviously made-up name."""

from __future__ import annotations

import json
from typing import Any

SOURCE = "https://hospital.example/fhir"
Json = dict[str, Any]


def person(key: str = "p", **more: Any) -> Json:  # noqa: ANN401 (any element)
    """A Patient."""
    name = {"given": ["Prueba"], "family": "Inventada"}
    return {"resourceType": "Patient", "id": key, "name": [name], "birthDate": "1990-06-15", **more}


def condition(key: str = "c", patient: str = "Patient/p", **more: Any) -> Json:  # noqa: ANN401 (any element)
    """A Condition of the patient."""
    return {
        "resourceType": "Condition",
        "id": key,
        "subject": {"reference": patient},
        "code": {"text": "stretch mark"},
        "onsetDateTime": "2024-05",
        **more,
    }


def observation(key: str = "o", patient: str = "Patient/p", **more: Any) -> Json:  # noqa: ANN401 (any element)
    """An Observation about the patient."""
    return {
        "resourceType": "Observation",
        "id": key,
        "status": "final",
        "code": {"text": "Skin phototype"},
        "subject": {"reference": patient},
        "valueString": "III",
        "effectiveDateTime": "2026-01-09",
        **more,
    }


def doctor(key: str = "d", **more: Any) -> Json:  # noqa: ANN401 (any element)
    """A Practitioner."""
    return {"resourceType": "Practitioner", "id": key, "name": [{"text": "Dr. Example"}], **more}


def bundle(*resources: Json, kind: str = "collection") -> Json:
    """A Bundle of some resources."""
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in resources]}


def sent(*resources: Json, kind: str = "collection") -> bytes:
    """The same as it travels."""
    return json.dumps(bundle(*resources, kind=kind)).encode()
