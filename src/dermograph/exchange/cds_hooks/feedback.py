"""What became of cards (CDS Hooks 2.0, Feedback)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from dermograph.exchange.cds_hooks.json_values import is_text, is_uuid, members, missing, null_or_empty
from dermograph.exchange.cds_hooks.refusal import MOST_ISSUES, HookError, issue
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.read.primitives import is_valid

OUTCOMES: Final = ("accepted", "overridden")
MOST: Final = 100  # of one request
LONGEST: Final = 2000
_LONGEST_CODE: Final = 200


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one person did with one card.

    Attributes:
        card: Its uuid.
        outcome: ``accepted`` or ``overridden``.
        at: When, aware.
        suggestions: The uuids of those that were accepted.
        reason: System and code of why it was overridden; empty where none was told.
        comment: In the words of who did it; empty for none.
    """

    card: uuid.UUID
    outcome: str
    at: dt.datetime
    suggestions: tuple[uuid.UUID, ...] = ()
    reason: tuple[str, str] = ("", "")
    comment: str = ""


def read_feedback(tree: object) -> tuple[Feedback, ...]:
    """All that a request tells.

    Raises:
        HookError: 400, with everything that is wrong.
    """
    wrong = tuple(islice(_wrong_with(tree), MOST_ISSUES))
    if wrong or not isinstance(tree, dict):
        raise HookError(400, *wrong)
    return tuple(_read(one) for one in tree["feedback"])


def _read(one: dict[str, Any]) -> Feedback:
    why = one.get("overrideReason", {})
    reason = why.get("reason", {})
    return Feedback(
        card=uuid.UUID(one["card"]),
        outcome=one["outcome"],
        at=dt.datetime.fromisoformat(one["outcomeTimestamp"]),
        suggestions=tuple(uuid.UUID(each["id"]) for each in one.get("acceptedSuggestions", ())),
        reason=(reason.get("system", ""), reason.get("code", "")),
        comment=why.get("userComment", ""),
    )


def _wrong_with(tree: object) -> Iterator[Issue]:
    whole, wrong = members(tree, "", ("feedback",))
    yield from wrong
    yield from null_or_empty(dict(whole), "") if whole else ()
    listed = whole.get("feedback")
    if "feedback" in whole and not isinstance(listed, list):
        yield issue("structure", "feedback", "This is a list.", "Esto es una lista.")
    for number, one in enumerate(listed if isinstance(listed, list) else []):
        if number == MOST:
            yield issue("too-long", "feedback", f"At most {MOST} at once.", f"Como máximo {MOST} de una vez.")
            return
        yield from _entry(one, f"feedback[{number}]")


def _entry(value: object, path: str) -> Iterator[Issue]:
    one, wrong = members(
        value, path, ("card", "outcome", "outcomeTimestamp"), ("acceptedSuggestions", "overrideReason")
    )
    yield from wrong
    if "card" in one and not is_uuid(one["card"]):
        yield issue("value", f"{path}.card", "This is the uuid of a card.", "Es el uuid de una tarjeta.")
    if "outcome" in one and one["outcome"] not in OUTCOMES:
        yield issue("code-invalid", f"{path}.outcome", "accepted | overridden", "accepted | overridden")
    at = one.get("outcomeTimestamp")
    if "outcomeTimestamp" in one and not _is_instant(at):
        yield issue(
            "value",
            f"{path}.outcomeTimestamp",
            "This is an instant in UTC, such as 2026-11-22T10:00:00Z.",
            "Es un instante en UTC, como 2026-11-22T10:00:00Z.",
        )
    if one.get("outcome") == "accepted" and "acceptedSuggestions" not in one:
        yield missing(f"{path}.acceptedSuggestions")
    if "acceptedSuggestions" in one:
        yield from _suggestions(one["acceptedSuggestions"], f"{path}.acceptedSuggestions")
    if "overrideReason" in one:
        yield from _reason(one["overrideReason"], f"{path}.overrideReason")


def _suggestions(value: object, path: str) -> Iterator[Issue]:
    if not isinstance(value, list) or len(value) > MOST:
        yield issue("structure", path, f"This is a list of at most {MOST}.", f"Es una lista de {MOST} como máximo.")
        return
    for number, one in enumerate(value):
        given, wrong = members(one, f"{path}[{number}]", ("id",))
        yield from wrong
        if "id" in given and not is_uuid(given["id"]):
            yield issue(
                "value", f"{path}[{number}].id", "This is the uuid of a suggestion.", "Es el uuid de una sugerencia."
            )


def _reason(value: object, path: str) -> Iterator[Issue]:
    given, wrong = members(value, path, (), ("reason", "userComment"))
    yield from wrong
    if "userComment" in given and not (is_text(given["userComment"]) and len(given["userComment"]) <= LONGEST):
        yield issue(
            "value",
            f"{path}.userComment",
            f"This is a text of at most {LONGEST} characters.",
            f"Es un texto de {LONGEST} caracteres como máximo.",
        )
    if "reason" in given:
        coded, wrong = members(given["reason"], f"{path}.reason", ("code",), ("system", "display"))
        yield from wrong
        for name, inner in coded.items():
            if name != "extension" and not (is_text(inner) and len(inner) <= _LONGEST_CODE):
                yield issue("value", f"{path}.reason.{name}", "This is a short text.", "Es un texto breve.")


def _is_instant(value: object) -> bool:
    if not is_valid("instant", value) or not isinstance(value, str):
        return False
    try:
        made = dt.datetime.fromisoformat(value)
    except ValueError:  # a leap second, which R4 allows and no clock of ours has
        return False
    return dt.datetime(2000, 1, 1, tzinfo=dt.UTC) <= made <= dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
