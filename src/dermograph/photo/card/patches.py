"""The colours of the project's own cards: CIELAB under D50 as a good print shows them, absolute, on paper of L* 95.

Chosen, not measured (assumption, card-colours): skin from ITA 60° to -75° in two undertones within the ranges that skin
databases report (Xiao et al., Skin Research and Technology 23, 2017; Del Bino, Br J Dermatol 169 s3, 2013), colours of
lesions, and anchors near the edge of what an office printer reaches. Steps of grey and skin are closer in the dark,
because that is where a camera's errors are largest.
"""

from __future__ import annotations

from dermograph.photo.card.pieces import INK_LAB, PAPER_LAB, Lab, Role

Colour = tuple[Lab, Role]

GROUND_LAB: Lab = (50.0, 0.0, 0.0)  # between light and dark skin, so that neither has a bright neighbour


def grey(*lightness: float) -> tuple[Colour, ...]:
    """Neutral steps of a ramp."""
    return tuple(((step, 0.0, 0.0), "grey") for step in lightness)


def skin(*labs: Lab) -> tuple[Colour, ...]:
    """Skin tones that enter the fit."""
    return tuple((lab, "skin") for lab in labs)


def colour(*labs: Lab) -> tuple[Colour, ...]:
    """Colours that enter the fit."""
    return tuple((lab, "colour") for lab in labs)


def held_out(*labs: Lab) -> tuple[Colour, ...]:
    """Colours that only check the fit."""
    return tuple((lab, "held_out") for lab in labs)


#: Olive and golden undertones, light to dark: ITA about 60, 47, 32, 14, -12, -38, -60, -72.
WARM: tuple[Lab, ...] = (
    (74.5, 6.5, 14.5),
    (69.0, 9.0, 18.0),
    (62.5, 11.0, 20.5),
    (55.5, 12.5, 22.0),
    (45.5, 13.0, 20.5),
    (37.5, 12.0, 16.0),
    (31.0, 10.0, 11.0),
    (25.5, 8.0, 8.0),
)
#: Rosy undertones, light to dark, the same angles.
ROSY: tuple[Lab, ...] = (
    (71.0, 10.5, 11.5),
    (65.0, 13.5, 14.0),
    (59.5, 15.0, 15.5),
    (54.0, 15.5, 16.5),
    (46.5, 15.0, 15.5),
    (40.0, 13.0, 12.5),
    (34.5, 10.5, 9.0),
    (28.0, 9.0, 6.0),
)
#: Between the two undertones and between their steps: light, medium, dark, darker.
HELD_SKIN: tuple[Lab, ...] = ((67.0, 10.5, 16.0), (51.0, 14.0, 18.5), (38.5, 12.5, 14.0), (28.0, 9.0, 8.0))
HELD_LIGHT, HELD_MEDIUM, HELD_DARK, HELD_DARKER = HELD_SKIN

ROSE: Lab = (56.0, 28.0, 16.0)  # erythema
BURN: Lab = (43.0, 33.0, 18.0)  # deep erythema, a fresh scar
VIOLET: Lab = (45.0, 20.0, 2.0)  # a young stria
IVORY: Lab = (81.0, 4.0, 13.0)  # without pigment
NAEVUS: Lab = (33.0, 14.0, 18.0)
SEPIA: Lab = (24.0, 13.0, 9.0)  # dark pigment on dark skin
TERRACOTTA: Lab = (50.0, 28.0, 28.0)
TEAL: Lab = (46.0, -24.0, -6.0)
RED: Lab = (43.0, 52.0, 28.0)
YELLOW: Lab = (79.0, 3.0, 66.0)
GREEN: Lab = (50.0, -38.0, 28.0)
CYAN: Lab = (52.0, -20.0, -26.0)
BLUE: Lab = (32.0, 14.0, -40.0)
MAGENTA: Lab = (46.0, 46.0, -14.0)

_W, _R = skin(*WARM), skin(*ROSY)

#: Row by row. Lightness runs left to right in B and right to left in C, so that a gradient of the light across the card
#: is not mistaken for a property of dark skin.
A6_ROWS: tuple[tuple[Colour, ...], ...] = (
    grey(PAPER_LAB[0], 87, 79, 71, 63, 55, 45.5, 38.5, 32.5, 27, 22, 18),
    (
        *_W[:2],
        *held_out(HELD_LIGHT),
        *_W[2:4],
        *held_out(HELD_MEDIUM),
        *_W[4:6],
        *held_out(HELD_DARK),
        _W[6],
        *held_out(HELD_DARKER),
        _W[7],
    ),
    (*reversed(_R), *colour(IVORY, ROSE, VIOLET, BURN)),
    (
        *colour(YELLOW, RED, MAGENTA),
        *held_out(TERRACOTTA),
        *colour(GREEN),
        *held_out(TEAL),
        *colour(CYAN, BLUE),
        *held_out((60.0, 0.0, 0.0), (30.0, 0.0, 0.0)),
        *colour(NAEVUS, SEPIA),
    ),
)
SMALL_ROWS: tuple[tuple[Colour, ...], ...] = (
    (*grey(PAPER_LAB[0], 85, 75, 65), *held_out((60.0, 0.0, 0.0)), *grey(55, 45, 36.5, 29, 23, 18)),
    (
        _W[0],
        *held_out(HELD_LIGHT),
        *_W[2:4],
        *held_out(HELD_MEDIUM),
        _W[5],
        *held_out(HELD_DARK),
        _W[6],
        *held_out(HELD_DARKER),
        *colour(NAEVUS, SEPIA),
    ),
    (_R[7], _R[6], _R[4], _R[3], _R[1], *colour(ROSE, RED), *held_out(TERRACOTTA), *colour(YELLOW, GREEN, BLUE)),
)

__all__ = ["A6_ROWS", "GROUND_LAB", "HELD_SKIN", "INK_LAB", "PAPER_LAB", "ROSY", "SMALL_ROWS", "WARM", "Colour"]
