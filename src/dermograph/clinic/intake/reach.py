"""What taking a consent back reaches, and what it cannot: told by the parts that let photographs leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dermograph.clinic.intake.models import Consent
from dermograph.core.text import Text


@dataclass(frozen=True, slots=True)
class Reach:
    """What taking one purpose back does to what left already.

    Attributes:
        ends: What stops at once, a sentence each.
        beyond: What nobody can call back, a sentence each.
    """

    ends: tuple[Text, ...] = ()
    beyond: tuple[Text, ...] = ()


#: Parts above add themselves when the site starts; each tells of every purpose of a consent, by its id.
ASKED: Final[list[Callable[[Consent], dict[str, Reach]]]] = []


def reach_of(consent: Consent) -> dict[str, Reach]:
    """What taking back each purpose of a consent reaches, by the id of the purpose; under ``""`` all of them."""
    found: dict[str, Reach] = {}
    for ask in ASKED:
        for purpose, one in ask(consent).items():
            before = found.get(purpose, Reach())
            found[purpose] = Reach(before.ends + one.ends, before.beyond + one.beyond)
    return found
