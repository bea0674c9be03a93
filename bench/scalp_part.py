"""The part of the benchmark on scalp micropigmentation: dots, change, placement, preview, fading."""

from __future__ import annotations

import argparse
import importlib
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import qmc

from bench import fading_calibration
from bench.measuring import Rounds, Row, Target, in_turn, ratios, seconds
from bench.report import Page, table
from dermograph.core.quantity import COVERAGE_95, Quantity
from dermograph.photo.finding import Refusal
from dermograph.photo.outline.outline import Outline
from dermograph.photo.phantom.geometry import Severity
from dermograph.photo.phantom.scalp import KINDS, Difficulty, Dots, PhantomScalp, drawn_dots, scalp
from dermograph.photo.scalp.change import DotChange, changed
from dermograph.photo.scalp.density import density_map
from dermograph.photo.scalp.design import Wish, design
from dermograph.photo.scalp.dots import Dots as Found
from dermograph.photo.scalp.dots import find_dots
from dermograph.photo.scalp.head import Head
from dermograph.photo.scalp.lying import find_lying
from dermograph.photo.scalp.placement import place
from dermograph.photo.scalp.preview import Scene, preview, scenes
from dermograph.photo.scalp.survey import survey

Floats = NDArray[np.float64]

PX = 20.0
WIDTH, HEIGHT = 4000, 3000
TUNED, JUDGED, CHANGED = range(701, 704), range(30_001, 30_007), range(30_101, 30_107)
NEAR_MM, BORDER_MM = 0.2, 0.6  # a dot found so near is that dot; what the border cuts is not judged
HAIR_MM, HAIR_BORDER_MM = 0.5, 2.0  # the same for hair that lies flat, which is longer
FALSE_A_CM2, HAIR_RIGHT = 0.5, 0.85  # what is borne, what is wanted
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "hard")
RIGHT = {"easy": (0.98, 0.99), "hard": (0.95, 0.96)}  # precision and recall that are wanted
INSIDE = Target(0.9, at_least=True)  # of 95 %, by so few photographs
MANY = 130_000
PAGE = Page(
    "benchmarks-scalp.md",
    "Benchmarks of scalps",
    f"""\
## What is measured

All of it on **synthetic** scalps whose truth is known (`dermograph.photo.phantom.scalp`), one of each phototype. Real
scalps are harder, and the figures must not be quoted without that. Seeds below 10,000 were there to tune on; the
figures come from {JUDGED.start:,} on, which nobody had looked at.

- **Dots**: photographs of 12 MP with about 30,000 dots. Right is a dot found within {NEAR_MM} mm of a true one, one for
  one, {BORDER_MM} mm and more from the border. Easy: the capture protocol, dark dots, no hair. Hard: moderate light and
  blur, pale uneven dots of differing size, stubble, longer hair, follicles. The time is that of finding the dots and
  drawing the map of their density.
- **Skin without dots**: freckles of 0.8 to 3 mm, and pores, photographed by the capture protocol. What is found there
  is wrong.
- **Hair that lies flat**: 60 cut hairs on a cm², 0.5 to 3 mm long, that cross each other. Right is a line whose middle
  is found within {HAIR_MM} mm of that of a hair, one for one.
- **scikit-image's blob_dog** gets the picture that ours works on (absorbance at 10 px per mm). Its sigmas, ratio and
  threshold are those of the best mean F1 in a search of 54 settings on the tuning scalps, for easy and hard apart.
- **Change**: one scalp photographed twice, from another place and in other light; some dots gone, some new, the others
  paler. The error is that of new less lost, over the dots of the baseline. The map is the true one, moved by a pixel.
- **Placement**: {MANY:,} dots by a map whose density differs by a factor of three. scipy's PoissonDisk knows one
  density only; its time is for 3,000 dots, and the ratio is of dots a second.
- **Preview**: a design of 12 MP drawn into its photograph, words included.
- **Fading**: how often the true month lies in the 90 % interval, where a date is given at all.

## Reproduce

```text
make bench ARGS="--part scalp"            # some minutes; installs the peers of bench/peers.txt first
make bench ARGS="--part scalp --quick"    # fewer scalps
make bench ARGS="--part scalp --write"    # and write this page
```
""",
)


