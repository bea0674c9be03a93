"""Exposure, burnt-out and sunken pixels, glare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dermograph.core.text import Text
from dermograph.photo.finding import Finding

#: White paper of the card, its brightest channel, of 255. Below, dark skin is left with too few steps; above, paper and
#: light skin are about to burn out (assumption; the card's paper reflects 0.9 of the light).
PAPER_DARKEST, PAPER_BRIGHTEST = 130.0, 250.0
#: Without a card: the brightest hundredth of the frame. Well exposed skin of the darkest tone lies above (assumption).
FRAME_DARKEST = 60.0
#: Values of 255 that count as at the end of the range; JPEG spreads them by a step.
BURNT, SUNK = 254, 1
#: Share of the pixels with a channel at the end of its range, from which the colour is not the skin's; and from which
#: nothing is measured (assumption).
CLIPPED_SHARE, CLIPPED_BLOCKS = 0.01, 0.10
#: Share of the area under glare, which is left out of every measure; and from which too little is left (assumption).
GLARE_SHARE, GLARE_BLOCKS = 0.03, 0.25


def exposure(paper: float | None, frame: float) -> Finding:
    """Judge the exposure.

    Args:
        paper: The card's white paper in its brightest channel, 0 to 255; None without a card, NaN if it is burnt out.
        frame: The brightest hundredth of the frame, 0 to 255.
    """
    if paper is None:
        return _exposure(frame, FRAME_DARKEST, is_dark=frame < FRAME_DARKEST, is_bright=False)
    is_bright = bool(np.isnan(paper) or paper > PAPER_BRIGHTEST)
    value = 255.0 if np.isnan(paper) else paper
    limit = PAPER_BRIGHTEST if is_bright else PAPER_DARKEST
    return _exposure(value, limit, is_dark=value < PAPER_DARKEST, is_bright=is_bright)


def _exposure(value: float, limit: float, *, is_dark: bool, is_bright: bool) -> Finding:
    if is_dark:
        says = Text("The photograph is too dark.", "La fotografía está demasiado oscura.")
        todo = Text(
            "Bring more light onto the skin, or raise the exposure, and take the photograph again.",
            "Ilumine más la piel o suba la exposición y repita la fotografía.",
        )
        return Finding("exposure", passed=False, says=says, todo=todo, value=value, limit=limit)
    if is_bright:
        says = Text("The photograph is too bright.", "La fotografía está demasiado clara.")
        todo = Text(
            "Lower the exposure until white paper is no longer burnt out, and take the photograph again.",
            "Baje la exposición hasta que el papel blanco deje de quemarse y repita la fotografía.",
        )
        return Finding("exposure", passed=False, says=says, todo=todo, value=value, limit=limit)
    says = Text("The exposure is right.", "La exposición es correcta.")
    return Finding("exposure", passed=True, says=says, value=value, limit=limit)


def clipping(share: float) -> Finding:
    """Judge the share of the skin, 0 to 1, that is burnt out or sunk in black in a channel."""
    if share <= CLIPPED_SHARE:
        says = Text("Nothing of the skin is burnt out or black.", "No hay piel quemada ni hundida en negro.")
        return Finding("clipping", passed=True, says=says, value=share, limit=CLIPPED_SHARE, unit="share")
    return Finding(
        "clipping",
        passed=False,
        says=Text("Part of the skin is burnt out or black.", "Parte de la piel está quemada o hundida en negro."),
        todo=Text(
            "Correct the exposure and light the skin evenly, without flash; then take the photograph again.",
            "Corrija la exposición e ilumine la piel de modo uniforme, sin flash; después repita la fotografía.",
        ),
        blocks=share > CLIPPED_BLOCKS,
        value=share,
        limit=CLIPPED_SHARE,
        unit="share",
    )


def clipped_share(rgb: NDArray[np.uint8]) -> float:
    """The share of pixels with a channel burnt out, or all of them sunk in black.

    Args:
        rgb: ``(n, 3)`` or ``(h, w, 3)``. One channel alone at 0 is a strong colour, not a fault.
    """
    red, green, blue = (rgb[..., channel] for channel in range(3))
    brightest = np.maximum(np.maximum(red, green), blue)
    return float(np.mean((brightest >= BURNT) | (brightest <= SUNK))) if brightest.size else 0.0


def glare_share(share: float) -> Finding:
    """Judge the share of the skin, 0 to 1, that is under glare."""
    if share <= GLARE_SHARE:
        says = Text("There is little or no glare on the skin.", "Hay poco o ningún brillo en la piel.")
        return Finding("glare", passed=True, says=says, value=share, limit=GLARE_SHARE, unit="share")
    return Finding(
        "glare",
        passed=False,
        says=Text("Light is reflected on the skin.", "Hay reflejos de luz en la piel."),
        todo=Text(
            "Dry the skin, switch off the flash, and turn the lamp or the camera until the shine is gone.",
            "Seque la piel, apague el flash y gire la lámpara o la cámara hasta que desaparezca el brillo.",
        ),
        blocks=share > GLARE_BLOCKS,
        value=share,
        limit=GLARE_SHARE,
        unit="share",
    )
