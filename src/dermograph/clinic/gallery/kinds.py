"""The kinds of work that are done in the background. Each app adds its own when it is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dermograph.clinic.gallery.child import Alive
from dermograph.clinic.gallery.models import Photograph, Work
from dermograph.clinic.people.models import User


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work.

    Attributes:
        name: What jobs call it; it stays, since jobs outlive a version.
        model: Its rows.
        first: The higher, the sooner it is taken: what others wait for comes before them.
        do: Does the work of a row that was taken, and writes its result. What it raises is written down as
            ``tasks.work_on`` says.
        is_done_here: Whether this process has what it takes; one that has not leaves the rows to the others.
    """

    name: str
    model: type[Work]
    first: int
    do: Callable[[Any, Alive], None]
    is_done_here: Callable[[], bool] = lambda: True


KINDS: dict[type[Work], Kind] = {}
#: What follows where a photograph was judged; called in the transaction that says so, its course locked.
when_judged: list[Callable[[Photograph], None]] = []
#: What follows where the entry of a photograph was corrected: the former one, the new one, and by whom; the same way.
when_corrected: list[Callable[[Photograph, Photograph, User], None]] = []


def register(kind: Kind) -> None:
    """Have the rows of a model worked on."""
    KINDS[kind.model] = kind


def in_order() -> list[Kind]:
    """All of them, what is taken first first."""
    return sorted(KINDS.values(), key=lambda kind: -kind.first)


def named(name: str) -> Kind | None:
    """The kind that jobs call so; None for one of another version."""
    return next((kind for kind in KINDS.values() if kind.name == name), None)