def measure_scalp(chosen: argparse.Namespace, say: Callable[[str], None]) -> list[Row]:
    """All rows on scalps, each section shown by ``say`` as soon as it is there."""
    rounds = Rounds(min(chosen.rounds, 5), min(chosen.rounds, 5))
    rows: list[Row] = []
    for section in _sections(chosen, rounds):
        rows.extend(section)
        for name, some in itertools.groupby(section, key=lambda row: row.section):
            say(table(name, list(some)))
    return rows


def _sections(chosen: argparse.Namespace, rounds: Rounds) -> Iterator[list[Row]]:
    quick = chosen.quick
    yield dot_rows(rounds, JUDGED[:2] if quick else JUDGED)
    yield bare_rows(JUDGED[:2] if quick else JUDGED)
    yield lying_rows(JUDGED[:2] if quick else JUDGED)
    yield change_rows(CHANGED[:2] if quick else CHANGED)
    yield placement_rows(rounds)
    yield preview_rows(rounds)
    yield fading_calibration.rows(200 if quick else 2_000)


def dot_rows(rounds: Rounds, seeds: Sequence[int]) -> list[Row]:
    """Precision, recall and time, beside blob_dog's."""
    return [row for difficulty in DIFFICULTIES for row in _dot_rows(rounds, seeds, difficulty)]


def _dot_rows(rounds: Rounds, seeds: Sequence[int], difficulty: Difficulty) -> list[Row]:
    section, settings = f"Dots, {difficulty}", best_settings(difficulty)
    scalps = [scalp(seed, difficulty=difficulty, width=WIDTH, height=HEIGHT, phototype=1 + seed % 6) for seed in seeds]
    ours = [judged(made, _ours(made)) for made in scalps]
    theirs = [judged(made, _blobs(made, settings)) for made in scalps]
    last = scalps[-1]

    def our_time() -> float:
        return seconds(lambda: _ours(last))

    def peer_time() -> float:
        return seconds(lambda: _blobs(last, settings))

    took = in_turn({"ours": our_time, "peer": peer_time}, rounds)
    precision, recall = RIGHT[difficulty]
    better = float(np.median([f1(one) for one in theirs]))
    return [
        Row(section, "precision", "", [one for one, _ in ours], Target(precision, at_least=True)),
        Row(section, "recall", "", [two for _, two in ours], Target(recall, at_least=True)),
        Row(section, "F1", "", [f1(one) for one in ours], Target(better, at_least=True)),
        Row(section, "blob_dog: precision", "", [one for one, _ in theirs]),
        Row(section, "blob_dog: recall", "", [two for _, two in theirs]),
        Row(section, "blob_dog: F1", "", [f1(one) for one in theirs]),
        Row(section, f"{len(last.xy_px):,} dots found and mapped", "s", took["ours"], Target(0.3)),
        Row(section, "blob_dog", "s", took["peer"]),
        Row(section, "blob_dog over ours", "×", ratios(took["peer"], took["ours"]), Target(10, at_least=True)),
    ]


def _dots_of(made: PhantomScalp) -> Found:
    found = find_dots(made.photograph.rgb, made.px_per_mm)
    if not isinstance(found, Found):
        raise TypeError(found.says.en)
    return found


def _ours(made: PhantomScalp) -> Floats:
    found = _dots_of(made)
    density_map(found, Head((WIDTH / 2, HEIGHT / 2), made.px_per_mm, np.inf))
    return found.xy_px


