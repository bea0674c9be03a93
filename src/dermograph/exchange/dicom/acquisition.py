"""The calibration of a photograph as its acquisition context (PS3.3, C.7.6.14), and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydicom.dataset import Dataset

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.dicom import codes
from dermograph.exchange.dicom.elements import coded, decimal, sequence, words
from dermograph.exchange.dicom.values import Calibration, Code, Photograph

_DESCRIPTION = "Card in the picture; holds at its centre and in its plane"


def add_calibration(one: Dataset, photograph: Photograph) -> None:
    """Acquisition Context, and the pixel spacing where the scale is known.

    The spacing is that of the card's plane at its centre, the same along rows and columns. Nothing is written where the
    scale is unknown: a viewer would measure with it.

    Raises:
        InputError: If a number is not finite, or the scale not more than 0.
    """
    known = photograph.calibration
    one.AcquisitionContextSequence = sequence(_items(photograph))
    if known is None or known.mm_per_px is None:
        return
    if known.mm_per_px <= 0:
        raise InputError(Text("A pixel has no length.", "Un píxel no tiene longitud."), Place(field="mm_per_px"))
    spacing = decimal(known.mm_per_px, "mm_per_px")
    one.PixelSpacing = [spacing, spacing]
    one.PixelSpacingCalibrationType = "FIDUCIAL"  # PS3.3, 10.7.1.3: an object of known size in the picture
    one.PixelSpacingCalibrationDescription = _DESCRIPTION


def _items(photograph: Photograph) -> Iterator[Dataset]:
    if name := words(photograph.area.name, "area name", None):
        yield _text(codes.AREA_NAME, name)
    known = photograph.calibration
    if known is None:
        return
    for concept, text in (
        (codes.CARD, known.card),
        (codes.CARD_COLOURS, known.colours or ""),
        (codes.NO_SCALE, known.no_scale),
        (codes.NO_COLOUR, known.no_colour),
    ):
        if value := words(text, concept.value, None):
            yield _text(concept, value)
    for concept, number, unit in (
        (codes.SCALE, known.mm_per_px, codes.MM_PER_PX),
        (codes.U_SCALE, known.u_mm_per_px, codes.MM_PER_PX),
        (codes.TILT, known.tilt_deg, codes.DEGREE),
        (codes.U_TILT, known.u_tilt_deg, codes.DEGREE),
        (codes.RESIDUAL, known.residual_delta_e00, codes.NO_UNIT),
    ):
        if number is not None:
            yield _number(concept, number, unit)


def _text(concept: Code, value: str) -> Dataset:
    item = Dataset()
    item.ValueType = "TEXT"
    item.ConceptNameCodeSequence = sequence([coded(concept)])
    item.TextValue = value
    return item


def _number(concept: Code, value: float, unit: Code) -> Dataset:
    item = Dataset()
    item.ValueType = "NUMERIC"
    item.ConceptNameCodeSequence = sequence([coded(concept)])
    item.NumericValue = decimal(value, concept.value)
    item.MeasurementUnitsCodeSequence = sequence([coded(unit)])
    return item


def calibration_of(items: Iterable[tuple[Code, str | float]]) -> tuple[Calibration | None, str, list[str]]:
    """The calibration, the area's name, and the concepts that are not ours.

    Args:
        items: Concept and value of each item of the acquisition context.
    """
    found: dict[str, str | float] = {}
    others = []
    for concept, value in items:
        if concept.scheme == codes.OURS and concept.value in _TYPES and isinstance(value, _TYPES[concept.value]):
            found[concept.value] = value
        else:
            others.append(concept.meaning)
    name = str(found.pop(codes.AREA_NAME.value, ""))
    if not found:
        return None, name, others

    def text(concept: Code) -> str:
        return str(found.get(concept.value, ""))

    def number(concept: Code) -> float | None:
        value = found.get(concept.value)
        return value if isinstance(value, float) else None

    colours = text(codes.CARD_COLOURS)
    calibration = Calibration(
        mm_per_px=number(codes.SCALE),
        u_mm_per_px=number(codes.U_SCALE),
        card=text(codes.CARD),
        tilt_deg=number(codes.TILT),
        u_tilt_deg=number(codes.U_TILT),
        colours="measured" if colours == "measured" else "nominal" if colours == "nominal" else None,
        residual_delta_e00=number(codes.RESIDUAL),
        no_scale=text(codes.NO_SCALE),
        no_colour=text(codes.NO_COLOUR),
    )
    return calibration, name, others


_TYPES: dict[str, type] = {
    **{one.value: str for one in (codes.AREA_NAME, codes.CARD, codes.CARD_COLOURS, codes.NO_SCALE, codes.NO_COLOUR)},
    **{one.value: float for one in (codes.SCALE, codes.U_SCALE, codes.TILT, codes.U_TILT, codes.RESIDUAL)},
}
