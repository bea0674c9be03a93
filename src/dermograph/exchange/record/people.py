"""The clinic, who works there, its rooms, and the patient."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from dermograph.exchange.record.part import Part
from dermograph.exchange.record.partial import SomeDay
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic(Part):
    """The clinic whose record it is.

    Attributes:
        name: Empty where it is not known; so are the other words.
        slug: Its name in addresses.
        time_zone: IANA name.
        language: ``en`` or ``es``.
    """

    name: str = ""
    slug: str = ""
    time_zone: str = ""
    language: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practitioner(Part):
    """A person's place in the clinic.

    Attributes:
        user: The id of the person, who may work at several clinics.
        role: ``front_desk``, ``practitioner``, ``medical_lead`` or ``admin``; empty where it is not known.
        treatments: The ids of the protocols that they are trained for.
        active: Whether they work there now.
    """

    clinic: uuid.UUID | None = None
    user: uuid.UUID | None = None
    given_names: str = ""
    family_names: str = ""
    name: str = ""
    role: str = ""
    treatments: tuple[str, ...] = ()
    active: bool | Unknown = UNWRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Room(Part):
    """A room that takes one appointment at a time.

    Attributes:
        state: ``active``, ``inactive`` or ``suspended``; empty where it is not known.
    """

    clinic: uuid.UUID | None = None
    name: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient(Part):
    """The patient.

    Attributes:
        number: The clinic's own record number.
        given_names, family_names: Empty where not known.
        birth_date: As much of it as is known.
        phone, email: Empty where not known.
        language: In which they are written to; empty where not known.
        synthetic: Made up for a demonstration or a test.
        since: When the record was begun.
        version: Raised with every change; None where the sender counts otherwise.
        restricted_at: Since when the record is blocked; None while it is in use.
    """

    clinic: uuid.UUID | None = None
    number: int | None = None
    given_names: str = ""
    family_names: str = ""
    birth_date: SomeDay = UNWRITTEN
    phone: str = ""
    email: str = ""
    language: str = ""
    synthetic: bool = False
    since: dt.datetime | Unknown = UNWRITTEN
    version: int | None = None
    restricted_at: dt.datetime | None = None
