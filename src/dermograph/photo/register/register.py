"""Lay a baseline photograph over its follow-up, and say what that is worth."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from dermograph.photo.finding import Refusal
from dermograph.photo.image import Photograph
from dermograph.photo.register import around, cascade, landmarks, tint
from dermograph.photo.register.area import Area, Interest, interest
from dermograph.photo.register.cascade import FINE, MIDDLE, Photographs, Progress, Refined
from dermograph.photo.register.features import Matches, both_keypoints, matched, mirrored
from dermograph.photo.register.normalise import Mask, source
from dermograph.photo.register.proof import searched
from dermograph.photo.register.registration import Registration
from dermograph.photo.register.sentences import REFUSALS
from dermograph.photo.register.verdict import COVERED, Judged, judged, support
from dermograph.photo.register.warp import Positions, Warp, grid

NODES_ALONG = 250  # of the map that is handed out, along the larger side
#: Refusals that a lesion which has changed much may cause although the skin around it is found again.
CHANGED = tuple(REFUSALS[code] for code in ("not_enough_overlap", "unreliable_here", "fold"))
CLICK_MISS = 0.025  # of the side: clicks farther than this from a map that the skin agrees with contradict it
CLICK_LEAST = 0.004  # of the side: no click is surer
CLICK_SPREAD = 0.45  # of the spread of the clicks: two clicks that were exchanged miss by twice it
CLICK_REACH = 1.5  # of the clicks' spread: what lies farther from all of them is not carried


class Work:
    """One registration: its photographs, its area of interest, and the masks that came with it."""

    def __init__(
        self,
        before: Photograph,
        after: Photograph,
        before_usable: Mask | None,
        after_usable: Mask | None,
        outline: Area | None,
        progress: Progress,
    ) -> None:
        self.pair = (before, after)
        self.usable = (before_usable, after_usable)
        self.outline = outline
        self.lesion: Mask | None = None
        shares = [min(1.0, FINE / np.sqrt(photo.rgb.shape[0] * photo.rgb.shape[1])) for photo in self.pair]
        self.photographs = Photographs(
            source(before.rgb, before_usable, shares[0]), source(after.rgb, after_usable, shares[1])
        )
        self.interest: Interest = interest(self.photographs.before, outline)
        self.progress = progress
        self.clicks: tuple[Positions, Positions] = (
            (np.empty((0, 2)), np.empty((0, 2))) if outline is None else (outline.before, outline.after)
        )

    def around(self) -> Work | None:
        """The same work by the skin around the lesion alone; None where no lesion was drawn."""
        if self.outline is None or not len(self.outline.lesion):
            return None
        usable, lesion = around.without_lesion(self.outline, self.size, self.usable[0])
        work = Work(*self.pair, usable, self.usable[1], None, self.progress)
        work.outline, work.clicks, work.lesion = self.outline, self.clicks, lesion
        work.interest = interest(work.photographs.before, self.outline, around.MARGIN)
        return work

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the baseline."""
        return self.photographs.before.size

    @property
    def step(self) -> int:
        """Baseline pixels between two nodes of the map that is handed out."""
        return max(1, round(max(self.size) / NODES_ALONG))


