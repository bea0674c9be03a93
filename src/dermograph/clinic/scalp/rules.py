"""The clinic's own figures for scalps. None stands in a source: they are assumptions until the clinic sets its own."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Course, User
from dermograph.clinic.scalp.models import ScalpChange
from dermograph.clinic.scalp.reckoning import reckon
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text

KEY: Final = "scalp"  # in ``Clinic.rules``


@dataclass(frozen=True, slots=True)
class ScalpFigures:
    """The figures of one clinic.

    Attributes:
        limit_percent: The pigment that the clinic wants to be left at least, percent of the settled look.
        dots_a_minute: How fast its practitioners work.
        dots_a_needle: After how many dots a needle is changed.
    """

    limit_percent: float = 60.0
    dots_a_minute: float = 60.0
    dots_a_needle: float = 3000.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a figure can be, both ends included."""

    label: Text
    low: float
    high: float


LIMITS: Final[Mapping[str, Limits]] = {
    "limit_percent": Limits(Text("Pigment left, percent", "Pigmento que queda, por ciento"), 1, 99),
    "dots_a_minute": Limits(Text("Dots a minute", "Puntos por minuto"), 1, 1000),
    "dots_a_needle": Limits(Text("Dots a needle", "Puntos por aguja"), 1, 1_000_000),
}


def figures(clinic: Clinic) -> ScalpFigures:
    """The figures of a clinic; what it has not set, or what is no figure, has its default."""
    kept = _kept(clinic)
    return replace(ScalpFigures(), **{name: float(kept[name]) for name in LIMITS if _can_be(name, kept.get(name))})


def fingerprint(clinic: Clinic) -> str:
    """What a form carries so that the later of two tabs is told."""
    return hashlib.sha256(json.dumps(asdict(figures(clinic))).encode()).hexdigest()[:16]


def change_figures(
    *, clinic: Clinic, who: User, values: Mapping[str, float | None], seen: str | None = None
) -> ScalpFigures:
    """Set figures of a clinic; the same again changes nothing. Days on which a limit is passed follow it.

    The figures are stored at once. The courses follow one by one, each in a transaction of its own, so that nobody who
    works at one waits for all; where that breaks off, setting the same figures again goes on with those that are left.

    Args:
        clinic: Whose.
        who: Who sets them.
        values: By the names of ``ScalpFigures``; None takes one back to its default, what is not named stays.
        seen: The ``fingerprint`` of what they saw; None where nobody looked.

    Raises:
        InputError: If a value is none that can be, or somebody else has changed them meanwhile.
    """
    for name, value in values.items():
        if name not in LIMITS or (value is not None and not _can_be(name, value)):
            raise _impossible(name, value)
    with transaction.atomic():
        row = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        if seen is not None and seen != fingerprint(row):
            raise _changed_meanwhile(figures(row))
        before = _kept(row)
        new = {name: value for name, value in {**before, **values}.items() if value is not None}
        if new != before:
            row.rules = {**row.rules, KEY: new}
            row.save(update_fields=["rules"])
            changed = {
                name: {"from": before.get(name), "to": new.get(name)}
                for name in sorted({*before, *new})
                if before.get(name) != new.get(name)
            }
            record("clinic.changed", clinic=row, who=who, about=row, details={"figures": changed})
    clinic.rules = row.rules
    _follow(row)
    return figures(row)


def _follow(clinic: Clinic) -> None:
    """Reckon what was reckoned with another limit than the clinic's."""
    others = ScalpChange.objects.filter(clinic=clinic).exclude(fading={})
    others = others.exclude(fading__limit_percent=figures(clinic).limit_percent)
    for pk in list(others.order_by("course").values_list("course", flat=True).distinct()):
        with transaction.atomic():
            course = Course.objects.select_for_update(no_key=True).get(pk=pk)
            # As it is now: somebody may have set another one while the courses before this one were reckoned.
            reckon(course, figures(Clinic.objects.get(pk=clinic.pk)).limit_percent)


def _kept(clinic: Clinic) -> dict[str, Any]:
    found = clinic.rules.get(KEY) if isinstance(clinic.rules, dict) else None
    return dict(found) if isinstance(found, dict) else {}


def _can_be(name: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and LIMITS[name].low <= value <= LIMITS[name].high


def _changed_meanwhile(now: ScalpFigures) -> InputError:
    stands = f"{now.limit_percent:g} %, {now.dots_a_minute:g}, {now.dots_a_needle:.0f}"
    return InputError(
        Text(
            f"Somebody else has changed these figures meanwhile. They are now: {stands}.",
            f"Otra persona ha cambiado estas cifras entretanto. Ahora son: {stands}.",
        ),
        todo=Text("Save again to set yours in their place.", "Guarde de nuevo para poner las suyas en su lugar."),
    )


def _impossible(name: str, value: object) -> InputError:
    if name not in LIMITS:
        return InputError(Text(f"{shown(name)} is not known here.", f"{shown(name)} no se conoce aquí."))
    limits = LIMITS[name]
    return InputError(
        Text(
            f"{limits.label.en}: {shown(value)} is not possible.", f"{limits.label.es}: {shown(value)} no es posible."
        ),
        Place(field=name),
        Text(
            f"A number from {limits.low:.0f} to {limits.high:.0f}.",
            f"Un número de {limits.low:.0f} a {limits.high:.0f}.",
        ),
    )
