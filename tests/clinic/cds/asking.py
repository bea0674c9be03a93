"""A program that asks through CDS Hooks, as tests need it."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.test import Client

from dermograph.clinic.people.models import Membership
from tests.clinic.api.asking import ALL, token_of
from tests.exchange.cds_hooks.rules import faults_of_response

VIEW, BOOK, SELECT = "dermograph-patient-view", "dermograph-appointment-book", "dermograph-order-select"
Json = dict[str, Any]


class Program:
    """Sends requests with one token."""

    def __init__(self, secret: str, language: str = "en") -> None:
        self.secret, self.language, self.client = secret, language, Client(enforce_csrf_checks=True)

    def post(self, path: str, body: object, **headers: str) -> Any:  # noqa: ANN401 (the test client's answer)
        """One request."""
        sent = {"accept-language": self.language, **headers}
        if self.secret:
            sent.setdefault("authorization", f"Bearer {self.secret}")
        kind = sent.pop("content_type", "application/json")
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.generic("POST", f"/cds-services/{path}", data, content_type=kind, headers=sent)

    def cards(self, service: str, body: Json) -> list[Json]:
        """The cards of a request that is answered; they break no rule."""
        answer = self.post(service, body)
        assert answer.status_code == 200, answer.content
        assert faults_of_response(answer.json()) == []
        cards: list[Json] = answer.json()["cards"]
        return cards


def program(member: Membership, scopes: tuple[str, ...] = ALL, language: str = "en") -> Program:
    """A program that acts in somebody's name."""
    return Program(token_of(member, scopes)[1], language)


def request(hook: str, patient: object, prefetch: Json | None = None, **context: object) -> Json:
    """A request of a hook."""
    made: Json = {
        "hook": hook,
        "hookInstance": str(uuid.uuid4()),
        "context": {"userId": "Practitioner/1", "patientId": str(patient), **context},
    }
    return made | {"prefetch": prefetch} if prefetch is not None else made


def view(patient: object, prefetch: Json | None = None) -> Json:
    """Somebody opens a chart."""
    return request("patient-view", patient, prefetch)


def book(patient: object, *appointments: Json, prefetch: Json | None = None) -> Json:
    """Somebody books."""
    bundle = bundled("collection", *appointments)
    return request("appointment-book", patient, prefetch, appointments=bundle)


def appointment(patient: object, start: str, **more: object) -> Json:
    """A proposed appointment."""
    return {
        "resourceType": "Appointment",
        "id": "a1",
        "status": "proposed",
        "start": start,
        "end": start.replace("T10", "T11"),
        "participant": [{"actor": {"reference": f"Patient/{patient}"}, "status": "needs-action"}],
        **more,
    }


def select(patient: object, *orders: Json, prefetch: Json | None = None) -> Json:
    """Somebody selects orders."""
    names = [f"{one['resourceType']}/{one['id']}" for one in orders]
    return request("order-select", patient, prefetch, selections=names, draftOrders=bundled("collection", *orders))


def order(patient: object, system: str, code: str, **more: object) -> Json:
    """An order of a medicine."""
    return {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {"coding": [{"system": system, "code": code}]},
        "subject": {"reference": f"Patient/{patient}"},
        **more,
    }


def bundled(kind: str, *resources: Json) -> Json:
    """Some resources in a Bundle."""
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in resources]}
