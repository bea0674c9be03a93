"""What a map is worth: its error in the area of interest, and whether anything may be compared through it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.finding import Refusal
from dermograph.photo.register.area import Interest
from dermograph.photo.register.cascade import WAVELENGTH, Photographs, Refined, jacobian
from dermograph.photo.register.proof import Patches
from dermograph.photo.register.sentences import REFUSALS
from dermograph.photo.register.smooth import smoothed
from dermograph.photo.register.tint import Feigned
from dermograph.photo.register.warp import Positions, Warp, projected

LEAST_PATCHES = 6
LEAST_APART = 6  # patches that agree and share no pixel: one dark spot on another makes all that overlap it agree
AGREE_HERE, AGREE_ALL = 0.5, 0.4  # shares of patches that must agree, in the area and overall
COVERED, COVERED_WHOLE = 0.8, 0.25  # of a drawn area, and of the whole baseline where none was drawn
SCALES = (0.2, 5.0)  # follow-up px per baseline px
FLATTENED = 4.0  # one direction against the other
SHALLOW = 0.15  # of the typical area that a cell may shrink to
WITNESSES, MAJORITY = 5, 0.5  # of the nearest patches, so many must agree with the map at a node
BRIDGED = 7  # cells across that nothing was seen in, if something was all around
SUPPORTED = 0.25  # share of the weights around a node; the border of a photograph alone takes half of it away


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A verdict.

    Attributes:
        residual_px: Error in the area of interest, px of the follow-up, root mean square.
        refusal: None if the map may be used.
        evidence: The figures behind it.
    """

    residual_px: float
    refusal: Refusal | None
    evidence: dict[str, float]


def judged(
    found: Refined, patches: Patches, shift: Feigned, interest: Interest, photographs: Photographs, coverage: float
) -> Judged:
    """Judge a map that was tracked."""
    inside = interest.holds(patches.xy)
    here, everywhere = patches.share(inside), patches.share()
    shape = _shape(found.warp, interest, photographs)
    evidence = {
        "patches": float(len(patches.agrees)),
        "patches_here": float(np.count_nonzero(inside)),
        "apart_here": float(patches.apart(inside)),
        "agree": everywhere,
        "agree_here": here,
        "split_px": split(found, interest),
        "offset_px": offset(patches, inside),
        "shift_px": shift.size_px,
        "shift_error_px": shift.error_px if np.isfinite(shift.error_px) else -1.0,
        **shape,
    }
    return Judged(residual(evidence, photographs), _refusal(evidence, interest, coverage), evidence)


def residual(evidence: dict[str, float], photographs: Photographs) -> float:
    """The error from its parts: noise, what patches still see, and what is left of a feigned shift."""
    known = evidence["shift_error_px"] >= 0
    left = 0.3 * evidence["shift_px"] if known else 0.0
    floor = 0.1 * photographs.after_side / 3464
    parts = (evidence["split_px"], evidence["offset_px"], left, max(evidence["shift_error_px"], 0.0), floor)
    # Where patches disagree nothing was measured; such places are held to be worse in proportion.
    return float(np.sqrt(np.sum(np.square(parts)))) / max(evidence["agree_here"], 0.1)


def split(found: Refined, interest: Interest) -> float:
    """How far the map from one half of what was seen is from the map of all of it; root mean square, follow-up px.

    That is the error of the whole: two independent halves h, h' with the mean m have var(h − m) = var(m). The half is
    blocks of 2x2 nodes in the manner of a chessboard, as neighbouring patches share pixels.
    """
    rows, cols = found.kept.shape
    block = (np.arange(rows)[:, None] // 2 + np.arange(cols)[None, :] // 2) % 2 == 0
    off = found.seen.after - projected(found.warp.homography, found.seen.nodes)
    field, _ = smoothed(off, np.where(block, found.kept, 0.0), WAVELENGTH, rounds=1)
    apart = ((field - found.warp.field) ** 2).sum(axis=-1)
    here = interest.holds(found.seen.nodes) & (found.kept > 0)
    if not here.any():
        return float("inf")
    return float(np.sqrt(apart[here].mean()))


def offset(patches: Patches, inside: NDArray[np.bool_]) -> float:
    """How far patches that agree still lie off, neighbours averaged; root mean square, baseline px."""
    good = patches.agrees & inside
    if np.count_nonzero(good) < LEAST_PATCHES:
        return float("inf")
    xy, off = patches.xy[good], patches.off[good]
    squares = ((xy[:, None] - xy[None, :]) ** 2).sum(axis=-1)
    nearest = np.argsort(squares, axis=1)[:, : min(8, len(xy))]
    return float(np.sqrt((np.median(off[nearest], axis=1) ** 2).sum(axis=-1).mean()))


def support(found: Refined, patches: Patches) -> NDArray[np.bool_]:
    """``(rows, cols)`` nodes of the grid around which enough was seen and no patches speak against the map."""
    known = found.support >= SUPPORTED
    if len(patches.agrees) >= LEAST_PATCHES:
        nodes = found.seen.nodes.reshape(-1, 2)
        squares = (
            (nodes**2).sum(axis=1)[:, None]
            + (patches.xy**2).sum(axis=1)
            - 2 * np.einsum("nk,mk->nm", nodes, patches.xy)
        )
        nearest = np.argpartition(squares, WITNESSES - 1, axis=1)[:, :WITNESSES]
        known &= (patches.agrees[nearest].mean(axis=1) > MAJORITY).reshape(known.shape)
    # A scar has lost its furrows: such a hole is bridged by the smooth field from the skin all around it.
    bridge = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (BRIDGED, BRIDGED))
    return np.asarray(cv2.morphologyEx(known.astype(np.uint8), cv2.MORPH_CLOSE, bridge), dtype=np.bool_)


def _shape(warp: Warp, interest: Interest, photographs: Photographs) -> dict[str, float]:
    """Scale, flattening and the tightest place of a map within the area."""
    points: Positions = interest.points()
    points = points[:: max(1, len(points) // 2000)]
    slopes = jacobian(warp, points, photographs.side / 100)
    areas = np.linalg.det(slopes)
    stretch = np.linalg.svd(np.median(slopes, axis=0), compute_uv=False)
    typical = float(np.median(areas))
    return {
        "scale": float(np.sqrt(abs(typical))),
        "flattening": float(stretch[0] / max(float(stretch[1]), 1e-9)),
        "tightest": float(areas.min() / typical) if typical > 0 else -1.0,
    }


def _refusal(evidence: dict[str, float], interest: Interest, coverage: float) -> Refusal | None:
    """The first reason against the map."""
    few = evidence["patches_here"] < LEAST_PATCHES or evidence["apart_here"] < LEAST_APART
    checks = {
        "different_skin": evidence["agree"] < AGREE_ALL,
        "implausible": not SCALES[0] <= evidence["scale"] <= SCALES[1] or evidence["flattening"] > FLATTENED,
        "not_enough_overlap": coverage < (COVERED if interest.drawn else COVERED_WHOLE),
        "fold": evidence["tightest"] < SHALLOW,
        "unreliable_here": few or evidence["agree_here"] < AGREE_HERE or not np.isfinite(evidence["offset_px"]),
    }
    code = next((name for name, wrong in checks.items() if wrong), None)
    return REFUSALS[code] if code else None
