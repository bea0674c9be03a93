"""Every action that the code writes down has words in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import dermograph.clinic
from dermograph.clinic.audit.actions import WORDS, action_words

SOURCE = Path(dermograph.clinic.__file__).parent
RECORDED = re.compile(r"(?:\brecord\(\s*|\baction = (?:[^\n]* else )?)\"([a-z_]+\.[a-z_]+)\"")


def recorded_actions() -> set[str]:
    return {action for path in SOURCE.rglob("*.py") for action in RECORDED.findall(path.read_text(encoding="utf-8"))}


def test_every_recorded_action_has_words() -> None:
    found = recorded_actions()
    assert "patient.registered" in found
    assert found <= WORDS.keys(), sorted(found - WORDS.keys())


def test_words_stand_in_both_languages_and_fit_their_column() -> None:
    for action, text in WORDS.items():
        assert text.en
        assert text.es
        assert len(action) <= 60


def test_an_unknown_action_reads_as_itself() -> None:
    assert action_words("moon.landed").en == "moon.landed"
