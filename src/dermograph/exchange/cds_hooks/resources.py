"""FHIR resources within a request: those of R4 that are exchanged here are checked whole, others are only looked at.

A prefetched resource is not wrapped into anything, and belongs to the patient of the context.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from dermograph.core.errors import shown
from dermograph.exchange.cds_hooks.absent import both
from dermograph.exchange.cds_hooks.json_values import inside, null_or_empty
from dermograph.exchange.cds_hooks.refusal import issue
from dermograph.exchange.cds_hooks.subject import Subject
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.read.check import issues_of
from dermograph.exchange.fhir.read.structure import structure

ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}", re.ASCII)
_KIND: Final = re.compile(r"[A-Z][A-Za-z]{1,63}", re.ASCII)


def wrong_with(
    value: object, path: str, subject: Subject, kinds: tuple[str, ...] = (), *, within: bool = False
) -> Iterator[Issue]:
    """What is wrong with a resource.

    Args:
        value: As it was sent.
        path: Where it stands.
        subject: The patient whose it has to be.
        kinds: The types that it may have; none for any.
        within: Whether it stands in a Bundle, and may be none itself.
    """
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        yield issue(
            "structure",
            path,
            "This is a FHIR resource itself, with its resourceType; nothing is wrapped around it.",
            "Esto es el propio recurso FHIR, con su resourceType; no va envuelto en nada.",
        )
        return
    kind = value["resourceType"]
    if not _KIND.fullmatch(kind) or (kinds and kind not in kinds) or (within and kind == "Bundle"):
        named = " / ".join(kinds) or "FHIR"
        yield issue(
            "structure",
            f"{path}.resourceType",
            f"{shown(kind)} is not asked for here: {named}.",
            f"Aquí no se pide {shown(kind)}: {named}.",
        )
        return
    known = kind in structure().resources
    found = list(issues_of(value, entries=False) if known else _wrong_shapes(value, path))
    for one in found:
        yield replace(one, expression=_below(path, kind, one.expression)) if known else one
    yield from _of_others(value, path, kind, subject)
    if kind == "Bundle":
        for number, resource in entries(value):
            yield from wrong_with(resource, f"{path}.entry[{number}].resource", subject, within=True)
    elif not found:
        yield from both(value, path)


def entries(bundle: Mapping[str, Any]) -> Iterator[tuple[int, Any]]:
    """The resources of a Bundle, each with the number of its entry; one that has none is None."""
    listed = bundle.get("entry", [])
    for number, entry in enumerate(listed if isinstance(listed, list) else []):
        yield number, entry.get("resource") if isinstance(entry, dict) else None


def listed(value: Element | None, kind: str) -> list[Element]:
    """The resources of a type that a prefetched value holds: itself, or the entries of a Bundle."""
    if value is None:
        return []
    there: list[Any] = [value] if value.get("resourceType") != "Bundle" else [one for _, one in entries(value)]
    return [one for one in there if isinstance(one, dict) and one.get("resourceType") == kind]


def codes_of(concept: object, system: str) -> list[str]:
    """The codes of one system in a CodeableConcept; none in what is no CodeableConcept."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    given = [one for one in codings if isinstance(one, dict)] if isinstance(codings, list) else []
    return [str(one["code"]) for one in given if one.get("system") == system and "code" in one]


def _wrong_shapes(value: Mapping[str, Any], path: str) -> Iterator[Issue]:
    """What is wrong with a resource of a type that is only looked at."""
    empty = list(null_or_empty(value, path))
    yield from empty or _no_codings(value, path)


def _no_codings(value: object, path: str) -> Iterator[Issue]:
    """Every ``coding`` and ``contained`` that is no list of objects: in all of R4 they are nothing else."""
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _no_codings(inner, f"{path}[{number}]")
    elif isinstance(value, dict):
        for name, inner in value.items():
            of_objects = isinstance(inner, list) and all(isinstance(one, dict) for one in inner)
            if name in ("coding", "contained") and not of_objects:
                yield issue(
                    "structure", f"{path}.{name}", "This is a list of objects.", "Esto es una lista de objetos."
                )
            else:
                yield from _no_codings(inner, inside(path, name))


def _of_others(value: Mapping[str, Any], path: str, kind: str, subject: Subject) -> Iterator[Issue]:
    """Whatever is about anybody or anything but the patient of the context, or does not tell about whom it is.

    What names nobody at all is taken for the patient's. Who takes part in an appointment or answers questions may be
    somebody else, but no other patient where nothing tells that it is about this one.
    """
    if kind == "Patient" and value.get("id") not in (None, subject.patient):
        yield _other(f"{path}.id")
    for name in ("subject", "patient"):
        if name in value and not all(subject.is_named_by(one) for one in _each(value[name])):
            yield _other(f"{path}.{name}")
    if kind == "QuestionnaireResponse" and "subject" not in value and subject.is_other_patient(value.get("source")):
        yield _other(f"{path}.source")
    for number, one in enumerate(_each(value.get("participant")) if kind == "Appointment" else ()):
        if subject.is_other_patient(one.get("actor") if isinstance(one, dict) else None):
            yield _other(f"{path}.participant[{number}].actor")


def _each(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _other(path: str) -> Issue:
    return issue(
        "business-rule",
        path,
        "This is not the patient of the context, who is named “Patient/…” by the id, alone or below fhirServer; it is "
        "another patient's.",
        "Este no es el paciente del contexto, que se nombra «Patient/…» con su id, solo o a partir de fhirServer; es "
        "de otro.",
    )


def _below(path: str, kind: str, expression: str) -> str:
    return path + expression.removeprefix(kind) if expression.startswith(kind) else path
