"""How a request is refused: a status, and everything that is wrong, each at its place."""

from __future__ import annotations

from dermograph.core.text import Text
from dermograph.exchange.fhir.outcome import Issue, RefusedError

MOST_ISSUES = 30


class HookError(RefusedError):
    """A request that is not answered with cards.

    Attributes:
        status: Of HTTP: 400 for what is no request, 412 where data is missing without which nothing can be said (CDS
            Hooks 2.0, HTTP status codes).
    """

    def __init__(self, status: int, *issues: Issue) -> None:
        super().__init__(*issues)
        self.status = status


def issue(code: str, path: str, en: str, es: str) -> Issue:
    """One thing that is wrong.

    Args:
        code: Of issue-type, as ``exchange.fhir.outcome`` lists them.
        path: Of the member, such as ``context.patientId``.
        en: What is wrong and what to do, in English.
        es: The same in Spanish.
    """
    return Issue(code, Text(en, es), path)
