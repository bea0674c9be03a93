"""The operators of conditions do what their tables say."""

import datetime as dt

import pytest

from dermograph.core.truth import Truth
from dermograph.protocols import load_library
from dermograph.protocols.conditions import Finding
from dermograph.protocols.read_condition import read_condition, read_fact_value
from dermograph.protocols.strict_yaml import parse
from dermograph.protocols.vocabulary import FactValue
from tests.spec.tables import conditions as tables

VOCABULARY = load_library().vocabulary
WORDS = {"true": Truth.TRUE, "unknown": Truth.UNKNOWN, "false": Truth.FALSE}


def _facts(cell: str) -> dict[str, FactValue]:
    """The facts that a cell writes, such as ``lesion scar, onset 2026-06-01``."""
    if cell == "missing":
        return {}
    pairs = [part.split() for part in cell.split(", ")]
    return {name: read_fact_value(parse(value, "table"), VOCABULARY.facts[name]) for name, value in pairs}


def _found(condition: str, known: str) -> Finding:
    """What a condition is found to be, read as a pack writes it."""
    return read_condition(parse(f"{{{condition}}}", "table"), VOCABULARY).evaluate(_facts(known), tables.TODAY)


def _day(cell: str) -> dt.date | None:
    return None if cell == "none" else dt.date.fromisoformat(cell)


@pytest.mark.parametrize(("condition", "known", "finding"), tables.COMPARED.rows, ids=tables.COMPARED.ids())
def test_an_operator_at_its_limit(condition: str, known: str, finding: str) -> None:
    found = _found(condition, known)
    assert found.truth is WORDS[finding]
    assert found.facts == (condition.partition(":")[0],)
    assert found.until is None


@pytest.mark.parametrize(("condition", "known", "finding", "over"), tables.WAITED.rows, ids=tables.WAITED.ids())
def test_a_wait(condition: str, known: str, finding: str, over: str) -> None:
    found = _found(condition, known)
    assert found.truth is WORDS[finding]
    assert found.until == _day(over)


@pytest.mark.parametrize(
    ("condition", "known", "finding", "over", "decided_by"), tables.JOINED.rows, ids=tables.JOINED.ids()
)
def test_several_facts(condition: str, known: str, finding: str, over: str, decided_by: str) -> None:
    found = _found(condition, known)
    assert found.truth is WORDS[finding]
    assert found.until == _day(over)
    assert found.facts == tuple(decided_by.split(", "))


def test_every_operator_of_the_language_stands_in_a_table() -> None:
    written = " ".join(row[0] for table in tables.ALL for row in table.rows)
    operators = ("is", "one_of", "at_least", "more_than", "at_most", "less_than", "within", "is_known")
    assert all(f"{{{operator}: " in written for operator in operators)
