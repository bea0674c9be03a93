"""Comparing two photographs of one skin area: read both, register, carry the outline over, measure what changed."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from dermograph.photo.card.calibration import Calibration, calibrate
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.card.references import References
from dermograph.photo.caveats import (
    refusal_for,
    with_border,
    with_doubt,
    with_reasons,
    with_the_same_card,
    with_tone,
    without_blind,
)
from dermograph.photo.comparison import Comparison, Side
from dermograph.photo.finding import Refusal
from dermograph.photo.foreign import foreign
from dermograph.photo.image import Photograph
from dermograph.photo.measure import Measure, Shot, measure_pair, skin_tone
from dermograph.photo.outline.check import check_outline
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.transfer import transfer
from dermograph.photo.quality import Baseline, judge
from dermograph.photo.register.register import register

Progress = Callable[[str, float], None]


def look(
    photo: Photograph,
    outline: Outline | None = None,
    *,
    references: References | None = None,
    baseline: Baseline | None = None,
) -> Side:
    """Read one photograph: its card, its colour, its quality, and what in it is not skin.

    Args:
        photo: As it was read.
        outline: The lesion in this photograph, to judge sharpness and framing there; None judges the whole frame.
        references: Measured colours of the printed card; None takes the nominal ones.
        baseline: How the first photograph of the area was taken; None if this is the first.
    """
    return _judged(_read(photo, references), outline, baseline)


def _read(photo: Photograph, references: References | None) -> Side:
    """A photograph with its card, its colour and what is not skin, not yet judged."""
    card = read_card(photo, references)
    calibration = card if isinstance(card, Refusal) else calibrate(photo, card)
    not_skin = foreign(photo, card if isinstance(card, CardReading) else None)
    return Side(photo, card, calibration, (), not_skin)


def _judged(side: Side, outline: Outline | None, baseline: Baseline | None) -> Side:
    """The same with its quality, and with the tone of the skin where an outline says which."""
    card = side.card.findings if isinstance(side.card, CardReading) else ()
    findings = (*side.photo.findings, *card, *judge(side.photo, side.card, baseline=baseline, area=outline))
    tone = None
    if outline is not None and not isinstance(side.calibration, Refusal):
        tone = skin_tone(shot_of(side), outline)
    return dataclasses.replace(side, findings=findings, skin_ita_deg=tone)


def shot_of(side: Side) -> Shot:
    """What measuring needs of a photograph."""
    card = side.card if isinstance(side.card, CardReading) else None
    calibration = side.calibration if isinstance(side.calibration, Calibration) else None
    return Shot(side.photo, card, calibration, side.foreign)


def compare(
    before: Photograph,
    after: Photograph,
    outline: Outline | None,
    *,
    references: References | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """What changed in an area between a baseline and a follow-up.

    Args:
        before: The baseline.
        after: The follow-up.
        outline: The lesion on the baseline, with clicked landmarks if there are any; None only registers.
        references: Measured colours of the printed card, for both photographs; None takes the nominal ones.
        progress: Called with the name of a step and the share of the whole that is done, 0 to 1.

    Returns:
        The comparison; where something cannot be known it holds the reason and no number.

    Raises:
        InputError: If the outline or a landmark lies outside its photograph, or the outline crosses itself.
    """
    if outline is not None:
        check_outline(outline, (before.width, before.height), (after.width, after.height))
    timings: dict[str, float] = {}
    started = time.perf_counter()
    tell = _forward(progress)
    tell("read", 0.0)
    with _timed(timings, "read"), ThreadPoolExecutor(2) as pool:
        sides = tuple(pool.map(lambda photo: _read(photo, references), (before, after)))
    found = _compared(sides[0], sides[1], outline, progress=lambda step, share: tell(step, 0.2 + 0.8 * share))
    timings |= found.timings
    timings["total"] = time.perf_counter() - started
    tell("done", 1.0)
    return dataclasses.replace(found, timings=timings)


def compare_later(
    before: Side,
    after: Photograph,
    outline: Outline | None,
    *,
    references: References | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """The same for a baseline that has been looked at before, as a series does."""
    return _compared(before, _read(after, references), outline, progress=progress)


def _compared(before: Side, after: Side, outline: Outline | None, *, progress: Progress | None) -> Comparison:
    timings: dict[str, float] = {}
    started = time.perf_counter()
    tell = _forward(progress)
    after = with_the_same_card(before, after)
    with _timed(timings, "register"):
        registration = register(
            before.photo,
            after.photo,
            before_usable=before.foreign.usable(),
            after_usable=after.foreign.usable(),
            outline=outline,
            mm_per_px=before.mm_per_px,
            progress=lambda step, share: tell(step, 0.7 * share),
        )
    tell("measure", 0.7)
    carried = None if outline is None else transfer(outline, registration)
    with _timed(timings, "judge"), ThreadPoolExecutor(2) as pool:
        first = Baseline.of(before.photo, before.card, outline)
        followed = carried if isinstance(carried, Outline) else None
        later = pool.submit(_judged, after, followed, first)
        before = before if before.findings else _judged(before, outline, None)
        after = with_tone(before, with_doubt(later.result(), registration))
    refusal = refusal_for(before, after, registration)
    with _timed(timings, "measure"):
        measures: tuple[Measure, ...] = ()
        if outline is not None:
            measures = measure_pair(shot_of(before), shot_of(after), outline, registration, refusal=refusal)
            measures = without_blind(with_reasons(measures, before, after))
            before = with_border(before, measures)
    timings["total"] = time.perf_counter() - started
    if isinstance(carried, Refusal):
        refusal = refusal or carried
    return Comparison(before, after, outline, carried, registration, measures, refusal, timings)


def _forward(progress: Progress | None) -> Progress:
    """The same progress, which never goes back."""
    if progress is None:
        return lambda _step, _share: None
    furthest = 0.0

    def tell(step: str, share: float) -> None:
        nonlocal furthest
        furthest = max(furthest, share)
        progress(step, furthest)

    return tell


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings[name] = time.perf_counter() - started
