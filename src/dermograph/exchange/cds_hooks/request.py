"""A request for decision support (CDS Hooks 2.0, Calling a CDS Service), read strictly."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from dermograph.core.errors import shown
from dermograph.exchange.cds_hooks.context import HOOKS, wrong_with_context
from dermograph.exchange.cds_hooks.json_values import inside, is_text, is_url, is_uuid, members, missing, null_or_empty
from dermograph.exchange.cds_hooks.refusal import MOST_ISSUES, HookError, issue
from dermograph.exchange.cds_hooks.resources import wrong_with
from dermograph.exchange.cds_hooks.services import Service
from dermograph.exchange.cds_hooks.subject import Subject
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.outcome import Issue

_REQUIRED: Final = ("hook", "hookInstance", "context")
_OPTIONAL: Final = ("fhirServer", "fhirAuthorization", "prefetch")
_TOKEN: Final = ("access_token", "token_type", "expires_in", "scope", "subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRequest:
    """What was asked. The token for the sender's own FHIR server is checked and not kept: it is never used.

    Attributes:
        hook: Its name.
        instance: Of this call.
        user: Type and id of who sits there, in the sender's own words.
        patient: The id of the patient.
        encounter: The id of the encounter; empty where none was told.
        context: The rest of what the hook tells, as it was sent.
        prefetch: As it was sent; None where the sender has nothing of that kind.
        fhir_server: The sender's own; empty where none was told.
        extension: As it was sent, whatever it is.
    """

    hook: str
    instance: uuid.UUID
    user: str
    patient: str
    encounter: str = ""
    context: Mapping[str, Any]
    prefetch: Mapping[str, Element | None] = field(default_factory=dict)
    fhir_server: str = ""
    extension: Mapping[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        """The patient, as references may name them."""
        return Subject(self.patient, self.fhir_server)


def read_request(tree: object, service: Service | None = None) -> HookRequest:
    """A request as a value.

    Args:
        tree: JSON.
        service: Which is asked; None reads a request of any hook that is known here.

    Raises:
        HookError: 400, with everything that is wrong.
    """
    wrong = tuple(islice(_wrong_with(tree, service), MOST_ISSUES))
    if wrong or not isinstance(tree, dict):
        raise HookError(400, *wrong)
    context = tree["context"]
    return HookRequest(
        hook=tree["hook"],
        instance=uuid.UUID(tree["hookInstance"]),
        user=context["userId"],
        patient=context["patientId"],
        encounter=context.get("encounterId", ""),
        context=context,
        prefetch=tree.get("prefetch", {}),
        fhir_server=tree.get("fhirServer", ""),
        extension=tree.get("extension", {}),
    )


def _wrong_with(tree: object, service: Service | None) -> Iterator[Issue]:
    whole, wrong = members(tree, "", _REQUIRED, _OPTIONAL)
    yield from wrong
    for name, value in whole.items():
        if name not in ("context", "prefetch"):
            yield from null_or_empty(value, name)
    hook = whole.get("hook")
    if "hook" in whole:
        yield from _hook(hook, service)
    if "hookInstance" in whole and not is_uuid(whole["hookInstance"]):
        yield issue("value", "hookInstance", "This is a UUID.", "Es un UUID.")
    if "fhirServer" in whole and not is_url(whole["fhirServer"]):
        yield issue("value", "fhirServer", "This is an absolute URL.", "Es una URL absoluta.")
    if "fhirAuthorization" in whole:
        yield from _authorization(whole["fhirAuthorization"])
        if "fhirServer" not in whole:
            yield missing("fhirServer")
    subject = _subject(whole)
    if isinstance(hook, str) and hook in HOOKS and "context" in whole:
        yield from wrong_with_context(whole["context"], HOOKS[hook], subject)
    if "prefetch" in whole:
        yield from _prefetch(whole["prefetch"], subject, service)


def _subject(whole: Mapping[str, Any]) -> Subject:
    """The patient of the context, as far as the request tells one."""
    context, server = whole.get("context"), whole.get("fhirServer")
    patient = context.get("patientId") if isinstance(context, dict) else None
    return Subject(patient if isinstance(patient, str) else "", server if isinstance(server, str) else "")


def _hook(hook: object, service: Service | None) -> Iterator[Issue]:
    if not isinstance(hook, str) or hook not in HOOKS:
        few = ", ".join(HOOKS)
        yield issue(
            "not-supported",
            "hook",
            f"{shown(hook)} is not known here: {few}.",
            f"Aquí no se conoce {shown(hook)}: {few}.",
        )
    elif service is not None and hook != service.hook:
        yield issue("value", "hook", f"This service is for {service.hook}.", f"Este servicio es para {service.hook}.")


def _authorization(value: object) -> Iterator[Issue]:
    given, wrong = members(value, "fhirAuthorization", _TOKEN, ("patient",))
    yield from wrong
    for name in ("access_token", "scope", "subject", "patient"):
        if name in given and not is_text(given[name]):
            yield issue("value", f"fhirAuthorization.{name}", "This is a text.", "Es un texto.")
    if given.get("token_type", "Bearer") != "Bearer":
        yield issue("value", "fhirAuthorization.token_type", "This is “Bearer”.", "Es «Bearer».")
    expires = given.get("expires_in", 1)
    if isinstance(expires, bool) or not isinstance(expires, int) or expires < 1:
        yield issue(
            "value", "fhirAuthorization.expires_in", "This is a number of seconds.", "Es un número de segundos."
        )


def _prefetch(value: object, subject: Subject, service: Service | None) -> Iterator[Issue]:
    """What was prefetched. A key that no template asked for is looked at as well, and then not used.

    Only here null has a meaning: the sender has nothing of that kind (Prefetch Template).
    """
    if not isinstance(value, dict) or not value:
        yield issue("structure", "prefetch", "This is an object with members.", "Es un objeto con miembros.")
        return
    for name, inner in value.items():
        template = service.prefetch.get(name) if service is not None else None
        path = inside("prefetch", name)
        if inner is None:
            continue
        yield from wrong_with(inner, path, subject, template.kinds if template else ())
        if isinstance(inner, dict) and _goes_on(inner):
            yield issue(
                "business-rule",
                f"{path}.link",
                "There are further pages: prefetched data comes at once.",
                "Hay más páginas: los datos se envían de una vez.",
            )


def _goes_on(resource: Mapping[str, Any]) -> bool:
    links = resource.get("link") if resource.get("resourceType") == "Bundle" else None
    return isinstance(links, list) and any(isinstance(one, dict) and one.get("relation") == "next" for one in links)
