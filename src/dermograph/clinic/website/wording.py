"""The staff's questions as a visitor is asked them. Where nothing stands here, the vocabulary's own words do."""

from __future__ import annotations

from collections.abc import Mapping

from dermograph.clinic.intake.plain_questions import HELPS as PLAIN_HELPS
from dermograph.clinic.intake.plain_questions import QUESTIONS
from dermograph.core.text import Text
from dermograph.protocols.vocabulary import Fact

HELPS: Mapping[str, Text] = {
    **PLAIN_HELPS,
    "lesion": Text("Choose one. For two kinds, go through it twice.", "Elija una. Si son dos, hágalo dos veces."),
    "birth_date": Text(
        "There is a minimum age. The date stays in your browser.",
        "Hay una edad mínima. La fecha se queda en su navegador.",
    ),
}
MISSING_WORDS: Mapping[str, Text] = {
    "not_known": Text("not known", "no lo sabe"),
    "refused": Text("rather not said", "prefiere no decirlo"),
    "not_asked": Text("not answered", "sin responder"),
}


def question_of(fact: Fact) -> Text:
    """How a visitor is asked."""
    return QUESTIONS.get(fact.id, fact.question)


def help_of(fact: Fact) -> Text:
    """What helps a visitor to answer."""
    return HELPS.get(fact.id, fact.help)
