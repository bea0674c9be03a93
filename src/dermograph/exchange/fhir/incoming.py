"""What becomes of a Bundle that comes in: one result for each entry, and the Bundle that is answered."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.outcome import Issue, outcome
from dermograph.exchange.record.part import Part

_ERROR: Final = "entered-in-error"
Done = Literal["created", "unchanged", "changed", "refused"]


def is_in_error(resource: Mapping[str, Any]) -> bool:
    """Whether a resource says of itself that it was entered in error (R4, status or verificationStatus)."""
    certain = resource.get("verificationStatus", {})
    codes = [one.get("code") for one in certain.get("coding", ())] if isinstance(certain, Mapping) else [certain]
    return _ERROR in codes or resource.get("status") == _ERROR


@dataclass(frozen=True, slots=True)
class Held:
    """A resource that is held already.

    Attributes:
        clinic: Whose it is.
        resource: As it would be sent now.
        is_barred: Whether nothing is done with it, nor with what is about it.
    """

    clinic: uuid.UUID
    resource: Element
    is_barred: bool = False


class Lookup(Protocol):
    """What is held already."""

    def held(self, kind: str, key: uuid.UUID) -> Held | None:
        """The resource of a type with an id; None if there is none."""

    def named(self, kind: str, system: str, value: str) -> uuid.UUID | None:
        """The id of this clinic's resource of a type with a business identifier; None if there is none."""


@dataclass(frozen=True, slots=True)
class Result:
    """What becomes of one entry.

    Attributes:
        number: Of the entry, from 0.
        kind: Its type; empty where it has none.
        key: Its id here; None where it has none.
        done: What taking it over does.
        resource: As it would be kept, its references by type and id; None if refused.
        part: The part of the record that it is; None if refused, or of a type that is kept without being modelled.
        issues: Why it is refused, and what else is worth to be told.
    """

    number: int
    kind: str
    key: uuid.UUID | None
    done: Done
    resource: Element | None = None
    part: Part | None = None
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """What becomes of a Bundle.

    Attributes:
        kind: The type of the Bundle.
        results: One for each entry, in their order.
    """

    kind: str
    results: tuple[Result, ...]

    @property
    def applies(self) -> bool:
        """Whether anything is taken over: of a transaction all of it or nothing."""
        refused = [one.done == "refused" for one in self.results]
        return not any(refused) if self.kind == "transaction" else not all(refused)

    def taken(self) -> tuple[Result, ...]:
        """The entries that change what is held."""
        return tuple(one for one in self.results if one.done in {"created", "changed"}) if self.applies else ()

    def response(self) -> Element:
        """The Bundle that is answered; of a transaction that is refused the OperationOutcome."""
        told = [issue for one in self.results for issue in one.issues if one.done == "refused"]
        if self.kind == "transaction" and not self.applies:
            return outcome(told)
        kind = "transaction-response" if self.kind == "transaction" else "batch-response"
        made: Element = {"resourceType": "Bundle", "type": kind}
        return made | {"entry": [{"response": _response(one)} for one in self.results]} if self.results else made


def _response(result: Result) -> Element:
    status = {"created": "201 Created", "refused": "422 Unprocessable Entity"}.get(result.done, "200 OK")
    made: Element = {"status": status}
    if result.done != "refused":
        made["location"] = f"{result.kind}/{result.key}"
    return made | {"outcome": outcome(result.issues)} if result.issues else made
