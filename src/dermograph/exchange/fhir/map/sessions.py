"""Sessions, lots, and devices in use: Procedure, Device, Substance, DeviceUseStatement."""

from __future__ import annotations

from typing import Any, Final

from dermograph.exchange.fhir.elements import Element, code_system, coding, concept, naming, structure
from dermograph.exchange.fhir.map.codecs import (
    DAY,
    INSTANT,
    NUMBER,
    PLAIN,
    STORED,
    TIME,
    WHOLE,
    to,
)
from dermograph.exchange.fhir.map.keys import Keys, kind_of_reference
from dermograph.exchange.fhir.map.places import At, Each, Known, Place, Several
from dermograph.exchange.fhir.map.shared_places import concept_at, entry_places, in_list, patient_at
from dermograph.exchange.fhir.map.steps import FIRST, Where, extended
from dermograph.exchange.fhir.map.table import Table
from dermograph.exchange.record.sessions import Active, DeviceUse, LotUsed, Needles, Session, Supply, Zone

_SUPPLY: Final = code_system("supplies")
_LATE_BY: Final = extended("recorded-late-by", "valueReference")
_LATE_WHY: Final = extended("recorded-late-because", "valueString")


class _Performed:
    """When it began or ended: of a period, or, where only one time was told, when it began."""

    def __init__(self, end: str) -> None:
        self._end = end
        self._inner = Known(("performedPeriod", end), TIME)

    def read(self, resource: Element, keys: Keys) -> Any:  # noqa: ANN401 (any time)
        if self._end == "start" and "performedPeriod" not in resource:
            return Known(("performedDateTime",), TIME).read(resource, keys)
        return self._inner.read(resource, keys)

    def write(self, resource: Element, value: Any) -> None:  # noqa: ANN401 (any time)
        if "performedDateTime" in resource:
            resource["performedPeriod"] = {"start": resource.pop("performedDateTime")}
            resource.pop("_performedDateTime", None)
        self._inner.write(resource, value)


class _Lots:
    """The lots that were used: references to devices and substances."""

    def read(self, resource: Element, keys: Keys) -> tuple[LotUsed, ...]:
        return tuple(
            LotUsed(
                lot=keys.of_reference(one["reference"]),
                is_device=kind_of_reference(one) == "Device",
                late_by=At(_LATE_BY, to("Practitioner"), None).read(one, keys),
                late_reason=At(_LATE_WHY, PLAIN).read(one, keys),
            )
            for one in resource.get("usedReference", ())
            if self._is_lot(one)
        )

    def write(self, resource: Element, value: tuple[LotUsed, ...]) -> None:
        others = [one for one in resource.get("usedReference", ()) if not self._is_lot(one)]
        for lot in value:
            one: Element = {"reference": f"{'Device' if lot.is_device else 'Substance'}/{lot.lot}"}
            At(_LATE_BY, to("Practitioner"), None).write(one, lot.late_by)
            At(_LATE_WHY, PLAIN).write(one, lot.late_reason)
            others.append(one)
        resource.pop("usedReference", None)
        if others:
            resource["usedReference"] = others

    @staticmethod
    def _is_lot(one: Element) -> bool:
        is_outside = not one.get("reference", "#").startswith("#")
        return is_outside and kind_of_reference(one) in {"Device", "Substance"}


def _inner(name: str, value: str) -> tuple[Any, ...]:
    return ("extension", Where("url", name), value)


def _figure(name: str, value: str = "valueDecimal") -> Place:
    return Known(_inner(name, value), NUMBER if value == "valueDecimal" else WHOLE)


_ZONES: Final = Each(
    "extension",
    Where("url", structure("zone")),
    Zone,
    {
        "name": At(_inner("name", "valueString"), PLAIN),
        "needle_setting_mm": _figure("needle-setting-mm"),
        "needles": _figure("needles", "valueInteger"),
        "speed_hz": _figure("speed-hz"),
        "passes": _figure("passes", "valueInteger"),
        "seconds": _figure("seconds", "valueInteger"),
        "cm2": _figure("cm2"),
    },
)
_ACTIVES: Final = Each(
    "extension",
    Where("url", structure("active-ingredient")),
    Active,
    {"name": At(_inner("name", "valueString"), PLAIN), "lot": At(_inner("lot", "valueString"), PLAIN)},
)
_DEVICE: Final = ("usedCode", Where("id", "device"), "text")

