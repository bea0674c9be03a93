"""Files as they are read: a Bundle whole, lines of resources (NDJSON) some at once."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

from dermograph.core.errors import Place
from dermograph.core.text import Text
from dermograph.exchange.fhir.outcome import Issue, RefusedError
from dermograph.exchange.fhir.read.json_text import MOST_BYTES, json_of, too_large
from dermograph.exchange.fhir.read.reading import MOST_RESOURCE_BYTES

#: Lines: the number of each, from 1, and its JSON, or the issue for which it has none.
Piece = list[tuple[int, Any]]
#: Of which types the lines come one after another; the empty turn is that of all others.
TURNS: Final[tuple[tuple[str, ...], ...]] = (
    ("Patient",),
    # What others are based on (R4, Observation.basedOn): whom that is for has to be known then.
    (
        *("CarePlan", "DeviceRequest", "ImmunizationRecommendation", "MedicationRequest", "NutritionOrder"),
        "ServiceRequest",
    ),
    (),
    ("QuestionnaireResponse",),
)
_NAMED: Final = {
    turn: re.compile(rb'"resourceType"\s*:\s*"(?:%b)"' % "|".join(turn).encode()) for turn in TURNS if turn
}
_NO_OBJECT: Final = Issue("structure", Text("A resource is a JSON object.", "Un recurso es un objeto JSON."))


def is_of_lines(file: Path) -> bool:
    """Whether a file holds a resource a line; a Bundle in one line is a Bundle."""
    with file.open("rb") as stream:
        if file.suffix.lower() in {".ndjson", ".jsonl"}:
            return True
        first = next((line for line in _lines(stream) if line.strip()), b"")
        rest = next((line for line in _lines(stream) if line.strip()), b"")
    if not rest:
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def bundle_of(file: Path) -> Any:  # noqa: ANN401 (any JSON)
    """The JSON of a file that is read whole.

    Raises:
        RefusedError: If it is none, or too large; with the name of the file.
        OSError: If it cannot be read.
    """
    if file.stat().st_size > MOST_BYTES:
        raise of_file(RefusedError(too_large(MOST_BYTES)), file)
    try:
        return json_of(file.read_bytes())
    except RefusedError as error:
        raise of_file(error, file) from error


def pieces_of(file: Path, turn: tuple[str, ...], at_once: int, only: Collection[int] | None = None) -> Iterator[Piece]:
    """The lines of a file whose turn it is, some at once; what cannot be read comes with those of no other turn.

    Args:
        file: Of lines.
        turn: One of ``TURNS``.
        at_once: So many at most.
        only: Of these numbers alone; None for all.
    """
    piece: Piece = []
    with file.open("rb") as stream:
        for number, line in enumerate(_lines(stream), start=1):
            if not line.strip() or (only is not None and number not in only):
                continue
            if turn and not _NAMED[turn].search(line):
                continue
            one = _resource(line)
            if _turn_of(one, line) != turn:
                continue
            piece.append((number, one))
            if len(piece) == at_once:
                yield piece
                piece = []
    if piece:
        yield piece


def of_file(error: RefusedError, file: Path) -> RefusedError:
    """The same error with the name of the file."""
    named = RefusedError(*error.issues)
    named.place = Place(str(file), field=error.place.field)
    return named


def _turn_of(one: Any, line: bytes) -> tuple[str, ...]:  # noqa: ANN401 (any JSON, or an Issue)
    kind = one.get("resourceType") if isinstance(one, dict) else None
    return next((turn for turn, written in _NAMED.items() if kind in turn and written.search(line)), ())


def _lines(stream: Any) -> Iterator[bytes]:  # noqa: ANN401 (a binary file)
    """The lines of a file; of one that is too long only its beginning, so that it is refused and not held."""
    while line := stream.readline(MOST_RESOURCE_BYTES + 2):
        whole = line
        while not whole.endswith(b"\n") and len(whole) > MOST_RESOURCE_BYTES:
            whole = stream.readline(MOST_RESOURCE_BYTES + 2)
            if not whole:
                break
        yield line


def _resource(line: bytes) -> Any:  # noqa: ANN401 (any JSON, or an Issue)
    try:
        one = json_of(line.strip(), most_bytes=MOST_RESOURCE_BYTES)
    except RefusedError as error:
        return error.issues[0]
    return one if isinstance(one, dict) else _NO_OBJECT
