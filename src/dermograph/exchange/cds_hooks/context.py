"""The context of each hook: which members it has, and what they are.

Source: the hooks ``patient-view``, ``appointment-book``, ``order-select`` and ``order-sign`` 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dermograph.core.errors import shown
from dermograph.exchange.cds_hooks.json_values import members, null_or_empty
from dermograph.exchange.cds_hooks.refusal import issue
from dermograph.exchange.cds_hooks.resources import ID, entries, wrong_with
from dermograph.exchange.cds_hooks.subject import Subject
from dermograph.exchange.fhir.outcome import Issue

#: More than anybody books at once: each is judged for every course.
MOST_APPOINTMENTS: Final = 50
_PRACTITIONERS: Final = ("Practitioner", "PractitionerRole")
_REFERENCE: Final = re.compile(r"([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.-]{1,64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hook:
    """What a hook tells.

    Attributes:
        users: The types that the current user may be of.
        bundle: The member that holds a Bundle; empty for none.
        kinds: The types of the resources in it; none for any.
        most: How many there may be at once, where each is answered by itself; 0 for any number.
        selects: Whether it names some of the Bundle's resources.
    """

    users: tuple[str, ...]
    bundle: str = ""
    kinds: tuple[str, ...] = ()
    most: int = 0
    selects: bool = False


HOOKS: Final[Mapping[str, Hook]] = {
    "patient-view": Hook((*_PRACTITIONERS, "Patient", "RelatedPerson")),
    "appointment-book": Hook(
        (*_PRACTITIONERS, "Patient", "RelatedPerson"), "appointments", ("Appointment",), MOST_APPOINTMENTS
    ),
    "order-select": Hook(_PRACTITIONERS, "draftOrders", selects=True),
    "order-sign": Hook(_PRACTITIONERS, "draftOrders"),
}


def wrong_with_context(value: object, hook: Hook, subject: Subject) -> Iterator[Issue]:
    """What is wrong with the context of a hook.

    Args:
        value: The context, as it was sent.
        hook: Which it is of.
        subject: The patient whom it names.
    """
    required = [
        "userId",
        "patientId",
        *(["selections"] if hook.selects else []),
        *([hook.bundle] if hook.bundle else []),
    ]
    context, wrong = members(value, "context", tuple(required), ("encounterId",))
    yield from wrong
    for name, inner in context.items():
        if name != hook.bundle:
            yield from null_or_empty(inner, f"context.{name}")
    if "userId" in context:
        yield from _user(context["userId"], hook)
    for name in ("patientId", "encounterId"):
        if name in context and not _is_id(context[name]):
            yield issue(
                "value",
                f"context.{name}",
                "This is the bare id of a resource (A–Z, a–z, 0–9, “-”, “.”; at most 64), without its type.",
                "Es solo el id de un recurso (A–Z, a–z, 0–9, «-», «.»; 64 como máximo), sin su tipo.",
            )
    if hook.bundle in context:
        yield from _bundle(context, hook, subject)


def _user(value: object, hook: Hook) -> Iterator[Issue]:
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1] not in hook.users:
        kinds = ", ".join(hook.users)
        yield issue(
            "value",
            "context.userId",
            f"{shown(value)} is no type and id of one of {kinds}, such as “{hook.users[0]}/123”.",
            f"{shown(value)} no es tipo e id de uno de {kinds}, como «{hook.users[0]}/123».",
        )


def _bundle(context: Mapping[str, Any], hook: Hook, subject: Subject) -> Iterator[Issue]:
    value, path = context[hook.bundle], f"context.{hook.bundle}"
    yield from wrong_with(value, path, subject, ("Bundle",))
    if not isinstance(value, dict):
        return
    inside = list(entries(value))
    if not inside:
        yield issue("required", f"{path}.entry", "The Bundle is empty.", "El Bundle está vacío.")
    if hook.most and len(inside) > hook.most:
        yield issue(
            "too-costly",
            f"{path}.entry",
            f"There are {len(inside)} of them; at most {hook.most} are answered at once.",
            f"Hay {len(inside)}; se responde a {hook.most} a la vez como máximo.",
        )
        return
    for number, resource in inside:
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if hook.kinds and kind not in hook.kinds:
            yield issue(
                "structure",
                f"{path}.entry[{number}].resource",
                f"Only {', '.join(hook.kinds)} stands here.",
                f"Aquí solo va {', '.join(hook.kinds)}.",
            )
    if hook.selects and "selections" in context:
        yield from _selections(context["selections"], inside)


def _selections(value: object, inside: list[tuple[int, Any]]) -> Iterator[Issue]:
    if not isinstance(value, list):
        yield issue("structure", "context.selections", "This is a list.", "Esto es una lista.")
        return
    there = {f"{one.get('resourceType')}/{one.get('id')}" for _, one in inside if isinstance(one, dict)}
    for number, one in enumerate(value):
        path = f"context.selections[{number}]"
        if not isinstance(one, str) or not _REFERENCE.fullmatch(one):
            yield issue(
                "value",
                path,
                f"{shown(one)} is no type and id, such as “MedicationRequest/103”.",
                f"{shown(one)} no es tipo e id, como «MedicationRequest/103».",
            )
        elif one not in there:
            yield issue(
                "not-found", path, f"{shown(one)} is not among the orders.", f"{shown(one)} no está entre las órdenes."
            )


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(ID.fullmatch(value))
