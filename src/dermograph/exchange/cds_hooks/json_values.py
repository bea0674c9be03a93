"""What CDS Hooks allows as JSON: nothing null and nothing empty, unless the specification says so of a member.

Source: CDS Hooks 2.0, "Null and empty JSON elements".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from dermograph.core.errors import nearest, printable, shown
from dermograph.exchange.cds_hooks.refusal import issue
from dermograph.exchange.fhir.outcome import Issue

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
#: What no text may hold: no database keeps a NUL, no page shows half of a character.
_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")
_DEEPEST: Final = 60  # R4 nests an extension in an item's answer some 20 deep


def null_or_empty(value: object, path: str, depth: int = 0) -> Iterator[Issue]:
    """Every null, every empty value and every text that is none, at any depth.

    Args:
        value: Any JSON value.
        path: Where it stands.
        depth: How deep.
    """
    if depth > _DEEPEST:
        yield issue(
            "too-costly", path, "Objects stand too deep in each other.", "Hay objetos anidados a demasiada profundidad."
        )
    elif value is None:
        yield issue("invalid", path, "It is null. Leave it out.", "Es null. Omítalo.")
    elif isinstance(value, str):
        if not value.strip():
            yield issue("invalid", path, "The text is empty. Leave it out.", "El texto está vacío. Omítalo.")
        elif _NO_TEXT.search(value):
            yield issue("invalid", path, "It holds a character that is none.", "Contiene un carácter que no lo es.")
    elif isinstance(value, dict):
        if not value:
            yield issue("invalid", path, "The object is empty. Leave it out.", "El objeto está vacío. Omítalo.")
        for name, inner in value.items():
            yield from null_or_empty(inner, inside(path, name), depth + 1)
    elif isinstance(value, list):
        if not value:
            yield issue("invalid", path, "The list is empty. Leave it out.", "La lista está vacía. Omítala.")
        for number, inner in enumerate(value):
            yield from null_or_empty(inner, f"{path}[{number}]", depth + 1)


def members(
    value: object, path: str, required: tuple[str, ...], optional: tuple[str, ...] = ()
) -> tuple[Mapping[str, Any], list[Issue]]:
    """The members of an object, and what is wrong with their names; an empty one where it is no object.

    What the specification does not name belongs into ``extension``, so that no misspelt member is passed over.
    """
    if not isinstance(value, dict):
        return {}, [issue("structure", path, "This is an object.", "Esto es un objeto.")]
    known = (*required, *optional, "extension")
    wrong = [missing(inside(path, name)) for name in required if name not in value]
    for name in value:
        if name not in known:
            near = nearest(name, known)
            wrong.append(
                issue(
                    "structure",
                    inside(path, name),
                    f"CDS Hooks has no member {shown(name)} here. {near.en} Others belong into “extension”.",
                    f"CDS Hooks no tiene aquí ningún miembro {shown(name)}. {near.es} Otros van en «extension».",
                )
            )
    if "extension" in value and not isinstance(value["extension"], dict):
        wrong.append(
            issue("structure", inside(path, "extension"), "An extension is an object.", "Una extensión es un objeto.")
        )
    return value, wrong


def missing(path: str) -> Issue:
    """That a required member is not there."""
    return issue("required", path, "It is missing.", "Falta.")


def inside(path: str, name: str) -> str:
    """The path of a member of what stands at a path."""
    return f"{path}.{printable(name)}" if path else printable(name)


def is_uuid(value: object) -> bool:
    """Whether it is a UUID as RFC 4122 writes it."""
    return isinstance(value, str) and bool(_UUID.fullmatch(value))


def is_url(value: object) -> bool:
    """Whether it is an absolute URL of the web."""
    if not isinstance(value, str) or any(char.isspace() for char in value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def is_text(value: object) -> bool:
    """Whether it is a text with something in it."""
    return isinstance(value, str) and bool(value.strip())
