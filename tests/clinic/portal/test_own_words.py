"""What was measured, in words that promise nothing and say nothing within the error."""

from __future__ import annotations

import re

import pytest

from dermograph.care.sight import Decision
from dermograph.clinic.agenda.models import Purpose
from dermograph.clinic.portal import own_words
from dermograph.clinic.portal.own_measures import verdict_of
from dermograph.clinic.portal.own_words import DECISIONS, PURPOSES, seen_by_eye, sentence
from dermograph.core.text import Text
from dermograph.photo.measure.kinds import KINDS
from dermograph.photo.measure.values import Outcome

REASON = {"says": {"en": "The card was not found.", "es": "No se encontró la tarjeta."}}
PROMISES = re.compile(r"\b(perfect|painless|permanent|imperceptible|will|guarant|indolor|garant)", re.IGNORECASE)


def change(verdict: str, value: float = -2.0, *, visible: bool | None = None) -> dict[str, object]:
    return {"value": value, "u": 0.2, "verdict": verdict, "visible": visible}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("outcome", list(Outcome), ids=lambda outcome: outcome.value)
def test_every_measure_has_a_sentence_for_every_outcome(kind: object, outcome: Outcome) -> None:
    said = sentence(getattr(kind, "name"), change(outcome.value), REASON)  # noqa: B009 (a parameter of any type)
    assert said.en.endswith(".")
    assert said.es.endswith(".")
    assert not PROMISES.search(f"{said.en} {said.es}")
    if outcome is Outcome.NOT_COMPARABLE:
        assert said.en == "The photographs cannot be compared: the card was not found."


def test_a_change_within_the_error_is_no_change_however_large_it_looks() -> None:
    assert sentence("contrast", change("no_detectable_change", -5), None).en == (
        "The colour of the area shows no change that we can measure."
    )
    assert seen_by_eye(change("no_detectable_change", -5, visible=True)) is None


@pytest.mark.parametrize(("value", "word"), [(3.0, "Lighter"), (-3.0, "Darker")])
def test_lighter_and_darker_follow_the_sign_and_not_the_verdict(value: float, word: str) -> None:
    for verdict in ("improved", "worsened", "changed"):
        assert sentence("contrast_l", change(verdict, value), None).en.startswith(word)


def test_a_size_is_smaller_or_larger() -> None:
    assert sentence("area", change("improved"), None).en.startswith("Smaller")
    assert sentence("width", change("worsened", 2), None).es.startswith("Mayor")


def test_what_an_eye_would_see_is_said_only_where_it_is_known() -> None:
    assert seen_by_eye(change("improved", visible=None)) is None
    assert seen_by_eye(change("improved", visible=True)) == Text(
        "The change is large enough to be seen by eye.", "El cambio es lo bastante grande para verse."
    )
    told = seen_by_eye(change("improved", visible=False))
    assert told is not None
    assert "too small" in told.en


def test_a_comparison_that_gave_nothing_says_that_it_cannot_be_compared() -> None:
    assert verdict_of(None).en == "The photographs cannot be compared."
    refused = {"verdict": "not_comparable", "reason": REASON, "measures": []}
    assert verdict_of(refused).es == "Las fotografías no se pueden comparar: no se encontró la tarjeta."
    result = {"verdict": "improved", "measures": [{"name": "contrast", "change": change("improved"), "reason": None}]}
    assert "closer to that of the skin" in verdict_of(result).en


def test_every_decision_and_purpose_has_words_without_a_promise() -> None:
    assert set(DECISIONS) == {one.value for one in Decision}
    assert set(PURPOSES) == set(Purpose.values)
    every = [text for text in vars(own_words).values() if isinstance(text, Text)]
    every += [
        text
        for table in vars(own_words).values()
        if isinstance(table, dict)
        for text in table.values()
        if isinstance(text, Text)
    ]
    assert len(every) > 20
    assert not [text for text in every if PROMISES.search(f"{text.en} {text.es}")]
