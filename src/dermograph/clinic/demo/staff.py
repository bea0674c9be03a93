"""The made-up clinic and who works there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dermograph.clinic.agenda.models import OpeningHours, Room
from dermograph.clinic.demo.logins import LOGINS, MORE, PASSWORD, SLUG
from dermograph.clinic.intake.services import install_texts
from dermograph.clinic.people.models import Clinic, Membership, User


@dataclass(frozen=True, slots=True)
class Staff:
    """The clinic and its people."""

    clinic: Clinic
    desk: Membership
    practitioner: Membership
    lead: Membership
    admin: Membership
    second: Membership
    rooms: tuple[Room, ...]


def make_staff() -> Staff:
    """Make the clinic: its people, its rooms, its hours and the texts of its consents."""
    clinic = Clinic.objects.create(
        name="Clínica Sintética",
        slug=SLUG,
        time_zone="Europe/Madrid",
        language="es",
        address="Calle Inventada 1, Ningunaparte",
        phone="000 000 000",
    )
    members = []
    for number, login in enumerate((*LOGINS, *MORE), start=1):
        user = User.objects.create_user(email=login.email, password=PASSWORD, name=login.name)
        members.append(
            Membership.objects.create(
                clinic=clinic, user=user, role=login.role, treatments=list(login.treatments), colour=number
            )
        )
    rooms = tuple(Room.objects.create(clinic=clinic, name=name) for name in ("Sala 1", "Sala 2"))
    for weekday in range(7):  # on whatever day it is tried, something is booked for today
        for opens, closes in ((9, 14), (15, 20)):
            OpeningHours.objects.create(clinic=clinic, weekday=weekday, opens=dt.time(opens), closes=dt.time(closes))
    install_texts(clinic)
    desk, practitioner, lead, admin, second = members
    return Staff(clinic, desk, practitioner, lead, admin, second, rooms)
