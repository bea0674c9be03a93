"""A series in its folder: each visit kept as soon as it is measured, and the report made from what is kept."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from dermograph.core.text import Language, Text
from dermograph.photo.comparison import Comparison
from dermograph.photo.finding import Finding, Refusal
from dermograph.photo.measure.values import Kind
from dermograph.photo.report.drawing import Bar
from dermograph.photo.report.pictures import jpeg
from dermograph.photo.report.rendering import Rgb
from dermograph.photo.report.series_chart import SeriesPoint
from dermograph.photo.report.series_page import SeriesReport, SeriesVisit, series_html, visit_pictures
from dermograph.photo.series import Series

_MOST_BYTES = 400_000  # of one kept picture
_BASELINE = Text("baseline", "inicial")
_VISIT = Text("visit {number}", "visita {number}")
Json = dict[str, Any]


def keep_visit(folder: Path, key: str, comparison: Comparison) -> Json:
    """Keep a measured visit with its pictures.

    Args:
        folder: Exists.
        key: What the visit depends on; see ``key_of``.
        comparison: Of the visit with the baseline.

    Returns:
        What ``compare --json`` says of it.
    """
    found = comparison.to_json()
    bars = []
    for name, (picture, bar) in zip(("baseline", "visit"), visit_pictures(comparison), strict=True):
        _write(_picture(folder, key, name), jpeg(picture, _MOST_BYTES))
        bars.append(None if bar is None else [bar.mm, bar.px])
    kept = {"key": key, "bars": bars, "compare": found}
    _write(_record(folder, key), json.dumps(kept, ensure_ascii=False).encode())
    return found


def kept_visit(folder: Path, key: str) -> Json | None:
    """What was kept of a visit; None if nothing was, if it is of something else, or if it cannot be read."""
    kept = _kept(folder, key)
    return None if kept is None else kept["compare"]


def write_series_report(path: Path, series: Series, keys: Sequence[str], language: Language) -> None:
    """Write the report of a series as one self-contained page.

    Args:
        path: Of the page, in the folder in which the visits are kept.
        series: The series.
        keys: Of its visits, in their order.
        language: Of the page.
    """
    rows = (series.baseline, *(visit["after"] for visit in series.visits))
    reasons = (None, *(visit["reason"] for visit in series.visits))
    visits = tuple(
        SeriesVisit(
            label=_label(number, language),
            on=_day(row),
            name=row["file"],
            sha256=row["sha256"],
            findings=tuple(_finding(one) for one in row["quality"]),
            refusal=_refusal(reason) if reason else None,
            picture=picture,
            bar=bar,
            is_synthetic=row["file"].startswith("synthetic"),
        )
        for number, (row, reason, (picture, bar)) in enumerate(
            zip(rows, reasons, _pictures(path.parent, keys), strict=True)
        )
    )
    report = SeriesReport("", visits, _points(series, language))
    _write(path, series_html(report, language).encode())


def _points(series: Series, language: Language) -> dict[Kind, list[SeriesPoint]]:
    found: dict[Kind, list[SeriesPoint]] = {}
    for one in series.baseline["measures"]:
        kind = Kind(one["name"], one["unit"], _text(one["label"]), _text(one["caveat"]))
        found[kind] = [
            SeriesPoint(
                _label(number, language),
                point.on,
                point.value,
                point.u,
                comparable=number == 0 or (point.change or {}).get("value") is not None,
            )
            for number, point in enumerate(series.points(one["name"]))
        ]
    return found


def _pictures(folder: Path, keys: Sequence[str]) -> list[tuple[Rgb | None, Bar | None]]:
    """The pictures of the baseline and of each visit with their scale bars, as far as they are kept."""
    found: list[tuple[Rgb | None, Bar | None]] = []
    for number, key in enumerate(keys):
        bars = (_kept(folder, key) or {}).get("bars") or [None, None]
        if number == 0:
            found.append((_shown(_picture(folder, key, "baseline")), _bar(bars[0])))
        found.append((_shown(_picture(folder, key, "visit")), _bar(bars[1])))
    return found


def _kept(folder: Path, key: str) -> Json | None:
    try:
        kept = json.loads(_record(folder, key).read_bytes())
    except (OSError, ValueError):
        return None
    whole = isinstance(kept, dict) and kept.get("key") == key and isinstance(kept.get("compare"), dict)
    return kept if whole else None


def _record(folder: Path, key: str) -> Path:
    return folder / f"visit-{key[:16]}.json"


def _picture(folder: Path, key: str, name: str) -> Path:
    return folder / f"visit-{key[:16]}-{name}.jpg"


def _shown(path: Path) -> Rgb | None:
    if not path.is_file():
        return None
    data = np.frombuffer(path.read_bytes(), np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    return None if picture is None else np.ascontiguousarray(picture[..., ::-1], dtype=np.uint8)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(data)
    partial.replace(path)


def _label(number: int, language: Language) -> str:
    return _BASELINE.say(language) if number == 0 else _VISIT.say(language).format(number=number)


def _day(photo: Mapping[str, Any]) -> dt.date | None:
    return dt.datetime.fromisoformat(photo["taken_at"]).date() if photo["taken_at"] else None


def _bar(given: Sequence[float] | None) -> Bar | None:
    return None if given is None else Bar(*given)


def _text(given: Mapping[str, str]) -> Text:
    return Text(given["en"], given["es"])


def _refusal(given: Mapping[str, Any]) -> Refusal:
    return Refusal(given["code"], _text(given["says"]), _text(given["todo"]))


def _finding(given: Mapping[str, Any]) -> Finding:
    return Finding(
        given["check"],
        given["passed"],
        _text(given["says"]),
        _text(given["todo"]),
        blocks=given["blocks"],
        value=given["value"],
        limit=given["limit"],
        unit=given["unit"],
    )
