"""The scopes of SMART App Launch 2.2, section 3.5: ``patient/Observation.rs``, and those of version 1 as aliases."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dermograph.clinic.people.models import Role
from dermograph.clinic.permissions import may
from dermograph.clinic.smart.kinds import KINDS, Action, Kind

Level = Literal["patient", "user", "system"]
ALL = "*"
ACTIONS: tuple[Action, ...] = ("c", "r", "u", "d", "s")
_SHAPE = re.compile(r"(patient|user|system)/(\*|[A-Z][A-Za-z]{1,63})\.(\*|read|write|c?r?u?d?s?)")
#: Version 1 as version 2 says it; section 3.5.1.6 of the standard.
_OLD = {"read": "rs", "write": "cud", "*": "cruds"}


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope for resources.

    Attributes:
        level: Of one patient, of all whom the person may see, or of a program by itself.
        kind: Of resource, a key of ``KINDS``; ``*`` for all.
        actions: Of create, read, update, delete and search.
    """

    level: Level
    kind: str
    actions: frozenset[Action]

    def __str__(self) -> str:
        return f"{self.level}/{self.kind}.{''.join(one for one in ACTIONS if one in self.actions)}"

    def covers(self, other: Scope) -> bool:
        """Whether it lets through all that another does."""
        return self.level == other.level and self.kind in (ALL, other.kind) and other.actions <= self.actions


@functools.lru_cache(maxsize=1024)
def read_scope(written: str) -> Scope | None:
    """A scope for resources as it was written; None for any other word.

    A scope with a condition after ``?`` is none: it would have to narrow what is let through, and is not offered. One
    for a kind that is not served is none either.
    """
    found = _SHAPE.fullmatch(written)
    if found is None or not found[3] or (found[2] != ALL and found[2] not in KINDS):
        return None
    level, letters = found[1], _OLD.get(found[3], found[3])
    return Scope(level, found[2], frozenset(letters))  # type: ignore[arg-type]  # the expression lets only these through


def narrowed(asked: Scope, allowed: Scope) -> Scope | None:
    """What two scopes both let through; None if nothing."""
    actions = asked.actions & allowed.actions
    if asked.level != allowed.level or not actions:
        return None
    if asked.kind == ALL:
        return Scope(asked.level, allowed.kind, actions)
    return Scope(asked.level, asked.kind, actions) if allowed.kind in (ALL, asked.kind) else None


def fewest(scopes: Iterable[Scope]) -> list[Scope]:
    """The same reach in fewer scopes: those of one kind together, and none that another one covers."""
    together: dict[tuple[Level, str], frozenset[Action]] = {}
    for one in scopes:
        together[one.level, one.kind] = together.get((one.level, one.kind), frozenset()) | one.actions
    found = [Scope(level, kind, actions) for (level, kind), actions in together.items()]
    return [one for one in found if not any(other != one and other.covers(one) for other in found)]


def of_role(scope: Scope, role: str) -> Scope | None:
    """As much of a scope as a role can use at all; None if nothing. The role decides again at every request."""
    kinds = KINDS.values() if scope.kind == ALL else [KINDS[scope.kind]]
    actions = frozenset(one for one in scope.actions if any(role_reaches(role, kind, one) for kind in kinds))
    return Scope(scope.level, scope.kind, actions) if actions else None


def role_reaches(role: str, kind: Kind, action: Action) -> bool:
    """Whether a role may do something with a kind of resource; a patient reads, of what is of a patient their own."""
    if role == Role.PATIENT:
        return action in ("r", "s") and kind.own
    page = kind.page(action)
    return bool(page) and may(role, page)
