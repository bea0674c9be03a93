"""How the camera was held: tilt, distance, framing, and pixels on the skin."""

from __future__ import annotations

import math

from dermograph.core.text import Text
from dermograph.photo.finding import Finding
from dermograph.photo.quality.baseline import Baseline

#: Tilt between card and camera. At 15° lengths along the tilt shrink by 3.4 %, and one side of a 10 cm area is 2.6 cm
#: further away; from 40° on nothing is measured (assumption).
TILT_DEG, TILT_BLOCKS_DEG = 15.0, 40.0
#: Pixels for a millimetre of skin: pores and the edge of a lesion need 5; a lesion of 5 mm has 10 across at 2
#: (assumption).
PX_PER_MM, PX_PER_MM_BLOCKS = 5.0, 2.0
#: Change of distance to the baseline (assumption: perspective and sharpness stay comparable).
DISTANCE_SHARE = 0.20
#: Shift of the area to the baseline, share of the frame (assumption: light and lens shading stay comparable).
SHIFT_SHARE = 0.15


def tilt(tilt_deg: float) -> Finding:
    """Judge the tilt of the card to the camera, degrees."""
    if tilt_deg <= TILT_DEG:
        says = Text("The camera looks straight at the card.", "La cámara mira de frente a la tarjeta.")
        return Finding("tilt", passed=True, says=says, value=tilt_deg, limit=TILT_DEG, unit="deg")
    return Finding(
        "tilt",
        passed=False,
        says=Text("The camera is tilted to the card.", "La cámara está inclinada respecto a la tarjeta."),
        todo=Text(
            "Hold the camera parallel to the skin, with the card flat beside the area, and take the photograph again.",
            "Sujete la cámara paralela a la piel, con la tarjeta plana junto a la zona, y repita la fotografía.",
        ),
        blocks=tilt_deg > TILT_BLOCKS_DEG,
        value=tilt_deg,
        limit=TILT_DEG,
        unit="deg",
    )


def resolution(px_per_mm: float) -> Finding:
    """Judge the pixels for a millimetre of skin."""
    if px_per_mm >= PX_PER_MM:
        says = Text("The skin is shown in enough detail.", "La piel se ve con suficiente detalle.")
        return Finding("resolution", passed=True, says=says, value=px_per_mm, limit=PX_PER_MM, unit="px/mm")
    return Finding(
        "resolution",
        passed=False,
        says=Text("The skin is shown in too little detail.", "La piel se ve con muy poco detalle."),
        todo=Text("Move closer, and use the camera's full size.", "Acérquese y use el tamaño completo de la cámara."),
        blocks=px_per_mm < PX_PER_MM_BLOCKS,
        value=px_per_mm,
        limit=PX_PER_MM,
        unit="px/mm",
    )


def distance(now: Baseline, first: Baseline) -> Finding:
    """Judge the distance against that of the baseline."""
    if now.frame_mm is None or first.frame_mm is None:
        says = Text(
            "The distance cannot be held against the first photograph.",
            "No se puede comparar la distancia con la de la primera fotografía.",
        )
        return Finding("distance", passed=None, says=says, limit=DISTANCE_SHARE, unit="share")
    change = now.frame_mm / first.frame_mm - 1
    is_far, is_near = change > DISTANCE_SHARE, change < -DISTANCE_SHARE
    if not (is_far or is_near):
        says = Text("The distance is that of the first photograph.", "La distancia es la de la primera fotografía.")
        return Finding("distance", passed=True, says=says, value=change, limit=DISTANCE_SHARE, unit="share")
    says = Text(
        "The camera is farther away than for the first photograph."
        if is_far
        else "The camera is closer than for the first photograph.",
        "La cámara está más lejos que en la primera fotografía."
        if is_far
        else "La cámara está más cerca que en la primera fotografía.",
    )
    todo = Text("Move closer.", "Acérquese.") if is_far else Text("Move back.", "Aléjese.")
    return Finding("distance", passed=False, says=says, todo=todo, value=change, limit=DISTANCE_SHARE, unit="share")


def framing(now: Baseline, first: Baseline) -> Finding:
    """Judge the place of the area in the frame against that in the baseline."""
    if now.area_xy is None or first.area_xy is None:
        says = Text(
            "The framing cannot be held against the first photograph.",
            "No se puede comparar el encuadre con el de la primera fotografía.",
        )
        return Finding("framing", passed=None, says=says, limit=SHIFT_SHARE, unit="share")
    shift = math.dist(now.area_xy, first.area_xy)
    if shift <= SHIFT_SHARE:
        says = Text(
            "The area lies where it lay in the first photograph.", "La zona está donde estaba en la primera fotografía."
        )
        return Finding("framing", passed=True, says=says, value=shift, limit=SHIFT_SHARE, unit="share")
    return Finding(
        "framing",
        passed=False,
        says=Text(
            "The area lies elsewhere in the frame than in the first photograph.",
            "La zona está en otro lugar del encuadre que en la primera fotografía.",
        ),
        todo=Text(
            "Bring the area to where it lies in the first photograph.",
            "Lleve la zona al lugar que ocupa en la primera fotografía.",
        ),
        value=shift,
        limit=SHIFT_SHARE,
        unit="share",
    )


def in_frame(bounds: tuple[float, float, float, float], width: int, height: int) -> Finding:
    """Judge whether the whole area lies in the photograph.

    Args:
        bounds: x0, y0, x1, y1 of the area, px.
        width: Of the photograph, px.
        height: Of the photograph, px.
    """
    x0, y0, x1, y1 = bounds
    beyond = max(-0.5 - x0, -0.5 - y0, x1 - (width - 0.5), y1 - (height - 0.5), 0.0)
    if beyond == 0:
        says = Text("The whole area is in the frame.", "Toda la zona está en el encuadre.")
        return Finding("in_frame", passed=True, says=says, value=0.0, limit=0.0, unit="px")
    return Finding(
        "in_frame",
        passed=False,
        says=Text("Part of the area lies outside the frame.", "Parte de la zona queda fuera del encuadre."),
        todo=Text("Bring the whole area into the frame.", "Incluya toda la zona en el encuadre."),
        blocks=True,
        value=beyond,
        limit=0.0,
        unit="px",
    )
