"""What an operation is given: by its address, by Parameters, or as the resource itself (R4, operations, 3.2.0.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.http import QueryDict

from dermograph.clinic.fhir.asking import Asking
from dermograph.clinic.fhir.bodies import MOST_OF_RESOURCE, json_body
from dermograph.clinic.fhir.formats import check_sent
from dermograph.clinic.fhir.kinds import CONTROLS
from dermograph.clinic.fhir.refusals import refuse
from dermograph.core.errors import printable, shown
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.read.reading import read_resource

SUBJECT: Final = "subject"
RESPONSE: Final = "questionnaireResponse"
_NUMBER: Final = ("valueInteger", "valueUnsignedInt", "valuePositiveInt", "valueString")
#: What decides about answers takes, and in which elements the value of each may stand.
_DECIDES: Final[Mapping[str, tuple[str, ...]]] = {
    SUBJECT: ("valueString", "valueReference", "valueUri"),
    RESPONSE: ("resource",),
}
#: The same of what reads a whole record; what else is named is told as that of a search is.
_READS: Final[Mapping[str, tuple[str, ...]]] = {
    "_since": ("valueInstant", "valueDateTime", "valueString"),
    "_type": ("valueCode", "valueString"),
    "_count": _NUMBER,
    "_offset": _NUMBER,
}


def given(asking: Asking) -> dict[str, Any]:
    """The ``subject`` and the ``questionnaireResponse`` of an operation that decides, where they are sent.

    Nothing that is sent goes unheard: it would be decided about something else than was asked.

    Raises:
        FhirError: 400 for a parameter that is not known, stands twice, or is of another type; 413, 415.
    """
    found: dict[str, Any] = {}
    for name, value in (*_of_address(asking), *_of_body(asking, _DECIDES)):
        short = printable(name)
        if name not in _DECIDES:
            raise refuse(
                400,
                "not-supported",
                f"{short} is not known here.",
                f"{short} no se conoce aquí.",
                "Parameters.parameter",
            )
        if name in found:
            raise refuse(
                400, "invalid", f"{short} stands twice.", f"{short} aparece dos veces.", "Parameters.parameter"
            )
        found[name] = value
    return found


def asked(asking: Asking) -> QueryDict:
    """What is given to the reading of a whole record, as parameters of a search.

    Raises:
        FhirError: 400 for a parameter of another type; 413, 415.
    """
    if asking.request.method != "POST":
        return asking.request.GET
    query = asking.request.GET.copy()
    for name, value in _of_body(asking, _READS):
        query.appendlist(name, str(value))
    return query


def _of_address(asking: Asking) -> Iterator[tuple[str, str]]:
    for name, values in asking.request.GET.lists():
        if name == RESPONSE:
            raise _of_other_type(name, ("resource",))
        if name not in CONTROLS:
            yield from ((name, str(value)) for value in values)


def _of_body(asking: Asking, takes: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Any]]:
    if asking.request.method != "POST":
        return
    check_sent(asking.request)
    sent = read_resource(json_body(asking.request, MOST_OF_RESOURCE))
    if sent["resourceType"] == "QuestionnaireResponse" and RESPONSE in takes:
        yield RESPONSE, sent
        return
    if sent["resourceType"] != "Parameters":
        raise refuse(400, "structure", "Send Parameters.", "Envíe Parameters.", "resourceType")
    for one in sent.get("parameter", ()):
        name = one.get("name")
        if name is None:  # FHIR lets an extension stand in its place
            raise refuse(
                400,
                "required",
                "A parameter has no name.",
                "Un parámetro no tiene nombre.",
                "Parameters.parameter.name",
            )
        yield name, _value(one, name, takes[name]) if name in takes else ""


def _value(one: Element, name: str, takes: tuple[str, ...]) -> Any:  # noqa: ANN401 (a primitive value or a resource)
    """The value of a parameter.

    Raises:
        FhirError: 400 if it has none, several, or one of another type.
    """
    held = {key.removeprefix("_") for key in one if key in ("part", "resource") or "value" in key[:6]}
    value = one.get(next(iter(held))) if len(held) == 1 and held <= set(takes) else None
    if isinstance(value, dict) and "resource" not in held:
        value = value.get("reference")
    is_other = isinstance(value, dict) and value["resourceType"] != "QuestionnaireResponse"
    if value is None or is_other:
        raise _of_other_type(name, takes)
    return value


def _of_other_type(name: str, takes: tuple[str, ...]) -> Exception:
    wanted = "QuestionnaireResponse (resource)" if takes == ("resource",) else ", ".join(takes)
    return refuse(
        400,
        "value",
        f"{shown(name)} is sent in Parameters as one {wanted}.",
        f"{shown(name)} se envía en Parameters como un solo {wanted}.",
        "Parameters.parameter",
    )
