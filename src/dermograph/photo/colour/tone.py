"""The tone of skin: individual typology angle, melanin and erythema index, and what an eye can tell apart on it."""

from __future__ import annotations

import enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.core.text import Text

#: A colour difference that half of the observers see. Source: Vision Res 2024, PMID 39178751 (literature,
#: visible-difference): 0.59 on light skin, 1.75 on dark skin.
VISIBLE_LIGHT, VISIBLE_DARK = 0.59, 1.75


class SkinClass(enum.Enum):
    """Classes of constitutive skin colour by ITA.

    Source: Chardon 1991; Del Bino 2013 (literature, ita-classes).
    """

    VERY_LIGHT = "very_light"
    LIGHT = "light"
    INTERMEDIATE = "intermediate"
    TAN = "tan"
    BROWN = "brown"
    DARK = "dark"

    @property
    def says(self) -> Text:
        """The class in words."""
        return _WORDS[self]


_WORDS = {
    SkinClass.VERY_LIGHT: Text("very light", "muy clara"),
    SkinClass.LIGHT: Text("light", "clara"),
    SkinClass.INTERMEDIATE: Text("intermediate", "intermedia"),
    SkinClass.TAN: Text("tan", "bronceada"),
    SkinClass.BROWN: Text("brown", "morena"),
    SkinClass.DARK: Text("dark", "oscura"),
}
_ABOVE = (
    (55.0, SkinClass.VERY_LIGHT),
    (41.0, SkinClass.LIGHT),
    (28.0, SkinClass.INTERMEDIATE),
    (10.0, SkinClass.TAN),
    (-30.0, SkinClass.BROWN),
)


def ita_deg(lab: ArrayLike) -> NDArray[np.float64]:
    """The individual typology angle of colours, degrees.

    Args:
        lab: ``(…, 3)`` CIELAB under D65.

    Returns:
        ``(…)``, -180 to 180; larger is lighter.

    Source: Chardon, Cretois, Hourseau, Int J Cosmet Sci 13 (1991): arctan((L* - 50) / b*), written with two arguments
    so that skin without yellow has an angle too.
    """
    value = np.asarray(lab, dtype=np.float64)
    angle: NDArray[np.float64] = np.degrees(np.arctan2(value[..., 0] - 50, value[..., 2]))
    return angle


def skin_class(ita: float) -> SkinClass:
    """The class of a tone; a limit itself belongs to the darker class."""
    return next((name for limit, name in _ABOVE if ita > limit), SkinClass.DARK)


def visible_delta_e00(ita: float) -> float:
    """The difference ΔE00 that an observer sees on skin of this tone.

    The source gives one light and one dark tone. Very light and light skin take the light figure, brown and dark skin
    the dark one; between them the eye is taken to need the larger, so that nothing is called visible too early.
    """
    return VISIBLE_LIGHT if skin_class(ita) in (SkinClass.VERY_LIGHT, SkinClass.LIGHT) else VISIBLE_DARK
