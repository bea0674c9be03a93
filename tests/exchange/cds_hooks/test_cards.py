"""Cards keep the rules of the specification, whatever they are made from."""

import datetime as dt
import json
import uuid
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.care.plan import plan
from dermograph.care.read_case import read_case
from dermograph.care.reasons import Reason
from dermograph.core.text import LANGUAGES, Language
from dermograph.exchange.cds_hooks.cards import Action, Card, Coded, Link, Source, Suggestion, answer, headline
from dermograph.exchange.cds_hooks.guidance import About, indicator_of, plain, reason_card, session_on
from dermograph.exchange.fhir.codes import CLAIMS
from dermograph.exchange.fhir.read.reading import checked
from dermograph.protocols import load_library
from tests.exchange.cds_hooks.rules import faults_of_response
from tests.golden.test_cases import OURS, expanded

LIBRARY = load_library()
DAY = dt.date(2026, 12, 1)


def about(language: Language = "en", area: str = "abdomen", treatment: str = "paramedical") -> About:
    return About(LIBRARY.protocol(treatment), language, area, "p1")


def golden() -> list[tuple[str, Reason]]:
    """Every reason that any golden case comes to, once, with its treatment."""
    found: dict[tuple[str, str, str], tuple[str, Reason]] = {}
    for case in OURS:
        read = read_case(json.dumps(expanded(case.case)), LIBRARY.vocabulary)
        protocol = LIBRARY.protocol(read.treatment)
        for area in plan(read, protocol).areas:
            closing = chain.from_iterable(run.because for run in area.closed)
            for reason in (*area.assessment.reasons, *(one.reason for one in closing)):
                found[protocol.id, reason.rule, reason.says.en] = protocol.id, reason
    return list(found.values())


GOLDEN = golden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_of_every_golden_case_is_a_card_that_keeps_the_rules(language: Language) -> None:
    cards = [reason_card(reason, about(language, treatment=treatment)) for treatment, reason in GOLDEN]
    assert faults_of_response(answer(cards)) == []
    assert len(cards) > 100
    for card, (_, reason) in zip(cards, GOLDEN, strict=True):
        assert card.about == reason.rule
        assert plain(reason.says.say(language)) in card.detail
        assert all(plain(cite.at) in card.detail for cite in reason.cite)


def test_the_first_citation_is_the_source_and_its_claim_the_topic() -> None:
    for treatment, reason in GOLDEN:
        source = reason_card(reason, about(treatment=treatment)).source
        if reason.cite:
            first = reason.cite[0]
            assert source.topic == Coded(CLAIMS, f"{first.source}/{first.claim}", first.at)
            assert source.label.endswith(first.at)
        else:
            assert source.topic is None


def test_only_what_has_an_address_is_linked() -> None:
    links = [link for treatment, reason in GOLDEN for link in reason_card(reason, about(treatment=treatment)).links]
    assert {link.url.partition("/10.")[0] for link in links} == {"https://doi.org"}


@pytest.mark.parametrize(
    ("effects", "indicator"),
    [
        ((), "info"),
        (("none",), "info"),
        (("conditional",), "warning"),
        (("deferred", "none"), "warning"),
        (("referred",), "warning"),
        (("incomplete",), "warning"),
        (("deferred", "excluded"), "critical"),
    ],
    ids=str,
)
def test_the_worst_effect_says_how_urgent_a_card_is(effects: tuple[str, ...], indicator: str) -> None:
    one = GOLDEN[0][1]
    reasons = [Reason(rule="x", grade=one.grade, effect=effect, says=one.says, cite=one.cite) for effect in effects]
    assert indicator_of(reasons) == indicator


def test_every_effect_of_the_engine_has_an_urgency_of_its_own() -> None:
    seen = {reason.effect for _, reason in GOLDEN}
    assert {effect: indicator_of([reason]) for _, reason in GOLDEN for effect in [reason.effect]} == {
        effect: {"excluded": "critical", "none": "info"}.get(effect, "warning") for effect in seen
    }


@pytest.mark.parametrize("length", [138, 139, 140, 141])
def test_a_summary_stays_below_140_characters(length: int) -> None:
    text = "a" * 60 + " " + "b" * (length - 61)
    made = headline(text)
    assert len(made) < 140
    assert (made == text) is (length < 140)
    assert made.endswith("…") is (length >= 140)


@given(st.text(min_size=1, max_size=400))
def test_whatever_is_said_makes_a_summary_of_one_line(text: str) -> None:
    made = headline(text)
    assert len(made) < 140
    assert "\n" not in made
    assert bool(made.strip()) is bool(text.split())


def card(**more: Any) -> Card:  # noqa: ANN401 (members of a card)
    given: dict[str, Any] = {
        "uuid": uuid.uuid4(),
        "about": "x",
        "summary": "It is so.",
        "indicator": "info",
        "source": Source("A paper"),
        **more,
    }
    return Card(**given)


@pytest.mark.parametrize(
    "more",
    [{"summary": ""}, {"summary": " "}, {"summary": "x" * 140}, {"summary": "a\nb"}, {"indicator": "hard-stop"}],
    ids=["empty", "blank", "long", "lines", "indicator"],
)
def test_a_card_that_breaks_the_rules_cannot_be_made(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"a summary|an indicator"):
        card(**more)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Source(" "),
        lambda: Source("A paper", "not absolute"),
        lambda: Link("", "https://doi.org/10.1/x"),
        lambda: Link("A paper", "doi:10.1/x"),
        lambda: Coded("urn:x", "", "words"),
        lambda: Suggestion("Do it", uuid.uuid4(), ()),
        lambda: Action("", {"resourceType": "Appointment"}),
        lambda: Action("Do it", {}),
    ],
    ids=["label", "address", "link", "absolute", "code", "actions", "description", "resource"],
)
def test_no_part_of_a_card_that_breaks_the_rules_can_be_made(make: Any) -> None:  # noqa: ANN401 (a call)
    with pytest.raises(ValueError, match=" "):
        make()


def test_the_most_urgent_card_stands_first_and_no_guidance_is_an_empty_list() -> None:
    cards = [card(indicator=one) for one in ("info", "critical", "warning")]
    assert [one["indicator"] for one in answer(cards)["cards"]] == ["critical", "warning", "info"]
    assert answer([]) == {"cards": []}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_proposed_session_is_an_appointment_of_r4_with_a_day(language: Language) -> None:
    made = session_on(DAY, about(language))
    resource = checked(made.actions[0].resource, "Appointment")
    assert resource["requestedPeriod"] == [{"start": "2026-12-01", "end": "2026-12-01"}]
    assert faults_of_response(answer([card(suggestions=(made,))])) == []
    assert ("diciembre" in made.label) is (language == "es")


def test_words_of_people_are_no_markup() -> None:
    reason = GOLDEN[0][1]
    detail = reason_card(reason, about(area="[x](https://evil.example) <b>*\n# y")).detail
    assert "](" not in detail.replace("\\](", "")
    assert "<b" not in detail.replace("\\<b", "")
    assert "\n# " not in detail
