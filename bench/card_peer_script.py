"""colour-checker-detection as ``bench/card_detection.py`` talks to it, run in an environment of its own.

Says its version first. Then, for each line of JSON with a ``way`` and the ``path`` of an array of 8-bit sRGB, it
answers with one line: the seconds of the detection alone, and the linear colours of the 24 patches of each chart found.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

Detect = Callable[..., tuple[Any, ...]]


def ways() -> dict[str, Detect]:
    """Its two methods that need no trained network; that one would be fetched when first used."""
    # The templated method asks colour-science for a check of scikit-learn that its newest release does not have yet,
    # and stops with a KeyError. scikit-learn is in card_peers.txt.
    requirements: Any = importlib.import_module("colour.utilities.requirements")
    requirements.REQUIREMENTS_TO_CALLABLE["scikit-learn"] = lambda **_: True
    importlib.import_module("sklearn.cluster")  # is imported within the method otherwise, on the clock
    peer: Any = importlib.import_module("colour_checker_detection")
    return {
        "segmentation": peer.detect_colour_checkers_segmentation,
        "templated": peer.detect_colour_checkers_templated,
    }


def answer(detect: Detect, path: str) -> dict[str, Any]:
    """Detect charts in one picture; a method that fails has found none."""
    picture = np.load(path)
    found: tuple[Any, ...] = ()
    started, failed = time.perf_counter(), ""
    try:
        found = detect(picture, apply_cctf_decoding=True)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is the peer's answer)
        failed = repr(error)
    took = time.perf_counter() - started
    return {"seconds": took, "charts": [np.asarray(chart).tolist() for chart in found], "failed": failed}


def main() -> None:
    """Answer until there are no more questions."""
    answers = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        known = ways()
        print(json.dumps({"version": version("colour-checker-detection")}), file=answers, flush=True)
        for line in sys.stdin:
            asked = json.loads(line)
            print(json.dumps(answer(known[asked["way"]], asked["path"])), file=answers, flush=True)


if __name__ == "__main__":
    main()
