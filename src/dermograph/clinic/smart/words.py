"""What a program asks for, in words for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dermograph.clinic.people.models import Role
from dermograph.clinic.smart.asking import OFFLINE, ONLINE
from dermograph.clinic.smart.granting import OFFLINE_LIVES
from dermograph.clinic.smart.kinds import KINDS, Action
from dermograph.clinic.smart.models import AppKind
from dermograph.clinic.smart.scopes import ALL, Level, Scope
from dermograph.core.text import Text

_MINE = Text("everything that is yours to see", "todo lo que usted puede ver")
_ALL = Text("everything that may be seen there", "todo lo que se puede ver allí")
_DOES: tuple[tuple[frozenset[Action], Text], ...] = (
    (frozenset({"r", "s"}), Text("Read", "Leer")),
    (frozenset({"c"}), Text("Add", "Añadir")),
    (frozenset({"u"}), Text("Change", "Cambiar")),
    (frozenset({"d"}), Text("Delete", "Borrar")),
)
KINDS_OF_APPS: dict[str, Text] = {
    AppKind.PUBLIC: Text(
        "An app on people's devices, without a secret", "Una aplicación en dispositivos de personas, sin secreto"
    ),
    AppKind.ASYMMETRIC: Text("An app on a server, with keys", "Una aplicación en un servidor, con claves"),
    AppKind.SECRET: Text("An app on a server, with a secret", "Una aplicación en un servidor, con un secreto"),
    AppKind.SERVICE: Text(
        "A service without people, with keys (backend services)", "Un servicio sin personas, con claves"
    ),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a program may do, as the consent page says it.

    Attributes:
        does: Such as “Read”.
        of: Whose.
        what: The kinds of things.
    """

    does: Text
    of: Text
    what: tuple[Text, ...]


def wishes(scopes: Iterable[Scope], *, role: str, patient: str) -> list[Wish]:
    """What scopes let through, in words.

    Args:
        scopes: Which.
        role: Of who is asked; empty where nobody is, as on the clinic's own page.
        patient: The name of who was chosen.
    """
    scopes = list(scopes)
    found = []
    for level in ("patient", "user", "system"):
        for actions, does in _DOES:
            kinds = [one.kind for one in scopes if one.level == level and one.actions & actions]
            if kinds:
                found.append(Wish(does, _whose(level, role, patient), _what(kinds, asked=bool(role))))
    return found


def how_long(words: Iterable[str]) -> Text:
    """How long a program may go on."""
    said, days = set(words), OFFLINE_LIVES.days
    if OFFLINE in said:
        return Text(
            f"It may go on for {days} days, also while you are not there. You can end it before.",
            f"Puede seguir haciéndolo durante {days} días, también cuando usted no esté. Puede terminarlo antes.",
        )
    if ONLINE in said:
        return Text(
            "It may go on until you sign out, and at most 12 hours.",
            "Puede seguir haciéndolo hasta que usted cierre la sesión, y 12 horas como máximo.",
        )
    return Text("It may do so for an hour.", "Puede hacerlo durante una hora.")


def _whose(level: Level, role: str, patient: str) -> Text:
    if role == Role.PATIENT:
        return Text("in your own record", "en su propia historia")
    if level == "patient":
        return Text(f"in the record of {patient}", f"en la historia de {patient}")
    if level == "user" and not role:
        return Text("in every record that the person may open", "en todas las historias que la persona puede abrir")
    if level == "user":
        return Text("in every record that you may open", "en todas las historias que usted puede abrir")
    return Text("in every record of the clinic", "en todas las historias de la clínica")


def _what(kinds: list[str], *, asked: bool) -> tuple[Text, ...]:
    if ALL in kinds:
        return (_MINE if asked else _ALL,)
    return tuple(KINDS[one].called for one in KINDS if one in kinds)
