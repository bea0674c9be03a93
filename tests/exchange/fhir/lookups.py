"""What a clinic holds already, for tests of what comes in."""

import dataclasses
import uuid

from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Held, Incoming
from tests.exchange.fhir.samples import CLINIC

CLINIC_ID = CLINIC
OTHER_CLINIC = uuid.UUID("00000000-0000-4000-8000-00000000000f")


@dataclasses.dataclass
class Nothing:
    """A clinic, at first without any record."""

    rows: dict[tuple[str, uuid.UUID], Held] = dataclasses.field(default_factory=dict)

    def held(self, kind: str, key: uuid.UUID) -> Held | None:
        return self.rows.get((kind, key))

    def named(self, kind: str, system: str, value: str) -> uuid.UUID | None:
        for (of_kind, key), held in self.rows.items():
            if of_kind == kind and held.clinic == CLINIC_ID:
                for one in held.resource.get("identifier", ()):
                    if (one.get("system"), one.get("value")) == (system, value):
                        return key
        return None

    def hold(self, kind: str, key: uuid.UUID, resource: Element, clinic: uuid.UUID = CLINIC_ID) -> None:
        self.rows[kind, key] = Held(clinic, resource)

    def take(self, incoming: Incoming) -> None:
        for one in incoming.taken():
            assert one.key is not None
            assert one.resource is not None
            self.hold(one.kind, one.key, one.resource)


class Everybody:
    """A clinic that has every patient, and nothing else."""

    def held(self, kind: str, key: uuid.UUID) -> Held | None:
        return Held(CLINIC_ID, {}) if kind == "Patient" and key not in self.new else None

    def __init__(self, *new: uuid.UUID) -> None:
        self.new = new

    def named(self, kind: str, system: str, value: str) -> uuid.UUID | None:  # noqa: ARG002 (of the protocol)
        return None
