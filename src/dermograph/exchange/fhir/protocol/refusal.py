"""How a QuestionnaireResponse is refused: what is wrong, at which item, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dermograph.core.errors import NOTHING, InputError, Place, nearest, shown
from dermograph.core.text import Text


def refused(
    where: str, what: Text, todo: Text = NOTHING, *, near: tuple[str, Iterable[str]] | None = None
) -> InputError:
    """The error for an element.

    Args:
        where: The path of the element, with its linkId.
        what: What is wrong.
        todo: What to do.
        near: A name that is not known, and those that are: the nearest is told.
    """
    return InputError(what, Place(field=where), nearest(*near) if near else todo)


def refuse_unknown_meaning(place: str, element: Mapping[str, Any]) -> None:
    """Refuse an element whose meaning may be changed by something that is not known here.

    Source: R4, 2.20.0.0.2 (modifier extensions) and 2.26.3 (implicitRules): who does not know them must not process.

    Raises:
        InputError: If it has any.
    """
    for name in ("modifierExtension", "implicitRules"):
        if element.get(name):
            listed = element[name] if isinstance(element[name], list) else [element[name]]
            first = listed[0]
            told = shown(first.get("url") if isinstance(first, Mapping) else first)
            raise refused(
                f"{place}.{name}" if place else name,
                Text(
                    f"{told} may change the meaning, and is not known here.",
                    f"{told} puede cambiar el sentido, y aquí no se conoce.",
                ),
                Text("Leave it out, or write what it means as an answer.", "Quítelo, o escriba lo que significa."),
            )
