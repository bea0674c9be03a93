"""The made-up clinic's stock: in date, near expiry, expired, withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dermograph.clinic.demo.staff import Staff
from dermograph.clinic.ledger.models import Kind, Lot
from dermograph.clinic.ledger.services import receive_lot, withdraw_lot
from dermograph.clinic.people.models import Course

_LABEL = (
    "Mixture for use in tattoos or permanent make-up. Batch P-0001 (invented). Ingredients: CI 77499, aqua, glycerin, "
    "alcohol. Contains no nickel or chromium that was found. Safety: for use by professionals only."
)


@dataclass(frozen=True, slots=True)
class Stock:
    """What a session uses, by treatment."""

    by_kind: Mapping[str, Lot]
    device: Mapping[str, str]
    movements: Mapping[str, tuple[str, ...]]

    def lots(self, course: Course) -> list[Lot]:
        """The lots that a session of this treatment takes."""
        kinds = {
            "paramedical": ("needle", "anaesthetic"),
            "microneedling": ("cartridge", "anaesthetic", "active"),
            "scalp": ("needle", "anaesthetic", "pigment"),
        }[course.treatment]
        return [self.by_kind[kind] for kind in kinds]

    def zones(self, course: Course) -> list[dict[str, Any]]:
        """Settings by zone."""
        depth = {"paramedical": 0.5, "microneedling": 1.5, "scalp": 0.5}[course.treatment]
        needles = {"paramedical": 3, "microneedling": 12, "scalp": 1}[course.treatment]
        whole: dict[str, Any] = {
            "name": course.area.name,
            "needle_setting_mm": depth,
            "needles": needles,
            "speed_hz": 90,
            "passes": 2,
            "seconds": 1500,
            "cm2": 18,
        }
        edge = {**whole, "name": f"{course.area.name}, borde", "passes": 1, "seconds": 420, "cm2": 4}
        return [whole, edge]


def make_stock(staff: Staff, today: dt.date) -> Stock:
    """Fill the stock, as it came in half a year ago."""
    lots: dict[str, Lot] = {}

    def receive(key: str, kind: Kind, name: str, number: str, expires: int, label: str = "") -> None:
        lots[key] = receive_lot(
            who=staff.lead,
            kind=kind,
            name=name,
            number=number,
            expires_on=today + dt.timedelta(days=expires),
            maker="Fabricante Inventado",
            supplier="Suministros Ningunaparte",
            label=label,
        )

    receive("needle", Kind.NEEDLE, "Aguja 3RL estéril", "N-2201", 420)
    receive("needle-new", Kind.NEEDLE, "Aguja 1RL estéril", "N-2307", 600)
    receive("cartridge", Kind.NEEDLE, "Cartucho 12 puntas", "C-0815", 300)
    receive("cartridge-old", Kind.NEEDLE, "Cartucho 12 puntas", "C-0702", -9)
    receive("anaesthetic", Kind.ANAESTHETIC, "Crema anestésica", "A-1180", 12)
    receive("anaesthetic-new", Kind.ANAESTHETIC, "Crema anestésica", "A-1204", 260)
    receive("active", Kind.ACTIVE, "Ácido hialurónico estéril", "H-0440", 25)
    receive("pigment", Kind.PIGMENT, "Pigmento capilar gris", "P-0001", 500, label=_LABEL)
    receive("withdrawn", Kind.PIGMENT, "Pigmento capilar marrón", "P-0009", 380, label=_LABEL)
    withdraw_lot(lot=lots["withdrawn"], who=staff.lead, reason="Aviso inventado del fabricante: etiqueta incompleta.")
    return Stock(
        by_kind=lots,
        device={
            "paramedical": "Dermógrafo D1 (inventado)",
            "microneedling": "Dermapen M2 (inventado)",
            "scalp": "Dermógrafo S3 (inventado)",
        },
        movements={
            "paramedical": ("punto a punto",),
            "microneedling": ("horizontal", "vertical", "diagonal"),
            "scalp": ("puntos de pigmento",),
        },
    )