SESSION: Final = Table(
    "Procedure",
    Session,
    {
        "patient": patient_at(),
        **entry_places("Procedure", extended("written-at", "valueInstant"), ("recorder",)),
        "course": in_list("basedOn", "ServiceRequest"),
        "appointment": At(extended("appointment", "valueReference"), to("Appointment"), None),
        "treatment": concept_at("code", "treatments"),
        "state": At(("status",), PLAIN),
        "performed_by": At(("performer", FIRST, "actor"), to("Practitioner"), None),
        "started_at": _Performed("start"),
        "ended_at": _Performed("end"),
        "device": At(_DEVICE, PLAIN),
        "anaesthesia": At(extended("anaesthesia", "valueCode"), PLAIN),
        "anaesthesia_minutes": Known(extended("anaesthesia-minutes", "valueInteger"), WHOLE),
        "zones": _ZONES,
        "lots": _Lots(),
        "actives": _ACTIVES,
        "no_actives": At(extended("no-active-ingredient", "valueBoolean"), PLAIN, empty=False),
        "movements": Several("extension", Where("url", structure("movement")), ("valueString",), PLAIN),
        "label_handed_at": Known(extended("label-handed-at", "valueInstant"), INSTANT),
        "dots": Known(extended("dots", "valueInteger"), WHOLE),
        "reaction": At(("note", Where("id", "reaction"), "text"), PLAIN),
        "notes": At(("note", Where("id", "notes"), "text"), PLAIN),
        "cents": Known(extended("price-cents", "valueInteger"), WHOLE),
        "before": At(extended("checked-before", "valueAttachment"), STORED, {}),
        "cleared_by": At(extended("cleared-by", "valueReference"), to("Practitioner"), None),
        "clearance_reason": At(extended("clearance-reason", "valueString"), PLAIN),
    },
    lambda session: {} if session.state else {"status": "unknown"},
)

_LOT: Final[dict[str, Place]] = {
    "received_on": Known(extended("received-on", "valueDate"), DAY),
    "supplier": At(extended("supplier", "valueString"), PLAIN),
    "withdrawn_at": Known(extended("withdrawn-at", "valueInstant"), INSTANT),
    "withdrawn_reason": At(extended("withdrawn-because", "valueString"), PLAIN),
    "state": At(("status",), PLAIN),
}

NEEDLES: Final = Table(
    "Device",
    Needles,
    {
        "clinic": At(("owner",), to("Organization"), None),
        "name": At(("deviceName", FIRST, "name"), PLAIN),
        "maker": At(("manufacturer",), PLAIN),
        "number": At(("lotNumber",), PLAIN),
        "expires": Known(("expirationDate",), TIME),
        "udi": At(("udiCarrier", FIRST, "carrierHRF"), PLAIN),
        **_LOT,
    },
    lambda lot: {
        "type": concept(coding(_SUPPLY, "needle")),
        **({"deviceName": [{"type": "user-friendly-name"}]} if lot.name else {}),
    },
)

SUPPLY: Final = Table(
    "Substance",
    Supply,
    {
        "clinic": At(extended("clinic", "valueReference"), to("Organization"), None),
        "kind": concept_at("code", "supplies"),
        "name": At(("description",), PLAIN),
        "maker": At(extended("maker", "valueString"), PLAIN),
        "number": At(("instance", FIRST, "identifier", "value"), PLAIN),
        "expires": Known(("instance", FIRST, "expiry"), TIME),
        "label": At(extended("label", "valueString"), PLAIN),
        **_LOT,
    },
    lambda lot: {"instance": [{"identifier": {"system": naming("lot")}}]} if lot.number else {},
)

DEVICE_USE: Final = Table(
    "DeviceUseStatement",
    DeviceUse,
    {
        "patient": patient_at(),
        "device": At(("device",), to("Device"), None),
        "session": in_list("derivedFrom", "Procedure"),
        "at": Known(("timingDateTime",), TIME),
        "state": At(("status",), PLAIN),
    },
    lambda use: {} if use.state else {"status": "completed"},
)
