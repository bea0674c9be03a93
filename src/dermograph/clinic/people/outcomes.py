"""How a course can end, in words."""

from __future__ import annotations

from collections.abc import Mapping

from dermograph.core.text import Text

ABANDONED = "abandoned"
OUTCOMES: Mapping[str, Text] = {
    "stop_goal_met": Text("Goal met", "Objetivo cumplido"),
    "stop_plateau": Text(
        "Plateau: further sessions bring no measurable gain", "Meseta: más sesiones no aportan mejora"
    ),
    "maintain": Text("Done, maintenance later", "Terminado, con mantenimiento"),
    "refer": Text("Referred", "Derivado"),
    ABANDONED: Text("Ended before its goal", "Terminado antes del objetivo"),
}


def outcome_words(outcome: str) -> Text:
    """What people read for an outcome; the bare word for one that is not known here."""
    return OUTCOMES.get(outcome, Text(outcome, outcome))
