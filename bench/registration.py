"""Registration on held-out phantoms, against elastix, TV-L1 optical flow and the homography alone, all in one run.

The seeds are from 10,000 on: nothing was tuned on them. Every method gets the same locally normalised photographs and
the same masks, and the peers start from our keypoints: from the homography with the least squares through all pairs
near the one that we start from. The time for that counts for ours only. All are judged at the same places: where the
follow-up truly shows the skin, the card does not lie, and our map is known.
"""

from __future__ import annotations

import importlib
import importlib.util
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.measuring import Row, Target
from dermograph.photo.phantom.pairs import PairSeverity, pair
from dermograph.photo.phantom.shots import PhantomPhoto
from dermograph.photo.register.cascade import FINE, LOOSE, MIDDLE, Photographs, features, zoom
from dermograph.photo.register.normalise import View, source
from dermograph.photo.register.register import register
from dermograph.photo.register.warp import Warp, dense, flat_warp, projected

Points = NDArray[np.float64]
Mask = NDArray[np.bool_]

FIRST_SEED = 11_000
STEP = 50  # baseline px between two places that are judged
LIMITS: dict[PairSeverity, float] = {"mild": 0.6, "moderate": 0.9, "severe": 3.0}
FARTHEST_PX = Target(10.0)
TIMES_ELASTIX = Target(8.0, at_least=True)
NO_WORSE = Target(1.0)
HONEST = Target(2.0)
ELASTIX_GRID_PX = 48.0  # of its view; ours has 24
ELASTIX_ROUNDS = 300
MISSING = "not installed, its rows are left out: pip install itk-elastix scikit-image"