def _blobs(made: PhantomScalp, settings: dict[str, float]) -> Floats:
    """What blob_dog finds in the picture that ours works on."""
    feature: Any = importlib.import_module("skimage.feature")  # a peer, which only this part needs
    rgb = made.photograph.rgb
    scale = 10.0 / made.px_per_mm
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = -np.log(np.maximum((cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255) ** 2.2, 1 / 2000))
    found = feature.blob_dog(dark - float(np.median(dark)), **settings)
    return np.asarray((found[:, 1::-1] + 0.5) / scale - 0.5, dtype=np.float64)


def best_settings(difficulty: Difficulty) -> dict[str, float]:
    """The settings of blob_dog with the best mean F1 on the tuning scalps."""
    scalps = [
        scalp(seed, difficulty=difficulty, width=1400, height=1000, phototype=1 + 2 * (seed % 3)) for seed in TUNED
    ]

    def worth(settings: dict[str, float]) -> float:
        return float(np.mean([f1(judged(made, _blobs(made, settings))) for made in scalps]))

    grid = itertools.product((0.8, 1.2), (2.0, 3.0, 4.0), (1.4, 1.6, 1.9), (0.02, 0.05, 0.1))
    every = [
        {"min_sigma": low, "max_sigma": high, "sigma_ratio": ratio, "threshold": least}
        for low, high, ratio, least in grid
    ]
    return max(every, key=worth)


def bare_rows(seeds: Sequence[int]) -> list[Row]:
    """What is taken for dots on freckled skin without any."""
    found = [
        _dots_of(scalp(seed, difficulty="freckled", width=WIDTH, height=HEIGHT, phototype=1 + seed % 6))
        for seed in seeds
    ]
    wrong = [len(one) / one.usable_cm2 for one in found]
    return [Row("Skin without dots", "freckles and pores taken for dots", "cm⁻²", wrong, Target(FALSE_A_CM2))]


