"""Facts become a QuestionnaireResponse and come back, with why the others are missing; what is wrong is refused."""

import copy
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.core.errors import InputError
from dermograph.core.truth import Truth
from dermograph.exchange.fhir.codes import ABSENT_CODES, ABSENT_REASONS, ANSWERS, MISSING_REASON, questionnaire_url
from dermograph.exchange.fhir.elements import ABSENT_REASON
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.partial_dates import meant
from dermograph.exchange.fhir.protocol.read_response import read_questionnaire_response
from dermograph.exchange.fhir.protocol.response import questionnaire_response
from dermograph.protocols.vocabulary import MISSING, Fact, FactValue, Missing
from tests.exchange.fhir_protocol.conditions import LIBRARY, golden
from tests.exchange.judges.judges import Json, faults

ON = dt.date(2026, 11, 21)
LAW = LIBRARY.protocol("paramedical")
BORN = dt.date(1950, 1, 1)


def values(fact: Fact) -> st.SearchStrategy[FactValue]:
    """Every value of a fact, days from the birth to the day that is decided for."""
    days = st.dates(BORN, ON)
    match fact.type:
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(fact.low, fact.high)
        case "choice":
            return st.sampled_from(list(fact.values))
        case "date":
            return st.just(BORN) if fact.id == "birth_date" else days
        case "date_or_word":
            return st.one_of(days, st.sampled_from(list(fact.words)))


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    """Any facts known, any missing for any reason, the rest not spoken of."""
    facts: dict[str, FactValue] = {}
    missing: dict[str, Missing] = {}
    for name, fact in LIBRARY.vocabulary.facts.items():
        match draw(st.sampled_from(("known", "missing", "not spoken of"))):
            case "known":
                facts[name] = draw(values(fact))
            case "missing":
                missing[name] = Missing(draw(st.sampled_from(list(MISSING))))
    return Answers(facts, missing)


def read(resource: object) -> Answers:
    """A response read under one protocol on one day."""
    return read_questionnaire_response(resource, LAW, on=ON)


def response(*items: Json, **others: object) -> Json:
    """A response with some items."""
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": list(items), **others}


def item(link: str, *answered: Json, **others: object) -> Json:
    """An item with its answers."""
    return {"linkId": link, **({"answer": list(answered)} if answered else {}), **others}


def why(code: str, url: str = ABSENT_REASON) -> Json:
    """An extension with a reason."""
    return {"url": url, "valueCode": code}


def choice(code: str, system: str = ANSWERS) -> Json:
    """An answer that is a choice."""
    return {"valueCoding": {"system": system, "code": code}}


# ── There and back ──────────────────────────────────────────────────────────────────────────────────────────────────


@given(answers())
def test_facts_and_reasons_come_back_as_they_went(told: Answers) -> None:
    assert read(questionnaire_response(told, LAW, key="one")) == told


@given(answers())
def test_a_response_read_and_written_again_is_the_same(told: Answers) -> None:
    written = questionnaire_response(told, LAW)
    assert questionnaire_response(read(copy.deepcopy(written)), LAW) == written


@pytest.mark.parametrize("treatment", LIBRARY.treatments)
def test_every_golden_case_comes_back_under_every_protocol(treatment: str) -> None:
    law = LIBRARY.protocol(treatment)
    for case in golden():
        told = Answers(case.facts, case.missing)
        assert read_questionnaire_response(questionnaire_response(told, law), law, on=case.on) == told


def test_an_item_that_is_not_there_was_not_asked_and_an_empty_one_neither() -> None:
    told = read(response(item("pregnant")))
    assert told == Answers({}, {})
    assert told.missing.get("pregnant", Missing()).why == "not_asked"
    assert read({"resourceType": "QuestionnaireResponse", "status": "in-progress"}) == Answers({}, {})


