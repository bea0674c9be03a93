"""The page of a series shows every visit, and those that cannot be compared as questions."""

import datetime as dt

from dermograph.photo.measure.kinds import CONTRAST, TEXTURE
from dermograph.photo.report.series_chart import SeriesPoint
from dermograph.photo.report.series_page import SeriesReport, SeriesVisit, series_html, visit_pictures
from tests.photo.report.comparisons import GLARE, SHAKEN, good
from tests.photo.report.pages import Page, without_pictures


def _series(title: str = "abdomen") -> SeriesReport:
    (first, bar), (second, same_bar) = visit_pictures(good())
    days = (dt.date(2026, 3, 8), dt.date(2026, 4, 20), None)
    visits = (
        SeriesVisit("baseline", days[0], "one.jpg", "aa" * 32, (), None, first, bar),
        SeriesVisit("session 1", days[1], "two.jpg", "bb" * 32, (GLARE,), None, second, same_bar),
        SeriesVisit("session 2", days[2], "<b>three</b>.jpg", "cc" * 32, (), SHAKEN, None),
    )
    points = [
        SeriesPoint(visit.label, visit.on, value, u, comparable=value is not None)
        for visit, value, u in zip(visits, (6.21, 4.87, None), (0.41, 0.38, None), strict=True)
    ]
    silent = [SeriesPoint(visit.label, visit.on, None, None, comparable=False) for visit in visits]
    return SeriesReport(title, visits, {CONTRAST: points, TEXTURE: silent})


def test_every_visit_stands_on_the_page_with_what_to_mend() -> None:
    page = without_pictures(series_html(_series(), "en"))
    parsed = Page(page)
    assert parsed.wrong == []
    assert len(parsed.all("img")) == 2
    assert "Turn the light away." in page
    assert "Hold the camera still." in page
    assert page.count("When was it taken?") == 2


def test_a_measure_that_no_visit_knows_is_a_question() -> None:
    page = without_pictures(series_html(_series(), "es"))
    assert "Textura de la superficie (aproximación 2-D): ¿cómo ha cambiado?" in page
    assert page.count('class="chart"') == 1


def test_the_title_and_the_names_are_text() -> None:
    page = without_pictures(series_html(_series("<script>alert(1)</script>"), "en"))
    assert "<script>" not in page
    assert "&lt;b&gt;three&lt;/b&gt;.jpg" in page


def test_the_figures_stand_in_a_table_as_well() -> None:
    page = without_pictures(series_html(_series(), "en"))
    assert "<td>ΔE 6.2 ± 0.4</td>" in page
    assert "<td>Not comparable</td>" in page
