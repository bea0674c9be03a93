"""What this server does, as a CapabilityStatement (R4, capabilitystatement), made from the tables that it works by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dermograph import __version__
from dermograph.clinic.fhir.formats import MEDIA_TYPE
from dermograph.clinic.fhir.kinds import COMMON, KINDS, PUBLISHED, TYPES, Kind, ParameterType
from dermograph.clinic.fhir.published import APPLY, ASSESS
from dermograph.clinic.smart.discovery import security
from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import canonical
from dermograph.exchange.fhir.elements import Element, both_languages, narrative

#: When what is stated here last changed.
CHANGED_ON: Final = "2026-11-23"
#: By type: the name of each operation, and where it is defined.
OPERATIONS: Final[Mapping[str, tuple[str, str]]] = {
    "Patient": ("everything", "http://hl7.org/fhir/OperationDefinition/Patient-everything"),
    "PlanDefinition": (APPLY, canonical("OperationDefinition", APPLY)),
    "QuestionnaireResponse": (ASSESS, canonical("OperationDefinition", ASSESS)),
}
READS: Final = ("read", "vread", "search-type")
WRITES: Final = ("create", "update")
WHOLE: Final = ("transaction", "batch")
_SAYS: Final = Text(
    "Records of one clinic: its patients' courses of treatment, and the protocols that they follow. JSON only. "
    "Records are kept: nothing is deleted, and what was corrected stays. Only the present version is given out.",
    "Historias de una clínica: los cursos de tratamiento de sus pacientes y los protocolos que siguen. Solo JSON. Las "
    "historias se conservan: no se borra nada y lo corregido permanece. Solo se entrega la versión actual.",
)
_LAST_UPDATED: Final = "Only ge and gt: what changed from then on."
_DAYS: Final = "Days of the clinic: a day, a month or a year, with eq, ge, gt, le or lt."


def statement(base: str) -> Element:
    """The CapabilityStatement of this server.

    Args:
        base: Its address.
    """
    return {
        "resourceType": "CapabilityStatement",
        "id": "dermograph",
        "text": narrative(_SAYS),
        "url": f"{base}/metadata",
        "version": __version__,
        "name": "Dermograph",
        **both_languages("title", Text("Dermograph's FHIR server", "Servidor FHIR de Dermograph")),
        "status": "active",
        "experimental": False,
        "date": CHANGED_ON,
        "publisher": "Dermograph",
        **both_languages("description", _SAYS),
        "kind": "instance",
        "software": {"name": "Dermograph", "version": __version__},
        "implementation": {"description": "Dermograph", "url": base},
        "fhirVersion": "4.0.1",
        "format": [MEDIA_TYPE, "json"],
        "rest": [
            {
                "mode": "server",
                "security": security(base),
                "resource": [*map(_kept, KINDS.values()), *(_published(*one) for one in PUBLISHED.items())],
                "interaction": [{"code": one} for one in WHOLE],
            }
        ],
    }


def interactions(kind: str) -> tuple[str, ...]:
    """The interactions of a type that is served."""
    return (*READS, *WRITES) if kind in KINDS and KINDS[kind].writes else READS


def parameters(kind: str) -> dict[str, ParameterType]:
    """The parameters of a type that is served, those of every type included."""
    if kind in PUBLISHED:
        return {**PUBLISHED[kind], "_id": "token"}
    return {**{name: TYPES[use] for name, use in KINDS[kind].finds.items()}, **COMMON}


def _kept(kind: Kind) -> Element:
    made = _resource(kind.name)
    made["versioning"] = "versioned"
    if kind.writes:
        made |= {"updateCreate": False, "conditionalCreate": True}
    if kind.includes:
        made["searchInclude"] = sorted(f"{kind.name}:{name}" for name in kind.includes)
    return _searched(made)


def _published(name: str, _parameters: Mapping[str, ParameterType]) -> Element:
    return _searched({**_resource(name), "versioning": "versioned"})


def _resource(name: str) -> Element:
    return {
        "type": name,
        "interaction": [{"code": one} for one in interactions(name)],
        "readHistory": False,
        "conditionalRead": "full-support" if name in KINDS else "not-match",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal"],
    }


def _searched(made: Element) -> Element:
    name = str(made["type"])
    made["searchParam"] = [_parameter(one, of) for one, of in sorted(parameters(name).items())]
    if name in OPERATIONS:
        operation, definition = OPERATIONS[name]
        made["operation"] = [{"name": operation, "definition": definition}]
    return made


def _parameter(name: str, kind: ParameterType) -> Element:
    made: Element = {"name": name, "type": kind}
    if kind == "date" and name != "birthdate":
        made["documentation"] = _LAST_UPDATED if name == "_lastUpdated" else _DAYS
    return made
