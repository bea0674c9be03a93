"""HTML built from values: what is not marked as markup is escaped, so that no name of a file can become a tag."""

from __future__ import annotations

import html
from collections.abc import Iterable

VOID = frozenset({"br", "hr", "img", "input", "meta", "link"})


class Markup(str):
    """Text that is HTML already. Only the functions of this module and files of this package make it."""

    __slots__ = ()


Value = str | float | bool | None
Part = str | Iterable["Part"] | None


def escaped(part: Part) -> Markup:
    """HTML of a part: markup as it is, text escaped, a list one after the other, None as nothing."""
    if part is None:
        return Markup()
    if isinstance(part, Markup):
        return part
    if isinstance(part, str):
        return Markup(html.escape(_printable(part)))
    return Markup("".join(escaped(one) for one in part))


def tag(name: str, /, *parts: Part, **attributes: Value) -> Markup:
    """One element.

    Args:
        name: Of the element.
        parts: What stands in it.
        attributes: Escaped. An underscore stands for a hyphen and one at the end is dropped (``class_``,
            ``aria_label``); ``True`` writes the bare name; ``False`` and None leave it out.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{escaped(parts)}</{name}>")


def _attribute(key: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(_printable(str(value)))}"'


def _printable(text: str) -> str:
    """Without control characters and without what turns the direction of writing, which could hide a file's ending."""
    return "".join(char if char.isprintable() or char in "\n\t" else "·" for char in text)