def register(
    before: Photograph,
    after: Photograph,
    *,
    before_usable: NDArray[np.bool_] | None = None,
    after_usable: NDArray[np.bool_] | None = None,
    outline: Area | None = None,
    mm_per_px: float | None = None,
    progress: Progress | None = None,
) -> Registration:
    """Find where each point of the baseline lies in the follow-up.

    Args:
        before: The baseline.
        after: The follow-up.
        before_usable: Bare skin of the baseline, at any size with its aspect; None for all of it. Whatever lies on the
            skin (card, pen, ruler) moves against it and must be masked.
        after_usable: The same of the follow-up.
        outline: The lesion, whose surroundings are the area of interest, and clicked landmarks; None for neither.
        mm_per_px: Scale of the baseline in that area; None if unknown.
        progress: Called with the name of the stage and the share of it that is done.

    Returns:
        The map with its verdict: ``refusal`` is None only where independent patches of the skin agree with it, or where
        clicked landmarks agree with each other.
    """
    report = progress or (lambda _stage, _share: None)
    if _identical(before, after):
        return _same(before)
    work = Work(before, after, before_usable, after_usable, outline, report)
    report("features", 0.0)
    matches = cascade.features(work.photographs)
    evidence = {"matches": float(len(matches.before)), "inliers": float(matches.count)}
    found: Registration | None = None
    if matches.enough:
        found = _followed(work, matches, evidence)
        if found.refusal in CHANGED and (beside := work.around()) is not None:
            again = _followed(beside, matches, evidence)
            found = again if again.comparable else found
    # Clicks may stand in for features that carry nothing, but not against features that the skin agrees with.
    if found is None or found.refusal not in (None, REFUSALS["landmarks_disagree"]):
        found = _clicked(work, evidence) or found
    if found is None:
        code = "mirrored" if _is_mirrored(work) else "too_few_matches"
        found = _nothing(work, REFUSALS[code], evidence)
    report("verdict", 1.0)
    return _in_mm(found, mm_per_px)


def _followed(work: Work, matches: Matches, evidence: dict[str, float]) -> Registration:
    tracked = cascade.refined(work.photographs, cascade.start(work.photographs, matches), work.progress)
    return _tracked(work, tracked, "features+flow", evidence)


def _identical(before: Photograph, after: Photograph) -> bool:
    if before.sha256 and before.sha256 == after.sha256:
        return True
    return before.rgb.shape == after.rgb.shape and bool(np.array_equal(before.rgb, after.rgb))


def _tracked(work: Work, tracked: Refined, method: str, evidence: dict[str, float]) -> Registration:
    """The registration that a tracked map gives, without what the light's direction feigns."""
    work.progress("verdict", 0.0)
    views = work.photographs.views(MIDDLE, cascade.zoom(tracked.warp, work.photographs))
    patches = searched(tracked.warp, views, work.interest)
    shift = tint.Feigned()
    if all(photo.has_colour for photo in work.pair):
        with ThreadPoolExecutor(2) as pool:
            shares = [view.scale[0] for view in views]
            ratios = list(pool.map(tint.ratio, [photo.rgb for photo in work.pair], work.usable, shares))
        shift = tint.feigned(tracked.warp, (ratios[0], ratios[1]), work.photographs.side)
    warp = tint.without(tracked.warp, shift)
    known = support(tracked, patches)
    if work.lesion is not None:
        known = around.bridged(known, tracked.seen.nodes, work.lesion, work.size)
    table = _table(work, warp, known, tracked.warp.spacing)
    coverage = _coverage(work, table)
    verdict = judged(tracked, patches, shift, work.interest, work.photographs, coverage)
    verdict = _against_clicks(work, warp, verdict)
    evidence = evidence | verdict.evidence
    residual = verdict.residual_px
    if work.lesion is not None:
        residual *= around.CARRIED_OVER
        evidence["lesion_left_out"] = 1.0
    return _result(work, method, table, coverage, Judged(residual, verdict.refusal, evidence))


def _against_clicks(work: Work, warp: Warp, verdict: Judged) -> Judged:
    """Clicked landmarks check a map that was tracked: a hand is inexact, but takes no mole for another."""
    before, after = work.clicks
    if not len(before):
        return verdict
    off = float(np.median(np.linalg.norm(warp.after(before) - after, axis=-1)))
    evidence = verdict.evidence | {"landmarks": float(len(before)), "landmarks_px": off}
    contradicts = off > CLICK_MISS * work.photographs.after_side
    refusal = verdict.refusal or (REFUSALS["landmarks_disagree"] if contradicts else None)
    return Judged(verdict.residual_px, refusal, evidence)


