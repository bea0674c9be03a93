"""Names are found whatever their case and accents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.clinic.people.name_words import LONGEST_WORD, asked_words, folded, name_words, phone_words

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)


@given(NAMES)
def test_folding_again_changes_nothing(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@given(NAMES)
def test_case_does_not_matter(name: str) -> None:
    assert folded(name.lower()) == folded(name) or folded(name.casefold()) == folded(name)


@given(st.lists(st.sampled_from(["María", "Muñoz", "de", "la", "O'Neill", "Ángel", "García-López"]), min_size=1))
def test_every_beginning_of_every_word_of_a_name_finds_it(names: list[str]) -> None:
    kept = name_words(*names)
    for word in kept:
        for size in range(1, len(word) + 1):
            (asked,) = asked_words(word[:size])
            assert any(one.startswith(asked) for one in kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("MUÑ", "muñoz"),
        ("munoz", "Muñoz"),
        ("ångs", "Ångström"),
        ("strasse", "Straße"),
        ("lodz", "Łódź"),
        ("oneill", "O’Neill"),
    ],
)
def test_accents_and_special_letters_are_folded(typed: str, kept: str) -> None:
    (word,) = asked_words(typed)
    assert any(one.startswith(word) for one in name_words(kept))


@pytest.mark.parametrize("typed", ["600 123", "600123", "+34 600 123 456", "34600", "123 456", "600-123-456"])
@pytest.mark.parametrize("kept", ["+34 600 123 456", "600 123 456"])
def test_a_telephone_is_found_from_each_place_where_one_begins_to_say_it(typed: str, kept: str) -> None:
    if typed.lstrip("+").startswith("34") and not kept.startswith("+"):
        pytest.skip("nobody wrote the country down")
    (word,) = asked_words(typed)
    assert any(one.startswith(word) for one in phone_words(kept))


@given(st.text(max_size=300))
def test_whatever_is_typed_gives_few_short_words(typed: str) -> None:
    words = asked_words(typed)
    assert len(words) <= 8
    assert all(0 < len(word) <= LONGEST_WORD for word in words)
