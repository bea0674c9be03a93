"""Places in a resource, each the place of one attribute: read, and written back without touching anything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from dermograph.exchange.fhir.elements import ABSENT_REASON, UCUM, Element
from dermograph.exchange.fhir.map.codecs import (
    ABSENT_SYSTEM,
    Codec,
    code_of,
    concept_of,
    instant_of,
    reason_of,
    written_instant,
)
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.map.steps import Pick, Way, add, clear, found, put
from dermograph.exchange.record.part import Concept, Measured
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown


class Place(Protocol):
    """Where one attribute stands."""

    def read(self, resource: Element, keys: Keys) -> Any:  # noqa: ANN401 (any value)
        """The attribute's value."""

    def write(self, resource: Element, value: Any) -> None:  # noqa: ANN401 (any value)
        """Put a value there, in the resource itself."""


def fill(places: Mapping[str, Place], resource: Element, part: object) -> None:
    """Put the attributes of a part into a resource that has none of them yet.

    It leaves the same as writing each, and takes less time: nothing is looked for that cannot be there.
    """
    for name, place in places.items():
        value = getattr(part, name)
        if value is None or value is UNWRITTEN or value == "":
            continue
        if type(place) is At:
            if value != place.empty:
                add(resource, place.way, place.codec.write(value))
        elif type(place) is Known and not isinstance(value, Unknown):
            add(resource, place.way, place.codec.write(value))
        elif type(place) is MeasuredAt and isinstance(value, Measured):
            add(resource, place.way, quantity_of(value))
        else:
            place.write(resource, value)


@dataclass(frozen=True, slots=True)
class At:
    """A value at the end of a way; what is not there reads as ``empty``.

    Attributes:
        empty: What stands for nothing: an empty text, None, no list.
    """

    way: Way
    codec: Codec
    empty: Any = ""

    def read(self, resource: Element, keys: Keys) -> Any:  # noqa: ANN401 (any value)
        """The value."""
        there = found(resource, self.way)
        if there is None:
            return self.empty
        value = self.codec.read(there, keys)
        return self.empty if value is None else value

    def write(self, resource: Element, value: Any) -> None:  # noqa: ANN401 (any value)
        """Put it there; ``empty`` clears the place."""
        if value is None or value == self.empty:
            clear(resource, self.way)
        else:
            put(resource, self.way, self.codec.write(value))


@dataclass(frozen=True, slots=True)
class Known:
    """A primitive value that may be unknown, the reason standing beside it.

    Attributes:
        absent: Where the reason stands instead, as a code, where the standard wants nothing beside the value.
    """

    way: Way
    codec: Codec
    absent: Way = ()

    def read(self, resource: Element, keys: Keys) -> Any:  # noqa: ANN401 (any value)
        """The value, or why it is unknown."""
        there = found(resource, self.way)
        if there is not None:
            value = self.codec.read(there, keys)
            return UNWRITTEN if value is None else value
        if self.absent:
            code = found(resource, self.absent)
            return UNWRITTEN if code is None else reason_of(code)
        return _reason(found(resource, self._beside))

    def write(self, resource: Element, value: Any) -> None:  # noqa: ANN401 (any value)
        """Put it there."""
        if not isinstance(value, Unknown):
            put(resource, self.way, self.codec.write(value))
            self._drop_reason(resource)
            return
        clear(resource, self.way)
        code = code_of(value)
        if code is None:
            clear(resource, self._beside)
        elif self.absent:
            put(resource, self.absent, code)
        else:
            put(resource, self._beside, {"extension": [{"url": ABSENT_REASON, "valueCode": code}]})

    def _drop_reason(self, resource: Element) -> None:
        """Of what stands beside a value, only the reason why it was unknown no longer holds."""
        beside = found(resource, self._beside)
        if beside is None:
            return
        others = [] if self.absent else [one for one in beside.get("extension", ()) if one.get("url") != ABSENT_REASON]
        if others:
            beside["extension"] = others
        else:
            clear(resource, self._beside)

    @property
    def _beside(self) -> Way:
        return self.absent or (*self.way[:-1], f"_{self.way[-1]}")


