"""Reading a request without trust: its length, its characters, its depth, and nothing twice."""

from __future__ import annotations

import json
import math
import re
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest

from dermograph.clinic.api.problems import ProblemError
from dermograph.core.text import Text

MOST_JSON_BYTES = 1_000_000
DEEPEST = 12  # an outline with several parts has 6
MOST_QUERY_BYTES = 4_000
_CHUNK = 1 << 20
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_json(request: HttpRequest) -> tuple[Any, bytes]:
    """The JSON body of a request, parsed and as it came.

    Raises:
        ProblemError: 413 if it is too large, 415 if it is not said to be JSON, 400 if it is none that can be used.
    """
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type != "application/json" or charset.lower() != "utf-8":
        raise ProblemError(
            415,
            "not-json",
            Text("The body has to be application/json in UTF-8.", "El cuerpo ha de ser application/json en UTF-8."),
        )
    data = read_bytes(request, MOST_JSON_BYTES)
    return parsed(data), data


def parsed(data: bytes) -> Any:  # noqa: ANN401 (JSON)
    """What JSON says, if everything in it can be kept by a database and shown by a page.

    Raises:
        ProblemError: 400 if it is not UTF-8, too deep, not JSON, names something twice, or holds a character or a
            number that is none.
    """
    if _is_deep(data):
        raise _unreadable(
            Text(f"It is nested deeper than {DEEPEST} levels.", f"Está anidado a más de {DEEPEST} niveles.")
        )
    try:
        tree = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except UnicodeDecodeError:
        raise _unreadable(Text("It is not UTF-8.", "No es UTF-8.")) from None
    except (ValueError, RecursionError):
        raise _unreadable(Text("It is not JSON.", "No es JSON.")) from None
    _refuse_characters(tree)
    return tree


def read_bytes(request: HttpRequest, most: int) -> bytes:
    """The body of a request, never more than it may have.

    Raises:
        ProblemError: 413 if it has more, 400 if it breaks off.
    """
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > most:
        raise ProblemError(
            413,
            "too-large",
            Text(f"It has {length} bytes; at most {most} are taken.", f"Tiene {length} bytes; como máximo {most}."),
        )
    found = bytearray()
    while len(found) < length:
        try:
            part = request.read(min(_CHUNK, length - len(found)))
        except OSError:
            part = b""
        if not part:
            raise _unreadable(Text("It broke off.", "Se interrumpió."))
        found += part
    return bytes(found)


def most_bytes_of_photograph() -> int:
    """How large a photograph may be, as on the pages."""
    return int(settings.LARGEST_PHOTOGRAPH_MB) * 1_000_000


def check_query(request: HttpRequest, known: frozenset[str]) -> None:
    """Refuse an address whose part after ``?`` cannot be read, or asks for something that is not there.

    A filter that nobody knows would otherwise be passed over, and the answer hold more than was asked for.

    Raises:
        ProblemError: 400 if it is too long, not UTF-8 or holds a NUL, 422 if it has an unknown or repeated name.
    """
    raw = request.META.get("QUERY_STRING", "")
    if len(raw) > MOST_QUERY_BYTES:
        raise _unreadable(Text("The address is too long.", "La dirección es demasiado larga."))
    try:
        text = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise _unreadable(Text("The address is not UTF-8.", "La dirección no es UTF-8.")) from None
    if "\0" in text:
        raise _unreadable(Text("The address holds a NUL.", "La dirección contiene un NUL."))
    for name in request.GET:
        short = "".join(char for char in name[:40] if char.isprintable())
        if name not in known:
            raise ProblemError(
                422, "unknown-field", Text(f"Nothing here is called “{short}”.", f"Aquí nada se llama «{short}».")
            )
        if len(request.GET.getlist(name)) > 1:
            raise ProblemError(422, "twice", Text(f"“{short}” stands there twice.", f"«{short}» aparece dos veces."))


def _is_deep(data: bytes) -> bool:
    """Whether the brackets of a text nest too deep, without reading it as JSON."""
    depth = 0
    for token in _TOKENS.finditer(data):
        sign = token.group()[:1]
        if sign in (b"[", b"{"):
            depth += 1
            if depth > DEEPEST:
                return True
        elif sign in (b"]", b"}"):
            depth -= 1
    return False


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _unreadable(Text("It names something twice.", "Nombra algo dos veces."))
    return found


def _no_number(text: str) -> float:
    raise _unreadable(Text(f"{text} is no number.", f"{text} no es un número."))


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _unreadable(Text("A number is too large.", "Un número es demasiado grande."))
    return value


def _refuse_characters(tree: Any) -> None:  # noqa: ANN401 (JSON)
    """Refuse a NUL and half of a pair of UTF-16 anywhere: no database keeps the one, no page shows the other."""
    left = [tree]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            left += one
        elif isinstance(one, str) and ("\0" in one or _SURROGATE.search(one)):
            raise _unreadable(Text("A text holds a character that is none.", "Un texto contiene un carácter inválido."))


def _unreadable(what: Text) -> ProblemError:
    return ProblemError(400, "unreadable", what)
