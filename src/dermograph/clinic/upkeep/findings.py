"""What can be wrong with an audit trail, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dermograph.core.text import Text


class Kind(StrEnum):
    """What is wrong."""

    ALTERED = "altered"
    REPLACED = "replaced"
    MOVED = "moved"
    MISSING = "missing"
    TWIN = "twin"
    CUT = "cut"
    GONE = "gone"
    REWRITTEN = "rewritten"
    UNPROTECTED = "unprotected"
    ANCHOR = "anchor"


@dataclass(slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        kind: What.
        clinic: In whose chain, an id without dashes; empty where it is not one chain's.
        first, last: The numbers of the entries that it is about, both included; 0 where it is not about one.
        column: Which column, where that can be told; else empty.
        other: A number that belongs to it: of whose entry stands there, or up to which the trail once went.
    """

    kind: Kind
    clinic: str = ""
    first: int = 0
    last: int = 0
    column: str = ""
    other: int = 0

    def words(self) -> Text:
        """One sentence."""
        one = self.first == self.last
        values = {
            "entries": f"Entry {self.first} was" if one else f"Entries {self.first} to {self.last} were",
            "anotaciones": (
                f"La anotación {self.first} se ha" if one else f"Las anotaciones {self.first} a {self.last} se han"
            ),
            "column": f" (column {self.column})" if self.column else "",
            "columna": f" (columna {self.column})" if self.column else "",
            "first": self.first,
            "last": self.last,
            "other": self.other,
        }
        return _WORDS[self.kind].format(**values)

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return {
            "kind": self.kind.value,
            "clinic": self.clinic,
            "first": self.first,
            "last": self.last,
            "column": self.column,
            "other": self.other,
            "says": self.words().to_json(),
        }


_WORDS = {
    Kind.ALTERED: Text(
        "{entries} altered{column}: its hash no longer belongs to what it says.",
        "{anotaciones} alterado{columna}: su huella ya no corresponde a lo que dice.",
    ),
    Kind.REPLACED: Text(
        "{entries} replaced by another, hash and all: the one after it was chained to something else.",
        "{anotaciones} sustituido por otra, con su huella: la siguiente estaba enlazada a algo distinto.",
    ),
    Kind.MOVED: Text(
        "Entry {other} stands in the place of {first}: entries were reordered or renumbered.",
        "La anotación {other} ocupa el lugar de la {first}: se han reordenado o renumerado.",
    ),
    Kind.MISSING: Text("{entries} removed.", "{anotaciones} eliminado."),
    Kind.TWIN: Text(
        "Number {first} stands there more than once: an entry was inserted.",
        "El número {first} aparece más de una vez: se ha insertado una anotación.",
    ),
    Kind.CUT: Text(
        "The end was cut off: {entries} there once, and no longer.",
        "Se ha cortado el final: {anotaciones} perdido.",
    ),
    Kind.GONE: Text(
        "The end was cut off: the database has written {other} entries in all, and the newest left is the {first}th.",
        "Se ha cortado el final: la base de datos ha escrito {other} anotaciones en total y la última es la {first}.",
    ),
    Kind.REWRITTEN: Text(
        "Up to entry {first} the chain was written anew: its hash is not the one that was noted down.",
        "Hasta la anotación {first} se ha reescrito la cadena: su huella no es la que se anotó.",
    ),
    Kind.UNPROTECTED: Text(
        "The database no longer refuses to change entries: its triggers were removed.",
        "La base de datos ya no impide cambiar anotaciones: se han quitado sus disparadores.",
    ),
    Kind.ANCHOR: Text(
        "Line {first} of the file of anchors was altered, or is of another master key.",
        "La línea {first} del archivo de anclas se ha alterado o es de otra clave maestra.",
    ),
}