@dataclass(slots=True)
class Figures:
    """What one method did on the pairs of one severity, a value a pair."""

    error_px: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One pair as every method gets it.

    Attributes:
        photographs: Both in grey, with their masks.
        start: The homography that most keypoints share.
        nodes: ``(rows, cols, 2)`` baseline px where methods are judged.
        truth: ``(rows, cols, 2)`` follow-up px; NaN where nothing is judged.
    """

    photographs: Photographs
    start: Warp
    nodes: Points
    truth: Points

    def views(self, size: float) -> tuple[View, View]:
        """Both photographs at a size, the skin at one scale."""
        return self.photographs.views(size, zoom(self.start, self.photographs))

    def error_px(self, found: Points) -> float:
        """Mean distance from the truth, follow-up px."""
        return float(np.nanmean(np.linalg.norm(found - self.truth, axis=-1)))


def rows(pairs: int = 5, *, peers: bool = True, say: Callable[[str], None] = print) -> list[Row]:
    """Register held-out pairs of each severity with every method that is installed.

    Args:
        pairs: How many of each severity.
        peers: Whether to run elastix and TV-L1 as well; the homography alone always runs.
        say: Told which peer is missing.
    """
    methods: dict[str, Callable[[Task], Points]] = {"homography alone": homography_alone}
    if peers:
        for name, module, method in (("elastix B-spline", "itk", elastix), ("TV-L1 at 1/4", "skimage", tv_l1)):
            if importlib.util.find_spec(module) is None:
                say(f"{name}: {MISSING}")
            else:
                methods[name] = method
    return [row for severity in LIMITS for row in _severity(severity, pairs, methods)]


def homography_alone(task: Task) -> Points:
    """What every method starts from."""
    return task.start.after(task.nodes)


def elastix(task: Task) -> Points:
    """B-spline registration at half size by normalised correlation, four resolutions."""
    itk = _module("itk")
    before, after = task.views(FINE)
    one, other, usable = _laid_over(task, before, after)
    settings = itk.ParameterObject.New()
    plan = settings.GetDefaultParameterMap("bspline", 4, ELASTIX_GRID_PX)
    plan["Metric"] = ["AdvancedNormalizedCorrelation"]
    plan["Registration"] = ["MultiResolutionRegistration"]
    plan["MaximumNumberOfIterations"] = [str(ELASTIX_ROUNDS)]
    plan["NumberOfSpatialSamples"] = ["8000"]
    plan["WriteResultImage"] = ["false"]
    settings.AddParameterMap(plan)
    fixed, moving = (itk.image_view_from_array(image.astype(np.float32)) for image in (one, other))
    mask = itk.image_view_from_array(usable.astype(np.uint8))
    _, result = itk.elastix_registration_method(
        fixed, moving, parameter_object=settings, fixed_mask=mask, log_to_console=False
    )
    with tempfile.TemporaryDirectory(prefix="dermograph-bench-") as folder:  # it writes its field to a file as well
        field = itk.transformix_deformation_field(moving, result, log_to_console=False, output_directory=folder)
        shift = np.asarray(field, dtype=np.float64)
    return _through(task, before, shift)


def tv_l1(task: Task) -> Points:
    """Dense optical flow at quarter size."""
    registration: Any = importlib.import_module("skimage.registration")
    before, after = task.views(MIDDLE)
    one, other, _ = _laid_over(task, before, after)
    down, across = registration.optical_flow_tvl1(one.astype(np.float32) / 255, other.astype(np.float32) / 255)
    return _through(task, before, np.stack([across, down], axis=-1).astype(np.float64))


def _laid_over(task: Task, before: View, after: View) -> tuple[NDArray[np.uint8], NDArray[np.uint8], Mask]:
    """Both views with the follow-up laid over the baseline by the homography, and where both show skin."""
    x, y = cv2.split(dense(task.start, before, after))
    image = cv2.remap(after.image, x, y, cv2.INTER_LINEAR, borderValue=128)
    usable = cv2.remap(after.usable.astype(np.uint8), x, y, cv2.INTER_NEAREST, borderValue=0).astype(np.bool_)
    return before.image, np.asarray(image, dtype=np.uint8), np.asarray(usable & before.usable)


def _through(task: Task, before: View, shift: Points) -> Points:
    """Follow-up positions of the nodes, from shifts on the pixels of the baseline's view after the homography."""
    at = before.to_view(task.nodes).astype(np.float32)
    x, y = np.ascontiguousarray(at[..., 0]), np.ascontiguousarray(at[..., 1])
    planes = [
        cv2.remap(np.ascontiguousarray(shift[..., axis], dtype=np.float32), x, y, cv2.INTER_LINEAR) for axis in (0, 1)
    ]
    return task.start.after(before.to_photograph(at + np.stack(planes, axis=-1)))


def _severity(severity: PairSeverity, pairs: int, methods: dict[str, Callable[[Task], Points]]) -> list[Row]:
    """The rows of one severity."""
    ours, theirs = Figures(), {name: Figures() for name in methods}
    honest, refused = [], 0
    for seed in range(FIRST_SEED, FIRST_SEED + pairs):
        made = pair(seed, severity)
        before, after = made.before, made.after
        usable = _bare(before), _bare(after)
        lesion = before.truth.lesion
        started = time.perf_counter()
        found = register(
            before.photograph, after.photograph, before_usable=usable[0], after_usable=usable[1], outline=lesion
        )
        ours.seconds.append(time.perf_counter() - started)
        if not found.comparable or found.residual_px is None:
            refused += 1
            continue
        truth = made.true_map(STEP).astype(np.float64)
        nodes = np.stack(np.meshgrid(*(np.arange(side) * float(STEP) for side in truth.shape[1::-1])), axis=-1)
        known = found.after_xy(nodes)
        truth[np.isnan(known[..., 0]) | ~_holds(usable[0], nodes)] = np.nan
        task = _task(before, after, usable, nodes, truth)
        ours.error_px.append(task.error_px(known))
        x0, y0, x1, y1 = lesion.bounds
        fine = np.stack(np.meshgrid(np.linspace(x0, x1, 30), np.linspace(y0, y1, 30)), axis=-1)
        off = np.linalg.norm(found.after_xy(fine) - made.after_xy(fine), axis=-1)
        honest.append(float(np.sqrt(np.nanmean(off**2))) / found.residual_px)
        for name, method in methods.items():
            started = time.perf_counter()
            theirs[name].error_px.append(task.error_px(method(task)))
            theirs[name].seconds.append(time.perf_counter() - started)
    return _table(severity, ours, theirs, honest, refused)


