"""The tags say what is so, in two languages, and let nothing through that could act as markup."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template import engines
from django.utils.safestring import SafeString

from dermograph.clinic.look.glyphs import interval_glyph, measured_parts, shown_digits
from dermograph.clinic.look.months import month_parts
from dermograph.clinic.look.reasons import reason_parts
from dermograph.core.text import Text

ATTACK = "<script>alert(1)</script>\" onload='x'"


def rendered(source: str, language: str = "en", **context: object) -> str:
    return str(engines["django"].from_string(source).render({"language": language, **context}))


def elements(page: str) -> set[str]:
    """The names of all elements and attributes, as a browser would find them."""
    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.update([tag, *(name for name, _ in attrs)])

    Reader().feed(page)
    return found


def test_words_follow_the_language_of_the_page() -> None:
    assert rendered('{% t "Book {n}" "Reservar {n}" n=3 %}') == "Book 3"
    assert rendered('{% t "Book {n}" "Reservar {n}" n=3 %}', "es") == "Reservar 3"
    assert rendered("{% say text %}", "es", text=Text("skin", "piel")) == "piel"
    assert rendered("{% say text %}", "es", text={"en": "skin", "es": "piel"}) == "piel"


@pytest.mark.parametrize(
    ("source", "en", "es"),
    [
        ('{% t "a & b" "b & a" %}', "a & b", "b & a"),
        ("{% t one two %}", "1 &lt; 2", "2 &gt; 1"),
        ('{% t "one"|upper two %}', "ONE", "2 &gt; 1"),
        ('{% t "one" "uno" as kept %}[{{ kept }}]', "[one]", "[uno]"),
    ],
)
def test_one_template_says_its_words_in_either_language_literal_or_not(source: str, en: str, es: str) -> None:
    once = engines["django"].from_string(source)
    said = [once.render({"language": language, "one": "1 < 2", "two": "2 > 1"}) for language in ("en", "es", "en")]
    assert said == [en, es, en]


@pytest.mark.parametrize(
    "source",
    [
        '{% t "Hello {n}" "Hola {n}" n=attack %}',
        "{% say both %}",
        "{% say text %}",
        "{% unknown attack %}",
        "{% signature attack None attack %}",
        '{% icon "x" attack %}',
        "{% icon attack %}",
        "{% initials attack %}",
        '{% verdict "referred" to=attack %}',
        "{% verdict attack %}",
        "{% treatment attack %}",
        "{% measured value attack %}",
        "{% reason reason 1 %}",
        "{% month weeks attack %}",
        "{% chart_measure series %}",
    ],
)
def test_nothing_that_people_wrote_becomes_markup(source: str) -> None:
    side = {"says": ATTACK, "at": ATTACK, "source": ATTACK, "basis": ATTACK, "fate": ATTACK}
    context: dict[str, Any] = {
        "attack": ATTACK,
        "both": {"en": ATTACK, "es": ATTACK},
        "text": Text(ATTACK, ATTACK),
        "value": {"value": 1.0, "u": 0.1},
        "reason": {
            "rule": ATTACK,
            "grade": ATTACK,
            "says": ATTACK,
            "to": ATTACK,
            "cite": [side],
            "disputed": {"conflict": ATTACK, "topic": ATTACK, "sides": [side], "treatment": ATTACK},
            "replaces": {"says": ATTACK, "cite": [side]},
        },
        "weeks": [[{"day": dt.date(2026, 12, 1), "state": "closed", "reason": ATTACK, "label": ATTACK}]],
        "series": {
            "name": ATTACK,
            "unit": ATTACK,
            "points": [
                {"day": dt.date(2026, 1, 1), "value": 1.0, "u": 0.1, "label": ATTACK},
                {"day": dt.date(2026, 2, 1), "value": None, "why": ATTACK},
            ],
        },
    }
    page = rendered(source, "en", **context)
    assert elements(page) & {"script", "onload"} == set()


def test_a_part_that_is_markup_already_is_not_escaped_twice() -> None:
    assert rendered('{% t "see {n}" "vea {n}" n=link %}', link=SafeString("<b>1</b>")) == "see <b>1</b>"


@pytest.mark.parametrize("value", ["suitable", "conditional", "deferred", "referred", "excluded", "incomplete"])
def test_a_verdict_is_an_icon_a_word_and_a_colour(value: str) -> None:
    page = rendered("{% verdict value %}", value=value)
    assert "<use href=" in page
    assert value in re.sub("<[^>]*>", "", page)
    assert f'class="verdict {value}"' in page


@pytest.mark.parametrize("value", ["suitable", "conditional", "referred", "excluded", "incomplete"])
def test_no_verdict_but_a_deferral_seems_to_end_on_a_day(value: str) -> None:
    assert "until" not in rendered(f'{{% verdict "{value}" "2026-12-11" %}}')


def test_a_deferral_says_until_when_and_where_nobody_assessed_it_is_unknown() -> None:
    assert "hasta el 1 de diciembre de 2026" in rendered('{% verdict "deferred" "2026-12-01" %}', "es")
    assert 'class="unknown"' in rendered('{% verdict "" %}')
    assert "not assessed yet" in rendered("{% verdict none %}", none=None)


def test_a_change_below_the_limit_is_hollow_and_says_so() -> None:
    page = rendered('{% measured value "ΔE" 0.8 %}', value={"value": 0.4, "u": 0.4})
    assert "hollow" in page
    assert "no detectable change" in re.sub("<[^>]*>", "", page)
    above = rendered('{% measured value "ΔE" 0.8 %}', value={"value": -1.2, "u": 0.4})
    assert "hollow" not in above
    assert "−1.2" in above


def test_a_value_that_is_no_change_never_claims_that_nothing_changed() -> None:
    page = rendered('{% measured value "ΔE" %}', value={"value": 0.1, "u": 0.4})
    assert "no detectable change" not in page


def test_a_change_brings_its_own_limit() -> None:
    assert measured_parts({"value": 0.4, "u": 0.4, "mdc95": 0.78}, "", None, None, "en")["hollow"] is True


@pytest.mark.parametrize("value", [None, {}, {"value": None, "u": None}, {"value": float("nan"), "u": 1.0}])
def test_what_was_not_measured_is_unknown_and_never_a_zero(value: dict[str, Any] | None) -> None:
    page = rendered("{% measured value %}", value=value)
    assert "not measured" in page
    assert not re.search(r"\d", re.sub("<[^>]*>", "", page))


@pytest.mark.parametrize("u", [0.0, 1e-9, 0.4, 1e6])
@pytest.mark.parametrize("value", [-1e6, -0.4, 0.0, 3.3, 1e6])
@pytest.mark.parametrize("limit", [None, 0.0, 0.8, 1e6])
def test_the_glyph_stays_in_its_picture(value: float, u: float, limit: float | None) -> None:
    glyph = interval_glyph(value, u, limit)
    places = [glyph["at"], glyph["low"], glyph["high"], *glyph["ticks"], *([glyph["zero"]] if limit else [])]
    assert all(0 <= place <= 96 for place in places)
    assert glyph["low"] <= glyph["at"] <= glyph["high"]


def test_figures_carry_as_many_digits_as_their_uncertainty() -> None:
    assert [shown_digits(u) for u in (12, 4.2, 0.4, 0.04, 0.012, 0.0004, 0)] == [0, 1, 1, 2, 3, 4, 1]
    parts = measured_parts({"value": 0.034, "u": 0.012}, "mm", None, None, "es")
    assert (parts["value"], parts["u"]) == ("0,034", "0,012")


def test_places_in_pictures_are_written_with_a_point_in_every_language() -> None:
    page = rendered('{% measured value "ΔE" 0.8 %}', "es", value={"value": 0.43, "u": 0.41})
    assert "0,4 " in page
    for place in re.findall(r'(?:cx|d)="([^"]*)"', page):
        assert "," not in place


def test_a_reason_opens_to_rule_grade_place_and_both_sides() -> None:
    from dermograph.care.reasons import Reason
    from dermograph.protocols import load_library

    protocol = load_library().protocol("paramedical")
    rule = next(rule for rule in protocol.rules if rule.conflict is not None)
    reason = Reason.of_statement(rule, protocol, grade=rule.grade).to_json("en")
    page = rendered("{% reason reason 7 %}", reason=reason)
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))
    for said in (reason["says"], reason["rule"], reason["cite"][0]["at"], reason["disputed"]["topic"]):
        assert said.split("'")[0].split('"')[0] in text
    assert page.count('<div class="side ') == len(reason["disputed"]["sides"]) >= 1
    assert ">7<" in page


def test_a_reason_of_an_older_protocol_still_shows() -> None:
    stored = {"rule": "gone", "grade": "gone", "says": "It was so.", "cite": [{"source": "gone", "at": "p. 3"}]}
    parts = reason_parts(stored, "en")
    assert parts["cites"][0]["title"] == "gone"
    assert "p. 3" in rendered("{% reason reason %}", reason=stored)


def test_a_proposal_without_a_name_looks_provisional() -> None:
    assert "provisional" in rendered("{% signature %}")
    assert "provisional" not in rendered('{% signature "Nuria Vidal" %}')


def test_a_closed_day_says_why_and_leads_nowhere() -> None:
    day = {"day": dt.date(2026, 12, 3), "state": "closed", "reason": "sun on the area", "href": "/never/"}
    page = rendered("{% month weeks %}", weeks=[[day]])
    assert "sun on the area" in page
    assert "/never/" not in page
    assert 'aria-disabled="true"' in page


def test_the_window_is_labelled_with_its_first_and_usual_last_day() -> None:
    first, last = dt.date(2026, 12, 9), dt.date(2026, 12, 10)
    weeks = [[{"day": first, "state": "open", "marks": ["first"]}, {"day": last, "state": "open", "marks": ["last"]}]]
    parts = month_parts(weeks, "es")
    assert [cell["labels"] for cell in parts["rows"][0]] == [["primer día"], ["último día habitual"]]
    assert parts["title"] == "Diciembre de 2026"
    assert "miércoles 9 de diciembre de 2026" in parts["rows"][0][0]["spoken"]


def test_money_and_figures_are_written_as_in_the_language() -> None:
    assert rendered("{% euros 1234567 %}") == "€12,345.67"
    assert rendered("{% euros 1234567 %}", "es") == "12.345,67\u00a0€"
    assert (
        rendered("{% figure v 2 %}", "es", v=-2.345) == "−2,35" or rendered("{% figure v 1 %}", "es", v=-2.5) == "−2,5"
    )
    assert rendered("{% figure none %}", none=None) == "–"