@pytest.mark.parametrize("reason", MISSING)
def test_every_reason_has_a_code_of_its_own_and_comes_back(reason: str) -> None:
    written = questionnaire_response(Answers({}, {"pregnant": Missing(reason)}), LAW)
    [one] = written["item"]
    assert one["extension"][0] == why(ABSENT_CODES[reason])
    assert "answer" not in one
    assert len(set(ABSENT_CODES.values())) == len(MISSING)
    assert read(written).missing == {"pregnant": Missing(reason)}


@pytest.mark.parametrize("code", ABSENT_REASONS)
@pytest.mark.parametrize("bearer", ["item", "answer", "value"])
def test_a_reason_of_the_standard_is_understood_wherever_it_stands(code: str, bearer: str) -> None:
    given_as = {
        "item": item("pregnant", extension=[why(code)]),
        "answer": item("pregnant", {"extension": [why(code)]}),
        "value": item("pregnant", {"_valueBoolean": {"extension": [why(code)]}}),
    }
    assert read(response(given_as[bearer])) == Answers({}, {"pregnant": Missing(ABSENT_REASONS[code])})


def test_what_is_passed_over_changes_nothing() -> None:
    told = {"valueBoolean": True, "id": "a", "extension": [{"url": "urn:x:y", "valueString": "seen"}]}
    listed = item("pregnant", told, text="Pregnant?", item=[item("pregnant.help", text="Help")])
    assert read(response(listed, item("lesion.help"), item("no-rule-names-these"))) == Answers({"pregnant": True}, {})


def test_a_response_says_which_questionnaire_it_answers_and_what_it_belongs_to() -> None:
    written = questionnaire_response(
        Answers({}, {}),
        LAW,
        key="one",
        subject={"reference": "Patient/p"},
        authored="2026-11-21",
        author={"reference": "Practitioner/q"},
        based_on={"reference": "CarePlan/r"},
    )
    assert written == {
        "resourceType": "QuestionnaireResponse",
        "id": "one",
        "basedOn": [{"reference": "CarePlan/r"}],
        "questionnaire": questionnaire_url(LAW),
        "status": "completed",
        "subject": {"reference": "Patient/p"},
        "authored": "2026-11-21",
        "author": {"reference": "Practitioner/q"},
    }
    assert faults([written]) == []


# ── Partial dates ───────────────────────────────────────────────────────────────────────────────────────────────────


#: A date as written, its fact, and the day by which it counts; None where it is unknown to every rule.
PARTIAL: list[tuple[str, str, dt.date | None]] = [
    ("birth_date", "1990", dt.date(1990, 12, 31)),
    ("birth_date", "2008-10", dt.date(2008, 10, 31)),  # of age on the last of its days too
    ("birth_date", "2008-11", None),  # of age on the 21st, not on the 22nd
    ("birth_date", "2008-12", None),  # under age in any case, but until another day
    ("onset", "2025-10", dt.date(2025, 10, 31)),
    ("onset", "2025-11", None),
    ("onset", "2025", None),
    ("onset", "2026-11", None),
    ("isotretinoin", "2026-05", None),
    ("isotretinoin", "2026-04", dt.date(2026, 4, 30)),
    ("surgery", "2026", dt.date(2026, 11, 21)),  # no rule of this protocol names it, and it is not still to come
]


@pytest.mark.parametrize(("fact", "text", "counts"), PARTIAL, ids=str)
def test_a_partial_date_counts_only_where_every_day_in_it_says_the_same(
    fact: str, text: str, counts: dt.date | None
) -> None:
    told = read(response(item(fact, {"valueDate": text})))
    assert told.partial == {fact: text}
    assert told.facts == ({fact: counts} if counts else {})
    assert told.missing == ({} if counts else {fact: Missing("not_known")})
    written = questionnaire_response(told, LAW)
    assert written["item"] == [item(fact, {"valueDate": text})]
    assert read(written) == told


