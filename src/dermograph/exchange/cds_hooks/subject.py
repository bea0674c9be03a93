"""Whom a resource is about: the patient of the context, or anybody and anything else (FHIR R4, Reference)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ID: Final = "[A-Za-z0-9.-]{1,64}"
_LITERAL: Final = re.compile(rf"(?:[^\s?#]*/)?([A-Z][A-Za-z]{{1,63}})/{_ID}(?:/_history/{_ID})?", re.ASCII)
_VERSIONED: Final = re.compile(rf"Patient/({_ID})(?:/_history/{_ID})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Subject:
    """The patient of the context, as references may name them.

    Attributes:
        patient: The id.
        server: The sender's own, on which the id means this patient; empty where none was told.
    """

    patient: str
    server: str = ""

    def is_named_by(self, reference: object) -> bool:
        """Whether a reference names this patient: by the id, alone or on the sender's server, in whatever version.

        One by an identifier, by words, or to what is contained names nobody who would be known to be this patient.
        """
        text = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(reference, dict) or not isinstance(text, str):
            return False
        base = self.server.rstrip("/") + "/"
        found = _VERSIONED.fullmatch(text.removeprefix(base) if self.server else text)
        return found is not None and found[1] == self.patient and kind_of(reference) == kind_told(reference, "Patient")

    def is_other_patient(self, reference: object) -> bool:
        """Whether a reference names a patient, and not this one: it may as well name anybody who is none."""
        if not isinstance(reference, dict) or self.is_named_by(reference):
            return False
        names_one = "Patient/" in str(reference.get("reference", ""))
        return names_one or "Patient" in (kind_of(reference), kind_told(reference))


def kind_of(reference: object) -> str:
    """The type of what a reference means; empty where it does not tell."""
    text = reference.get("reference") if isinstance(reference, dict) else None
    if not isinstance(text, str):
        return kind_told(reference)
    found = _LITERAL.fullmatch(text)
    return found[1] if found else ""


def kind_told(reference: object, otherwise: str = "") -> str:
    """The type that a reference states beside its address, as a name or as that of its definition.

    Args:
        reference: Any.
        otherwise: What is meant where it states none.
    """
    told = reference.get("type", otherwise) if isinstance(reference, dict) else otherwise
    return str(told).rpartition("/")[2]
