"""The part of the benchmark that measures photographs."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from bench import (
    card_detection,
    colour_difference,
    measuring_skin,
    photographs,
    real_photographs,
    registration,
    skin_colour,
)
from bench.measuring import Rounds, Row
from bench.report import Page, table

PHOTO_PAGE = Page(
    "benchmarks-photographs.md",
    "Benchmarks of photographs",
    """\
## What is measured

Everything but the sections on real photographs is measured on **synthetic** ones whose truth is known
(`dermograph.photo.phantom`). Real photographs are harder, and the figures must not be quoted without that. Seeds
below 10,000 were there to tune on; the figures come from seeds from 10,000 on.

- **dermograph compare, whole**: a fresh process from its start to its end: both JPEG files decoded, cards read,
  colour calibrated, skin registered, everything measured with its bootstrap, JSON printed. Memory is the most that
  the process held, libraries included (`VmHWM`).
- **Registration**: TRE is the mean distance, in pixels of the follow-up, between where the map says a point lies and
  where it lies, over the whole overlap. The severities are set so that the best homography alone leaves about 4.5,
  14.6 and 36 px. elastix and TV-L1 get the same normalised pictures and the same homography to start from.
- **Colour**: the colour of swatches that took no part in any fit, and that stand where the lesion would.
- **Measures**: how often the 95 % interval of a change holds the true change, how often a lesion that did not change
  is called changed, and how often a change of ΔE00 1 is found.
- **Card detection**: a ColorChecker between ArUco markers, found and sampled by us and by both methods of
  colour-checker-detection that need no trained network; that peer needs no markers. Right means that the patches lie
  where the chart's known colours say so, and our target is to be right as often as the better peer. Decoding the file
  counts for nobody.
- **Real photographs**: what the same code does with the photographs in `shared/data`, where that folder is present.

## Reproduce

```text
make bench ARGS="--part photo"            # some minutes; installs the peers of bench/peers.txt first
make bench ARGS="--part photo --quick"    # a few pairs of each
make bench ARGS="--part photo --write"    # and write this page
```
""",
)


def measure_photographs(chosen: argparse.Namespace, say: Callable[[str], None]) -> list[Row]:
    """All rows on photographs, each section shown by ``say`` as soon as it is there."""
    rounds = Rounds(chosen.rounds, chosen.rounds)
    rows: list[Row] = []

    def add(found: Sequence[Row]) -> None:
        rows.extend(found)
        for name, section in groupby(found, key=lambda row: row.section):
            say(table(name, list(section)))

    for name, section in _sections(chosen, rounds).items():
        if not chosen.only or name in chosen.only:
            add(section())
    return rows


def _sections(chosen: argparse.Namespace, rounds: Rounds) -> dict[str, Callable[[], Sequence[Row]]]:
    """What can be measured: what is right first and what is fast last, when a machine has grown quiet."""
    quick = chosen.quick

    def whole() -> Sequence[Row]:
        with tempfile.TemporaryDirectory(prefix="dermograph-bench-") as folder:
            return photographs.rows(Path(folder), rounds, quick=quick)

    return {
        "skin_colour": lambda: skin_colour.rows(quick=quick),
        "measuring_skin": lambda: measuring_skin.rows(*((6, 4) if quick else (chosen.measured, 40)), whole=not quick),
        "real_photographs": lambda: real_photographs.rows(quick=quick),
        "card_detection": lambda: card_detection.rows(rounds, quick=quick),
        "colour_difference": lambda: colour_difference.rows(rounds),
        "compare": whole,
        "registration": lambda: registration.rows(1 if quick else chosen.pairs),
    }
