"""The page says what was measured and what was not, asks nothing of the network, and promises nothing."""

import dataclasses
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from dermograph.core.text import LANGUAGES, Language
from dermograph.photo.comparison import Comparison
from dermograph.photo.measure.kinds import WIDTH
from dermograph.photo.measure.sizes import NOT_ELONGATED
from dermograph.photo.measure.values import Measure
from dermograph.photo.report.page import report_html, write_report
from tests.photo.report.comparisons import good, named, refused, without_card
from tests.photo.report.pages import Page, without_pictures, words_of

KINDS: dict[str, Callable[[], Comparison]] = {"good": good, "refused": refused, "without_card": without_card}
PROMISES = re.compile(
    r"perfect|painless|permanent|imperceptible|guarantee|cure[sd]?\b|indolor|perfecto|garanti|oops|are you sure",
    re.IGNORECASE,
)


@cache
def _page(kind: str, language: Language) -> str:
    return without_pictures(report_html(KINDS[kind](), language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_well_formed_in_its_language(kind: str, language: Language) -> None:
    page = Page(_page(kind, language))
    assert page.wrong == []
    assert page.open == []
    assert page.all("html") == [{"lang": language}]
    identifiers = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_asks_nothing_of_the_network(kind: str) -> None:
    page = _page(kind, "en")
    parsed = Page(page)
    sources = [value for _, attributes in parsed.elements for key in ("src", "href") if (value := attributes.get(key))]
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    assert not re.search(
        r"https?:|//[a-z]|@import|url\(", words_of(page) + page.split("<style>")[1].split("</style>")[0]
    )
    policy = next(meta["content"] for meta in parsed.all("meta") if meta.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy


def test_every_picture_and_chart_has_words_for_those_who_do_not_see_it() -> None:
    parsed = Page(_page("good", "es"))
    assert len(parsed.all("img")) == 3
    assert all(image["alt"] for image in parsed.all("img"))
    assert all(drawing.get("aria-label") or drawing.get("aria-hidden") == "true" for drawing in parsed.all("svg"))
    charts = [drawing for drawing in parsed.all("svg") if drawing.get("class") == "chart"]
    assert len(charts) == 6
    assert all(chart["role"] == "img" for chart in charts)


def test_the_slider_is_an_ordinary_range_that_the_arrow_keys_move() -> None:
    parsed = Page(_page("good", "en"))
    slider = next(one for one in parsed.all("input") if one["type"] == "range")
    assert (slider["min"], slider["max"], slider["step"], slider["value"]) == ("0", "100", "1", "50")
    assert slider["aria-valuetext"] == "50 % of the width shows the baseline, the rest the follow-up"
    assert re.search(r"<label[^>]*>[^<]*<span>Where the baseline ends", _page("good", "en"))


def test_without_script_the_photographs_stand_side_by_side_and_no_dead_control_shows() -> None:
    style = _page("good", "en").split("<style>")[1]
    assert ".tools { display: none; }" in style
    assert "grid-template-columns: 1fr 1fr" in style
    assert 'class="live"' not in _page("good", "en")


def test_figures_never_stand_without_their_error() -> None:
    words = words_of(_page("good", "en"))
    assert "ΔE 6.2 ± 0.4" in words
    assert "ΔE −1.3 ± 0.5" in words
    assert "3.41 ± 0.03 cm²" in words
    assert "6.21" not in words
    assert "ΔE 6,2 ± 0,4" in words_of(_page("good", "es"))


def test_a_verdict_is_icon_word_and_colour() -> None:
    words = _page("good", "en")
    for outcome, word in (
        ("improved", "improved"),
        ("no_detectable_change", "no detectable change"),
        ("worsened", "worsened"),
        ("not_comparable", "not comparable"),
    ):
        assert re.search(rf'<span class="verdict {outcome}"><svg class="icon".*?</svg><span>{word}</span>', words)
        assert f".verdict.{outcome} {{ color: var(--" in words


def test_a_measure_that_is_not_known_is_a_question_with_its_reason_in_a_dashed_outline() -> None:
    words = _page("good", "en")
    assert re.search(r'<article class="measure unknown"><h3>Surface texture \(2-D proxy\): how did it change\?', words)
    assert "The follow-up is not sharp." in words
    assert "Hold the camera still." in words
    assert ".measure.unknown { border: 1.5px dashed" in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_page_gives_the_reason_and_no_figure_of_a_measure(language: Language) -> None:
    words = words_of(_page("refused", language))
    shown = re.sub(r'<ol class="notes">.*?</ol>', "", words, flags=re.DOTALL)
    shown = re.sub(r'<div class="opened">.*?</div>', "", shown, flags=re.DOTALL)
    assert ("different skin" if language == "en" else "piel distinta") in shown
    assert ("Photograph the same area." if language == "en" else "Fotografíe la misma zona.") in shown
    assert shown.index("verdict not_comparable") < shown.index("<img")
    assert "ΔE" not in shown
    assert "cm²" not in shown
    assert "ITA" not in shown
    assert 'class="chart"' not in shown
    assert "<script>" not in _page("refused", language)


def test_what_to_mend_comes_before_what_passed() -> None:
    words = words_of(_page("good", "en"))
    section = words[words.index("The photographs</h2>") :]
    assert section.index("Turn the light away.") < section.index("The skin is in focus.", section.index("Follow-up"))
    assert "2 of 3" not in words
    assert "Quality: 1 of 2 checks passed" in words


def test_names_of_files_cannot_become_tags() -> None:
    hostile = '"><script>alert(1)</script>\u202e.jpg', "<img src=x onerror=alert(1)>' {label} %s"
    page = without_pictures(report_html(named(good(), *hostile), "en"))
    parsed = Page(page)
    assert page.count("<script>") == 1
    assert len(parsed.all("img")) == 3
    assert not any("onerror" in attributes for _, attributes in parsed.elements)
    assert "&lt;img src=x onerror=alert(1)&gt;&#x27; {label} %s" in page
    assert "\u202e" not in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_page_promises_nothing_and_leaves_the_decision_to_a_person(kind: str, language: Language) -> None:
    words = words_of(_page(kind, language))
    assert not PROMISES.search(words)
    decides = "A professional decides and signs." if language == "en" else "Un profesional decide y firma."
    assert decides in words


def test_synthetic_photographs_are_called_synthetic_and_others_are_not() -> None:
    assert words_of(_page("good", "en")).count("made by a computer, shows no person") == 3
    assert "made by a computer" not in words_of(report_html(named(good(), "a.jpg", "b.jpg"), "en"))


def test_each_note_is_numbered_once_and_opens_its_source() -> None:
    words = _page("good", "en")
    marks = {int(one) for one in re.findall(r'<details class="reason"><summary [^>]*>(\d+)</summary>', words)}
    notes = [int(one) for one in re.findall(r'<li id="note-(\d+)">', words)]
    assert sorted(marks) == notes == list(range(1, len(notes) + 1))
    for source in ("Sharma, Wu, Dalal", "PMID 39178751", "Chardon", "Del Bino"):
        assert source in words


def test_the_files_are_named_with_their_digests() -> None:
    words = words_of(_page("good", "en"))
    assert words.count("5e" * 32) == 2
    assert good().before.photo.name in words


def test_photographs_without_a_card_are_not_said_to_be_comparable_by_eye() -> None:
    words = words_of(_page("without_card", "en"))
    assert "cannot be compared by eye" in words
    assert "The colour cannot be compared. What can be stands below." in words
    assert "Where did the colour change?" in words
    assert "How large is it?" in words


def test_the_width_of_a_round_lesion_is_no_open_question() -> None:
    found = good()
    width = Measure(WIDTH, None, None, None, NOT_ELONGATED, {})
    page = words_of(report_html(dataclasses.replace(found, measures=(*found.measures, width)), "en"))
    assert "Width" not in page


def test_a_day_that_is_not_known_is_asked_for() -> None:
    found = good()
    photo = dataclasses.replace(found.after.photo, taken_at=None)
    undated = dataclasses.replace(found, after=dataclasses.replace(found.after, photo=photo))
    assert '<div class="unknown when">When was it taken?</div>' in words_of(report_html(undated, "en"))


def test_a_comparison_without_an_outline_can_be_shown() -> None:
    bare: Comparison = dataclasses.replace(good(), outline=None, transferred=None, measures=())
    page = without_pictures(report_html(bare, "en"))
    assert Page(page).wrong == []
    assert "Solid line" not in page


def test_the_page_is_small_enough_to_send(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(path, good(), "en")
    assert path.stat().st_size < 3_000_000
