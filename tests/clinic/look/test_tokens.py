"""Every colour that carries words can be read, in light and in dark; and the two ways into the dark are one."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "src/dermograph/clinic/look/static/look"
WORDS = ("ink", "muted", "accent", "suitable", "conditional", "deferred", "referred", "excluded", "ask")
VERDICTS = ("suitable", "conditional", "deferred", "referred", "excluded", "ask", "accent")


def blocks() -> dict[str, dict[str, str]]:
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "tokens.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    found = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        tokens = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", body))
        if "paper" in tokens:
            found[" ".join(selector.split())] = tokens
    return found


THEMES = {
    "light": blocks()[':root, :root[data-theme="light"]'],
    "dark": blocks()[':root[data-theme="dark"]'],
}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("theme", "words", "ground"), list(itertools.product(THEMES, WORDS, ("paper", "card"))))
def test_words_on_paper_and_card_have_a_contrast_of_5_7(theme: str, words: str, ground: str) -> None:
    assert contrast(THEMES[theme][words], THEMES[theme][ground]) >= 5.7


@pytest.mark.parametrize(("theme", "words"), list(itertools.product(THEMES, VERDICTS)))
def test_words_on_their_own_wash_can_be_read(theme: str, words: str) -> None:
    tokens = THEMES[theme]
    for colour in (words, "ink", "muted"):
        assert contrast(tokens[colour], tokens[f"{words}-wash"]) >= 4.5, colour


@pytest.mark.parametrize("theme", THEMES)
def test_everything_else_that_has_to_be_seen_can_be(theme: str) -> None:
    tokens = THEMES[theme]
    assert contrast(tokens["on-accent"], tokens["accent"]) >= 5.7
    assert contrast(tokens["on-accent"], tokens["accent-deep"]) >= 5.7
    for ground in ("paper", "card", "wash"):
        assert contrast(tokens["edge"], tokens[ground]) >= 3, "the edge of a control"
        assert contrast(tokens["muted"], tokens[ground]) >= 4.5
        assert contrast(tokens["pencil"], tokens["card"]) >= 4.5


def test_dark_is_the_same_whether_asked_for_or_preferred() -> None:
    dark = [
        tokens for selector, tokens in blocks().items() if "dark" in selector or 'not([data-theme="light"])' in selector
    ]
    assert len(dark) == 2
    assert dark[0] == dark[1]


def test_both_themes_have_the_same_tokens() -> None:
    assert THEMES["light"].keys() == THEMES["dark"].keys()
