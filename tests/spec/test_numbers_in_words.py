"""Numbers as each language writes them."""

from __future__ import annotations

import pytest

from dermograph.core.text import Text, grouped, spanish


@pytest.mark.parametrize(
    ("number", "digits", "en", "es"),
    [
        (999, 0, "999", "999"),
        (1000, 0, "1,000", "1.000"),
        (-1234567, 0, "-1,234,567", "-1.234.567"),
        (1234.56, 1, "1,234.6", "1.234,6"),
    ],
    ids=["below", "at", "less-than-nothing", "decimals"],
)
def test_thousands_stand_apart_as_each_language_writes_them(number: float, digits: int, en: str, es: str) -> None:
    assert grouped(number, digits) == Text(en, es)
    assert spanish(number, digits) == es
