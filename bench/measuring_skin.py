"""How far the measures of skin can be believed: on synthetic pairs that nothing was tuned on (seeds from 30,000 on)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.measuring import Row, Target
from dermograph.photo.card.calibration import Calibration, calibrate
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.finding import Refusal
from dermograph.photo.foreign import foreign
from dermograph.photo.image import Photograph
from dermograph.photo.measure import Measure, Outcome, Shot, measure_pair
from dermograph.photo.measure.cells import Blocks, core
from dermograph.photo.measure.indices import distance
from dermograph.photo.measure.survey import Site, survey
from dermograph.photo.outline.outline import Outline
from dermograph.photo.phantom.lesions import Kind
from dermograph.photo.phantom.pairs import Pair
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import shoot
from dermograph.photo.phantom.truth import Truth
from dermograph.photo.register.register import register

HELD_OUT = 30_000
SIZE, PX_PER_MM = (1200, 900), 8.0
CONTRAST, FADED = 5.0, (0.0, 0.2, 0.5)  # ΔE00 of the lesion; shares of it that go: none, ΔE00 1, half
LESIONS: tuple[tuple[Kind, float], ...] = (
    ("scar", 15.0),
    ("hyperpigmentation", 12.0),
    ("burn", 26.0),
    ("stria", 34.0),
    ("acne", 24.0),
)
COLOURS = ("contrast", "contrast_l", "contrast_a", "contrast_b")
COVERAGE, FALSE, POWER = (0.93, 0.97), Target(0.05), Target(0.9, at_least=True)
AREA_ERROR, AREA_CV, SECONDS = Target(2.0), Target(1.6), Target(0.6)
SECTION = "Measuring skin: synthetic pairs, held out"
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """One measure of one pair: what was found and what is true, ``before`` and ``after``.

    Attributes:
        faded: Share of the contrast that went.
        found: None where it was refused.
    """

    kind: Kind
    faded: float
    found: Measure | None
    true: tuple[float, float]

    @property
    def is_covered(self) -> bool:
        """Whether the 95 % interval of the change holds the true one."""
        assert self.found is not None  # noqa: S101 -- asked of those that were measured
        assert self.found.change is not None  # noqa: S101 -- the same
        low, high = self.found.change.ci95
        return low <= self.true[1] - self.true[0] <= high


def rows(pairs: int = 150, areas: int = 40, *, whole: bool = True) -> list[Row]:
    """Coverage, false changes and power of the contrast; error and repeatability of the area; time.

    Args:
        pairs: How many pairs of 1,200 x 900 px for the colours, under the capture protocol.
        areas: How many flat pairs for the area.
        whole: Whether a pair of 12 MP is timed as well.
    """
    colours = [trial for number in range(pairs) for trial in colour_trials(HELD_OUT + number)]
    found = list(_colour_rows(colours, pairs))
    found += _area_rows([area_trial(HELD_OUT + 5_000 + number) for number in range(areas)])
    return [*found, _time_row()] if whole else found


def colour_trials(seed: int) -> Iterator[Trial]:
    """One pair under the capture protocol, registered and calibrated as a user's is."""
    kind, size_mm = LESIONS[seed % len(LESIONS)]
    faded = FADED[seed // len(LESIONS) % len(FADED)]
    made = _pair(seed, kind, size_mm, faded=faded)
    shots = read(made.before.photograph), read(made.after.photograph)
    outline = made.before.truth.lesion
    registration = register(made.before.photograph, made.after.photograph, outline=outline)
    site = survey(shots, outline, registration)
    measures = {one.kind.name: one for one in measure_pair(*shots, outline, registration)}
    true = {} if isinstance(site, Refusal) else true_colours(site, (made.before.truth, made.after.truth))
    for name in COLOURS:
        measured = measures[name] if measures[name].change else None
        yield Trial(kind, faded, measured, true.get(name, (np.nan, np.nan)))


def area_trial(seed: int) -> tuple[Trial, list[float]]:
    """One pair that looks straight at flat skin; and the errors, %, of the area of its true outlines by the card."""
    kind, size_mm = LESIONS[seed % 3]
    made = _pair(seed, kind, size_mm, faded=0.15, straight=True)
    shots = read(made.before.photograph), read(made.after.photograph)
    outline = made.before.truth.lesion
    registration = register(made.before.photograph, made.after.photograph, outline=outline)
    found = next(one for one in measure_pair(*shots, outline, registration) if one.kind.name == "area")
    true = made.before.truth.area_cm2, made.after.truth.area_cm2
    errors = [
        100 * (_area_by_card(shot, photo.truth.lesion) / area - 1)
        for shot, photo, area in zip(shots, (made.before, made.after), true, strict=True)
        if shot.card is not None
    ]
    return Trial(kind, 0.15, found if found.change else None, true), errors


def _area_by_card(shot: Shot, outline: Outline) -> float:
    """The area of an outline, cm², taken as true."""
    width, height = shot.size
    rows, cols = np.nonzero(outline.mask(0, 0, 4 * width, 4 * height, scale=4))
    assert shot.card is not None  # noqa: S101 -- its caller looked
    px = (np.stack([cols, rows], axis=-1) + 0.5) / 4 - 0.5
    return float((shot.card.mm_per_px_at(px) ** 2).sum()) / 16 / 100


def read(photo: Photograph) -> Shot:
    """A photograph with its card, its colours and what in it is not skin."""
    card = read_card(photo)
    calibration = card if isinstance(card, Refusal) else calibrate(photo, card)
    known = card if isinstance(card, CardReading) else None
    return Shot(photo, known, calibration if isinstance(calibration, Calibration) else None, foreign(photo, known))


def true_colours(site: Site, truths: Sequence[Truth]) -> dict[str, tuple[float, float]]:
    """What a perfect camera would find on the same cells."""
    labs = []
    for view, truth in zip(site.views, truths, strict=True):
        low = np.floor(np.nanmin(view.xy, axis=(0, 1))).astype(int)
        high = np.ceil(np.nanmax(view.xy, axis=(0, 1))).astype(int) + 1
        lab = truth.lab_window(int(low[0]), int(low[1]), *(int(size) for size in high - low))
        soft = cv2.blur(lab, (round(1 / view.cells_per_px) | 1,) * 2)
        at = (view.xy - low).astype(np.float32)
        labs.append(cv2.remap(soft, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    values = np.nan_to_num(np.concatenate(labs, axis=-1)).astype(np.float32)
    inner = core(site.cells.lesion, site.cells.per_mm) & site.cells.bare
    lesion, skin = (one.reshape(2, 3) for one in Blocks.of(values, inner, site.cells.ring, site.cells.block).whole())
    parts = dict(zip(COLOURS[1:], (lesion - skin).T, strict=True))
    named = {"contrast": distance(skin, lesion - skin), **parts}
    return {name: (float(both[0]), float(both[1])) for name, both in named.items()}


def _pair(seed: int, kind: Kind, size_mm: float, *, faded: float, straight: bool = False) -> Pair:
    skin = scene(
        seed,
        width=SIZE[0],
        height=SIZE[1],
        px_per_mm=PX_PER_MM,
        phototype=seed % 6 + 1,
        lesion=kind,
        size_mm=size_mm,
        delta_e00=CONTRAST,
    )
    before = shoot(skin, seed=2 * seed, geometry="straight" if straight else "baseline")
    after = shoot(skin, seed=2 * seed + 1, geometry="straight" if straight else "protocol", faded=faded)
    return Pair(before, after, skin)


def _colour_rows(trials: Sequence[Trial], pairs: int) -> Iterator[Row]:
    for number, name in enumerate(COLOURS):
        mine = [one for one in trials[number :: len(COLOURS)] if one.found is not None]
        share = float(np.mean([one.is_covered for one in mine]))
        met = COVERAGE[0] <= share <= COVERAGE[1]
        stated = (f"{100 * COVERAGE[0]:.0f}-{100 * COVERAGE[1]:.0f} %", met)
        label = f"change of {name}: 95 % interval holds the truth, of {len(mine)}"
        yield Row(SECTION, label, "%", [100 * share], stated=stated)
    contrasts = trials[:: len(COLOURS)]
    measured = [one for one in contrasts if one.found is not None]
    yield Row(SECTION, f"pairs measured, of {pairs}", "pairs", [len(measured)])
    for faded, label, target in (
        (FADED[0], "unchanged lesions called changed", FALSE),
        (FADED[1], "a change of ΔE00 1 found", POWER),
    ):
        mine = [one for one in measured if one.faded == faded]
        changed = [one.found is not None and one.found.outcome is not Outcome.NO_DETECTABLE_CHANGE for one in mine]
        yield Row(SECTION, f"{label}, of {len(mine)}", "share", [float(np.mean(changed))], target)
    mdc = [one.found.change.mdc95 for one in measured if one.found and one.found.change]
    yield Row(SECTION, "minimal detectable change of the contrast", "ΔE00", mdc)


def _area_rows(found: Sequence[tuple[Trial, list[float]]]) -> Iterator[Row]:
    measured = [one for one, _ in found if one.found is not None and one.found.before and one.found.after]
    given = [error for _, errors in found for error in errors]
    section = SECTION + ", flat"
    yield Row(section, "error of the area of a given outline", "%", np.abs(given).tolist(), AREA_ERROR)
    yield Row(section, "coefficient of variation of it", "%", [float(np.std(given))], AREA_CV)
    errors, apart = [], []
    for one in measured:
        assert one.found is not None  # noqa: S101 -- chosen above
        before, after = one.found.before, one.found.after
        assert before is not None  # noqa: S101 -- chosen above
        assert after is not None  # noqa: S101 -- chosen above
        errors += [100 * abs(before.value / one.true[0] - 1), 100 * abs(after.value / one.true[1] - 1)]
        apart.append(np.log(after.value / before.value) - np.log(one.true[1] / one.true[0]))
    yield Row(section, f"pairs whose visible border was measured, of {len(found)}", "pairs", [len(measured)])
    yield Row(section, "error of the area within the visible border", "%", errors, AREA_ERROR)
    spread = 100 * float(np.sqrt(np.mean(np.square(apart)) / 2))
    yield Row(section, "coefficient of variation of it", "%", [spread], AREA_CV)
    covered = float(np.mean([one.is_covered for one in measured]))
    yield Row(section, "change of the area: 95 % interval holds the truth", "%", [100 * covered])


def _time_row() -> Row:
    """A pair of 12 MP, card and registration done."""
    skin = scene(HELD_OUT + 9_000, lesion="burn", size_mm=45.0)
    made = Pair(shoot(skin, seed=1), shoot(skin, seed=2, faded=0.3), skin)
    shots = read(made.before.photograph), read(made.after.photograph)
    outline = made.before.truth.lesion
    registration = register(made.before.photograph, made.after.photograph, outline=outline)
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        measure_pair(*shots, outline, registration)
        taken.append(time.perf_counter() - started)
    return Row(SECTION, "measuring a pair of 12 MP, bootstrap and all", "s", taken, SECONDS)
