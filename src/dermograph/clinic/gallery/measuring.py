"""The process that measures. It knows photographs and outlines only: no database, no key, no patient.

``python -m dermograph.clinic.gallery.measuring`` reads one task a frame from its input and answers on its output. A
photograph that crashes it, or takes all memory, takes nothing else along.
"""

from __future__ import annotations

import importlib
import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from dermograph.clinic.gallery.frames import Header, receive, send
from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES
from dermograph.photo.compare import compare, look
from dermograph.photo.comparison import Comparison
from dermograph.photo.image import read_photograph_bytes
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.read_json import outline_of
from dermograph.photo.quality import Baseline
from dermograph.photo.report.heat import HeatMap
from dermograph.photo.report.heat_colours import key_colours
from dermograph.photo.report.heat_figure import heat_sentence
from dermograph.photo.report.page import report_html
from dermograph.photo.report.pictures import Shown, heat_caption, jpeg, shown

Tell = Callable[[str, float], None]
Files = dict[str, bytes]
_MOST_BYTES = 700_000  # of one picture on a page
_TELL_EVERY_S = 0.2  # a page asks every second
_MEASURED = 0.8  # share of the work that is done when everything is measured
_KEY_STEPS = 12
#: The comparison that was measured last, by its key: its report is written after its figures were handed over.
_last: tuple[str, Comparison] | None = None
_OOM_FIRST = "900"  # of 1,000: where memory runs out, this process goes and not the server


def judged(header: Header, files: list[bytes], tell: Tell) -> tuple[Any, Files]:
    """What the card and the quality gate say of one photograph."""
    tell("read", 0.0)
    photograph = read_photograph_bytes(files[0], header["name"])
    tell("judge", 0.3)
    frame = header.get("baseline_frame_mm")
    side = look(photograph, baseline=None if frame is None else Baseline(frame))
    usable = not any(one.blocks and one.passed is False for one in side.findings)
    return {"findings": side.to_json(), "usable": usable}, {}


def compared(header: Header, files: list[bytes], tell: Tell) -> tuple[Any, Files]:
    """What changed between two photographs, with pictures."""
    found = _compared(header, files, tell)
    tell("pictures", _MEASURED)
    drawn = shown(found)
    made: Files = {"before": jpeg(drawn.before, _MOST_BYTES), "after": jpeg(drawn.after, _MOST_BYTES)}
    if drawn.heat is not None:
        made["heat"] = jpeg(drawn.heat, _MOST_BYTES)
    return {**found.to_json(), "shown": _said_of(drawn, found)}, made


def reported(header: Header, files: list[bytes], tell: Tell) -> tuple[Any, Files]:
    """The report of a comparison in both languages; it is measured again if it was not the last one."""
    found = _last[1] if _last is not None and _last[0] == header["key"] else _compared(header, files, tell)
    made: Files = {}
    for number, language in enumerate(LANGUAGES):
        tell("report", number / len(LANGUAGES))
        made[f"report_{language}"] = report_html(found, language).encode()
    return {}, made


def _compared(header: Header, files: list[bytes], tell: Tell) -> Comparison:
    global _last  # noqa: PLW0603 (one task at a time)
    before, after = (read_photograph_bytes(data, name) for data, name in zip(files, header["names"], strict=True))
    outline = read_outline(header["shape"], header["landmarks"], (before.width, before.height))
    _last = None  # two comparisons at once would need twice the memory
    found = compare(before, after, outline, progress=lambda step, share: tell(step, _MEASURED * share))
    _last = (header["key"], found)
    return found


def read_outline(shape: Mapping[str, Any], landmarks: Mapping[str, Any], size: tuple[int, int]) -> Outline:
    """The outline with the landmarks that were clicked for one comparison.

    Raises:
        InputError: If it cannot be used.
    """
    import json  # noqa: PLC0415 (the reader takes text)

    whole = {"lesion": shape["lesion"]}
    clicked = landmarks or shape.get("landmarks")
    if clicked and clicked.get("before"):
        whole["landmarks"] = {"before": clicked["before"], "after": clicked["after"]}
    return outline_of(json.dumps(whole).encode(), *size)


def _said_of(drawn: Shown, found: Comparison) -> dict[str, Any]:
    """What a page says beside the pictures."""
    rows, columns = drawn.before.shape[:2]
    rows_after, columns_after = drawn.after.shape[:2]
    bar = drawn.bar
    return {
        "aligned": drawn.is_aligned,
        "calibrated": drawn.is_calibrated,
        "before": {"width": columns, "height": rows},
        "after": {"width": columns_after, "height": rows_after},
        "bar": None if bar is None else {"mm": bar.mm, "px": bar.px, **{la: bar.says(la) for la in LANGUAGES}},
        "heat": None if drawn.heat_values is None else _said_of_heat(drawn.heat_values),
        "synthetic": found.before.photo.name.startswith("synthetic"),
    }


def _said_of_heat(heat: HeatMap) -> dict[str, Any]:
    return {
        "limit": heat.limit,
        "top": heat.top,
        "caption": {language: heat_caption(heat, language) for language in LANGUAGES},
        "sentence": {language: heat_sentence(heat, language) for language in LANGUAGES},
        "colours": key_colours(heat.limit, heat.top, _KEY_STEPS),
    }


TASKS: Mapping[str, Callable[[Header, list[bytes], Tell], tuple[Any, Files]]] = {
    "judge": judged,
    "compare": compared,
    "report": reported,
}


def task_of(header: Header) -> Callable[[Header, list[bytes], Tell], tuple[Any, Files]]:
    """What does a task: ours, or of the module that the task names, which has ``TASKS`` like this one."""
    module = header.get("module")
    known: Mapping[str, Any] = importlib.import_module(module).TASKS if module else TASKS
    found: Callable[[Header, list[bytes], Tell], tuple[Any, Files]] = known[header["what"]]
    return found


def finite(value: Any) -> Any:  # noqa: ANN401 (JSON)
    """The same JSON with None where a number is none: databases refuse NaN."""
    if isinstance(value, Mapping):
        return {str(key): finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    if hasattr(value, "item"):  # a number of numpy
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def main() -> int:
    """Answer tasks until the input ends."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between two frames
    _be_modest()
    last, told, doing = 0.0, "", None

    def tell(step: str, share: float) -> None:
        nonlocal last, told
        now = time.monotonic()
        if now - last > _TELL_EVERY_S or step != told:
            last, told = now, step
            send(output, {"task": doing, "step": step, "share": finite(float(share))})

    send(output, {"ready": os.getpid()})
    while (task := receive(sys.stdin.buffer)) is not None:
        header, files = task
        doing = header.get("task")
        try:
            answer, made = task_of(header)(header, files, tell)
            send(output, {"task": doing, "answer": finite(answer), "files": list(made)}, list(made.values()))
        except InputError as error:
            send(output, {"task": doing, "refused": {language: error.say(language) for language in LANGUAGES}})
        except Exception as error:  # noqa: BLE001 (the runner decides what becomes of the task)
            traceback.print_exc()
            send(output, {"task": doing, "broke": type(error).__name__})
    return 0


def _be_modest() -> None:
    """Pages come before measurements, and the server before this process."""
    with suppress(OSError, AttributeError):
        os.nice(5)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_FIRST, encoding="ascii")


if __name__ == "__main__":
    sys.exit(main())
