"""The pictures of a comparison, for the page and as files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from dermograph.core.text import Language
from dermograph.photo.comparison import Comparison, Side
from dermograph.photo.finding import Refusal
from dermograph.photo.image import Photograph
from dermograph.photo.report import words
from dermograph.photo.report.charts import change_sentence
from dermograph.photo.report.drawing import Bar, above, beside, fitted, framed, key, scale_bar, with_lines
from dermograph.photo.report.figures import bare, day
from dermograph.photo.report.heat import HeatMap, heat_map, painted, ring_mask
from dermograph.photo.report.rendering import Rgb, aligned, cut
from dermograph.photo.report.window import around, whole

_BESIDE_PX = 1000  # long side of photographs that stand side by side


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a page shows of two photographs.

    Attributes:
        before: ``(rows, columns, 3)`` sRGB, lesion and ring drawn on it.
        after: The follow-up: over the same skin if ``is_aligned``, else as it is.
        heat: The heat map painted, with the same lines; None if there is none.
        heat_values: Its figures; None if there is none.
        bar: The scale bar of ``before``; None without a scale.
        is_aligned: Whether both show the same skin at the same place.
        is_calibrated: Whether both are shown through their calibration.
    """

    before: Rgb
    after: Rgb
    heat: Rgb | None
    heat_values: HeatMap | None
    bar: Bar | None
    is_aligned: bool
    is_calibrated: bool


@lru_cache(maxsize=1)  # the pictures and the report of each language show the same; drawing takes a second at 12 MP
def shown(comparison: Comparison) -> Shown:
    """Draw a comparison: aligned where it may be compared, else both photographs as they are."""
    if comparison.refusal is not None or not comparison.registration.comparable:
        first, second = (whole(side, _BESIDE_PX) for side in (comparison.before, comparison.after))
        before = with_lines(cut(comparison.before.photo.rgb, first), first, comparison.outline)
        after = cut(comparison.after.photo.rgb, second)
        return Shown(before, after, None, None, scale_bar(first), is_aligned=False, is_calibrated=False)
    window = around(comparison.outline, comparison.before)
    pair = aligned(comparison, window)
    heat = heat_map(comparison, pair)
    ring = ring_mask(comparison, pair)
    before, after = (with_lines(one, window, comparison.outline, ring) for one in (pair.before, pair.after))
    picture = None if heat is None else with_lines(painted(heat, pair), window, comparison.outline, ring)
    calibrated = pair.before_lab is not None
    return Shown(before, after, picture, heat, scale_bar(window), is_aligned=True, is_calibrated=calibrated)


def pictures(comparison: Comparison, language: Language) -> dict[str, Rgb]:
    """The pictures with their captions, as they stand alone.

    Returns:
        ``before``, ``after``, ``side_by_side``, and ``heat_map`` where there is one: ``(h, w, 3)`` sRGB.
    """
    drawn = shown(comparison)
    sides = (comparison.before, comparison.after)
    one, other = (
        framed(picture, _caption(side, title.say(language), language), bar, language)
        for picture, side, title, bar in zip(
            (drawn.before, drawn.after),
            sides,
            (words.BASELINE, words.FOLLOW_UP),
            (drawn.bar, drawn.bar if drawn.is_aligned else None),
            strict=True,
        )
    )
    both = beside(one, other)
    found = {"before": one, "after": other, "side_by_side": above(both, _foot(comparison, drawn, both, language))}
    if drawn.heat is not None and drawn.heat_values is not None:
        title = [words.HEAT_MAP.say(language), heat_caption(drawn.heat_values, language)]
        title += _synthetic(comparison.before.photo, language)
        wide = framed(drawn.heat, fitted(title, drawn.heat.shape[1]), drawn.bar, language)
        found["heat_map"] = above(wide, key(drawn.heat_values, wide.shape[1], language))
    return found


def write_pictures(folder: Path, comparison: Comparison, language: Language) -> tuple[Path, ...]:
    """Write the pictures as PNG files into a folder, which is made if it is not there.

    Returns:
        The files: ``before.png``, ``after.png``, ``side_by_side.png``, and ``heat_map.png`` where there is one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, picture in pictures(comparison, language).items():
        path = folder / f"{name}.png"
        path.write_bytes(png(picture))
        written.append(path)
    return tuple(written)


def png(picture: Rgb) -> bytes:
    """A picture as a PNG file."""
    return _encoded(picture, ".png", [])


def jpeg(picture: Rgb, most_bytes: int) -> bytes:
    """A picture as a JPEG file with full colour, as good as the size allows."""
    data = b""
    for quality in (92, 88, 82, 74, 64, 50):
        data = _encoded(
            picture,
            ".jpg",
            [
                cv2.IMWRITE_JPEG_QUALITY,
                quality,
                cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
                cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
            ],
        )
        if len(data) <= most_bytes:
            break
    return data


def is_synthetic(photo: Photograph) -> bool:
    """Whether a photograph was made by a computer."""
    return photo.name.startswith("synthetic")


def heat_caption(heat: HeatMap, language: Language) -> str:
    """The size of the blocks and the limit, in words."""
    block = words.BLOCK_UNKNOWN if heat.block_mm is None else words.BLOCK.format(mm=f"{heat.block_mm:.2g}").typeset()
    limit = bare(heat.limit, 0.1 * max(heat.limit, 0.1), "delta_e00", language)
    return f"{block.say(language)} {words.HEAT_LIMIT.say(language).format(limit=limit)}"


def _caption(side: Side, title: str, language: Language) -> list[str]:
    photo = side.photo
    on = day(photo.taken_at.date() if photo.taken_at else None, language) or words.DATE_UNKNOWN.say(language)
    state = words.NOT_CALIBRATED if isinstance(side.calibration, Refusal) else words.CALIBRATED
    return [f"{title} · {on}", state.say(language), *_synthetic(photo, language)]


def _synthetic(photo: Photograph, language: Language) -> list[str]:
    return [words.SYNTHETIC.say(language)] if is_synthetic(photo) else []


def _foot(comparison: Comparison, drawn: Shown, both: Rgb, language: Language) -> Rgb:
    """What stands below both pictures: the finding, or why they cannot be compared."""
    if comparison.refusal is not None:
        says = comparison.refusal.says.say(language), comparison.refusal.todo.say(language)
        lines = [words.NOT_COMPARABLE.say(language), *says]
    else:
        contrast = comparison.measure("contrast")
        finding = "" if contrast is None else change_sentence(contrast, language)
        colour = words.SAME_COLOURS if drawn.is_calibrated else words.OWN_COLOURS
        lines = [finding, colour.say(language)]
    columns = both.shape[1]
    empty: Rgb = np.full((1, columns - 32, 3), both[0, 0], np.uint8)
    return framed(empty, fitted([line for line in lines if line], columns - 32), None, language)


def _encoded(picture: Rgb, ending: str, settings: list[int]) -> bytes:
    ok, data = cv2.imencode(ending, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), settings)
    if not ok:
        msg = f"a picture of {picture.shape} cannot be written as {ending}"
        raise RuntimeError(msg)
    return data.tobytes()
