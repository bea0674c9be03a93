"""YAML without its traps.

Only mappings, lists and scalars are read. Anchors, aliases, tags, merge keys, duplicate keys, several documents and
bare ``yes``, ``no``, ``on``, ``off`` are errors with file and line. Keys are always text. JSON is read as well.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

import yaml

from dermograph.core.dates import FIRST_DAY, LAST_DAY
from dermograph.core.errors import NOTHING, InputError, Place, nearest, shown
from dermograph.core.text import Text

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,15})\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}([eE][-+]?[0-9]{1,2})?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?([+-][0-9]{2}:[0-9]{2}|Z)?\Z")
_STANDARD = "tag:yaml.org,2002:"
_STRING = _STANDARD + "str"
_PLAIN = frozenset(_STANDARD + name for name in ("null", "bool", "int", "float", "timestamp", "str", "value", "merge"))
_TRAPS = frozenset({"yes", "no", "on", "off", "y", "n"})
_WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}

_Day = TypeVar("_Day", bound=dt.date)
Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a document and the 1-based line on which it starts."""

    value: Scalar | list[Node] | dict[str, Node]
    line: int


def read_file(path: Path, *, limit: int = MAX_BYTES) -> str:
    """The text of a file, refused where it cannot be a document of ours.

    Args:
        path: The file; its name is what errors show.
        limit: Largest size in bytes that is read.

    Raises:
        InputError: If the file is missing, not a file, larger than ``limit``, empty, or not UTF-8 text.
    """
    name = path.name or str(path)
    try:
        if not path.is_file():
            missing = Text("There is no such file.", "No existe ese archivo.")
            folder = Text("This is not a file.", "Esto no es un archivo.")
            raise InputError(folder if path.exists() else missing, Place(file=str(path)))
        with path.open("rb") as stream:
            return read_stream(stream.read(limit + 1), name, limit=limit)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise InputError(
            Text(f"The file cannot be read ({reason}).", f"No se puede leer el archivo ({reason})."), Place(file=name)
        ) from error