def _reason(element: Element | None) -> Unknown:
    for one in (element or {}).get("extension", ()):
        if one.get("url") == ABSENT_REASON:
            return reason_of(one.get("valueCode"))
    return UNWRITTEN


#: The standard extension for a standard uncertainty, one standard deviation.
UNCERTAINTY: Final = "http://hl7.org/fhir/StructureDefinition/iso21090-uncertainty"
#: Our units and their UCUM codes. A colour difference has none: it is a bare number with a name.
UNITS: Final[Mapping[str, str]] = {
    "mm": "mm",
    "mm2": "mm2",
    "cm2": "cm2",
    "cm": "cm",
    "um": "um",
    "deg": "deg",
    "percent": "%",
    "px": "{pixels}",
    "1/cm2": "/cm2",
    "delta_e00": "{deltaE00}",
}
_FROM_UCUM: Final = {code: unit for unit, code in UNITS.items()}


def quantity_of(measured: Measured) -> Element:
    """A measured value with its standard uncertainty."""
    made: Element = {}
    if isinstance(measured.u, Unknown):
        if (code := code_of(measured.u)) is not None:
            beside = {"extension": [{"url": ABSENT_REASON, "valueCode": code}]}
            made["extension"] = [{"url": UNCERTAINTY, "_valueDecimal": beside}]
    else:
        made["extension"] = [{"url": UNCERTAINTY, "valueDecimal": measured.u}]
    made["value"] = measured.value
    if measured.unit:
        made["unit"] = measured.unit
        if code := UNITS.get(measured.unit):
            made |= {"system": UCUM, "code": code}
    return made


def measured_of(quantity: Element) -> Measured | None:
    """A quantity as a measured value; None where it has no number or only bounds one."""
    value = quantity.get("value")
    if value is None or "comparator" in quantity:
        return None
    u: float | Unknown = UNWRITTEN
    for one in quantity.get("extension", ()):
        if one.get("url") == UNCERTAINTY:
            u = one["valueDecimal"] if "valueDecimal" in one else _reason(one.get("_valueDecimal"))
    unit = quantity.get("unit", "")
    if not unit and quantity.get("system") == UCUM:
        unit = _FROM_UCUM.get(quantity.get("code", ""), quantity.get("code", ""))
    return Measured(value, u, unit)


@dataclass(frozen=True, slots=True)
class MeasuredAt:
    """A quantity that may be unknown.

    Attributes:
        absent: The way to a CodeableConcept with the reason; empty where the quantity itself holds it.
    """

    way: Way
    absent: Way = ()

    def read(self, resource: Element, keys: Keys) -> Measured | Unknown:  # noqa: ARG002 (of the protocol)
        """The measured value, or why there is none."""
        there = found(resource, self.way)
        if there is not None and (measured := measured_of(there)) is not None:
            return measured
        if self.absent:
            reason = found(resource, self.absent)
            return UNWRITTEN if reason is None else _absent(reason)
        return _reason(there)

    def write(self, resource: Element, value: Measured | Unknown) -> None:
        """Put it there."""
        if self.absent:
            clear(resource, self.absent)
        if isinstance(value, Measured):
            put(resource, self.way, quantity_of(value))
            return
        clear(resource, self.way)
        code = code_of(value)
        if code is None:
            return
        if self.absent:
            put(resource, self.absent, {"coding": [{"system": ABSENT_SYSTEM, "code": code}]})
        else:
            put(resource, self.way, {"extension": [{"url": ABSENT_REASON, "valueCode": code}]})


def _absent(reason: Element) -> Unknown:
    codes = [one.get("code") for one in reason.get("coding", ()) if one.get("system") == ABSENT_SYSTEM]
    return reason_of(codes[0] if codes else None)


