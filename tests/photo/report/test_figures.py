"""Figures are rounded to what their uncertainty carries, in the manner of each language."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.core.quantity import Quantity
from dermograph.photo.report.figures import bare, day, decimals, nice, nice_below, number, plus_minus, ticks


@pytest.mark.parametrize(
    ("value", "u", "unit", "en", "es"),
    [
        (6.2134, 0.41, "delta_e00", "ΔE 6.2 ± 0.4", "ΔE 6,2 ± 0,4"),
        (1.1249, 0.2249, "lab", "1.12 ± 0.22", "1,12 ± 0,22"),
        (3.41249, 0.0312, "cm2", "3.41 ± 0.03 cm²", "3,41 ± 0,03 cm²"),
        (-9.24, 1.1, "deg", "(−9.2 ± 1.1)°", "(−9,2 ± 1,1)°"),
        (31.4, 4.2, "percent", "31 ± 4 %", "31 ± 4 %"),
        (1234.0, 42.0, "", "1230 ± 40", "1230 ± 40"),
        (0.5, 0.0999, "mm", "0.50 ± 0.10 mm", "0,50 ± 0,10 mm"),
        (2.0, 0.0, "mm", "2.00 ± 0.00 mm", "2,00 ± 0,00 mm"),
    ],
)
def test_a_value_is_written_as_its_uncertainty_allows(value: float, u: float, unit: str, en: str, es: str) -> None:
    quantity = Quantity(value, u, unit)
    assert (plus_minus(quantity, "en"), plus_minus(quantity, "es")) == (en, es)


@given(st.floats(min_value=1e-5, max_value=1e4))
def test_rounding_changes_an_uncertainty_by_less_than_a_fifth_and_keeps_two_digits_at_most(u: float) -> None:
    places = decimals(u)
    assert abs(round(u, places) - u) <= 0.2 * u
    assert round(u * 10.0**places) <= 30


def test_a_figure_that_rounds_to_zero_has_no_sign() -> None:
    assert number(-0.004, 2, "en") == "0.00"
    assert number(0.004, 2, "en", signed=True) == "0.00"


def test_a_change_keeps_its_plus() -> None:
    assert bare(1.34, 0.4, "delta_e00", "es", signed=True) == "ΔE +1,3"


def test_days_are_written_in_words() -> None:
    on = dt.date(2026, 3, 8)
    assert (day(on, "en"), day(on, "es"), day(None, "en")) == ("8 March 2026", "8 de marzo de 2026", None)


@given(st.floats(-1e4, 1e4), st.floats(1e-4, 1e4))
def test_the_ticks_of_an_axis_are_few_and_lie_on_it(low: float, span: float) -> None:
    found = ticks(low, low + span)
    assert len(found) <= 6
    assert all(low - 1e-6 * span <= one <= low + span * (1 + 1e-6) for one in found)


def test_a_round_figure_is_never_smaller() -> None:
    assert [nice(value) for value in (0.0011, 1.0, 1.01, 4.0, 5.1)] == [pytest.approx(0.002), 1, 2, 5, 10]


@given(st.floats(1e-6, 1e6))
def test_a_round_figure_lies_within_a_factor_of_two_and_a_half(value: float) -> None:
    assert value * (1 - 1e-6) <= nice(value) <= 2.5 * value * (1 + 1e-6)
    assert value / 2.5 * (1 - 1e-6) <= nice_below(value) <= value * (1 + 1e-6)
