"""The dots of a scalp in a photograph: where, how large, how dark, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dermograph.core.text import Text
from dermograph.photo.finding import Refusal
from dermograph.photo.scalp.dot_model import USUAL_MM, judged
from dermograph.photo.scalp.ground import Ground, Light, ground

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_PX = 5.0  # across a dot: below it a dot is not told from noise
_SURE, _UNSURE = 0.3, 0.02  # from the first on a place is counted: about as many wrong ones are, as right ones are not
#: Beyond the chance of each place: how far a whole photograph's count was off on tuning photographs, as a share.
MODEL_ERROR = 0.04
_LEAST_CM2 = 0.5  # of bare scalp

#: What round dark places are. A cut hair seen end-on looks the same, whatever is measured.
CAVEAT = Text(
    "Round dark dots are counted. A cut hair seen end-on or an open follicle looks the same and cannot be told from "
    "pigment in one photograph; a photograph from before the treatment shows how many there were.",
    "Se cuentan puntos oscuros redondos. Un pelo cortado visto de frente o un folículo abierto se ven igual y no se "
    "distinguen del pigmento en una sola fotografía; una fotografía anterior al tratamiento muestra cuántos había.",
)
NO_SCALE = Refusal(
    "no_scale",
    Text("The scale is not known.", "No se conoce la escala."),
    Text("Lay the calibration card beside the area.", "Ponga la tarjeta de calibración junto a la zona."),
)
COVERED = Refusal(
    "covered",
    Text("Hardly any bare scalp is in view.", "Apenas se ve cuero cabelludo."),
    Text(
        "Part the hair, wipe off water and shine, and keep the card beside the area.",
        "Aparte el pelo, seque el brillo y ponga la tarjeta al lado de la zona.",
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """Dots that were found.

    Attributes:
        xy_px: ``(n, 2)`` px of the photograph, pixel centres at integers.
        diameter_mm: ``(n,)`` at half of the tone.
        absorbance: ``(n,)`` in the middle against the skin beside it, base e.
        chance: ``(n,)`` how likely each is a dot, 0.3 to 1.
        px_per_mm: Density on the skin.
        count_u: Standard uncertainty of how many there are.
        unsure_xy_px: ``(m, 2)`` places that may be dots all the same, and are not counted.
        unsure_chance: ``(m,)`` how likely each of them is, below 0.3.
        usable: ``(h, w)`` where dots were looked for; None for the whole photograph.
        ground: Where they were looked for.
    """

    xy_px: Floats
    diameter_mm: Floats
    absorbance: Floats
    chance: Floats
    px_per_mm: float
    count_u: float
    unsure_xy_px: Floats
    unsure_chance: Floats
    usable: Mask | None
    ground: Ground

    def __len__(self) -> int:
        return len(self.xy_px)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of the photograph."""
        return self.ground.shape

    @property
    def usable_cm2(self) -> float:
        """The area that was looked at."""
        share = 1.0 if self.usable is None else float(self.usable.mean())
        return share * self.shape[0] * self.shape[1] / (100 * self.px_per_mm**2)

    def to_json(self) -> dict[str, Any]:
        """Count, density and medians with their errors; not the dots themselves."""
        area = self.usable_cm2
        return {
            "count": {"value": len(self), "u": self.count_u},
            "usable_cm2": area,
            "diameter_mm": float(np.median(self.diameter_mm)) if len(self) else None,
            "absorbance": float(np.median(self.absorbance)) if len(self) else None,
            "caveat": CAVEAT.to_json(),
        }


def find_dots(
    rgb: NDArray[np.uint8], px_per_mm: float | None, usable: Mask | None = None, *, light: Light | None = None
) -> Dots | Refusal:
    """Find the dots of a scalp.

    Args:
        rgb: ``(h, w, 3)`` uint8, upright.
        px_per_mm: Density on the skin; None if unknown.
        usable: ``(h, w)`` bare scalp, at any size with the same aspect: no card, pen, glare or long hair.
        light: The camera undone, as a card in view allows; None takes the curve of any phone.

    Returns:
        The dots, none perhaps; or why they cannot be told.
    """
    if px_per_mm is None:
        return NO_SCALE
    if px_per_mm * USUAL_MM < LEAST_PX:
        return _too_far(px_per_mm * USUAL_MM)
    if usable is not None and usable.mean() * rgb.shape[0] * rgb.shape[1] < _LEAST_CM2 * 100 * px_per_mm**2:
        return COVERED
    looked = ground(rgb, px_per_mm, light)
    row, col = looked.peaks(usable)
    xy = looked.xy(row, col)
    sure, size, tone = judged(looked.looks(row, col))
    kept = sure > _SURE
    unsure = ~kept & (sure > _UNSURE)
    size = size[kept]
    if len(size) and float(np.median(size)) * px_per_mm < LEAST_PX:
        return _too_far(float(np.median(size)) * px_per_mm)
    # Wrong ones among those kept, missed ones among the others, and what all photographs have been off by.
    spread = float(np.sqrt((sure * (1 - sure)).sum()))
    return Dots(
        xy_px=xy[kept],
        diameter_mm=size,
        absorbance=tone[kept],
        chance=sure[kept],
        px_per_mm=px_per_mm,
        count_u=float(np.hypot(spread, MODEL_ERROR * kept.sum())),
        unsure_xy_px=xy[unsure],
        unsure_chance=sure[unsure],
        usable=usable,
        ground=looked,
    )


def _too_far(px: float) -> Refusal:
    """Dots are too small in the photograph."""
    share = round(100 * px / LEAST_PX)
    return Refusal(
        "too_far",
        Text(
            f"A dot is only about {px:.1f} px wide here; {LEAST_PX:.0f} are needed.",
            f"Un punto mide aquí solo unos {px:.1f} px; hacen falta {LEAST_PX:.0f}.",
        ).typeset(),
        Text(
            f"Go nearer, to {share} % of this distance or less, or use a macro lens.",
            f"Acérquese al {share} % de esta distancia o menos, o use un objetivo macro.",
        ),
    )
