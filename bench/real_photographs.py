"""What the same code does with real photographs, where the folder ``shared/data`` stands beside the repository."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import cv2
import numpy as np

from bench.colour_difference import table_error
from bench.measuring import Row, Target
from dermograph.photo.card.calibration import Calibration, calibrate
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.spaces import rgb_to_lab
from dermograph.photo.image import read_photograph
from dermograph.photo.outline.outline import Outline
from dermograph.photo.register.register import register
from tests.photo.register.clicks import MOLES, PAIRS, landmarks

SECTION = "Real photographs"
DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
GRAF_LIMITS_PX = {2: 1.1, 3: 3.7, 4: 2.6}  # what untuned SIFT and MAGSAC reach
WRONG = 0.25  # of a mole's length


def rows(*, quick: bool = False) -> list[Row]:
    """All rows; none where the folder is absent."""
    if not DATA.is_dir():
        print("shared/data is not there: no real photographs are measured", flush=True)
        return []
    return [*_table(), *_cards(), *_plane(), *_moles(quick=quick)]


def _table() -> list[Row]:
    lines = (DATA / "ciede2000-sharma-2005.csv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [[float(value) for value in line.split(",")] for line in lines if line.strip()]
    name = f"CIEDE2000, largest error on {len(pairs)} published pairs"
    return [Row(SECTION, name, "ΔE00", [table_error(pairs)], Target(1e-4))]


def _cards() -> list[Row]:
    paths = sorted((DATA / "aruco-colorchecker").glob("*.jpg"))
    read, left_out, raw = 0, [], []
    for path in paths:
        photo = read_photograph(path)
        card = read_card(photo)
        if not isinstance(card, CardReading):
            continue
        read += 1
        calibration = calibrate(photo, card)
        if isinstance(calibration, Calibration):
            left_out += calibration.delta_e(left_out=True).tolist()
        seen = rgb_to_lab(np.array([one.rgb for one in card.samples]) / 255, "D50")
        raw += delta_e00(seen, np.array([one.lab_d50 for one in card.samples])).tolist()
    return [
        Row(SECTION, f"ColorCheckers read, of {len(paths)}", "", [read], Target(len(paths), at_least=True)),
        Row(SECTION, "ColorChecker, left-out patch, median", "ΔE00", [float(np.median(left_out))], Target(4.0)),
        Row(SECTION, "  the same as photographed, uncalibrated", "ΔE00", [float(np.median(raw))]),
    ]


def _plane() -> list[Row]:
    found = []
    folder = DATA / "oxford-graf" / "test-graf"
    before = read_photograph(folder / "img1.png")
    lattice = np.stack(np.meshgrid(np.arange(0.0, before.width, 10), np.arange(0.0, before.height, 10)), axis=-1)
    for number in (2, 3, 4, 5, 6):
        given = np.loadtxt(folder / f"H1to{number}p")
        truth = cv2.perspectiveTransform(lattice.reshape(1, -1, 2), given).reshape(lattice.shape)
        map_found = register(before, read_photograph(folder / f"img{number}.png"))
        if map_found.comparable:
            error = float(np.nanmean(np.linalg.norm(map_found.after_xy(lattice) - truth, axis=-1)))
            limit = GRAF_LIMITS_PX.get(number, 3.0)
            found.append(Row(SECTION, f"graf 1 to {number}, mean error", "px", [error], Target(limit)))
        else:
            found.append(Row(SECTION, f"graf 1 to {number}: refused", "", [1.0], stated=("or right", number > 4)))
    return found


def _moles(*, quick: bool) -> list[Row]:
    """Moles over years: with and without four clicked points, and against the moles of other people."""
    folder = DATA / "mole-series"
    pictures = {path.stem: read_photograph(path) for path in folder.glob("*/*.jpg")}
    right = {"alone": 0, "clicked": 0}
    wrong = {"alone": 0, "clicked": 0}
    for one, other in PAIRS:
        areas = {
            "alone": Outline((MOLES[one].outline,)),
            "clicked": Outline((MOLES[one].outline,), landmarks(one), landmarks(other)),
        }
        for way, area in areas.items():
            found = register(pictures[one], pictures[other], outline=area)
            off = np.linalg.norm(found.after_xy(np.array(MOLES[one].middle)) - MOLES[other].middle)
            is_right = bool(off < WRONG * MOLES[other].length)
            right[way] += found.comparable and is_right
            wrong[way] += found.comparable and not is_right
    strangers = [(one, other) for one, other in permutations(pictures, 2) if one[:-1] != other[:-1]]
    strangers = strangers[:: 20 if quick else 3]
    taken = sum(register(pictures[one], pictures[other]).comparable for one, other in strangers)
    count = len(PAIRS)
    return [
        Row(SECTION, f"moles over years, found alone, of {count}", "", [right["alone"]]),
        Row(SECTION, "  wrong and not refused", "", [wrong["alone"]], Target(0)),
        Row(
            SECTION,
            f"  found with four clicked points, of {count}",
            "",
            [right["clicked"]],
            Target(count, at_least=True),
        ),
        Row(SECTION, "  wrong with four clicked points", "", [wrong["clicked"]], Target(0)),
        Row(SECTION, f"moles of other people accepted, of {len(strangers)}", "", [taken], Target(0)),
    ]