def _clicked(work: Work, evidence: dict[str, float]) -> Registration | None:
    """The registration that clicked landmarks give, made finer by tracking where the skin agrees; None without any."""
    before, after = work.clicks
    if len(before) < landmarks.LEAST or np.array_equal(before, after):  # nobody clicks the same pixels twice
        return None
    clicks = landmarks.clicked(before, after, work.size, work.photographs.side / cascade.NODES[MIDDLE])
    evidence = evidence | {"landmarks": float(len(before))}
    if clicks is None:
        return _nothing(work, REFUSALS["landmarks_far"], evidence)
    evidence |= {"landmarks_px": clicks.residual_px}
    if clicks.residual_px > CLICK_SPREAD * clicks.spread_px:
        return _nothing(work, REFUSALS["landmarks_disagree"], evidence)
    tracked = cascade.refined(work.photographs, clicks.warp, work.progress)
    finer = _tracked(work, tracked, "landmarks+flow", evidence)
    if finer.comparable:
        return finer
    spacing = clicks.warp.spacing
    nodes = grid(*work.size, spacing)
    reach = CLICK_REACH * float(np.sqrt(((before - before.mean(axis=0)) ** 2).sum(axis=1).mean()))
    carried = np.linalg.norm(nodes[..., None, :] - before, axis=-1).min(axis=-1) <= reach
    table = _table(work, clicks.warp, carried, spacing)
    coverage = _coverage(work, table)
    residual = max(clicks.residual_px, CLICK_LEAST * work.photographs.after_side)
    refusal = None if coverage >= COVERED or not work.interest.drawn else REFUSALS["landmarks_far"]
    return _result(work, "landmarks", table, coverage, Judged(residual, refusal, evidence))


def _table(work: Work, warp: Warp, known: NDArray[np.bool_], spacing: float) -> NDArray[np.float32]:
    """The map that is handed out: NaN where nothing supports it or the follow-up ends."""
    nodes = grid(*work.size, work.step)
    found = warp.after(nodes)
    rows, cols = known.shape
    near = np.rint(nodes / spacing).astype(np.intp)
    supported = known[np.minimum(near[..., 1], rows - 1), np.minimum(near[..., 0], cols - 1)]
    limit = np.array(work.photographs.after.size) - 1
    outside = np.any((found < 0) | (found > limit), axis=-1)
    found[outside | ~supported] = np.nan
    return found.astype(np.float32)


def _coverage(work: Work, table: NDArray[np.float32]) -> float:
    """The share of the area of interest in which the map is known."""
    points = work.interest.points()
    known = _registration("", table, work.step).after_xy(points)
    return float(np.isfinite(known[:, 0]).mean())


def _registration(method: str, table: NDArray[np.float32], step: int) -> Registration:
    return Registration(method, table, step, None, None, 0.0, None, {})


def _result(work: Work, method: str, table: NDArray[np.float32], coverage: float, verdict: Judged) -> Registration:
    residual = verdict.residual_px if np.isfinite(verdict.residual_px) else None
    evidence = {name: float(value) for name, value in verdict.evidence.items() if np.isfinite(value)}
    return Registration(method, table, work.step, residual, None, coverage, verdict.refusal, evidence)


def _nothing(work: Work, refusal: Refusal, evidence: dict[str, float]) -> Registration:
    """No map at all."""
    table = np.full(grid(*work.size, work.step).shape, np.nan, np.float32)
    return Registration("none", table, work.step, None, None, 0.0, refusal, evidence)


def _same(photo: Photograph) -> Registration:
    """The map of a photograph to itself, which must not be taken for a follow-up without change."""
    height, width = photo.rgb.shape[:2]
    step = max(1, round(max(width, height) / NODES_ALONG))
    table = grid(width, height, step).astype(np.float32)
    return Registration("identical", table, step, 0.0, None, 1.0, REFUSALS["identical_photographs"], {})


def _is_mirrored(work: Work) -> bool:
    """Whether the follow-up matches once left and right are exchanged."""
    before, after = work.photographs.views(cascade.COARSE)
    found = matched(*both_keypoints(before, mirrored(after)), cascade.TOLERANCE * work.photographs.after_side)
    return found.enough and found.count >= 30


def _in_mm(found: Registration, mm_per_px: float | None) -> Registration:
    """The same with its residual in mm of the baseline's scale."""
    if mm_per_px is None or found.residual_px is None:
        return found
    scale = found.evidence.get("scale", 1.0)
    return Registration(
        found.method,
        found.map,
        found.step,
        found.residual_px,
        found.residual_px / scale * mm_per_px,
        found.coverage,
        found.refusal,
        found.evidence,
    )
