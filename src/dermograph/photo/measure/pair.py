"""Measuring an area: in one photograph, and its change between two."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dermograph.core.text import Text
from dermograph.photo.colour.tone import ita_deg
from dermograph.photo.finding import Refusal
from dermograph.photo.measure import kinds
from dermograph.photo.measure.colours import colour_measures
from dermograph.photo.measure.draws import Draws, draws
from dermograph.photo.measure.layer import Layer
from dermograph.photo.measure.shot import Shot
from dermograph.photo.measure.sizes import Size, change, longest_part, sizes
from dermograph.photo.measure.surfaces import surface_measures
from dermograph.photo.measure.survey import Site, healthy_nulls, survey
from dermograph.photo.measure.values import Change, Kind, Measure
from dermograph.photo.measure.verdicts import outcome
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.transfer import transfer
from dermograph.photo.register.registration import Registration

NO_COLOUR = Refusal(
    "no_colour",
    Text(
        "Colours are not measured without a calibration card that can be read.",
        "Los colores no se miden sin una tarjeta de calibración que se pueda leer.",
    ),
    Text("Lay the card beside the lesion.", "Ponga la tarjeta junto a la lesión."),
)
GREY = Refusal(
    "grey_photograph",
    Text("A photograph without colour tells no colours.", "Una fotografía sin color no permite medir colores."),
    Text("Give the colour photographs.", "Indique las fotografías en color."),
)


def measure_one(shot: Shot, outline: Outline) -> tuple[Measure, ...]:
    """Every measure of an area in one photograph, as ``before``; what cannot be measured has its reason.

    Args:
        shot: The photograph.
        outline: The lesion in it.
    """
    site = survey((shot,), outline, None)
    if isinstance(site, Refusal):
        return refused(kinds.KINDS, site)
    found = sizes(shot, site, outline, longest_part(outline))
    return (
        *_colours((shot,), site, outline, None),
        *(_size(kind, found[kind]) for kind in kinds.SIZES),
        *_surfaces((shot,), site),
    )


def measure_pair(
    before: Shot, after: Shot, outline: Outline, registration: Registration, *, refusal: Refusal | None = None
) -> tuple[Measure, ...]:
    """Every measure of an area and its change.

    Args:
        before: The baseline.
        after: The follow-up.
        outline: The lesion in the baseline.
        registration: Where the baseline's points lie in the follow-up.
        refusal: Why nothing may be compared; None if it may.

    Returns:
        One entry for each kind of measure. Without a comparison the baseline's own values stay, the change is None.
    """
    carried = transfer(outline, registration)
    reason = refusal or registration.refusal or (carried if isinstance(carried, Refusal) else None)
    shots = (before, after)
    site = reason or survey(shots, outline, registration)
    if isinstance(site, Refusal) or isinstance(carried, Refusal):
        alone = measure_one(before, outline)
        why = site if isinstance(site, Refusal) else carried
        return tuple(replace(one, refusal=one.refusal or why) for one in alone)  # type: ignore[arg-type]  # one of both is a refusal here
    with ThreadPoolExecutor(2) as pool:  # the work is in numpy and OpenCV, which let go of the interpreter
        parts = (
            pool.submit(_colours, shots, site, outline, registration),
            pool.submit(_size_changes, shots, (outline, carried), site),
            pool.submit(_surfaces, shots, site),
        )
        return tuple(one for part in parts for one in part.result())


def skin_tone(shot: Shot, outline: Outline) -> float | None:
    """The individual typology angle of the skin beside a lesion, degrees; None where colour or skin is missing."""
    if shot.calibration is None or not shot.photo.has_colour:
        return None
    site = survey((shot,), outline, None)
    return None if isinstance(site, Refusal) else float(ita_deg(site.labs[0][site.cells.ring].mean(axis=0)))


def refused(which: Sequence[Kind], reason: Refusal) -> tuple[Measure, ...]:
    """Measures that have no value, with the reason."""
    return tuple(Measure(kind, None, None, None, reason, {}) for kind in which)


def _colours(
    shots: Sequence[Shot], site: Site, outline: Outline, registration: Registration | None
) -> tuple[Measure, ...]:
    found = _drawn(shots, site, outline, registration)
    if not isinstance(found, Refusal):
        return colour_measures(found)
    if len(shots) == 1 or isinstance(_drawn(shots[:1], site, outline, None), Refusal):
        return refused(kinds.COLOURS, found)
    alone = measure_one(shots[0], outline)
    return tuple(replace(one, refusal=found) for one in alone if one.kind in kinds.COLOURS)


def _drawn(shots: Sequence[Shot], site: Site, outline: Outline, registration: Registration | None) -> Draws | Refusal:
    if not all(one.photo.has_colour for one in shots):
        return GREY
    healthy = healthy_nulls(shots, outline, registration, site.cells.per_mm, site.window.scale)
    layers = []
    for shot, view, lab in zip(shots, site.views, site.labs, strict=False):
        if shot.calibration is None:
            return NO_COLOUR
        place = np.nanmean(view.xy[site.cells.lesion], axis=0)
        layers.append(Layer(lab, view.rgb, shot.calibration, place, view.cells_per_px))
    return draws(layers, site.cells, healthy, site.residual)


def _surfaces(shots: Sequence[Shot], site: Site) -> tuple[Measure, ...]:
    """Texture and unevenness; as colours do, they change with every camera where there is no calibration."""
    found = surface_measures(site.labs, site.cells)
    if all(shot.calibration is not None for shot in shots):
        return found
    if shots[0].calibration is None:
        return refused(kinds.SURFACES, NO_COLOUR)
    return tuple(replace(one, after=None, change=None, refusal=one.refusal or NO_COLOUR) for one in found)


def _size(kind: Kind, found: Size | Refusal) -> Measure:
    if isinstance(found, Refusal):
        return Measure(kind, None, None, None, found, {})
    outline_u = float(np.hypot(found.noise, found.method))
    return Measure(kind, found.quantity(kind.unit), None, None, None, {"outline": outline_u, "scale": found.scale})


def _size_changes(shots: Sequence[Shot], outlines: Sequence[Outline], site: Site) -> tuple[Measure, ...]:
    """Sizes in both photographs, each within its own visible border."""
    band = longest_part(outlines[0])
    found = [sizes(shots[0], site, outlines[0], band)]
    alone = survey(shots[1:], outlines[1], None)
    if isinstance(alone, Refusal):
        found.append(dict.fromkeys(kinds.SIZES, alone))
    else:
        found.append(sizes(shots[1], alone, outlines[1], band))
    stretch = _stretch(shots, site)
    return tuple(_size_change(kind, found[0][kind], found[1][kind], stretch) for kind in kinds.SIZES)


def _size_change(kind: Kind, before: Size | Refusal, after: Size | Refusal, stretch: float) -> Measure:
    if isinstance(before, Refusal):
        return Measure(kind, None, None, None, before, {})
    first = before.quantity(kind.unit)
    if isinstance(after, Refusal):
        return Measure(kind, first, None, None, after, {})
    power = 2 if kind is kinds.AREA else 1
    difference, sources = change(before, after, kind.unit, (1 + stretch) ** power - 1)
    second = after.quantity(kind.unit)
    verdict = outcome(first, second, difference)
    return Measure(kind, first, second, Change(difference, verdict, None), None, sources)


def _stretch(shots: Sequence[Shot], site: Site) -> float:
    """By how much lengths on the healthy skin of the ring seem to have changed, as a share."""
    cards = [one.card for one in shots]
    if any(card is None or card.scale is None for card in cards):
        return 0.0
    areas: list[NDArray[np.float64]] = []
    for card, view in zip(cards, site.views, strict=True):
        assert card is not None  # noqa: S101 -- checked above
        across, down = np.gradient(view.xy, axis=1), np.gradient(view.xy, axis=0)
        px = np.abs(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0])[site.ring.mask]
        areas.append(px * card.mm_per_px_at(view.xy[site.ring.mask]) ** 2)
    known = np.isfinite(areas[0]) & np.isfinite(areas[1])
    return float(np.sqrt(areas[1][known].sum() / areas[0][known].sum())) - 1 if known.any() else 0.0
