"""Ids of ours from ids and references of FHIR, the same every time."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

#: Names of ids that are made from other systems' ids, and of resources that we derive.
NAMESPACE: Final = uuid.UUID("8c1f1f0e-6f0a-5d53-9c2b-5f1f0d3a7e11")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_URN: Final = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class Keys:
    """How the ids of one sender become ours.

    Attributes:
        source: The URI of the sender; empty for what is ours.
        clinic: Who receives it, so that two clinics that receive the same have ids of their own; None for nobody.
    """

    source: str = ""
    clinic: uuid.UUID | None = None

    def of_resource(self, resource: Mapping[str, Any]) -> uuid.UUID:
        """The id of a resource: its own where that is a UUID, else one made from sender, type and id.

        A resource without an id gets one from its content.
        """
        logical = resource.get("id")
        if isinstance(logical, str):
            return self.of_logical(resource["resourceType"], logical)
        text = json.dumps(resource, sort_keys=True, ensure_ascii=True)
        return self._made(hashlib.sha256(text.encode()).hexdigest())

    def of_logical(self, kind: str, logical: str) -> uuid.UUID:
        """The id that a type and a logical id stand for."""
        if _UUID.fullmatch(logical):
            return uuid.UUID(logical)
        return self._made(f"{kind}/{logical}")

    def of_reference(self, written: str) -> uuid.UUID:
        """The id that a reference means.

        Args:
            written: Relative (``Patient/1``), absolute, ``urn:uuid:…``, or contained (``#p``); a version is left out.
        """
        if written.startswith(_URN) and _UUID.fullmatch(written[len(_URN) :]):
            return uuid.UUID(written[len(_URN) :])
        bare = written.partition("/_history/")[0]
        if self.source and bare.startswith(f"{self.source}/"):
            bare = bare[len(self.source) + 1 :]
        kind, _, logical = bare.rpartition("/")
        if kind and "/" not in kind and ":" not in bare:
            return self.of_logical(kind, logical)
        return self._made(written)

    def _made(self, name: str) -> uuid.UUID:
        """The id of a name, even of one that no checked resource has: half of a character, such as JSON may hold."""
        told = f"{self.source}|{name}" if self.clinic is None else f"{self.clinic}|{self.source}|{name}"
        return uuid.uuid5(NAMESPACE, told.encode("utf-8", "replace").decode())


def settled(logical: str) -> str:
    """A logical id in the one form of those that mean the same: a UUID in lower case."""
    return logical.lower() if _UUID.fullmatch(logical) else logical


def kind_of_reference(reference: Mapping[str, Any]) -> str:
    """The type that a reference names; empty where it does not say."""
    written = reference.get("reference", "")
    if written.startswith(("#", _URN)):
        return str(reference.get("type", ""))
    path = written.partition("/_history/")[0].split("/")
    return path[-2] if len(path) > 1 else str(reference.get("type", ""))


def derived(kind: str, key: uuid.UUID, part: str = "") -> uuid.UUID:
    """The id of something that is derived from a part of the record, the same every time.

    Args:
        kind: What it is.
        key: The id of the part.
        part: Which of several; empty for the only one.
    """
    return uuid.uuid5(NAMESPACE, f"{kind}|{key}|{part}")
