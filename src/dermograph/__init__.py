"""Dermograph: the clinical system for skin treatments that are done with needles, session by session.

>>> from dermograph import assess, load_library, read_case
>>> library = load_library()
>>> text = "{treatment: scalp, assessed_on: 2026-11-21, areas: [{name: crown, lesion: stria}]}"
>>> case = read_case(text, library.vocabulary)
>>> assess(case, library.protocol(case.treatment)).area("crown").verdict
<Verdict.EXCLUDED: 'excluded'>

A name is imported when it is first used, so that what only assesses does not wait for numpy.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dermograph.care.assess import assess
    from dermograph.care.forecast_area import forecast_area
    from dermograph.care.plan import plan
    from dermograph.care.read_case import read_case
    from dermograph.care.review import review
    from dermograph.protocols.load import load_library

__version__ = "0.1.0"
__all__ = ["assess", "forecast_area", "load_library", "plan", "read_case", "review"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 (what a module holds)
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    home = "dermograph.protocols.load" if name == "load_library" else f"dermograph.care.{name}"
    return getattr(importlib.import_module(home), name)
