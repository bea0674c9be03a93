"""Three-valued logic is what its tables say."""

import itertools

import pytest

from dermograph.core.truth import Truth, all_of, any_of
from tests.spec.tables import truth as tables
from tests.spec.tables.table import Table

WORDS = {"true": Truth.TRUE, "unknown": Truth.UNKNOWN, "false": Truth.FALSE}


def _cells(table: Table) -> list[tuple[Truth, Truth, Truth]]:
    """The cells of a table of two entries: the row's value, the column's, and the cell's."""
    columns = [WORDS[text.en] for text in table.head[1:]]
    return [
        (WORDS[row[0]], column, WORDS[cell])
        for row in table.rows
        for column, cell in zip(columns, row[1:], strict=True)
    ]


@pytest.mark.parametrize(("value", "denied"), tables.NOT.rows)
def test_not(value: str, denied: str) -> None:
    assert ~WORDS[value] is WORDS[denied]


@pytest.mark.parametrize(("one", "other", "both"), _cells(tables.AND))
def test_and(one: Truth, other: Truth, both: Truth) -> None:
    assert one & other is both
    assert all_of((one, other)) is both


@pytest.mark.parametrize(("one", "other", "either"), _cells(tables.OR))
def test_or(one: Truth, other: Truth, either: Truth) -> None:
    assert one | other is either
    assert any_of((one, other)) is either


@pytest.mark.parametrize("table", [tables.AND, tables.OR], ids=lambda table: table.id)
def test_a_table_of_two_entries_has_each_pair_once(table: Table) -> None:
    assert sorted((one.value, other.value) for one, other, _ in _cells(table)) == sorted(
        itertools.product((-1, 0, 1), repeat=2)
    )


def test_nothing_at_all_is_all_true_and_none_true() -> None:
    assert all_of(()) is Truth.TRUE
    assert any_of(()) is Truth.FALSE


@pytest.mark.parametrize("truth", Truth)
def test_a_truth_refuses_to_be_taken_as_a_boolean(truth: Truth) -> None:
    with pytest.raises(TypeError, match="three-valued"):
        bool(truth)


def test_a_boolean_and_none_are_the_three_truths() -> None:
    assert [Truth.of(value) for value in (True, False, None)] == [Truth.TRUE, Truth.FALSE, Truth.UNKNOWN]
