"""The large clinics themselves: their people, rooms, hours, texts and stock, written by Django's models."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from typing import Any

from bench.clinic_large_making import SLOTS, Place
from bench.clinic_large_people import SESSIONS, TREATMENTS, YEARS

SHARES = (0.6, 0.2, 0.1, 0.05, 0.03, 0.015, 0.005)  # of all patients, the largest clinic first
ROOM_TO_GROW = 1.25
LOTS_A_MONTH = {"needle": 300, "anaesthetic": 500}  # sessions that one lot lasts for


def places(patients: int, now: dt.datetime) -> list[Place]:
    """The clinics, the smallest last; those that are there already are taken as they are.

    Args:
        patients: Of all of them together.
        now: In UTC.
    """
    from dermograph.clinic.people.models import Clinic

    sizes = [round(patients * share) for share in SHARES]
    sizes[0] += patients - sum(sizes)
    found = []
    for number, size in enumerate((one for one in sizes if one), start=1):
        clinic = Clinic.objects.filter(slug=f"large-{number}").first() or _founded(number, size, now)
        found.append(_place(clinic, size))
    return found


def _founded(number: int, size: int, now: dt.datetime) -> Any:  # noqa: ANN401 (a model, imported later)
    from django.db import transaction

    from dermograph.clinic.agenda.models import OpeningHours, Room
    from dermograph.clinic.intake.services import install_texts
    from dermograph.clinic.ledger.models import Lot
    from dermograph.clinic.people.models import Clinic

    practitioners = math.ceil(ROOM_TO_GROW * SESSIONS * size / (365 * YEARS) / SLOTS) + 1
    with transaction.atomic():
        clinic = Clinic.objects.create(name=f"Made-up clinic {number}", slug=f"large-{number}", last_number=size)
        for place, role in enumerate(("front_desk", "medical_lead", "admin", *["practitioner"] * practitioners)):
            _member(clinic, role, place)
        Room.objects.bulk_create(Room(clinic=clinic, name=f"Sala {one:03}") for one in range(practitioners))
        OpeningHours.objects.bulk_create(
            OpeningHours(clinic=clinic, weekday=day, opens=dt.time(8), closes=dt.time(20)) for day in range(7)
        )
        install_texts(clinic)
        Lot.objects.bulk_create(_lots(clinic, size, now))
    return clinic


def _member(clinic: Any, role: str, place: int) -> None:  # noqa: ANN401 (a model)
    from dermograph.clinic.people.models import Membership, User

    user = User(email=f"{role}-{place}@{clinic.slug}.example", name=f"{role.replace('_', ' ').title()} {place}")
    user.set_unusable_password()
    user.save()
    Membership.objects.create(clinic=clinic, user=user, role=role, treatments=list(TREATMENTS), colour=place % 6 + 1)


def _lots(clinic: Any, size: int, now: dt.datetime) -> list[Any]:  # noqa: ANN401 (a model)
    """The stock of all years: of each kind as many lots a month as its sessions used up."""
    from dermograph.clinic.ledger.models import Lot

    a_month = SESSIONS * size / (12 * YEARS)
    lots = []
    for back in range(12 * (YEARS + 4)):
        year, month = divmod(now.year * 12 + now.month - 1 - back, 12)
        for kind, lasts in LOTS_A_MONTH.items():
            for one in range(max(1, math.ceil(a_month / lasts))):
                received = dt.date(year, month + 1, 1)
                lots.append(
                    Lot(
                        clinic=clinic,
                        kind=kind,
                        name="Aguja 3RL estéril" if kind == "needle" else "Crema anestésica",
                        maker="Fabricante Inventado",
                        number=f"{kind[0].upper()}-{year}{month + 1:02}-{one:02}",
                        expires_on=received + dt.timedelta(days=730),
                        received_on=received,
                    )
                )
    return lots


def _place(clinic: Any, size: int) -> Place:  # noqa: ANN401 (a model)
    from dermograph.clinic.intake.models import ConsentText

    people: dict[str, list[tuple[str, str]]] = {}
    for one in clinic.memberships.select_related("user").order_by("user__email"):
        people.setdefault(one.role, []).append((one.pk.hex, one.user_id.hex))
    texts = ConsentText.objects.filter(clinic=clinic, language=clinic.language, treatment__in=TREATMENTS)
    lots: dict[tuple[int, int], dict[str, list[uuid.UUID]]] = {}
    for lot in clinic.lots.order_by("number"):
        by_kind = lots.setdefault((lot.received_on.year, lot.received_on.month), {})
        by_kind.setdefault(lot.kind, []).append(lot.pk)
    return Place(
        id=clinic.pk.hex,
        size=size,
        desk=people["front_desk"][0][1],
        lead=people["medical_lead"][0],
        practitioners=tuple(people["practitioner"]),
        rooms=tuple(room.pk.hex for room in clinic.rooms.order_by("name")),
        texts={text.treatment: (text.pk.hex, text.sha256) for text in texts},
        lots={month: tuple(tuple(pk.hex for pk in pks) for pks in kinds.values()) for month, kinds in lots.items()},
    )
