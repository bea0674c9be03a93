"""What is wrong, as an OperationOutcome (R4, OperationOutcome; codes of the required value set issue-type)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from dermograph.core.errors import InputError, Place, printable
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element, both_languages

Severity = Literal["fatal", "error", "warning", "information"]
#: The codes of issue-type that are used here, in the words of what they are used for.
CODES: Final = (
    "invalid",  # not what the standard says
    "structure",  # no JSON, no resource, an element that is not there in R4
    "required",  # an element is missing
    "value",  # a value is none of its type
    "code-invalid",
    "extension",  # a modifier that is not known
    "not-supported",  # a type or a version that is not exchanged
    "too-long",
    "too-costly",
    "duplicate",
    "not-found",  # what is referred to is not there
    "business-rule",
    "forbidden",  # of another clinic
    "conflict",
    "processing",
    "informational",
)
_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, or worth to be told.

    Attributes:
        code: One of ``CODES``.
        words: What it is and what to do, in one text.
        expression: Where, as a simple FHIRPath such as ``Patient.name[0].given``; empty for the whole.
        severity: ``error`` unless something else is said.
    """

    code: str
    words: Text
    expression: str = ""
    severity: Severity = "error"

    def to_json(self) -> Element:
        """As an issue of an OperationOutcome; the diagnostics in English, with the Spanish beside it."""
        words = Text(self.words.en[:_LONGEST], self.words.es[:_LONGEST])
        made: Element = {"severity": self.severity, "code": self.code, **both_languages("diagnostics", words)}
        return made | {"expression": [self.expression]} if self.expression else made


class RefusedError(InputError):
    """A resource, a bundle or a request that cannot be used.

    Attributes:
        issues: Everything that is wrong, at least one; the error itself reads as the first.
    """

    def __init__(self, *issues: Issue) -> None:
        first = issues[0]
        super().__init__(first.words, Place(field=printable(first.expression, limit=_LONGEST)))
        self.issues = issues

    def outcome(self) -> Element:
        """The OperationOutcome that is answered."""
        return outcome(self.issues)


def outcome(issues: Sequence[Issue]) -> Element:
    """An OperationOutcome.

    Args:
        issues: What it tells; without any it says that all is well, for the standard wants at least one.
    """
    told = issues or [Issue("informational", Text("All is well.", "Todo está bien."), severity="information")]
    return {"resourceType": "OperationOutcome", "issue": [one.to_json() for one in told]}


def issue_of(error: InputError, code: str = "invalid") -> Issue:
    """Any error of ours as an issue.

    Args:
        error: With its place as expression, where it has one.
        code: One of ``CODES``.
    """
    if isinstance(error, RefusedError):
        return error.issues[0]
    both = (error.what, error.todo)
    words = Text(" ".join(filter(None, (one.en for one in both))), " ".join(filter(None, (one.es for one in both))))
    return Issue(code, words, error.place.field)
