"""Graded rules lead to the verdict that the tables say."""

import dataclasses
import datetime as dt
import itertools
from typing import cast

import pytest

from dermograph.care.assess import AreaAssessment, assess_area
from dermograph.core.dates import Period
from dermograph.core.text import Text
from dermograph.protocols import Protocol, load_library
from dermograph.protocols.conditions import All, Compare, Condition, Within
from dermograph.protocols.model import GRADES, Grade, Rule
from dermograph.protocols.vocabulary import Fact, FactValue, Vocabulary
from tests.spec.tables import verdicts as tables
from tests.spec.tables.conditions import TODAY

ANY = load_library().protocol("scalp")
ROWS = (*tables.GRADES.rows, *tables.SEVERAL.rows)


def _fact(name: str) -> Fact:
    text = Text(name, name)
    return Fact(
        id=name, scope="area", type="boolean", label=text, question=text, help=text, values={}, words={}, meanings={}
    )


def _condition(words: list[str]) -> Condition:
    """``if a and b`` or ``while a 30 days``."""
    if words[0] == "while":
        return Within(words[1], Period(int(words[2]), words[3]))
    parts = tuple(Compare(name, "is", True) for name in words[1:] if name != "and")
    return All(parts) if len(parts) > 1 else parts[0]


def _protocol(cell: str) -> Protocol:
    """A protocol of nothing but the rules that a cell writes."""
    rules = []
    for index, part in enumerate(cell.split("; ")):
        grade, *words = part.split()
        when = _condition(words)
        rules.append(
            Rule(
                id=f"rule-{index}",
                says=Text("", ""),
                cite=(),
                grade=cast("Grade", grade),
                when=when,
                applies=when,
            )
        )
    vocabulary = Vocabulary(facts={name: _fact(name) for name in "abc"}, events={}, signs={})
    return dataclasses.replace(ANY, indications=(), rules=tuple(rules), vocabulary=vocabulary)


def _facts(cell: str) -> dict[str, FactValue]:
    if cell == "none":
        return {}
    pairs = [part.split() for part in cell.split(", ")]
    return {name: value == "yes" if value in ("yes", "no") else dt.date.fromisoformat(value) for name, value in pairs}


def _assessed(rules: str, known: str) -> AreaAssessment:
    return assess_area("area", _facts(known), TODAY, _protocol(rules))


def _shown(assessment: AreaAssessment) -> tuple[str, ...]:
    day = assessment.not_before
    return (
        assessment.verdict.value,
        assessment.worst_case.value,
        day.isoformat() if day else "none",
        ", ".join(question.fact.id for question in assessment.ask) or "none",
    )


@pytest.mark.parametrize("row", ROWS, ids=[*tables.GRADES.ids(), *tables.SEVERAL.ids()])
def test_the_verdict_follows_from_the_rules_and_from_what_is_known(row: tuple[str, ...]) -> None:
    rules, known, *expected = row
    assert _shown(_assessed(rules, known)) == tuple(expected)


@pytest.mark.parametrize("row", tables.SEVERAL.rows, ids=tables.SEVERAL.ids())
def test_the_order_of_rules_changes_nothing_but_the_order_of_reasons(row: tuple[str, ...]) -> None:
    rules, known, *expected = row
    for order in itertools.permutations(rules.split("; ")):
        assert _shown(_assessed("; ".join(order), known)) == tuple(expected)


def test_every_grade_stands_in_the_tables_as_true_false_and_unknown() -> None:
    for grade in GRADES:
        known = [row[1] for row in tables.GRADES.rows if row[0].startswith(f"{grade} ")]
        assert len(known) >= 3
        assert "none" in known
