"""One photograph of a scalp with everything that is measured in it, and two of them compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.quantity import Quantity
from dermograph.core.text import Text
from dermograph.photo.card.references import References
from dermograph.photo.compare import look
from dermograph.photo.comparison import Side
from dermograph.photo.finding import Refusal
from dermograph.photo.image import Photograph
from dermograph.photo.outline.check import check_outline
from dermograph.photo.outline.outline import Outline
from dermograph.photo.register.register import register
from dermograph.photo.register.registration import Registration
from dermograph.photo.scalp.change import DotChange, changed
from dermograph.photo.scalp.density import DensityMap, density_map
from dermograph.photo.scalp.dots import COVERED, NO_SCALE, Dots, find_dots
from dermograph.photo.scalp.evenness import Evenness, evenness
from dermograph.photo.scalp.ground import Light
from dermograph.photo.scalp.head import RADIUS_MM, Head
from dermograph.photo.scalp.lines import long_hair
from dermograph.photo.scalp.stubble import with_lying

Mask = NDArray[np.bool_]

_WORKED_PX = 1500  # long side of the mask of bare scalp
MOST_HAIR, MOST_SHINE = 0.25, 0.15  # of the area: with more of it the rest does not speak for the whole
LEAST_BARE = 0.2  # of the area
#: Of the bare part, on lines of hair longer than stubble: about ten hairs on a cm². On dots and stubble it is less.
MOST_LONG = 0.06

LONG_HAIR = Refusal(
    "long_hair",
    Text("Long hair covers much of the area.", "El pelo largo cubre gran parte de la zona."),
    Text("Clip or part the hair and photograph again.", "Corte o aparte el pelo y repita la fotografía."),
)
WET = Refusal(
    "wet",
    Text("The scalp is wet or shines over much of the area.", "El cuero cabelludo está mojado o brilla en gran parte."),
    Text("Dab it dry and turn away from the lamp.", "Séquelo y apártelo de la lámpara."),
)
STEEP = Refusal(
    "steep",
    Text("All bare scalp in view is too steep to be counted.", "Todo el cuero cabelludo visible está muy inclinado."),
    Text("Photograph it from straight above.", "Fotografíelo desde encima."),
)


@dataclass(frozen=True, slots=True, eq=False)
class Scalp:
    """What one photograph of a scalp says.

    Attributes:
        side: The photograph as every photograph is read.
        head: How the scalp is taken to be curved, and the scale.
        dots: All that was found.
        density: Of them, from place to place.
        evenness: None where too few dots are in view.
        against_hair: Absorbance of the dots over that of the patient's own stubble; None where none was outlined.
    """

    side: Side
    head: Head
    dots: Dots
    density: DensityMap
    evenness: Evenness | None
    against_hair: float | None

    @property
    def per_cm2(self) -> Quantity:
        """Dots on a cm² of skin, over all that was counted."""
        area = float(self.density.area_cm2.sum())
        counted = int(self.head.is_counted(self.dots.xy_px).sum())
        share = counted / max(len(self.dots), 1)
        return Quantity(counted / area, self.dots.count_u * share / area, "per_cm2")

    def to_json(self) -> dict[str, Any]:
        """Everything but the dots themselves."""
        return {
            "photo": self.side.to_json(),
            "dots": self.dots.to_json(),
            "per_cm2": {"value": self.per_cm2.value, "u": self.per_cm2.u},
            "density": self.density.to_json(),
            "evenness": None if self.evenness is None else self.evenness.to_json(),
            "against_hair": self.against_hair,
            "assumes": self.head.says.to_json(),
        }


def survey(
    photo: Photograph,
    *,
    area: Outline | None = None,
    hair: Outline | None = None,
    references: References | None = None,
    radius_mm: float = RADIUS_MM,
) -> Scalp | Refusal:
    """Measure the dots of a scalp.

    Args:
        photo: As it was read; with the card in view.
        area: Where to look; None for all bare scalp.
        hair: Where the patient's own stubble stands, to hold the dots' tone against; left out of the area.
        references: Measured colours of the printed card; None takes the nominal ones.
        radius_mm: Of the head; infinite for a flat patch.

    Raises:
        InputError: If an outline is none, or lies outside the photograph.
    """
    return surveyed(look(photo, references=references), area=area, hair=hair, radius_mm=radius_mm)


def surveyed(
    side: Side, *, area: Outline | None = None, hair: Outline | None = None, radius_mm: float = RADIUS_MM
) -> Scalp | Refusal:
    """The same of a photograph that has been looked at before.

    Raises:
        InputError: If an outline is none, or lies outside the photograph.
    """
    for outline in (area, hair):
        if outline is not None:
            check_outline(outline, (side.photo.width, side.photo.height))
    if side.mm_per_px is None:
        return side.card if isinstance(side.card, Refusal) else NO_SCALE
    photo = side.photo
    scale = min(1.0, _WORKED_PX / max(photo.width, photo.height))
    size = max(round(photo.width * scale), 1), max(round(photo.height * scale), 1)
    inside = np.ones(size[::-1], np.bool_) if area is None else area.mask(0, 0, *size, scale=scale)
    stubble = None if hair is None else hair.mask(0, 0, *size, scale=scale)
    if stubble is not None:
        inside &= ~stubble
    bare = side.foreign.usable(*size)
    if (unfit := _unfit(side, inside, bare)) is not None:
        return unfit
    density_px = 1 / side.mm_per_px
    light = _light(side)
    dots = find_dots(photo.rgb, density_px, bare & inside, light=light)
    if isinstance(dots, Refusal):
        return dots
    head = Head(_middle(bare & inside, scale), density_px, radius_mm)
    against = None if stubble is None else _against(dots, side, bare & stubble)
    density = density_map(dots, head)
    if not density.area_cm2.any():
        return STEEP
    return Scalp(side, head, dots, density, evenness(dots, head), against)


def own_stubble(side: Side, area: Outline, *, radius_mm: float = RADIUS_MM) -> tuple[Dots, DensityMap] | Refusal:
    """The patient's own stubble as a design takes it: how large and dark it is, and how dense over all of the scalp.

    Args:
        side: The photograph, as it was looked at.
        area: Where the stubble stands, to take its size and tone from.
        radius_mm: Of the head.

    Raises:
        InputError: If the outline is none, or lies outside the photograph.
    """
    own = surveyed(side, area=area, radius_mm=radius_mm)
    if isinstance(own, Refusal):
        return own
    around = surveyed(side, radius_mm=radius_mm)
    whole = own if isinstance(around, Refusal) else around
    rgb, light = side.photo.rgb, _light(side)
    marks = with_lying(own.dots, rgb, light=light)
    if marks is own.dots:
        return marks, whole.density
    return marks, density_map(with_lying(whole.dots, rgb, light=light, always=True), whole.head)


@dataclass(frozen=True, slots=True, eq=False)
class ScalpChange:
    """What became of the dots of a scalp between two photographs.

    Attributes:
        dots: None where nothing may be compared.
        uniformity: Change of the variation of distances to the nearest dot, with its standard uncertainty; None where
            one of the two has too few dots.
        refusal: Why nothing may be compared; None if it may.
    """

    before: Scalp
    after: Scalp
    registration: Registration
    dots: DotChange | None
    uniformity: tuple[float, float] | None
    refusal: Refusal | None

    def to_json(self) -> dict[str, Any]:
        """Both sides, the registration and what became of the dots."""
        return {
            "before": self.before.to_json(),
            "after": self.after.to_json(),
            "registration": self.registration.to_json(),
            "dots": None if self.dots is None else self.dots.to_json(),
            "uniformity": None if self.uniformity is None else dict(zip(("value", "u"), self.uniformity, strict=True)),
            "refusal": None if self.refusal is None else self.refusal.to_json(),
        }


def compare_scalps(before: Scalp, after: Scalp) -> ScalpChange:
    """Register two photographs of a scalp and match their dots.

    Args:
        before: The baseline.
        after: The follow-up.
    """
    found = register(
        before.side.photo,
        after.side.photo,
        before_usable=before.side.foreign.usable(),
        after_usable=after.side.foreign.usable(),
        mm_per_px=before.side.mm_per_px,
    )
    if found.refusal is not None:
        return ScalpChange(before, after, found, None, None, found.refusal)
    what = changed(before.dots, after.dots, found.after_xy)
    if isinstance(what, Refusal):
        return ScalpChange(before, after, found, None, None, what)
    uniformity = None
    if before.evenness is not None and after.evenness is not None:
        now, then = after.evenness.cv, before.evenness.cv
        uniformity = (now.value - then.value, float(np.hypot(now.u, then.u)))
    return ScalpChange(before, after, found, what, uniformity, None)


def _unfit(side: Side, inside: Mask, bare: Mask) -> Refusal | None:
    """Why nothing can be counted in an area of a photograph; None if something can."""
    if _share(side.foreign.kinds.get("glare"), inside) > MOST_SHINE:
        return WET  # before its own consequences, such as burnt highlights
    for finding in side.findings:
        if finding.passed is False and (finding.blocks or finding.check == "focus"):
            return Refusal(finding.check, finding.says, finding.todo)
    if _share(side.foreign.kinds.get("hair"), inside) > MOST_HAIR:
        return LONG_HAIR
    if not inside.any() or float(bare[inside].mean()) < LEAST_BARE:
        return COVERED
    # Dense hair is a texture to what looks for single hairs on skin.
    dense = long_hair(side.photo.rgb, 1 / side.mm_per_px) if side.mm_per_px else None
    return LONG_HAIR if _share(dense, bare & inside) > MOST_LONG else None


def _light(side: Side) -> Light | None:
    """The camera of a photograph undone; None where its card does not tell colours."""
    return None if isinstance(side.calibration, Refusal) else side.calibration.luminance


def _against(dots: Dots, side: Side, stubble: Mask) -> float | None:
    """Absorbance of the dots over that of the stubble; None where there are none of either."""
    rgb, light = side.photo.rgb, _light(side)
    own = find_dots(rgb, dots.px_per_mm, stubble, light=light) if stubble.any() else COVERED
    if isinstance(own, Refusal) or not len(dots):
        return None
    marks = with_lying(own, rgb, light=light)
    return float(np.median(dots.absorbance) / np.median(marks.absorbance)) if len(marks) else None


def _share(mask: Mask | None, inside: Mask) -> float:
    """The share of the area that something covers."""
    if mask is None or not inside.any():
        return 0.0
    fitted = cv2.resize(mask.view(np.uint8), inside.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(np.bool_)
    return float(fitted[inside].mean())


def _middle(bare: Mask, scale: float) -> tuple[float, float]:
    """The middle of the bare scalp, px of the photograph."""
    row, col = np.nonzero(bare)
    if not len(row):
        return 0.0, 0.0
    return (float(col.mean()) + 0.5) / scale - 0.5, (float(row.mean()) + 0.5) / scale - 0.5
