"""What the gate asks of each operation, by the operation's name; filled as the operations register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Takes = Literal["nothing", "json", "photograph"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What the gate asks of one operation.

    Attributes:
        name: Its id in the document.
        scope: Of the token; empty for what every token may.
        like: The page whose roles it has; empty for every role.
        writes: Whether it changes anything.
        takes: What its body is.
        together: See ``once.done_once``.
    """

    name: str
    scope: str
    like: str
    writes: bool
    takes: Takes
    together: bool = True


RULES: dict[str, Rule] = {}


def pages_reached() -> frozenset[str]:
    """The pages whose roles decide about operations.

    Raises:
        RuntimeError: If no operation is registered: then nothing could be said of what a token reaches.
    """
    if not RULES:
        msg = "no operation is registered"
        raise RuntimeError(msg)
    return frozenset(rule.like for rule in RULES.values() if rule.like)
