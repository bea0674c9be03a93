"""What a program can find out by itself: the endpoints and what is offered (SMART App Launch, section 3.2)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from dermograph.clinic.smart.asking import FHIR, LAUNCH_PATIENT, OFFLINE, ONLINE
from dermograph.clinic.smart.keys import ALGORITHMS

_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_SERVICES = "http://terminology.hl7.org/CodeSystem/restful-security-service"
CAPABILITIES = (
    "launch-standalone",
    "client-public",
    "client-confidential-symmetric",
    "client-confidential-asymmetric",
    "context-standalone-patient",
    "context-banner",
    "permission-patient",
    "permission-user",
    "permission-offline",
    "permission-online",
    "permission-v1",
    "permission-v2",
)
AUTH_METHODS = ("private_key_jwt", "client_secret_basic")


def configuration(request: HttpRequest) -> dict[str, Any]:
    """The document ``smart-configuration``. OpenID Connect is not offered, so no issuer and no keys stand in it."""
    return {
        **{name: request.build_absolute_uri(reverse(view)) for name, view in _ENDPOINTS.items()},
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": [
            LAUNCH_PATIENT,
            OFFLINE,
            ONLINE,
            *(f"{level}/*.{letters}" for level in ("patient", "user", "system") for letters in ("rs", "cruds")),
        ],
        "capabilities": list(CAPABILITIES),
    }


def security(base: str) -> dict[str, Any]:
    """``CapabilityStatement.rest.security``, with the addresses where older programs look for them (R4).

    Args:
        base: The base address of FHIR, without a slash at its end.
    """
    site = base.removesuffix(FHIR)
    names = {"authorize": "smart_authorize", "token": "smart_token", "revoke": "smart_revoke"}
    names["introspect"] = "smart_introspect"
    uris = [{"url": name, "valueUri": site + reverse(view)} for name, view in names.items()]
    return {
        "extension": [{"url": _URIS, "extension": uris}],
        "cors": False,
        "service": [{"coding": [{"system": _SERVICES, "code": "SMART-on-FHIR"}]}],
    }


_ENDPOINTS = {
    "authorization_endpoint": "smart_authorize",
    "token_endpoint": "smart_token",
    "revocation_endpoint": "smart_revoke",
    "introspection_endpoint": "smart_introspect",
    "management_endpoint": "smart_mine",
}
