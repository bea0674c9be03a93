"""The synthetic photographs of the made-up patients, drawn in processes of their own."""

from __future__ import annotations

import dataclasses
import multiprocessing
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

WIDTH, HEIGHT, PX_PER_MM = 1600, 1200, 8.0
QUALITY = 93

Lesion = Literal["scar", "stria", "burn", "acne", "hyperpigmentation"]


@dataclass(frozen=True, slots=True)
class Series:
    """The photographs of one patient's area.

    Attributes:
        seed: Settles everything that is not given.
        delta_e00: The contrast of the lesion at the baseline.
        faded: For each visit the share of the contrast that has gone; the first is the baseline.
        spoiled: The numbers of the visits, from 0, at which the card was forgotten.
    """

    seed: int
    lesion: Lesion
    phototype: int
    delta_e00: float
    faded: tuple[float, ...] = (0.0,)
    spoiled: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A series as files.

    Attributes:
        files: JPEG, one a visit.
        outline: The lesion on the first, px, as ``photo.outline`` reads it.
    """

    files: tuple[bytes, ...]
    outline: dict[str, Any]


def draw(series: Series) -> Drawn:
    """Draw one series; the word SYNTHETIC is burnt into each picture."""
    from dermograph.photo.phantom.files import jpeg  # noqa: PLC0415 (loaded in the process that draws)
    from dermograph.photo.phantom.label import labelled  # noqa: PLC0415 (half a second that only drawing should cost)
    from dermograph.photo.phantom.scene import scene  # noqa: PLC0415 (half a second that only drawing should cost)
    from dermograph.photo.phantom.shots import shoot  # noqa: PLC0415 (half a second that only drawing should cost)

    skin = scene(
        series.seed,
        width=WIDTH,
        height=HEIGHT,
        px_per_mm=PX_PER_MM,
        phototype=series.phototype,
        lesion=series.lesion,
        delta_e00=series.delta_e00,
    )
    files, outline = [], {}
    for visit, faded in enumerate(series.faded):
        there = dataclasses.replace(skin, card=None) if visit in series.spoiled else skin
        shot = shoot(there, seed=10 * series.seed + visit, geometry="mild", faded=faded)
        if not visit:
            outline = shot.truth.lesion.to_json()
        photograph = dataclasses.replace(shot.photograph, rgb=labelled(shot.photograph.rgb))
        files.append(jpeg(dataclasses.replace(shot, photograph=photograph), QUALITY))
    return Drawn(tuple(files), outline)


class Studio:
    """Draws every series ahead of when it is needed.

    Args:
        every: By name, in the order in which they will be asked for.
        workers: How many processes draw.
    """

    def __init__(self, every: Mapping[str, Series], workers: int = 2) -> None:
        self._pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
        self._drawn: dict[str, Future[Drawn]] = {name: self._pool.submit(draw, one) for name, one in every.items()}

    def series(self, name: str) -> Drawn:
        """One series; waits until it is drawn."""
        return self._drawn[name].result()

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def count(every: Iterable[Series]) -> int:
    """How many photographs there are."""
    return sum(len(one.faded) for one in every)
