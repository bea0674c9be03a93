"""Sessions as they were held: settings by zone, lots, and what else was written down."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from dermograph.exchange.record.part import NO_CONCEPT, Concept, Entry, Json, Part
from dermograph.exchange.record.partial import SomeDay, SomeTime
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown


@dataclass(frozen=True, slots=True)
class Zone:
    """Settings in one zone of the area. A figure that was not recorded is unknown.

    Attributes:
        needle_setting_mm: What was set on the device. It is not the depth that was reached.
        needles: In the cartridge.
        seconds: How long.
        cm2: How large.
    """

    name: str = ""
    needle_setting_mm: float | Unknown = UNWRITTEN
    needles: int | Unknown = UNWRITTEN
    speed_hz: float | Unknown = UNWRITTEN
    passes: int | Unknown = UNWRITTEN
    seconds: int | Unknown = UNWRITTEN
    cm2: float | Unknown = UNWRITTEN


@dataclass(frozen=True, slots=True)
class LotUsed:
    """A lot that was used in a session.

    Attributes:
        lot: Its id.
        is_device: Whether it is a device (needles), and no substance.
        late_by, late_reason: Who recorded it although it was withdrawn by then, and why; None and empty otherwise.
    """

    lot: uuid.UUID
    is_device: bool
    late_by: uuid.UUID | None = None
    late_reason: str = ""


@dataclass(frozen=True, slots=True)
class Active:
    """An active ingredient that was applied.

    Attributes:
        lot: Its lot as it was written; empty for none.
    """

    name: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Entry):
    """One session on the area of a course.

    Attributes:
        treatment: What was done.
        state: ``completed``; ``entered-in-error`` where another one corrects it; else another system's word.
        device: The device, in words.
        anaesthesia: Of which kind; empty where that was not written.
        no_actives: That it was said that none was applied.
        label_handed_at: When the pigments' labels were handed over; unknown without pigment.
        dots: Dots that were set, on a scalp; unknown where nobody wrote them down.
        cents: The price agreed, euro cents; unknown if none was.
        before: What was checked before the needles, as it was stored.
        cleared_by, clearance_reason: Who held it although a check stood against it, and why; None and empty otherwise.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    appointment: uuid.UUID | None = None
    treatment: Concept = NO_CONCEPT
    state: str = ""
    performed_by: uuid.UUID | None = None
    started_at: SomeTime = UNWRITTEN
    ended_at: SomeTime = UNWRITTEN
    device: str = ""
    anaesthesia: str = ""
    anaesthesia_minutes: int | Unknown = UNWRITTEN
    zones: tuple[Zone, ...] = ()
    lots: tuple[LotUsed, ...] = ()
    actives: tuple[Active, ...] = ()
    no_actives: bool = False
    movements: tuple[str, ...] = ()
    label_handed_at: dt.datetime | Unknown = UNWRITTEN
    dots: int | Unknown = UNWRITTEN
    reaction: str = ""
    notes: str = ""
    cents: int | Unknown = UNWRITTEN
    before: Json = field(default_factory=dict)
    cleared_by: uuid.UUID | None = None
    clearance_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needles(Part):
    """A lot of needles, or another device.

    Attributes:
        number: The maker's batch number.
        expires: As much as is known of the last day on which it may be used.
        udi: Its unique device identifier as a person reads it; empty where not known.
        state: ``active``, ``inactive`` (withdrawn), ``entered-in-error`` or ``unknown``; empty where not said.
        withdrawn_at, withdrawn_reason: When and why it was withdrawn; unknown and empty while it may be used.
    """

    clinic: uuid.UUID | None = None
    name: str = ""
    maker: str = ""
    supplier: str = ""
    number: str = ""
    expires: SomeTime = UNWRITTEN
    received_on: SomeDay = UNWRITTEN
    udi: str = ""
    state: str = ""
    withdrawn_at: dt.datetime | Unknown = UNWRITTEN
    withdrawn_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply(Part):
    """A lot of pigment, anaesthetic or active ingredient.

    Attributes:
        kind: ``pigment``, ``anaesthetic``, ``active``; or what another system calls the substance.
        label: What the pigment's label says (REACH Annex XVII entry 75).
        The others are as in ``Needles``.
    """

    clinic: uuid.UUID | None = None
    kind: Concept = NO_CONCEPT
    name: str = ""
    maker: str = ""
    supplier: str = ""
    number: str = ""
    expires: SomeTime = UNWRITTEN
    received_on: SomeDay = UNWRITTEN
    label: str = ""
    state: str = ""
    withdrawn_at: dt.datetime | Unknown = UNWRITTEN
    withdrawn_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceUse(Part):
    """That a device was used on the patient.

    Attributes:
        device: The lot.
        session: Where it was used.
        state: ``completed``, ``active`` …
    """

    patient: uuid.UUID | None = None
    device: uuid.UUID | None = None
    session: uuid.UUID | None = None
    at: SomeTime = UNWRITTEN
    state: str = ""