def read_stream(raw: bytes, name: str, *, limit: int = MAX_BYTES) -> str:
    """The text in some bytes, refused where it cannot be a document of ours.

    Raises:
        InputError: If there are more than ``limit`` bytes, if it is empty, or not UTF-8 text.
    """
    place = Place(file=name)
    if len(raw) > limit:
        raise InputError(
            Text(f"The file is larger than {limit / 1e6:.0f} MB.", f"El archivo ocupa más de {limit / 1e6:.0f} MB."),
            place,
            Text("Is it the right file?", "¿Es el archivo correcto?"),
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(
            Text("This is not UTF-8 text.", "Esto no es texto UTF-8."),
            Place(file=name, line=line),
            Text("Save it as UTF-8.", "Guárdelo como UTF-8."),
        ) from error
    if not text.strip():
        raise InputError(Text("The file is empty.", "El archivo está vacío."), place)
    return text


def parse(text: str, file: str) -> Field:
    """Read a document.

    Args:
        text: YAML or JSON.
        file: The name that errors show.

    Raises:
        InputError: At the first thing that strict YAML does not allow.
    """
    try:
        root = yaml.compose(_no_anchors(text, file), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "syntax"
        raise _error(
            Text(f"This is not valid YAML: {problem}.", f"Esto no es YAML válido: {problem}."),
            file,
            mark.line + 1 if mark is not None else None,
        ) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = shown(getattr(error, "reason", None) or type(error).__name__)
        raise _error(Text(f"This is not valid YAML: {reason}.", f"Esto no es YAML válido: {reason}."), file) from error
    if root is None:
        raise _error(Text("The file is empty.", "El archivo está vacío."), file)
    return Field(_convert(root, file, 0), "", file)


def _error(what: Text, file: str, line: int | None = None, field: str = "", todo: Text = NOTHING) -> InputError:
    return InputError(what, Place(file, line, field), todo)


def _no_anchors(text: str, file: str) -> str:
    """Refuse anchors, aliases and second documents before anything is composed (an alias bomb is never expanded)."""
    if not re.search(r"[&*]|^---|^\.\.\.", text, re.MULTILINE):
        return text
    documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            what = Text("A second document begins here.", "Aquí empieza un segundo documento.")
            raise _error(what, file, line, todo=Text("Keep one document a file.", "Deje un documento por archivo."))
        if getattr(event, "anchor", None) is not None:
            what = Text("Anchors and aliases (& and *) are not allowed.", "No se admiten anclas ni alias (& y *).")
            raise _error(what, file, line, todo=Text("Write the value out.", "Escriba el valor entero."))
    return text


def _convert(node: yaml.Node, file: str, depth: int) -> Node:
    line = node.start_mark.line + 1
    if depth > MAX_DEPTH:
        raise _error(Text("This is nested too deeply.", "Hay demasiados niveles anidados."), file, line)
    if isinstance(node, yaml.ScalarNode):
        return Node(_scalar(node, file, line), line)
    expected = _STANDARD + ("seq" if isinstance(node, yaml.SequenceNode) else "map")
    if node.tag != expected:
        raise _error(Text("Tags (!) are not allowed.", "No se admiten etiquetas (!)."), file, line)
    if isinstance(node, yaml.SequenceNode):
        return Node([_convert(item, file, depth + 1) for item in node.value], line)
    mapping: dict[str, Node] = {}
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise _error(Text("A key must be a word.", "Una clave debe ser una palabra."), file, key_line)
        key = key_node.value
        if key == "<<":
            raise _error(Text("Merge keys (<<) are not allowed.", "No se admiten claves <<."), file, key_line)
        if key in mapping:
            raise _error(
                Text(f"The key {shown(key)} stands twice.", f"La clave {shown(key)} aparece dos veces."), file, key_line
            )
        value = _convert(value_node, file, depth + 1)
        mapping[key] = Node(value.value, key_line)
    return Node(mapping, line)


def _scalar(node: yaml.ScalarNode, file: str, line: int) -> Scalar:
    text: str = node.value
    quoted = bool(node.style)
    if node.tag != _STRING if quoted else node.tag not in _PLAIN:
        raise _error(Text("Tags (!) are not allowed.", "No se admiten etiquetas (!)."), file, line)
    if quoted:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text.lower() in _TRAPS:
        raise _error(
            Text(f"A bare {shown(text)} can be read in two ways.", f"Un {shown(text)} suelto se lee de dos maneras."),
            file,
            line,
            todo=Text("Write true, false, or put it in quotes.", "Escriba true o false, o póngalo entre comillas."),
        )
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return text


class Field:
    """A piece of a document that is read with a demand, and knows where it stands.

    Every method raises ``InputError`` with file, line and path when the piece is not what was asked for.
    """

    __slots__ = ("file", "node", "path")

    def __init__(self, node: Node, path: str, file: str) -> None:
        self.node = node
        self.path = path
        self.file = file

    def error(self, what: Text, todo: Text = NOTHING) -> InputError:
        """An error about this piece."""
        return _error(what, self.file, self.node.line, self.path, todo)

    def _wrong(self, wanted_en: str, wanted_es: str) -> NoReturn:
        value = self.node.value
        if isinstance(value, dict):
            found = Text("a mapping", "una correspondencia")
        elif isinstance(value, list):
            found = Text("a list", "una lista")
        else:
            found = Text(shown("null" if value is None else value), shown("null" if value is None else value))
        raise self.error(Text(f"Expected {wanted_en}, found {found.en}.", f"Se esperaba {wanted_es} y hay {found.es}."))

    @property
    def is_null(self) -> bool:
        """Whether it is written as unknown."""
        return self.node.value is None

    @property
    def is_mapping(self) -> bool:
        """Whether it is a mapping."""
        return isinstance(self.node.value, dict)

    def entries(self) -> dict[str, Field]:
        """A mapping with any keys."""
        value = self.node.value
        if not isinstance(value, dict):
            self._wrong("a mapping of keys to values", "una correspondencia de claves y valores")
        prefix = f"{self.path}." if self.path else ""
        return {key: Field(node, prefix + shown_key(key), self.file) for key, node in value.items()}

    def mapping(self, required: Collection[str] = (), optional: Collection[str] = ()) -> dict[str, Field]:
        """A mapping with known keys: all of ``required``, any of ``optional``, no other."""
        entries = self.entries()
        for key, field in entries.items():
            if key not in required and key not in optional:
                raise field.error(
                    Text(f"Unknown key {shown(key)}.", f"Clave desconocida {shown(key)}."),
                    nearest(key, (*required, *optional)),
                )
        for key in required:
            if key not in entries:
                raise self.error(Text(f"The key {key!r} is missing.", f"Falta la clave {key!r}."))
        return entries

    def items(self) -> list[Field]:
        """A list."""
        value = self.node.value
        if not isinstance(value, list):
            self._wrong("a list", "una lista")
        return [Field(node, f"{self.path}[{index}]", self.file) for index, node in enumerate(value)]

    def string(self) -> str:
        """Text that is not empty."""
        value = self.node.value
        if not isinstance(value, str) or not value.strip():
            self._wrong("text", "un texto")
        return value

    def choice(self, known: Iterable[str]) -> str:
        """One of the known words."""
        value = self.string()
        names = list(known)
        if value not in names:
            raise self.error(
                Text(f"Unknown value {shown(value)}.", f"Valor desconocido {shown(value)}."), nearest(value, names)
            )
        return value

    def boolean(self) -> bool:
        """True or false."""
        value = self.node.value
        if not isinstance(value, bool):
            self._wrong("true, false or null (unknown)", "true, false o null (desconocido)")
        return value

    def integer(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both inclusive."""
        value = self.node.value
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self._wrong(f"a whole number from {low} to {high}", f"un número entero de {low} a {high}")
        return value

    def number(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``, both inclusive."""
        value = self.node.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self._wrong(f"a number from {low:g} to {high:g}", f"un número de {low:g} a {high:g}")
        return float(value)

    def day(self) -> dt.date:
        """A date such as 2026-11-21."""
        value = self.node.value
        if not isinstance(value, str) or not _DAY.match(value):
            self._wrong("a date such as 2026-11-21", "una fecha como 2026-11-21")
        return self._bounded(dt.date.fromisoformat, value)

    def day_or_instant(self) -> dt.date | dt.datetime:
        """A date, or a date with a time of day such as 2026-11-21T10:00."""
        value = self.node.value
        if isinstance(value, str) and _INSTANT.match(value):
            return self._bounded(dt.datetime.fromisoformat, value)
        return self.day()

    def _bounded(self, parser: Callable[[str], _Day], value: str) -> _Day:
        try:
            moment = parser(value)
        except ValueError:
            raise self.error(Text(f"There is no such day: {value}.", f"Ese día no existe: {value}.")) from None
        day = moment.date() if isinstance(moment, dt.datetime) else moment
        if not FIRST_DAY <= day <= LAST_DAY:
            raise self.error(
                Text(
                    f"A date must lie from {FIRST_DAY} to {LAST_DAY}, not {value}.",
                    f"Una fecha debe estar entre {FIRST_DAY} y {LAST_DAY}, y no {value}.",
                )
            )
        return moment

    def text(self) -> Text:
        """Words in every language."""
        entries = self.mapping(required=("en", "es"))
        return Text(" ".join(entries["en"].string().split()), " ".join(entries["es"].string().split()))


def shown_key(key: str) -> str:
    """A key as a path shows it."""
    return shown(key)[1:-1]
