"""The OpenAPI 3.1 document: what ninja writes, made exact."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from dermograph.clinic.api.gate import SCHEME
from dermograph.clinic.api.once import KEY
from dermograph.clinic.api.operations import register
from dermograph.clinic.api.problems import MEDIA_TYPE
from dermograph.clinic.api.registry import RULES
from dermograph.clinic.api.shapes import Json
from dermograph.clinic.api.site import PREFIX, VERSION, api

LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
DESCRIPTION = """What a clinic's own programs may read and write, by the same services and rules as its pages.

A token is made in the settings and sent as `Authorization: Bearer …`. It has scopes, and acts for a named person, whose
role still decides. Every write carries an `Idempotency-Key`: repeated within 24 hours with the same body it is answered
as before and does nothing; with another body it is refused. Lists come in pages: ask again with `after` set to `next`
until that is null. What is wrong is said in `application/problem+json`, in the language of `Accept-Language` (en, es).
A figure never stands without its unit, its standard uncertainty and what it is; null is unknown, never zero or no."""
TAGS = {
    "treatments": "The token itself; treatments, protocols, sources and facts.",
    "patients": "Patients and their skin areas.",
    "courses": "Courses of treatment.",
    "assessments": "Answers in, verdicts out. Signing is a person's, in the clinic.",
    "consents": "Consents, to read.",
    "agenda": "Open days and why the others are closed; free times; appointments.",
    "sessions": "Sessions as they were held, and signs after them.",
    "photographs": "Photographs.",
    "comparisons": "Outlines, comparisons, and measures over time.",
    "reviews": "What is proposed, and what persons signed.",
    "stock": "Lots, to read.",
    "outcomes": "What came of the courses.",
}
_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "A new random one with each new write; the same one to repeat it.",
    "schema": {"type": "string", "pattern": KEY, "minLength": 8, "maxLength": 128},
}
_TAG = {"description": "Of what is answered; send it back as If-None-Match.", "schema": {"type": "string"}}
_PLACE = {"description": "The path of what was made.", "schema": {"type": "string"}}
_WAIT = {"description": "Seconds to wait.", "schema": {"type": "string"}}


@cache
def document_text() -> bytes:
    """The document as it is sent."""
    return json.dumps(document(), ensure_ascii=False).encode()


def document() -> Json:
    """The document.

    Ninja's has 3.1.0 in its head; what it does not know is added: the scheme, the keys of writes, headers of answers,
    304, and that problems are ``application/problem+json``.
    """
    register()
    made: Json = json.loads(json.dumps(api.get_openapi_schema(path_prefix=f"{PREFIX}/"), default=str))
    made["info"] = {"title": "Dermograph", "version": VERSION, "description": DESCRIPTION, "license": LICENCE}
    made["servers"] = [{"url": "/"}]
    made["tags"] = [{"name": name, "description": says} for name, says in TAGS.items()]
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": SCHEME.lower(), "description": "A token of the clinic."}
    }
    for methods in made["paths"].values():
        for method, one in methods.items():
            _complete(method, one)
    return made


def _complete(method: str, one: Json) -> None:
    rule = RULES[one["operationId"]]
    one["security"] = [{"token": [rule.scope] if rule.scope else []}]
    one["x-scope"] = rule.scope
    for given in one.get("parameters", []):
        # Nothing that stands in an address is null: what is not asked for is left out.
        choices = [kind for kind in given["schema"].pop("anyOf", []) if kind != {"type": "null"}]
        given["schema"].update(choices[0] if choices else {})
    if rule.writes:
        one["parameters"] = [*one.get("parameters", []), _KEY]
    for status, answer in one["responses"].items():
        if int(status) >= 400 and "content" in answer:
            answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
        _head(method, status, answer)
    if method == "get":
        one["responses"]["304"] = {"description": "Not changed since the entity tag that was sent."}
    one["responses"] = dict(sorted(one["responses"].items()))


def _head(method: str, status: str, answer: dict[str, Any]) -> None:
    if status == "200" and method == "get":
        answer["headers"] = {"ETag": _TAG}
    elif status == "201":
        answer["headers"] = {"Location": _PLACE}
    elif status in ("429", "503"):
        answer["headers"] = {"Retry-After": _WAIT}
