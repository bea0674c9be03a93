"""Small elements, outcomes, and dates of which only a part is known."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.fhir import elements
from dermograph.exchange.fhir.outcome import CODES, Issue, RefusedError, issue_of, outcome
from dermograph.exchange.fhir.read.check import issues_of
from dermograph.exchange.fhir.read.structure import structure
from dermograph.exchange.record.partial import PartialDate
from dermograph.exchange.record.unknown import Unknown


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (elements.coding("s", "c"), {"system": "s", "code": "c"}),
        (elements.coding("s", "c", "d"), {"system": "s", "code": "c", "display": "d"}),
        (elements.concept(text="t"), {"text": "t"}),
        (elements.concept({"code": "c"}), {"coding": [{"code": "c"}]}),
        (elements.reference("Patient", 1), {"reference": "Patient/1"}),
        (elements.reference("Patient", 1, "x"), {"reference": "Patient/1", "display": "x"}),
        (elements.identifier("s", "v"), {"system": "s", "value": "v"}),
        (
            elements.identifier("s", "v", use="usual", label="l"),
            {"use": "usual", "type": {"text": "l"}, "system": "s", "value": "v"},
        ),
        (elements.quantity(1.5, "x"), {"value": 1.5, "unit": "x"}),
        (elements.quantity(2, "mm", "mm"), {"value": 2, "unit": "mm", "system": elements.UCUM, "code": "mm"}),
        (elements.period(None), {}),
        (elements.period("2026", "2027"), {"start": "2026", "end": "2027"}),
        (elements.extension("u", valueCode="x"), {"url": "u", "valueCode": "x"}),
    ],
    ids=str,
)  # fmt: skip
def test_an_element_holds_what_it_was_given_and_nothing_else(made: object, expected: object) -> None:
    assert made == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")], ids=["nan", "inf", "-inf"])
def test_a_quantity_is_a_finite_number(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        elements.quantity(value, "mm")


def test_a_narrative_stands_in_both_languages_and_runs_nothing() -> None:
    made = elements.narrative(Text("<b>Scar</b>", "Cicatriz & más"))
    assert made["div"].count("<p ") == 2
    assert "&lt;b&gt;Scar" in made["div"]
    assert issues_of({"resourceType": "Patient", "text": made}) == ()
    assert issues_of({"resourceType": "Patient", "text": elements.narrative("a < b")}) == ()


def test_both_languages_are_fhir() -> None:
    made = {"resourceType": "Location", **elements.both_languages("name", Text("Room", "Sala"))}
    assert issues_of(made) == ()
    assert issues_of({"resourceType": "Patient", **elements.absent("birthDate", "asked-declined")}) == ()


def test_nothing_empty_is_left_but_what_holds_a_place() -> None:
    beside = {"extension": [{"url": "u", "valueCode": "c"}]}
    resource: dict[str, object] = {
        "a": None,
        "b": "",
        "c": [],
        "d": {"e": [{}, None]},
        "f": [None, "x"],
        "_f": [beside, None],
        "g": 0,
        "h": False,
    }
    assert elements.without_empty(resource) == {"f": [None, "x"], "_f": [beside, None], "g": 0, "h": False}


def test_an_outcome_says_it_in_both_languages_with_its_place() -> None:
    issue = Issue("value", Text("Wrong.", "Mal."), "Patient.birthDate")
    made = RefusedError(issue, Issue("required", Text("Missing.", "Falta."))).outcome()
    assert issues_of(made) == ()
    first = made["issue"][0]
    assert (first["severity"], first["code"], first["expression"]) == ("error", "value", ["Patient.birthDate"])
    assert first["_diagnostics"]["extension"][0]["extension"][1]["valueString"] == "Mal."
    assert len(made["issue"]) == 2


def test_an_outcome_without_issues_says_that_all_is_well() -> None:
    assert outcome(())["issue"][0]["severity"] == "information"
    assert issues_of(outcome(())) == ()


def test_every_code_of_ours_is_one_of_the_required_value_set() -> None:
    known = structure().elements["OperationOutcome.issue"]["code"].codes
    assert known is not None
    assert set(CODES) <= known


def test_any_error_of_ours_becomes_an_issue() -> None:
    error = InputError(Text("No.", "No."), Place(field="a.b"), Text("Do.", "Haga."))
    made = issue_of(error, "processing")
    assert (made.code, made.words, made.expression) == ("processing", Text("No. Do.", "No. Haga."), "a.b")
    assert issue_of(RefusedError(made)) is made


@pytest.mark.parametrize(
    ("written", "precision", "first", "last"),
    [
        ("2026", "year", dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
        ("2024-02", "month", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2026-11-22", "day", dt.date(2026, 11, 22), dt.date(2026, 11, 22)),
    ],
    ids=["year", "month", "day"],
)
def test_a_partial_date_knows_what_it_may_mean(written: str, precision: str, first: dt.date, last: dt.date) -> None:
    date = PartialDate(written)
    assert (date.precision, date.first, date.last, date.to_json()) == (precision, first, last, written)
    assert date.day == (first if precision == "day" else Unknown("not_known"))


@pytest.mark.parametrize("written", ["", "26", "2026-1", "2026-13", "2026-02-30", "0000", "2026-11-22T10", "２０２６"])
def test_what_is_no_date_is_no_partial_date(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate(written)


def test_a_year_is_not_its_first_day() -> None:
    assert PartialDate("2026") != PartialDate("2026-01-01")


@given(st.dates())
def test_a_whole_day_comes_back(day: dt.date) -> None:
    assert PartialDate.of(day).day == day


def test_what_is_unknown_is_neither_true_nor_false_and_has_a_reason() -> None:
    with pytest.raises(TypeError):
        bool(Unknown("not_asked"))
    with pytest.raises(ValueError, match="reason"):
        Unknown("because")
    assert Unknown("refused").to_json() == {"unknown": "refused"}
