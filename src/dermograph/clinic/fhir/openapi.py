"""The OpenAPI 3.1 document of the FHIR server, for tools that do not read a CapabilityStatement."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from dermograph import __version__
from dermograph.clinic.fhir.formats import FORM, MEDIA_TYPE
from dermograph.clinic.fhir.kinds import KINDS, PUBLISHED
from dermograph.clinic.fhir.statement import interactions, parameters

Json = dict[str, Any]
_OUTCOME: Final = {"$ref": "#/components/schemas/OperationOutcome"}
_RESOURCE: Final = {"$ref": "#/components/schemas/Resource"}
_REFUSALS: Final = {
    400: "It is no FHIR R4, or a parameter is not understood.",
    401: "A token is needed.",
    403: "Role or scopes do not reach so far.",
    404: "It is not here.",
    405: "This is not done here.",
    406: "Another format is asked for.",
    412: "Another version stands, or several fit.",
    413: "It is too large.",
    415: "The body is of another format.",
    422: "It is FHIR R4 and cannot be used.",
    429: "Too many requests.",
    503: "The records are busy.",
}
_READ: Final = (400, 401, 403, 404, 406, 429, 503)
_WRITE: Final = (*_READ, 405, 412, 413, 415, 422)
_PAGING: Final[dict[str, Json]] = {
    "_count": {"type": "integer", "minimum": 0, "maximum": 100},
    "_summary": {"type": "string", "enum": ["count", "false"]},
    "_format": {"type": "string", "enum": ["json", MEDIA_TYPE]},
}


@cache
def document() -> bytes:
    """The document as it is sent."""
    return json.dumps(openapi(), ensure_ascii=False).encode()


def openapi() -> Json:
    """The document: every address, what it takes and what it answers."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Dermograph, FHIR R4", "version": __version__},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Resource": _schema(), "OperationOutcome": _schema("OperationOutcome")},
        },
    }


def _paths() -> Json:
    found: Json = {
        "/fhir/metadata": {"get": {**_operation("metadata", _READ), "security": []}},
        "/fhir": {"post": _operation("bundle", _WRITE, body=_schema("Bundle"))},
    }
    for kind in (*KINDS, *PUBLISHED):
        does = interactions(kind)
        found[f"/fhir/{kind}"] = {"get": _operation(f"search_{kind}", _READ, query=_query(kind))}
        found[f"/fhir/{kind}/_search"] = {
            "post": _operation(f"post_search_{kind}", (*_READ, 413, 415), form=_query(kind))
        }
        found[f"/fhir/{kind}/{{id}}"] = {"get": _operation(f"read_{kind}", _READ, named=("id",))}
        found[f"/fhir/{kind}/{{id}}/_history/{{version}}"] = {
            "get": _operation(f"vread_{kind}", _READ, named=("id", "version"))
        }
        if "create" in does:
            sent = _schema(kind)
            found[f"/fhir/{kind}"]["post"] = _operation(f"create_{kind}", _WRITE, body=sent, made=True)
            found[f"/fhir/{kind}/{{id}}"]["put"] = _operation(f"update_{kind}", _WRITE, named=("id",), body=sent)
    found |= {
        "/fhir/Patient/{id}/$everything": {
            "get": _operation("everything", _READ, named=("id",), query={"_since": _INSTANT, **_PAGING})
        },
        "/fhir/PlanDefinition/{id}/$apply": {
            "get": _operation("apply", (*_READ, 422), named=("id",), query={"subject": {"type": "string"}}),
            "post": _operation("apply_to", _WRITE, named=("id",), body=_schema("Parameters")),
        },
        "/fhir/QuestionnaireResponse/{id}/$assess": {"get": _operation("assess", (*_READ, 422), named=("id",))},
        "/fhir/QuestionnaireResponse/$assess": {
            "post": _operation("assess_sent", _WRITE, body=_schema("QuestionnaireResponse"))
        },
    }
    return found


_INSTANT: Final[Json] = {"type": "string", "format": "date-time"}
_SCHEMAS: Final[dict[str, Json]] = {
    "date": {"type": "string", "pattern": r"^(eq|ge|gt|le|lt)?(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"},
    "token": {"type": "string", "pattern": "^[^,|\\x00\\\\]+$", "maxLength": 100},
    "string": {"type": "string", "pattern": "^[^,\\x00\\\\]+$", "maxLength": 100},
    "uri": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[^\\x00]+$"},
    "reference": {"type": "string", "pattern": "^(Patient/)?[0-9a-f-]{36}$"},
}


def _query(kind: str) -> dict[str, Json]:
    known: dict[str, Json] = {name: _SCHEMAS[of] for name, of in parameters(kind).items()}
    if "_lastUpdated" in known:
        known["_lastUpdated"] = {"type": "string", "pattern": "^g[et](19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9])$"}
    if "birthdate" in known:
        known["birthdate"] = {"type": "string", "pattern": "^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"}
    return {**known, **_PAGING}


def _schema(kind: str = "") -> Json:
    """Any JSON object that says which type of resource it is: its elements are checked by the server."""
    said: Json = {"const": kind} if kind else {"type": "string"}
    return {"type": "object", "required": ["resourceType"], "properties": {"resourceType": said}}


def _operation(
    name: str,
    refuses: tuple[int, ...],
    *,
    named: tuple[str, ...] = (),
    query: dict[str, Json] | None = None,
    form: dict[str, Json] | None = None,
    body: Json | None = None,
    made: bool = False,
) -> Json:
    content = {MEDIA_TYPE: {"schema": _RESOURCE}}
    responses: Json = {"200": {"description": "A resource, or a Bundle.", "content": content}}
    if made:
        responses["201"] = {"description": "It was taken over.", "content": content}
    for status in sorted(refuses):
        responses[str(status)] = {"description": _REFUSALS[status], "content": {MEDIA_TYPE: {"schema": _OUTCOME}}}
    found: Json = {"operationId": name, "responses": responses, "parameters": [_in_path(one) for one in named]}
    found["parameters"] += [{"name": one, "in": "query", "schema": said} for one, said in (query or {}).items()]
    if form is not None:
        schema = {"type": "object", "properties": form, "additionalProperties": False}
        found["requestBody"] = {"content": {FORM: {"schema": schema}}}
    if body is not None:
        found["requestBody"] = {"required": True, "content": {MEDIA_TYPE: {"schema": body}}}
    return found


def _in_path(name: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": r"^[A-Za-z0-9.-]{1,64}$"},
    }
