"""The three addresses as OpenAPI 3.1, for a program that makes up requests; written from the specification."""

from __future__ import annotations

from typing import Any

from dermograph.exchange.cds_hooks.context import HOOKS
from dermograph.exchange.cds_hooks.services import SERVICES

Json = dict[str, Any]
TEXT: Json = {"type": "string", "minLength": 1, "pattern": r"^[A-Za-z0-9 ]*[A-Za-z0-9]$"}
ID: Json = {"type": "string", "pattern": r"^[A-Za-z0-9.-]{1,64}$"}
UUID: Json = {"type": "string", "format": "uuid"}


def object_of(required: Json, optional: Json | None = None) -> Json:
    """An object with nothing but these members."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def resource(kind: str) -> Json:
    """A resource of a type, as little as it may be."""
    return object_of({"resourceType": {"const": kind}}, {"id": ID})


def context(hook: str) -> Json:
    """The context of a hook."""
    made: Json = {"userId": {"type": "string", "pattern": r"^Practitioner/[A-Za-z0-9.-]{1,64}$"}, "patientId": ID}
    if hook == "order-select":
        made["selections"] = {"type": "array", "minItems": 1, "items": {"const": "DeviceRequest/1"}}
        made["draftOrders"] = bundle({"const": {"resourceType": "DeviceRequest", "id": "1"}})
    if hook == "appointment-book":
        participant = {"actor": {"display": "somebody"}, "status": "accepted"}
        made["appointments"] = bundle(
            {"const": {"resourceType": "Appointment", "status": "proposed", "participant": [participant]}}
        )
    return object_of(made, {"encounterId": ID})


def bundle(inside: Json) -> Json:
    """A Bundle of one resource."""
    entry = {"type": "array", "minItems": 1, "maxItems": 1, "items": object_of({"resource": inside})}
    return object_of({"resourceType": {"const": "Bundle"}, "type": {"const": "collection"}, "entry": entry})


def asked(hook: str) -> Json:
    """What a service takes."""
    empty = {"type": "null"}
    prefetch = object_of({"answers": empty}, {"patient": {"anyOf": [empty, resource("Patient")]}})
    required = {"hook": {"const": hook}, "hookInstance": UUID, "context": context(hook), "prefetch": prefetch}
    return object_of(required, {"extension": object_of({"com.example": TEXT})})


TOLD = object_of(
    {
        "feedback": {
            "type": "array",
            "minItems": 1,
            "maxItems": 3,
            "items": object_of(
                {
                    "card": UUID,
                    "outcome": {"const": "overridden"},
                    "outcomeTimestamp": {"const": "2026-11-22T10:00:00Z"},
                }
            ),
        }
    }
)
CARDS = object_of({"cards": {"type": "array", "items": {"type": "object"}}})
PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "issues"],
    "properties": {"issues": {"type": "array", "minItems": 1}, "status": {"type": "integer"}},
}


def operation(takes: Json, gives: Json | None, *statuses: int) -> Json:
    """One address that is posted to."""
    refused = {"content": {"application/problem+json": {"schema": PROBLEM}}, "description": "refused"}
    fine: Json = {"description": "done", "content": {"application/json": {"schema": gives} if gives else {}}}
    return {
        "post": {
            "requestBody": {"required": True, "content": {"application/json": {"schema": takes}}},
            "responses": {"200": fine, **{str(status): refused for status in statuses}},
        }
    }


DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {"title": "CDS Hooks", "version": "2.0"},
    "paths": {
        "/cds-services": {
            "get": {
                "responses": {
                    "200": {
                        "description": "offered",
                        "content": {"application/json": {"schema": object_of({"services": {"type": "array"}})}},
                    }
                }
            }
        },
        **{
            f"/cds-services/{one.id}": operation(asked(one.hook), CARDS, 400, 401, 412, 413, 415)
            for one in SERVICES.values()
            if one.hook in HOOKS
        },
        **{f"/cds-services/{name}/feedback": operation(TOLD, None, 400, 401, 404, 413, 415) for name in SERVICES},
    },
}
