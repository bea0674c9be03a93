"""The known colours of a card: the nominal ones of its layout, or those that were measured on the print itself."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import Text
from dermograph.photo.card.layout import LAYOUTS, Lab, Layout, Patch
from dermograph.photo.card.reference_rows import Row, Rows, read_rows
from dermograph.photo.colour.difference import delta_e00

#: Standard uncertainties of each of L*, a*, b*. An office print misses its nominal colours by about this (assumption,
#: nominal-print); a chart from a factory by about the second (assumption, chart-batch); a spectrophotometer, with the
#: unevenness of the patch, by the third where the file gives none (assumption, spectrophotometer).
U_NOMINAL_PRINT, U_NOMINAL_CHART, U_MEASURED = 5.0, 1.0, 0.5
#: A print further than this from its nominal colour is taken for a mistake in the file, ΔE00.
MISTAKEN_DELTA_E00 = 30.0


@dataclass(frozen=True, slots=True)
class References:
    """The known colours of one card.

    Attributes:
        layouts: Names of the layouts whose patches these are.
        values: CIELAB under D50 by patch id, all patches of the layout.
        u: Standard uncertainty of each of L*, a*, b*, by patch id, above 0.
        measured: Whether they were measured on the print; else they are nominal.
        serial: Of the card that was measured; None if nominal or not stated.
    """

    layouts: tuple[str, ...]
    values: Mapping[str, Lab]
    u: Mapping[str, float]
    measured: bool
    serial: int | None = None

    @classmethod
    def nominal(cls, layout: Layout) -> References:
        """What the layout says, with the uncertainty of an unmeasured print or chart."""
        u = U_NOMINAL_CHART if layout.code is None else U_NOMINAL_PRINT
        values = {patch.id: patch.lab_d50 for patch in layout.patches}
        return cls((layout.name,), values, dict.fromkeys(values, u), measured=False)

    @property
    def source(self) -> str:
        """``measured`` or ``nominal``."""
        return "measured" if self.measured else "nominal"

    def lab_d50(self, patches: Iterable[Patch]) -> NDArray[np.float64]:
        """``(patches, 3)`` CIELAB under D50."""
        return np.array([self.values[patch.id] for patch in patches], dtype=np.float64).reshape(-1, 3)

    def u_lab(self, patches: Iterable[Patch]) -> NDArray[np.float64]:
        """``(patches)`` standard uncertainty of each of L*, a*, b*."""
        return np.array([self.u[patch.id] for patch in patches], dtype=np.float64)

    def is_for(self, layout: Layout, serial: int | None) -> bool:
        """Whether these are the colours of a card with this layout and number."""
        return layout.name in self.layouts and (self.serial is None or serial is None or self.serial == serial)


def read_references(path: Path) -> References:
    """Measured colours from a file.

    Args:
        path: JSON or CSV as ``docs/card.md`` describes them; told apart by their first character.

    Raises:
        InputError: If the file cannot be read, or is not the measurement of every patch of one layout.
    """
    rows = read_rows(path)
    layouts = _layouts(rows)
    _check(rows, layouts[0])
    return References(
        tuple(layout.name for layout in layouts),
        {row.id: row.lab for row in rows.rows},
        {row.id: U_MEASURED if row.u is None else row.u for row in rows.rows},
        measured=True,
        serial=rows.serial,
    )


def _layouts(rows: Rows) -> list[Layout]:
    """The layouts that have just these patches, at least one.

    Raises:
        InputError: If there is none, or the file names another or an older one.
    """
    if rows.layout is not None and rows.layout not in LAYOUTS:
        what = Text(f"Unknown card {shown(rows.layout)}.", f"Tarjeta desconocida {shown(rows.layout)}.")
        raise InputError(what, Place(rows.file, field="layout"), nearest(rows.layout, LAYOUTS))
    known = [layout for layout in LAYOUTS.values() if rows.layout in (None, layout.name)]
    given = {row.id: row for row in rows.rows}
    closest = max(known, key=lambda layout: len(given.keys() & _ids(layout)) - len(_ids(layout) ^ given.keys()))
    for row in rows.rows:
        if row.id not in _ids(closest):
            what = Text(
                f"The card {closest.name} has no patch {shown(row.id)}.",
                f"La tarjeta {closest.name} no tiene el parche {shown(row.id)}.",
            )
            raise InputError(what, row.place)
    if missing := sorted(_ids(closest) - given.keys()):
        some = ", ".join(missing[:6]) + ("…" if len(missing) > 6 else "")
        what = Text(
            f"Of the card {closest.name} these patches are missing: {some}.",
            f"De la tarjeta {closest.name} faltan estos parches: {some}.",
        )
        raise InputError(what, Place(rows.file), Text("Measure every patch.", "Mida todos los parches."))
    if rows.version not in (None, closest.version):
        what = Text(
            f"These are colours of version {shown(rows.version)} of the card; this program reads version "
            f"{closest.version}.",
            f"Estos colores son de la versión {shown(rows.version)} de la tarjeta; este programa lee la versión "
            f"{closest.version}.",
        )
        raise InputError(what, Place(rows.file, field="version"))
    return [layout for layout in known if _ids(layout) == given.keys()]


def _ids(layout: Layout) -> set[str]:
    return {patch.id for patch in layout.patches}


def _check(rows: Rows, layout: Layout) -> None:
    """Refuse what is no measurement of such a card: patches swapped, another white, another scale.

    Raises:
        InputError: If a patch is far from its nominal colour, or the grey ramp is out of order.
    """
    by_id = {row.id: row for row in rows.rows}
    for patch in layout.patches:
        row = by_id[patch.id]
        away = float(delta_e00(row.lab, patch.lab_d50))
        if away > MISTAKEN_DELTA_E00:
            what = Text(
                f"Patch {patch.id} lies ΔE00 {away:.0f} from its nominal colour: this cannot be a print of it.",
                f"El parche {patch.id} está a ΔE00 {away:.0f} de su color nominal: no puede ser una impresión de él.",
            )
            todo = Text("Check its place, and that it is CIELAB.", "Compruebe su lugar y que sea CIELAB.")
            raise InputError(what, row.place, todo)
    ramp = sorted(layout.of_role("grey"), key=lambda patch: -patch.lab_d50[0])
    for lighter, darker in itertools.pairwise(ramp):
        if by_id[lighter.id].lab[0] <= by_id[darker.id].lab[0]:
            what = Text(
                f"Patch {lighter.id} of the grey ramp should be lighter than {darker.id}.",
                f"El parche {lighter.id} de la escala de grises debería ser más claro que {darker.id}.",
            )
            raise InputError(what, by_id[darker.id].place, _swapped(by_id[lighter.id]))


def _swapped(row: Row) -> Text:
    return Text(
        f"Check whether they are swapped ({row.id}: L* {row.lab[0]:g}).",
        f"Compruebe si están intercambiados ({row.id}: L* {row.lab[0]:g}).",
    )
