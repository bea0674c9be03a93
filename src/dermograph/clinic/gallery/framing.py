"""What a live camera is told while the photograph is framed: the quality gate on a small frame. Nothing is stored."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dermograph.clinic.gallery.drawing import parts_of
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.selectors import current_outline, frame_mm
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.finding import Finding, Refusal
from dermograph.photo.image import read_photograph_bytes
from dermograph.photo.quality import Baseline, judge
from dermograph.photo.quality.view import resolution

MOST_PIXELS = 2_200_000
MOST_BYTES = 2_000_000
_NAME = "frame.jpg"
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: What is said first, where several checks fail: what hides the others.
_ORDER = ("card", "exposure", "colour", "distance", "framing", "tilt", "focus", "resolution", "glare", "clipping")
_READY = Text("Hold still and take the photograph.", "No se mueva y haga la fotografía.")
#: A frame holds no outline, so where the area lies in it is for the eye to judge.
_BY_EYE = Finding(
    "framing",
    passed=None,
    says=Text(
        "Match the framing by eye, with the first photograph laid over the picture.",
        "Iguale el encuadre a ojo, con la primera fotografía encima de la imagen.",
    ),
)
_NAMES = {
    "card": Text("Card", "Tarjeta"),
    "colour": Text("Colour", "Color"),
    "focus": Text("Focus", "Enfoque"),
    "exposure": Text("Exposure", "Exposición"),
    "clipping": Text("Burnt out", "Quemado"),
    "glare": Text("Glare", "Brillos"),
    "tilt": Text("Tilt", "Inclinación"),
    "resolution": Text("Detail", "Detalle"),
    "distance": Text("Distance", "Distancia"),
    "framing": Text("Framing", "Encuadre"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What was found in one frame.

    Attributes:
        card: The card, or why none was read.
        findings: The checks, those first that matter most.
        width: Of the frame, px.
        height: Of the frame, px.
    """

    card: CardReading | Refusal
    findings: tuple[Finding, ...]
    width: int
    height: int

    def to_json(self, language: Language) -> dict[str, Any]:
        """For the page's script: words in one language, corners as shares of width and height."""
        found = isinstance(self.card, CardReading)
        corners = self.card.corners_px.tolist() if isinstance(self.card, CardReading) else []
        shares = [[round((x + 0.5) / self.width, 4), round((y + 0.5) / self.height, 4)] for x, y in corners]
        first = next((one for one in self.findings if one.passed is False), None)
        return {
            "card_found": found,
            "corners": shares,
            "ready": first is None,
            "say": (_READY if first is None else first.todo if first.todo.en else first.says).say(language),
            "findings": [
                {
                    "check": one.check,
                    "name": _NAMES[one.check].say(language),
                    "passed": one.passed,
                    "what": one.says.say(language),
                    "todo": one.todo.say(language),
                }
                for one in self.findings
            ],
        }


def framed(data: bytes, still_px: int, baseline: Baseline | None) -> Frame:
    """Judge one frame.

    Args:
        data: A JPEG of at most ``MOST_PIXELS``.
        still_px: Longer side of the photograph that the camera will take; the detail is judged for that.
        baseline: How the first photograph was taken; None if this is the first.

    Raises:
        InputError: If it is no such frame.
    """
    size = jpeg_size(data)
    if size is None or not 0 < size[0] * size[1] <= MOST_PIXELS or len(data) > MOST_BYTES:
        raise InputError(
            Text("This is no frame of a camera.", "Esto no es una imagen de la cámara."),
            todo=Text("Send a JPEG of at most 2 megapixels.", "Envíe un JPEG de 2 megapíxeles como máximo."),
        )
    photo = read_photograph_bytes(data, _NAME)
    card = read_card(photo)
    findings = judge(photo, card, baseline=baseline)
    larger = max(still_px / max(photo.width, photo.height), 1.0)
    judged = tuple(
        resolution(one.value * larger)
        if one.check == "resolution" and one.value is not None
        else _BY_EYE
        if one.check == "framing" and one.passed is None
        else one
        for one in findings
        if one.check in _NAMES
    )
    order = {name: place for place, name in enumerate(_ORDER)}
    return Frame(card, tuple(sorted(judged, key=lambda one: order[one.check])), photo.width, photo.height)


def how_it_was(photograph: Photograph | None) -> Baseline | None:
    """How a first photograph was taken, from what is stored; None if there is none."""
    if photograph is None:
        return None
    drawn = current_outline(photograph)
    if drawn is None:
        return Baseline(frame_mm(photograph))
    places = [place for part in parts_of(drawn.shape) for place in part]
    (x0, x1), (y0, y1) = ((min(axis), max(axis)) for axis in zip(*places, strict=True))
    centre = (x0 + x1 + 1) / 2 / photograph.width, (y0 + y1 + 1) / 2 / photograph.height
    return Baseline(frame_mm(photograph), centre, max(x1 - x0, y1 - y0) / photograph.width)


def jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a JPEG says it has, before anything is decoded; None if it is no JPEG."""
    if not data.startswith(b"\xff\xd8"):
        return None
    for marker, at in _markers(data):
        if marker in _FRAMES and at + 9 <= len(data):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
    return None


def _markers(data: bytes) -> Iterator[tuple[int, int]]:
    """Markers before the coded data, each with where it stands."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        yield data[at + 1], at
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