@given(
    st.dates(dt.date(2005, 1, 1), ON), st.sampled_from(("onset", "birth_date", "isotretinoin")), st.sampled_from((4, 7))
)
def test_a_partial_date_that_counts_decides_as_each_of_its_days_would(day: dt.date, fact: str, length: int) -> None:
    text = day.isoformat()[:length]
    told = read(response(item(fact, {"valueDate": text})))
    span = meant(text)
    assert span is not None
    last = min(span[1], ON)
    for rule in LAW.rules:
        whole: dict[str, FactValue] = {"lesion": "scar"}
        every = [
            rule.applies.evaluate({**whole, fact: dt.date.fromordinal(number)}, ON)
            for number in range(span[0].toordinal(), last.toordinal() + 1)
        ]
        here = rule.applies.evaluate({**whole, **told.facts}, ON)
        if fact in told.facts:
            assert {(here.truth, here.until)} == {(one.truth, one.until) for one in every}
        elif here.truth is not Truth.UNKNOWN:
            assert {one.truth for one in every} == {here.truth}


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


YES = {"valueBoolean": True}
MODIFIER = [{"url": "urn:x:not", "valueBoolean": True}]
#: A response that is refused, and what the error names.
REFUSED: dict[str, tuple[Any, str]] = {
    "no-object": ([], "resourceType"),
    "wrong-resource": ({"resourceType": "Patient"}, "resourceType"),
    "no-status": ({"resourceType": "QuestionnaireResponse"}, "status"),
    "entered-in-error": (response(status="entered-in-error"), "status"),
    "other-questionnaire": (response(questionnaire="urn:x:other"), "questionnaire"),
    "other-version": (response(questionnaire=questionnaire_url(LAW) + "9"), "questionnaire"),
    "items-no-list": (response(item={"linkId": "pregnant"}), "item"),
    "no-link": (response({"answer": [YES]}), "item[0]"),
    "wrong-link": (response(item("pregnancy", YES)), "'pregnancy'"),
    "link-of-word-alone": (response(item("onset.word", choice("onset.never"))), "'onset.word'"),
    "link-no-text": (response({"linkId": ["pregnant"]}), "item[0]"),
    "below-help": (response(item("lesion.help", item=[item("herpes", YES)])), "'lesion.help'"),
    "link-below-no-text": (response(item("pregnant", YES, item=[{"linkId": ["herpes"]}])), "'pregnant'"),
    "modifier-no-list": (response(item("pregnant", YES, modifierExtension=True)), "'pregnant'"),
    "reason-no-code": (response(item("pregnant", extension=[{"url": ABSENT_REASON, "valueCode": {}}])), "'pregnant'"),
    "help-answered": (response(item("lesion.help", YES)), "'lesion.help'"),
    "twice": (response(item("pregnant", YES), item("pregnant", YES)), "item[1] ('pregnant')"),
    "word-and-date": (
        response(
            item("isotretinoin", {"valueDate": "2020-01-01"}), item("isotretinoin.word", choice("isotretinoin.never"))
        ),
        "'isotretinoin.word'",
    ),
    "two-answers": (response(item("pregnant", YES, YES)), "'pregnant'"),
    "two-values": (response(item("pregnant", {"valueBoolean": True, "valueInteger": 1})), "valueInteger"),
    "no-value": (response(item("pregnant", {})), "'pregnant'"),
    "answers-no-list": (response(item("pregnant") | {"answer": YES}), "'pregnant'"),
    "answer-no-object": (response(item("pregnant") | {"answer": [True]}), "'pregnant'"),
    "text-for-boolean": (response(item("pregnant", {"valueString": "yes"})), "valueString"),
    "text-in-boolean": (response(item("pregnant", {"valueBoolean": "true"})), "'pregnant'"),
    "decimal-for-integer": (response(item("phototype", {"valueDecimal": 3.0})), "valueDecimal"),
    "fraction-in-integer": (response(item("phototype", {"valueInteger": 3.5})), "'phototype'"),
    "boolean-in-integer": (response(item("phototype", {"valueInteger": True})), "'phototype'"),
    "below": (response(item("phototype", {"valueInteger": 0})), "'phototype'"),
    "above": (response(item("phototype", {"valueInteger": 7})), "'phototype'"),
    "unknown-choice": (response(item("lesion", choice("lesion.tattoo"))), "'lesion'"),
    "choice-of-another-fact": (response(item("acne", choice("autoimmune.active"))), "'acne'"),
    "no-system": (response(item("lesion", {"valueCoding": {"code": "lesion.scar"}})), "system"),
    "other-system": (response(item("lesion", choice("lesion.scar", "http://snomed.info/sct"))), "system"),
    "word-as-date": (response(item("isotretinoin", choice("isotretinoin.never"))), "valueCoding"),
    "no-date": (response(item("onset", {"valueDate": "2026-02-30"})), "'onset'"),
    "year-zero": (response(item("onset", {"valueDate": "0000"})), "'onset'"),
    "long-ago": (response(item("onset", {"valueDate": "1899"})), "'onset'"),
    "instant": (response(item("onset", {"valueDate": "2026-01-01T10:00:00Z"})), "'onset'"),
    "tomorrow": (response(item("onset", {"valueDate": "2026-11-22"})), "'onset'"),
    "next-month": (response(item("onset", {"valueDate": "2026-12"})), "'onset'"),
    "before-birth": (
        response(item("onset", {"valueDate": "1989"}), item("birth_date", {"valueDate": "1990-01"})),
        "'onset'",
    ),
    "modifier": (response(modifierExtension=MODIFIER), "modifierExtension"),
    "implicit-rules": (response(implicitRules="urn:x:rules"), "implicitRules"),
    "modifier-on-item": (response(item("pregnant", YES, modifierExtension=MODIFIER)), "'pregnant'"),
    "modifier-on-answer": (response(item("pregnant", {**YES, "modifierExtension": MODIFIER})), "'pregnant'"),
    "unknown-reason": (response(item("pregnant", extension=[why("gone")])), "'pregnant'"),
    "no-reason": (response(item("pregnant", extension=[why("not-a-number")])), "'pregnant'"),
    "unknown-own-reason": (response(item("pregnant", extension=[why("gone", MISSING_REASON)])), "'pregnant'"),
    "two-reasons": (response(item("pregnant", extension=[why("not-asked"), why("asked-declined")])), "'pregnant'"),
    "reason-and-answer": (response(item("pregnant", YES, extension=[why("not-asked")])), "'pregnant'"),
    "extension-no-list": (response(item("pregnant", extension={"url": "x"})), "'pregnant'"),
    "question-below": (response(item("pregnant", YES, item=[item("herpes", YES)])), "'pregnant'"),
    "question-below-answer": (response(item("pregnant", {**YES, "item": [item("herpes", YES)]})), "'pregnant'"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_wrong_response_is_refused_in_both_languages_by_its_item(name: str) -> None:
    wrong, named = REFUSED[name]
    with pytest.raises(InputError) as caught:
        read(wrong)
    assert named in caught.value.place.field
    assert caught.value.what.en != caught.value.what.es
    assert "Traceback" not in caught.value.say("es")


@pytest.mark.parametrize(("value", "right"), [(0, False), (1, True), (6, True), (7, False)])
def test_a_whole_number_is_taken_up_to_its_limits(value: int, right: bool) -> None:  # noqa: FBT001 (of the table)
    resource = response(item("phototype", {"valueInteger": value}))
    if right:
        assert read(resource).facts == {"phototype": value}
    else:
        with pytest.raises(InputError, match="lies outside of 1 to 6"):
            read(resource)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "linkId",
                    "answer",
                    "item",
                    "extension",
                    "valueBoolean",
                    "valueCoding",
                    "valueDate",
                    "_valueDate",
                    "url",
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.sampled_from(("pregnant", "onset", "lesion", "isotretinoin", "isotretinoin.word")))
def test_whatever_is_sent_is_read_or_refused(anything: Any, link: str) -> None:  # noqa: ANN401 (any JSON)
    for resource in (response(anything), response({"linkId": link, "answer": anything}), response(item=anything)):
        said = ("", "-")
        try:
            told = read(resource)
        except InputError as error:
            said = error.say("en"), error.say("es")
        else:
            assert set(told.facts) | set(told.missing) <= set(LIBRARY.vocabulary.facts)
        assert said[0] != said[1]
