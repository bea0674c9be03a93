"""Charts say in a sentence what they show, and draw what is below the limit hollow."""

import datetime as dt
import re

import pytest

from dermograph.photo.measure.kinds import CONTRAST
from dermograph.photo.measure.values import Outcome
from dermograph.photo.report.charts import change_chart, levels_chart
from dermograph.photo.report.glyphs import interval_glyph
from dermograph.photo.report.series_chart import SeriesPoint, series_chart
from tests.photo.report.comparisons import good, measured


def test_the_chart_of_a_change_states_the_finding() -> None:
    chart = change_chart(good().measures[0], "en")
    assert chart is not None
    assert 'role="img"' in chart
    sentence = re.search(r'aria-label="(.*?)"', chart)
    assert sentence is not None
    assert sentence[1] == (
        "Contrast to the skin beside it: improved. Change ΔE −1.3 ± 0.5, 95 % interval from ΔE −2.3 to ΔE −0.4; "
        "smallest detectable change ΔE 0.9."
    )


def test_a_change_below_the_limit_is_hollow_and_one_above_it_is_filled() -> None:
    below, above = good().measures[1], good().measures[0]
    assert above.change is not None
    assert below.change is not None
    assert "dot hollow" in str(change_chart(below, "en"))
    assert "dot improved" in str(change_chart(above, "en"))
    assert "hollow" in interval_glyph(below.change)
    assert "hollow" not in interval_glyph(above.change)


def test_a_measure_without_a_change_has_no_chart() -> None:
    assert levels_chart(good().measures[3], "en") is None
    assert change_chart(good().measures[3], "en") is None


def test_a_measure_without_any_error_can_still_be_drawn() -> None:
    exact = measured(CONTRAST, (2.0, 0.0), (2.0, 0.0), 0.0, Outcome.NO_DETECTABLE_CHANGE)
    assert exact.change is not None
    drawn = (str(levels_chart(exact, "es")), str(change_chart(exact, "es")), interval_glyph(exact.change))
    assert all("nan" not in one for one in drawn)


def _points() -> list[SeriesPoint]:
    days = (dt.date(2026, 1, 1), dt.date(2026, 1, 11), dt.date(2026, 4, 11))
    values = (6.2, None, 3.0)
    return [
        SeriesPoint(f"visit {index}", on, value, None if value is None else 0.4, comparable=value is not None)
        for index, (on, value) in enumerate(zip(days, values, strict=True))
    ]


def test_the_visits_of_a_series_stand_true_to_time() -> None:
    chart = series_chart(CONTRAST, _points(), "en")
    ticks = sorted(float(x) for x in re.findall(r'x1="([\d.]+)" x2="\1" y1="172" y2="176"', chart))
    assert len(ticks) == 3
    assert (ticks[1] - ticks[0]) / (ticks[2] - ticks[0]) == pytest.approx(0.1, abs=0.01)


def test_a_visit_that_cannot_be_compared_is_a_question_and_no_line_leads_past_it() -> None:
    chart = series_chart(CONTRAST, _points(), "en")
    assert chart.count("unknown-mark") == 1
    assert "polyline" not in chart
    assert "Not comparable at 1 of 3 visits." in chart


def test_visits_without_a_day_stand_in_order_and_the_chart_says_so() -> None:
    points = [SeriesPoint(str(index), None, 5.0 - index, 0.4, comparable=True) for index in range(3)]
    assert "not true to time" in series_chart(CONTRAST, points, "en")


def test_a_series_without_any_value_is_drawn_as_questions() -> None:
    points = [SeriesPoint(str(index), None, None, None, comparable=False) for index in range(2)]
    chart = series_chart(CONTRAST, points, "es")
    assert chart.count("unknown-mark") == 2
    assert "no comparable en ninguna de 2 visitas" in chart