def lying_rows(seeds: Sequence[int]) -> list[Row]:
    """Precision and recall of cut hair that lies flat."""
    both = []
    for seed in seeds:
        made = scalp(seed, difficulty="stubbled", width=WIDTH // 2, height=HEIGHT // 2, phototype=1 + seed % 6)
        lines = find_lying(made.photograph.rgb, made.px_per_mm).xy_px
        both.append(matched(made, made.lying_px, lines, HAIR_MM, HAIR_BORDER_MM))
    wanted = Target(HAIR_RIGHT, at_least=True)
    return [
        Row("Hair that lies flat", name, "", [one[number] for one in both], wanted)
        for number, name in enumerate(("precision", "recall"))
    ]


def judged(made: PhantomScalp, found: Floats) -> tuple[float, float]:
    """Precision and recall of dots, away from the border, one for one."""
    return matched(made, made.xy_px, found, NEAR_MM, BORDER_MM)


def matched(made: PhantomScalp, true: Floats, found: Floats, near_mm: float, border_mm: float) -> tuple[float, float]:
    """Precision and recall of places, away from the border, one for one."""
    height, width = made.photograph.rgb.shape[:2]
    edge = border_mm * made.px_per_mm

    def whole(xy: Floats) -> NDArray[np.bool_]:
        return np.asarray(((xy > edge) & (xy < np.array([width, height]) - 1 - edge)).all(axis=1))

    if not len(found):
        return 0.0, 0.0
    off, which = cKDTree(true).query(found, distance_upper_bound=near_mm * made.px_per_mm)
    order = np.argsort(off)
    order = order[np.isfinite(off[order])]
    _, first = np.unique(which[order], return_index=True)
    right = np.zeros(len(found), np.bool_)
    right[order[first]] = True
    seen = np.zeros(len(true), np.bool_)
    seen[which[right]] = True
    return float(right[whole(found)].mean()), float(seen[whole(true)].mean())


def f1(both: tuple[float, float]) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * both[0] * both[1] / max(sum(both), 1e-9)


@dataclass(frozen=True)
class Case:
    """What happens to a scalp between two photographs.

    Attributes:
        stay: The share of its dots that stays.
        tone: Of what it was, in those.
        new: Dots that are added, as a share.
        card: Whether the card is in view, and both cameras are undone by it.
    """

    difficulty: Difficulty
    severity: Severity
    stay: float
    tone: float
    new: float
    card: bool = False

    def __str__(self) -> str:
        card = ", with the card" if self.card else ""
        return f"{100 * self.stay:.0f} % stay, tone {self.tone:.1f}, {100 * self.new:.0f} % new{card}"


CASES = (
    Case("easy", "mild", 1.0, 1.0, 0.0),
    Case("easy", "mild", 0.85, 0.7, 0.0),
    Case("easy", "mild", 0.9, 0.9, 0.3),
    Case("hard", "mild", 1.0, 0.8, 0.0),
    Case("hard", "moderate", 0.85, 0.7, 0.0),
    Case("hard", "mild", 0.85, 0.7, 0.0, card=True),
)


def change_rows(seeds: Sequence[int]) -> list[Row]:
    """By how much new less lost is off, in percent of the dots; beside what subtracting the counts is off by."""
    rows, inside = [], []
    for case in CASES:
        section = f"Change, {case.difficulty}"
        ours, counts, left = [], [], []
        for seed in seeds:
            one, other, pigment = _twice(seed, case)
            ours.append(one)
            counts.append(other)
            left.append(abs(pigment.value / case.tone - 1) * 100)
            inside.append(abs(pigment.value - case.tone) <= COVERAGE_95 * pigment.u)
        rows += [
            Row(section, f"{case}: error by matching", "%", ours, Target(1)),
            Row(section, f"{case}: error by subtracting", "%", counts),
            Row(section, f"{case}: error of the pigment left", "%", left),
        ]
    held = Row("Change, all", "pigment left: truth within ± 1.96 u", "", [float(np.mean(inside))], INSIDE)
    return [*rows, held]


def _twice(seed: int, case: Case) -> tuple[float, float, Quantity]:
    """One scalp photographed twice: error by matching, error by subtracting (%), pigment left."""
    width, height, margin = 2400, 1800, 360
    every = drawn_dots(seed, (width + 2 * margin) / PX, (height + 2 * margin) / PX, KINDS[case.difficulty])
    rng = np.random.default_rng([seed, 77])
    count = len(every.xy_mm)
    new, stays = rng.random(count) < case.new, rng.random(count) < case.stay
    share = np.where(new, 1.0, case.tone * np.exp(0.1 * rng.standard_normal(count)))
    there = stays | new
    first = Dots(every.xy_mm[~new], every.diameter_mm[~new], every.absorbance[~new])
    second = Dots(every.xy_mm[there], every.diameter_mm[there], (every.absorbance * share)[there])
    common: dict[str, Any] = {
        "difficulty": case.difficulty,
        "width": width,
        "height": height,
        "px_per_mm": PX,
        "phototype": 1 + seed % 6,
        "margin_px": margin,
        "card": "small" if case.card else None,
    }
    before = scalp(seed, dots=first, visit=1, severity="baseline", **common)
    after = scalp(seed, dots=second, visit=2, severity=case.severity, **common)
    sides = [_read(one) if case.card else _dots_of(one) for one in (before, after)]

    def carry(xy: Floats) -> Floats:
        return np.asarray(after.geometry.photo_xy(before.geometry.scene_xy(xy)) + np.array([0.8, -0.6]))

    found = changed(sides[0], sides[1], carry)
    if not isinstance(found, DotChange) or found.pigment_left is None:
        raise TypeError("no change was found")

    def both(dots: Dots) -> NDArray[np.bool_]:
        inside = np.ones(len(dots.xy_mm), np.bool_)
        for one, side in zip((before, after), sides, strict=True):
            xy = one.geometry.photo_xy(dots.xy_mm * PX - 0.5)
            inside &= ((xy > BORDER_MM * PX) & (xy < np.array([width, height]) - 1 - BORDER_MM * PX)).all(axis=1)
            if side.usable is not None:
                inside &= _lies_in(side.usable, xy / (width, height))
        return inside

    seen = both(every)
    base = int((seen & ~new).sum())
    true = int((seen & new).sum()) - int((seen & ~new & ~stays).sum())
    subtracted = len(sides[1]) - len(sides[0])
    frames = int(both(second).sum()) - int(both(first).sum())
    return 100 * abs(found.net.value - true) / base, 100 * abs(subtracted - frames) / base, found.pigment_left


def _read(made: PhantomScalp) -> Found:
    """The dots of a photograph with its card, as the clinic reads them."""
    found = survey(made.photograph, radius_mm=np.inf)
    if isinstance(found, Refusal):
        raise TypeError(found.says.en)
    return found.dots


def _lies_in(mask: NDArray[np.bool_], share: Floats) -> NDArray[np.bool_]:
    """Whether places, as shares of width and height, lie in a mask."""
    size = np.array(mask.shape[::-1])
    cell = np.clip((share * size).astype(np.intp), 0, size - 1)
    return np.asarray(mask[cell[:, 1], cell[:, 0]])


def placement_rows(rounds: Rounds) -> list[Row]:
    """Time, count and distances, beside scipy's PoissonDisk."""
    down, across = np.mgrid[0:600, 0:800]
    wanted = 1 + (np.sin(across / 90) + np.cos(down / 70)) / 2 + 0.0 * down
    wanted = np.clip(wanted, 0.5, 1.5)
    place(wanted, 100, 1)  # the tile is made once in a process
    found = place(wanted, MANY, 2)
    pairs = cKDTree(found.xy).query_pairs(float(found.apart.max()), output_type="ndarray")
    off = np.linalg.norm(found.xy[pairs[:, 0]] - found.xy[pairs[:, 1]], axis=1)
    near = int((off < found.apart[pairs].min(axis=1) - 1e-9).sum())
    few = 3_000

    def poisson() -> float:
        sampler = qmc.PoissonDisk(2, radius=0.68 / np.sqrt(few), rng=np.random.default_rng(3))
        started = time.perf_counter()
        made = len(sampler.fill_space())
        return (time.perf_counter() - started) / made

    took = in_turn({"ours": lambda: seconds(lambda: place(wanted, MANY, 2)), "peer": poisson}, rounds)
    apiece = [one / MANY for one in took["ours"]]
    section = "Placement"
    return [
        Row(section, f"{MANY:,} dots placed", "s", took["ours"], Target(0.5)),
        Row(section, "count off by", "%", [100 * abs(len(found.xy) / MANY - 1)], Target(1)),
        Row(section, "dots nearer than their distance", "", [float(near)], Target(0)),
        Row(section, "scipy PoissonDisk, one density: time a dot over ours", "×", ratios(took["peer"], apiece)),
    ]


def preview_rows(rounds: Rounds) -> list[Row]:
    """A preview of 12 MP."""
    made = scalp(JUDGED.start, kind=KINDS["easy"], width=WIDTH, height=HEIGHT)
    front = np.array([[400.0, 1000], [1400, 500], [2600, 500], [3600, 1000]])
    area = Outline((np.concatenate([front, [[3600.0, 2800], [400, 2800]]]),))
    head = Head((WIDTH / 2, HEIGHT / 2), PX, np.inf)
    plan = design((HEIGHT, WIDTH), head, area, Wish(per_cm2=150), front=front)
    every = scenes(plan, {3: (0.3, 0.5, 0.8)})

    def shown(scene: Scene) -> float:
        return seconds(lambda: preview(made.photograph.rgb, plan, scene))

    took = [shown(scene) for scene in every for _ in range(rounds.least)]
    return [Row("Preview", f"{len(plan):,} dots into 12 MP", "s", took, Target(2))]
