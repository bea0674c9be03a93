"""The picture of a measure over time shows what was measured, and what was not is not a zero."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.template import engines

from dermograph.clinic.look.charts import chart_parts


def point(day: int, value: float | None, u: float | None = 0.4, **more: object) -> dict[str, Any]:
    return {"day": dt.date(2026, 1, 1) + dt.timedelta(days=day), "value": value, "u": u, **more}


def drawn(series: dict[str, Any], language: str = "en") -> str:
    return str(engines["django"].from_string("{% chart_measure s %}").render({"s": series, "language": language}))


def test_a_change_within_the_limit_is_stated_as_not_detectable_and_drawn_hollow() -> None:
    parts = chart_parts(
        {"name": "Contrast", "unit": "ΔE", "limit": 1.1, "points": [point(0, 9.0), point(40, 8.2)]}, "en"
    )
    assert parts["finding"].endswith("no detectable change.")
    assert [one.get("hollow") for one in parts["points"]] == [None, True]


def test_a_change_beyond_the_limit_is_stated_with_both_values() -> None:
    parts = chart_parts(
        {"name": "Contraste", "unit": "ΔE", "limit": 1.1, "points": [point(0, 9.0), point(40, 6.2)]}, "es"
    )
    assert parts["finding"] == "Contraste: de 9,0 ΔE a 6,2 ΔE el 10 de febrero de 2026: un cambio detectable."


def test_what_a_comparison_said_of_its_own_point_goes_before_the_limit() -> None:
    points = [point(0, 9.0), point(40, 6.2, detectable=True), point(80, 7.0, detectable=False)]
    parts = chart_parts({"name": "Contrast", "unit": "ΔE", "limit": 1.1, "points": points}, "en")
    assert [one.get("hollow") for one in parts["points"]] == [None, False, True]
    assert parts["finding"].endswith("no detectable change.")


def test_without_a_limit_nothing_is_said_of_detectability() -> None:
    finding = chart_parts({"name": "Contrast", "points": [point(0, 9.0), point(40, 8.2)]}, "en")["finding"]
    assert "detectable" not in finding


def test_what_was_not_measured_is_a_question_and_not_a_point() -> None:
    page = drawn({"name": "Contrast", "points": [point(0, 9.0), point(30, None, why="the card was not found")]})
    assert page.count('class="dot"') == 1
    assert ">?<" in page
    assert "the card was not found" in page


def test_with_nothing_measured_there_is_no_picture() -> None:
    page = drawn({"name": "Contrast", "points": []})
    assert "<svg" not in page
    assert "not measured yet" in page


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    "points",
    [
        [point(0, 0.0, 0.0)],
        [point(0, -3.0), point(4000, 1e5, 3.0)],
        [point(0, 1e-6, 1e-7), point(1, 2e-6, 1e-7)],
        [point(0, float("nan")), point(3, 2.0)],
        [point(n, 10 - n / 9, 0.1 * n) for n in range(40)],
    ],
)
def test_everything_drawn_lies_in_the_picture(points: list[dict[str, Any]], language: str) -> None:
    page = drawn(
        {"name": "x", "limit": 0.5, "goal": 3.0, "sessions": [dt.date(2026, 1, 5)], "points": points}, language
    )
    picture = page[page.index("<svg") : page.index("</svg>")]
    for x in re.findall(r' c?x="([^"]*)"', picture):
        assert 0 <= float(x) <= 720
    for y in re.findall(r' c?y="([^"]*)"', picture):
        assert -0.5 <= float(y) <= 300.5


def test_the_same_figures_stand_in_a_table() -> None:
    page = drawn({"name": "Contrast", "unit": "ΔE", "points": [point(0, 9.04, 0.4)]})
    assert "9.0 ± 0.4" in page
    assert "8.3 – 9.8" in page
