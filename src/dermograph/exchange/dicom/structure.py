"""The structure of a DICOM file, walked before anything is made of it.

A decoder believes lengths, follows sequences into each other and inflates what is deflated. Here every length is held
against what encloses it, depth and count are bounded, and the walk itself neither recurses nor allocates.

Source: PS3.10, 7.1 (the file); PS3.5, 7.1, 7.5 and A (elements, sequences, transfer syntaxes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from pydicom.datadict import dictionary_VR
from pydicom.uid import UID

from dermograph.core.errors import NOTHING, InputError, Place, shown
from dermograph.core.text import Text

#: A photograph of 120 million pixels in RGB, and its metadata.
LARGEST_FILE_MB = 400
DEEPEST_SEQUENCE = 24
MOST_ELEMENTS = 100_000

EXPLICIT, IMPLICIT, JPEG_BASELINE = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.4.50"
READ: Mapping[str, str] = MappingProxyType(
    {EXPLICIT: "Explicit VR Little Endian", IMPLICIT: "Implicit VR Little Endian", JPEG_BASELINE: "JPEG Baseline"}
)
_PREAMBLE, _PREFIX = 128, b"DICM"
_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_PIXEL_DATA, _TRANSFER_SYNTAX = 0x7FE00010, 0x00020010
_LONG = frozenset((b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"))
_SHORT = frozenset(
    (
        *(b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO"),
        *(b"LT", b"PN", b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US"),
    )
)


@dataclass(slots=True)
class _Frame:
    """What the walk is in.

    Attributes:
        end: Where it ends; None if a delimiter ends it.
        bound: Where it ends at the latest.
        implicit: Whether its elements lack their representation.
    """

    kind: Literal["elements", "items", "fragments"]
    end: int | None
    bound: int
    implicit: bool


@dataclass(frozen=True, slots=True)
class _Element:
    tag: int
    representation: bytes
    start: int
    length: int


def check_structure(data: bytes, name: str) -> str:
    """Refuse what is not a whole DICOM file in a transfer syntax that is read.

    Args:
        data: The whole file.
        name: What to call it in messages.

    Returns:
        The UID of its transfer syntax.

    Raises:
        InputError: If it is no DICOM file, too large, in another transfer syntax, cut short, damaged, or nested or
            divided beyond what any photograph or report needs.
    """
    if data[_PREAMBLE : _PREAMBLE + 4] != _PREFIX:
        raise _refused(
            name,
            Text("This is not a DICOM file.", "No es un archivo DICOM."),
            Text("Give a file as PS3.10 describes it.", "Indique un archivo según PS3.10."),
        )
    if len(data) > LARGEST_FILE_MB * 2**20:
        raise _refused(
            name,
            Text(f"The file is larger than {LARGEST_FILE_MB} MB.", f"El archivo ocupa más de {LARGEST_FILE_MB} MB."),
        )
    at, syntax = _meta(data, name)
    if syntax not in READ:
        known = ", ".join(READ.values())
        called = shown(UID(syntax).name)
        raise _refused(
            name,
            Text(
                f"The transfer syntax {called} is not read.",
                f"La sintaxis de transferencia {called} no se lee.",
            ),
            Text(f"Send it as {known}.", f"Envíelo como {known}."),
        )
    _walk(data, at, name, implicit=syntax == IMPLICIT)
    return syntax


def _meta(data: bytes, name: str) -> tuple[int, str]:
    """Where the data set starts, and its transfer syntax."""
    at, syntax = _PREAMBLE + 4, ""
    while at + 8 <= len(data) and data[at : at + 2] == b"\x02\x00":
        one = _element(data, at, len(data), name, implicit=False)
        if one.length == _UNDEFINED:
            raise damaged(name)
        at = one.start + one.length
        if at > len(data):
            raise cut_short(name)
        if one.tag == _TRANSFER_SYNTAX:
            syntax = data[one.start : at].rstrip(b"\0 ").decode("ascii", "replace")
    return at, syntax


def _walk(data: bytes, at: int, name: str, *, implicit: bool) -> None:
    """Go over all elements with a stack of our own."""
    stack = [_Frame("elements", len(data), len(data), implicit)]
    count = 0
    while stack:
        top = stack[-1]
        if at == top.end:
            stack.pop()
            continue
        count += 1
        if count > MOST_ELEMENTS or len(stack) > 2 * DEEPEST_SEQUENCE:
            raise _refused(
                name,
                Text(
                    "The file is nested or divided beyond what a photograph or a report needs.",
                    "El archivo está anidado o dividido más de lo que necesita una fotografía o un informe.",
                ),
            )
        at = _step(data, at, stack, name)


def _step(data: bytes, at: int, stack: list[_Frame], name: str) -> int:
    """Go over one header and what it heads, unless that is a sequence, which is entered."""
    top = stack[-1]
    one = _element(data, at, top.bound, name, implicit=top.implicit)
    if one.tag in (_ITEM_END, _SEQUENCE_END):
        if len(stack) == 1 or top.end is not None or (top.kind == "elements") != (one.tag == _ITEM_END):
            raise damaged(name)
        stack.pop()
        return one.start
    end = None if one.length == _UNDEFINED else one.start + one.length
    if end is not None and end > top.bound:
        raise cut_short(name) if top.bound == len(data) else damaged(name)
    bound = top.bound if end is None else end
    if one.tag == _ITEM:
        if top.kind == "elements" or (top.kind == "fragments" and end is None):
            raise damaged(name)
        if top.kind == "fragments" and end is not None:
            return end
        stack.append(_Frame("elements", end, bound, top.implicit))
        return one.start
    if top.kind != "elements":
        raise damaged(name)
    if one.representation == b"SQ" or (end is None and one.representation == b"UN"):
        # A sequence of unknown representation is coded implicitly (PS3.5, 6.2.2, note 2).
        stack.append(_Frame("items", end, bound, top.implicit or one.representation == b"UN"))
        return one.start
    if end is None:
        if one.tag != _PIXEL_DATA or top.implicit:
            raise damaged(name)
        stack.append(_Frame("fragments", None, bound, implicit=False))
        return one.start
    return end


def _element(data: bytes, at: int, bound: int, name: str, *, implicit: bool) -> _Element:
    """The header at a place."""
    if at + 8 > bound:
        raise cut_short(name) if bound == len(data) else damaged(name)
    tag = int.from_bytes(data[at : at + 2], "little") << 16 | int.from_bytes(data[at + 2 : at + 4], "little")
    length = int.from_bytes(data[at + 4 : at + 8], "little")
    if tag >> 16 == 0xFFFE:
        return _Element(tag, b"", at + 8, length if tag == _ITEM else 0)
    if implicit:
        return _Element(tag, _known_representation(tag, length), at + 8, length)
    representation = data[at + 4 : at + 6]
    if representation in _SHORT:
        return _Element(tag, representation, at + 8, int.from_bytes(data[at + 6 : at + 8], "little"))
    if representation not in _LONG:
        raise damaged(name)
    if at + 12 > bound:
        raise cut_short(name)
    return _Element(tag, representation, at + 12, int.from_bytes(data[at + 8 : at + 12], "little"))


def _known_representation(tag: int, length: int) -> bytes:
    """That of the dictionary, as far as it matters here: what is of undefined length is a sequence."""
    if length == _UNDEFINED:
        return b"SQ"
    try:
        return b"SQ" if dictionary_VR(tag) == "SQ" else b"UN"
    except KeyError:
        return b"UN"


def cut_short(name: str) -> InputError:
    """The error for a file that ends before its data."""
    return _refused(
        name,
        Text("The file is cut short.", "El archivo está incompleto."),
        Text("Send it again.", "Vuelva a enviarlo."),
    )


def damaged(name: str) -> InputError:
    """The error for a file whose parts do not fit together."""
    return _refused(
        name,
        Text("The DICOM file is damaged.", "El archivo DICOM está dañado."),
        Text("Send it again.", "Vuelva a enviarlo."),
    )


def _refused(name: str, what: Text, todo: Text = NOTHING) -> InputError:
    return InputError(what, Place(file=name), todo)