@dataclass(frozen=True, slots=True)
class SaidAt:
    """The value of an Observation, whatever its type, or why there is none.

    Attributes:
        system: Of our own codes.
    """

    system: str

    def read(self, resource: Element, keys: Keys) -> Any:  # noqa: ANN401 (any value)
        """The value; of a type that is not modelled, that it is unsupported."""
        for name in ("valueBoolean", "valueInteger", "valueString"):
            if name in resource:
                return resource[name]
        if "valueDateTime" in resource:
            return instant_of(resource["valueDateTime"])
        if "valueCodeableConcept" in resource:
            return concept_of(self.system).read(resource["valueCodeableConcept"], keys)
        if "valueQuantity" in resource:
            measured = measured_of(resource["valueQuantity"])
            return Unknown("unsupported") if measured is None else measured
        if any(name.startswith("value") for name in resource):
            return Unknown("unsupported")
        return _absent(resource["dataAbsentReason"]) if "dataAbsentReason" in resource else UNWRITTEN

    def write(self, resource: Element, value: Any) -> None:  # noqa: ANN401 (any value)
        """Put it there in place of any other."""
        for name in [name for name in resource if name.lstrip("_").startswith("value") or name == "dataAbsentReason"]:
            del resource[name]
        if isinstance(value, Unknown):
            if (code := code_of(value)) is not None:
                resource["dataAbsentReason"] = {"coding": [{"system": ABSENT_SYSTEM, "code": code}]}
        elif isinstance(value, bool):
            resource["valueBoolean"] = value
        elif isinstance(value, int):
            resource["valueInteger"] = value
        elif isinstance(value, str):
            resource["valueString"] = value
        elif isinstance(value, Measured):
            resource["valueQuantity"] = quantity_of(value)
        elif isinstance(value, Concept):
            resource["valueCodeableConcept"] = concept_of(self.system).write(value)
        else:
            resource["valueDateTime"] = written_instant(value)


@dataclass(frozen=True, slots=True)
class Each:
    """Items of a list, each a small value with places of its own.

    Attributes:
        key: The list.
        which: Told apart from the other items, as a new one is made.
        make: From the attributes to the value.
        places: Of each item.
    """

    key: str
    which: Pick
    make: Callable[..., Any]
    places: Mapping[str, Place]

    def read(self, resource: Element, keys: Keys) -> tuple[Any, ...]:
        """The values, in their order."""
        return tuple(
            self.make(**{name: place.read(item, keys) for name, place in self.places.items()})
            for item in resource.get(self.key, ())
            if self.which.is_it(item, 0)
        )

    def write(self, resource: Element, value: tuple[Any, ...]) -> None:
        """Put them there in place of the former ones; the other items of the list stay."""
        others = [item for item in resource.get(self.key, ()) if not self.which.is_it(item, 0)]
        items = []
        for one in value:
            item = self.which.new()
            fill(self.places, item, one)
            items.append(item)
        if others or items:
            resource[self.key] = others + items
        else:
            resource.pop(self.key, None)


@dataclass(frozen=True, slots=True)
class Several:
    """Items of a list, each one value, such as purposes or movements."""

    key: str
    which: Pick
    way: Way
    codec: Codec

    def read(self, resource: Element, keys: Keys) -> tuple[Any, ...]:
        """The values, in their order."""
        items = (found(item, self.way) for item in resource.get(self.key, ()) if self.which.is_it(item, 0))
        read = (self.codec.read(item, keys) for item in items if item is not None)
        return tuple(one for one in read if one is not None)

    def write(self, resource: Element, value: tuple[Any, ...]) -> None:
        """Put them there in place of the former ones; the other items of the list stay."""
        others = [item for item in resource.get(self.key, ()) if not self.which.is_it(item, 0)]
        items = []
        for one in value:
            item = self.which.new()
            if self.way:
                put(item, self.way, self.codec.write(one))
            else:
                item |= self.codec.write(one)
            items.append(item)
        if others or items:
            resource[self.key] = others + items
        else:
            resource.pop(self.key, None)
