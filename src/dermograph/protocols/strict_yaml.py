"""YAML without its traps.

Only mappings, lists and scalars are read. Anchors, aliases, tags, merge keys, duplicate keys, several documents and
bare ``yes``, ``no``, ``on``, ``off`` are errors with file and line. Keys are always text. JSON is read as well.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from dermograph.core.errors import NOTHING, InputError, Place, shown
from dermograph.core.text import Text
from dermograph.protocols.field import Field, Node, Scalar

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
_WHOLE = r"[-+]?(?:0|[1-9][0-9]{0,15})"
_BROKEN = r"[-+]?[0-9]{1,15}\.[0-9]{1,20}(?:[eE][-+]?[0-9]{1,2})?"
_INTEGER = re.compile(rf"{_WHOLE}\Z")
_DECIMAL = re.compile(rf"{_BROKEN}\Z")
_STANDARD = "tag:yaml.org,2002:"
_STRING = _STANDARD + "str"
_PLAIN = frozenset(_STANDARD + name for name in ("null", "bool", "int", "float", "timestamp", "str", "value", "merge"))
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")  # JSON only
_TRAPS = frozenset({"yes", "no", "on", "off", "y", "n"})
_WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}
# What stands bare in a document and is not read as text.
NOT_TEXT = re.compile(rf"(?:{_WHOLE}|{_BROKEN}|~|null|true|false|(?i:{'|'.join(sorted(_TRAPS))}))\Z")

_PROBLEMS = {
    "did not find expected ',' or '}'": Text("a comma or } is missing", "falta una coma o }"),
    "did not find expected ',' or ']'": Text("a comma or ] is missing", "falta una coma o ]"),
    "did not find expected key": Text(
        "a key is expected here; is the indent right?", "falta una clave; ¿está bien el sangrado?"
    ),
    "did not find expected '-'": Text("a list entry (-) is expected here", "falta un elemento de lista (-)"),
    "did not find expected node content": Text("a value is missing", "falta un valor"),
    "did not find expected <document start>": Text("something stands after the end", "hay algo después del final"),
    "could not find expected ':'": Text("a colon is missing", "faltan los dos puntos"),
    "mapping values are not allowed": Text("a colon too many, or a wrong indent", "sobran dos puntos, o mal sangrado"),
    "found character that cannot start": Text("a character cannot stand here", "hay un carácter que no puede ir aquí"),
    "found unexpected end of stream": Text("the text ends too soon", "el texto acaba antes de tiempo"),
    "found undefined alias": Text(
        "anchors and aliases (& and *) are not allowed", "no se admiten anclas ni alias (& y *)"
    ),
    "control characters are not allowed": Text("a control character stands here", "hay un carácter de control"),
    "found a tab character": Text("a tab stands where spaces belong", "hay un tabulador en vez de espacios"),
    "exceeded": Text("it is nested too deeply", "hay demasiados niveles anidados"),
}


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
            stdin = Text("Give - to read standard input.", "Use - para leer la entrada estándar.")
            exists = path.exists()
            raise InputError(folder if exists else missing, Place(file=str(path)), stdin if exists else NOTHING)
        with path.open("rb") as stream:
            return read_stream(stream.read(limit + 1), name, limit=limit)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise InputError(
            Text(f"The file cannot be read ({reason}).", "No se puede leer el archivo."), Place(file=name)
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
    text = _SURROGATES.sub(lambda pair: f"{pair[1]}{json.loads(f'{chr(34)}{pair[2]}{chr(34)}')}", text)
    try:
        root = yaml.compose(_plain_only(text, file), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = None if mark is None else min(mark.line + 1, text.count("\n", 0, len(text.rstrip())) + 1)
        raise _error(_not_yaml(error.problem or error.context or ""), file, line) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _error(_not_yaml(error.reason), file, line) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _error(_not_yaml(""), file) from error
    if root is None:
        raise _error(Text("The file is empty.", "El archivo está vacío."), file)
    return Field(_convert(root, file, 0), "", file)


def _not_yaml(problem: str) -> Text:
    """That a document is not YAML, with the parser's reason where we have it in every language."""
    known = next((words for start, words in _PROBLEMS.items() if problem.startswith(start)), None)
    if known is None:
        return Text("This is not valid YAML.", "Esto no es YAML válido.")
    return Text(f"This is not valid YAML: {known.en}.", f"Esto no es YAML válido: {known.es}.")


def _error(what: Text, file: str, line: int | None = None, field: str = "", todo: Text = NOTHING) -> InputError:
    return InputError(what, Place(file, line, field), todo)


def _plain_only(text: str, file: str) -> str:
    """Refuse anchors, aliases, tags and second documents before anything is composed: no alias bomb is expanded."""
    if not re.search(r"[&*!]|^---|^\.\.\.", text, re.MULTILINE):
        return text
    documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark is not None else None
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            what = Text("A second document begins here.", "Aquí empieza un segundo documento.")
            raise _error(what, file, line, todo=Text("Keep one document a file.", "Deje un documento por archivo."))
        if getattr(event, "anchor", None) is not None:
            what = Text("Anchors and aliases (& and *) are not allowed.", "No se admiten anclas ni alias (& y *).")
            raise _error(what, file, line, todo=Text("Write the value out.", "Escriba el valor entero."))
        if getattr(event, "tag", None) is not None:
            raise _error(Text("Tags (!) are not allowed.", "No se admiten etiquetas (!)."), file, line)
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
