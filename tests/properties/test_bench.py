"""The benchmark compares what is comparable, and runs."""

import subprocess
import sys

import pytest

from bench.fhirpath import InexpressibleError, Shape, Translator, truth_of
from bench.measuring import Rounds, Row, Target, in_turn, plain
from bench.patients import ASSESSED_ON
from bench.run import SEED
from bench.screening import agreement
from dermograph.core.dates import Period
from dermograph.core.truth import Truth
from dermograph.protocols import load_library
from dermograph.protocols.conditions import All, AnyOf, Compare, Facts, Known, Not, Within
from tests.health.files import ROOT

PATIENTS = 50
YES, NO = Compare("pregnant", "is", value=True), Compare("herpes", "is", value=True)


@pytest.mark.parametrize("shape", ["flat", pytest.param("questionnaire", marks=pytest.mark.slow)])
def test_fhirpath_finds_the_same_truth_as_we_do_for_every_rule_and_patient(shape: Shape) -> None:
    library = load_library()
    found = agreement(library, SEED, PATIENTS, shape)
    assert found.unlike == ()
    rules = sum(len(protocol.rules) for protocol in library.protocols.values())
    assert found.compared == PATIENTS * (rules - len(found.left_out))
    if found.left_out:
        pytest.skip(f"these have no FHIRPath: {', '.join(found.left_out)}")


@pytest.mark.parametrize("shape", ["flat", "questionnaire"])
@pytest.mark.parametrize(
    "condition",
    [
        All((YES, NO)),
        AnyOf((YES, NO)),
        Not(YES),
        Known("pregnant", known=True),
        Known("pregnant", known=False),
        Compare("isotretinoin", "is", "never"),
        Compare("phototype", "more_than", 4),
        Within("isotretinoin", Period(6, "months"), frozenset({"never"}), frozenset({"current"})),
        Within("birth_date", Period(48, "hours")),
    ],
    ids=str,
)
def test_fhirpath_is_as_unknowing_as_we_are(
    condition: All | AnyOf | Not | Known | Compare | Within, shape: Shape
) -> None:
    translator = Translator(load_library().vocabulary, ASSESSED_ON, shape)
    compiled = translator.compiled(condition)
    some: list[Facts] = [
        {},
        {"pregnant": True},
        {"pregnant": False},
        {"herpes": True},
        {"pregnant": True, "herpes": False},
        {"pregnant": True, "herpes": True},
        {"pregnant": False, "herpes": False},
        {"isotretinoin": "never"},
        {"isotretinoin": "current"},
        {"isotretinoin": ASSESSED_ON.replace(month=5)},
        {"isotretinoin": ASSESSED_ON.replace(month=5, day=22)},
        {"phototype": 4},
        {"phototype": 5},
        {"birth_date": ASSESSED_ON.replace(day=20)},
        {"birth_date": ASSESSED_ON.replace(day=19)},
    ]
    there = [truth_of(compiled(translator.resource(facts))) for facts in some]
    assert there == [condition.evaluate(facts, ASSESSED_ON).truth for facts in some]
    assert set(there) >= {Truth.TRUE, Truth.FALSE}


def test_what_has_no_fhirpath_says_so() -> None:
    translator = Translator(load_library().vocabulary, ASSESSED_ON)
    with pytest.raises(InexpressibleError, match="isotretinoin"):
        translator.expression(Compare("isotretinoin", "at_least", ASSESSED_ON))


def test_a_figure_at_its_limit_meets_it_and_one_beyond_is_marked() -> None:
    at, beyond = (Row("section", "name", "s", [value], Target(0.35)) for value in (0.35, 0.351))
    assert at.cells() == ("name", "0.350", "", "s", "≤ 0.350", "met")
    assert beyond.cells()[-1] == "MISSED"
    assert Row("section", "name", "×", [200, 190, 230], Target(200, at_least=True)).cells()[2:] == (
        "190–230",
        "×",
        "≥ 200",
        "met",
    )
    assert [plain(value) for value in (123456, 12.34, 1.234, 0.1234, 0.01234)] == [
        "123,456",
        "12.3",
        "1.23",
        "0.123",
        "0.0123",
    ]


def test_jobs_take_turns_and_run_longer_while_they_are_not_steady() -> None:
    order: list[str] = []

    def job(name: str, values: list[float]) -> float:
        order.append(name)
        return values.pop(0)

    steady, restless = [1.0] * 6, [1.0, 2.0, 4.0, 8.0, 1.0, 9.0]
    found = in_turn({"a": lambda: job("a", steady), "b": lambda: job("b", restless)}, Rounds(2, 4))
    assert order[:4] == ["a", "b", "b", "a"]
    assert found == {"a": [1.0] * 4, "b": [1.0, 2.0, 4.0, 8.0]}
    assert len(in_turn({"a": lambda: 1.0}, Rounds(2, 4))["a"]) == 2


@pytest.mark.slow
def test_the_benchmark_runs_on_a_tiny_cohort_and_fits_the_terminal() -> None:
    pytest.importorskip("polars", reason="the extra 'scale' is not installed")
    tiny = ["--part", "care", "--quick", "--rounds", "2", "--patients", "60", "--sample", "5", "--peers", "4"]
    done = subprocess.run(
        [sys.executable, ROOT / "bench" / "run.py", *tiny], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 100
    for section in ("One assessment", "Command line", "Loading", "Rescreening", "The same conditions", "Forecast"):
        assert any(line.startswith(section) for line in lines), section
    assert "verdicts alike, of 5 compared" in done.stdout
    assert "seed" in done.stdout