def _table(
    severity: PairSeverity, ours: Figures, theirs: dict[str, Figures], honest: Sequence[float], refused: int
) -> list[Row]:
    """The rows of one severity from its figures."""
    section = f"Registration of 12 MP pairs, {severity}"
    found = [Row(section, "refused pairs", "", [float(refused)]), Row(section, "time", "s", ours.seconds)]
    if ours.error_px:
        found += [
            Row(section, "mean error", "px", ours.error_px, Target(LIMITS[severity])),
            Row(section, "mean error of the worst pair", "px", [max(ours.error_px)], FARTHEST_PX),
            Row(section, "true error in the area over the stated one", "", honest, HONEST),
        ]
    for name, figures in theirs.items():
        if not figures.error_px:
            continue
        found.append(Row(section, f"{name}: mean error", "px", figures.error_px))
        if name == "homography alone":
            continue
        found.append(Row(section, f"{name}: time", "s", figures.seconds))
        faster = [their / our for our, their in zip(ours.seconds, figures.seconds, strict=False)]
        target = TIMES_ELASTIX if name.startswith("elastix") else None
        found.append(Row(section, f"{name}: time over ours", "", faster, target))
        better = [our / their for our, their in zip(ours.error_px, figures.error_px, strict=True)]
        found.append(Row(section, f"our error over that of {name}", "", better, NO_WORSE))
    return found


def _task(before: PhantomPhoto, after: PhantomPhoto, usable: tuple[Mask, Mask], nodes: Points, truth: Points) -> Task:
    """A pair with the start that all methods share."""
    share = FINE / np.sqrt(before.photograph.width * before.photograph.height)
    photographs = Photographs(
        source(before.photograph.rgb, usable[0], share), source(after.photograph.rgb, usable[1], share)
    )
    matches = features(photographs)
    if matches.homography is None:
        raise ValueError("no homography to start from")
    off = np.linalg.norm(matches.after - projected(matches.homography, matches.before), axis=-1)
    near = off < LOOSE * photographs.after_side
    homography = np.asarray(cv2.findHomography(matches.before[near], matches.after[near], 0)[0], dtype=np.float64)
    start = flat_warp(homography, before.photograph.width, before.photograph.height, 100.0)
    dense(start, *photographs.views(FINE))  # the views are made before any clock runs
    photographs.views(MIDDLE, zoom(start, photographs))
    return Task(photographs, start, nodes, truth)


def _bare(shot: PhantomPhoto) -> Mask:
    """All but the card, whose place is known here."""
    usable = np.ones((shot.photograph.height, shot.photograph.width), np.uint8)
    corners = shot.truth.card_corners_px
    if corners is not None:
        middle = corners.mean(axis=0)
        cv2.fillConvexPoly(usable, np.rint(middle + 1.06 * (corners - middle)).astype(np.int32), 0)
    return usable.astype(np.bool_)


def _holds(mask: Mask, xy: Points) -> Mask:
    """The mask at positions, the nearest pixel."""
    height, width = mask.shape
    col = np.clip(np.rint(xy[..., 0]), 0, width - 1).astype(np.intp)
    row = np.clip(np.rint(xy[..., 1]), 0, height - 1).astype(np.intp)
    return mask[row, col]


def _module(name: str) -> Any:  # noqa: ANN401 (itk and skimage come without types)
    module: ModuleType = importlib.import_module(name)
    return module
