"""Finding and sampling a ColorChecker: ours beside colour-checker-detection, on real and on synthetic photographs.

The peer finds a chart by its patches alone. Ours wants the ArUco markers around it, which all of these photographs
show, and refuses where it is not sure. The peer does not know our own cards, so the synthetic photographs show the
chart that both know; our layout of it drew them, so that they say more about the peer than about ours. Both are judged
alike, by the chart's known colours: a chart is sampled right if a 3x3 matrix through the other patches foretells a
left-out one well. A chart that is read turned, shifted or half beside its patches is far from that.

The peer wants OpenCV 4, ours is 5: it runs in an environment of its own, which is made here.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from bench.measuring import Rounds, Row, Target, in_turn, ratios
from dermograph.photo.card.calibration import calibrate
from dermograph.photo.card.layout import COLORCHECKER
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.spaces import lab_to_xyz, linear, xyz_to_lab
from dermograph.photo.image import Photograph, read_photograph
from dermograph.photo.phantom.conditions import Tier
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import shoot

Floats = NDArray[np.float64]

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "data" / "aruco-colorchecker"
PINS = Path(__file__).with_name("card_peers.txt")
SCRIPT = Path(__file__).with_name("card_peer_script.py")
ENVIRONMENT = ROOT / "build" / "card-peers"
INSTALLED_WITHIN = 600  # seconds
WAYS = ("segmentation", "templated")

FIRST_SEED = 40_000
SYNTHETIC_TIERS: tuple[Tier, ...] = ("protocol", "mild", "moderate", "severe")
RIGHT = 6.0  # mean ΔE00 of a left-out patch: right ones lie below 5, one chart with a few wrong patches above 7
NAMES = tuple(f"{letter}{row}" for row in (1, 2, 3, 4) for letter in "ABCDEF")  # the peer's order
NONE_WRONG, NO_SLOWER = Target(0), Target(1.0, at_least=True)


class PeerError(RuntimeError):
    """The peer cannot be asked."""


@dataclass(slots=True)
class Figures:
    """What one method did, a value a photograph.

    Attributes:
        seconds: To find the chart and sample it.
        whole: Of ours, with the calibration.
        errors: Of each chart that was found, the mean ΔE00 of a left-out patch.
    """

    seconds: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)


class Peer:
    """The peer's process; says its ``version``."""

    def __init__(self, python: Path) -> None:
        self._process = subprocess.Popen(
            [python, SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._told = {""}
        self.version = str(self._answer()["version"])

    def ask(self, way: str, picture: Path) -> tuple[float, list[Floats]]:
        """Seconds, and the linear colours of the patches of each chart found."""
        print(json.dumps({"way": way, "path": str(picture)}), file=self._pipe(self._process.stdin), flush=True)
        found = self._answer()
        if found["failed"] not in self._told:
            self._told.add(found["failed"])
            print(f"colour-checker-detection, {way}, fails and so finds no chart: {found['failed']}", flush=True)
        return float(found["seconds"]), [np.array(chart) for chart in found["charts"]]

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()

    def _answer(self) -> dict[str, Any]:
        line = self._pipe(self._process.stdout).readline()
        if not line:
            raise PeerError(f"it ended with code {self._process.wait()}")
        answered: dict[str, Any] = json.loads(line)
        return answered

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        if pipe is None:
            raise PeerError("it has no pipe")
        return pipe


def rows(rounds: Rounds, *, quick: bool = False) -> list[Row]:
    """Rows on real photographs, where they are present, and on synthetic ones; without the peer where it cannot run."""
    turns = Rounds(min(rounds.least, 3), min(rounds.most, 3))
    peer: Peer | None = None
    try:
        peer = Peer(_environment())
    except (OSError, subprocess.SubprocessError, PeerError) as error:
        print(f"colour-checker-detection is left out, no environment for it: {type(error).__name__}", flush=True)
    found: list[Row] = []
    try:
        if REAL.is_dir():
            photos = [read_photograph(path) for path in sorted(REAL.glob("*.jpg"))]
            found += _section("real photographs", photos, peer, turns, all_found=True)
        else:
            print("shared/data is not there: cards are detected in synthetic photographs only", flush=True)
        found += _section("synthetic photographs", _synthetic(4 if quick else 12), peer, turns)
    except (BrokenPipeError, PeerError) as error:
        print(f"colour-checker-detection stopped, what was not measured by then is left out: {error}", flush=True)
    finally:
        if peer is not None:
            peer.close()
    return found


def _environment() -> Path:
    """The Python of the peer's environment, which is made if it is not there with these pins."""
    python, made_with, pins = ENVIRONMENT / "bin" / "python", ENVIRONMENT / PINS.name, PINS.read_text(encoding="utf-8")
    if not made_with.is_file() or made_with.read_text(encoding="utf-8") != pins:
        install: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--requirement", PINS]
        make: list[str | Path] = [sys.executable, "-m", "venv", "--clear", ENVIRONMENT]
        for command in (make, install):
            subprocess.run(command, check=True, capture_output=True, timeout=INSTALLED_WITHIN)
        made_with.write_text(pins, encoding="utf-8")
    return python


def _synthetic(many: int) -> list[Photograph]:
    """The Mini chart between its markers on skin, in all conditions by turns."""
    found = []
    for number in range(many):
        seed, tier = FIRST_SEED + number, SYNTHETIC_TIERS[number % len(SYNTHETIC_TIERS)]
        skin = scene(seed, width=2040, height=1530, px_per_mm=8.0, phototype=number % 6 + 1, card="colorchecker-mini")
        found.append(shoot(skin, seed=seed, conditions=tier, print_seed=seed).photograph)
    return found


def _section(
    kind: str, photos: Sequence[Photograph], peer: Peer | None, turns: Rounds, *, all_found: bool = False
) -> list[Row]:
    """All photographs with each method in turn; every figure of seconds is the median of one photograph's turns."""
    figures = {name: Figures() for name in ("ours", *(WAYS if peer else ()))}
    with tempfile.TemporaryDirectory(prefix="dermograph-bench-") as folder:
        picture = Path(folder) / "picture.npy"
        for number, photo in enumerate(photos):
            np.save(picture, photo.rgb)
            if number == 0:
                _one(photo, picture, peer, Rounds(1, 1))  # whatever is done only once is done before any clock counts
            for name, one in _one(photo, picture, peer, turns).items():
                figures[name].seconds.append(statistics.median(one.seconds))
                figures[name].whole += [statistics.median(one.whole)] if one.whole else []
                figures[name].errors += one.errors[:1]
    version = f", beside colour-checker-detection {peer.version}" if peer else ""
    return _table(f"Card detection, {kind}{version}", len(photos), figures, all_found=all_found)


def _one(photo: Photograph, picture: Path, peer: Peer | None, turns: Rounds) -> dict[str, Figures]:
    """One photograph with each method, in turn."""
    figures = {"ours": Figures()}
    jobs: dict[str, Callable[[], float]] = {"ours": partial(_ours, photo, figures["ours"])}
    if peer is not None:
        for way in WAYS:
            figures[way] = Figures()
            jobs[way] = partial(_theirs, peer, way, picture, figures[way])
    for name, seconds in in_turn(jobs, turns).items():
        figures[name].seconds = seconds
    return figures


def _ours(photo: Photograph, into: Figures) -> float:
    """Read and calibrate; the seconds of the reading alone, which is what the peer does."""
    started = time.perf_counter()
    card = read_card(photo)
    took = time.perf_counter() - started
    if isinstance(card, CardReading):
        calibrate(photo, card)
        names = [sample.patch.id for sample in card.samples]
        into.errors.append(_left_out(linear(np.array([sample.rgb for sample in card.samples]) / 255), names))
    into.whole.append(time.perf_counter() - started)
    return took


def _theirs(peer: Peer, way: str, picture: Path, into: Figures) -> float:
    """Detect; of several charts found, the best one counts."""
    took, charts = peer.ask(way, picture)
    if charts:
        into.errors.append(min(_left_out(chart, NAMES) for chart in charts))
    return took


def _left_out(light: Floats, names: Sequence[str]) -> float:
    """Mean ΔE00 between a patch's known colour and what a 3x3 matrix through the other patches makes of it."""
    known = {patch.id: patch.lab_d50 for patch in COLORCHECKER.patches}
    lab = np.array([known[name] for name in names])
    xyz, errors = lab_to_xyz(lab, "D50"), []
    for number in range(len(names)):
        others = np.arange(len(names)) != number
        matrix = np.linalg.lstsq(light[others], xyz[others], rcond=None)[0]
        errors.append(float(delta_e00(xyz_to_lab(light[number] @ matrix, "D50"), lab[number])))
    return statistics.fmean(errors)


def _table(section: str, many: int, figures: dict[str, Figures], *, all_found: bool) -> list[Row]:
    """The rows of one section."""
    theirs = [sum(error <= RIGHT for error in figures[way].errors) for way in WAYS if way in figures]
    limit = many if all_found else max(theirs, default=None)
    all_right = None if limit is None else Target(limit, at_least=True)
    found = []
    for name, one in figures.items():
        wrong = sum(error > RIGHT for error in one.errors)
        is_ours = name == "ours"
        found += [
            Row(section, f"{name}: charts found, of {many}", "", [len(one.errors)]),
            Row(section, f"{name}: sampled right", "", [len(one.errors) - wrong], all_right if is_ours else None),
            Row(section, f"{name}: sampled wrongly, no warning", "", [wrong], NONE_WRONG if is_ours else None),
            Row(section, f"{name}: time", "s", one.seconds),
        ]
        if is_ours:
            found.append(Row(section, f"{name}: time with the calibration", "s", one.whole))
        else:
            slower = ratios(one.seconds, figures["ours"].seconds)
            found.append(Row(section, f"{name}: time over ours", "×", slower, NO_SLOWER))
    return found
