"""A VL Photographic Image as our photograph."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pydicom.encaps import generate_frames

from dermograph.core.errors import NOTHING, InputError, Place, shown
from dermograph.core.text import Text
from dermograph.exchange.dicom import codes
from dermograph.exchange.dicom.acquisition import calibration_of
from dermograph.exchange.dicom.attributes import Attributes
from dermograph.exchange.dicom.content import code_of, content_of
from dermograph.exchange.dicom.jpeg_stream import jpeg_stream
from dermograph.exchange.dicom.read_shared import required_uid, series_of, written_by
from dermograph.exchange.dicom.received import Received
from dermograph.exchange.dicom.structure import JPEG_BASELINE
from dermograph.exchange.dicom.uids import checked_uid
from dermograph.exchange.dicom.values import Area, Calibration, Laterality, Lesion, Lossy, Moment, Photograph, Pixels
from dermograph.photo.decode.refuse import LARGEST_MP

_BITS = 8
_LARGEST_PROFILE = 2**22
_SIDES = {one.value: one for one in Laterality}


def photograph_of(found: Attributes, syntax: str) -> Received:
    """The photograph in a data set.

    Raises:
        InputError: If it is not one picture of 8 bits that is read, or shows who it is.
    """
    if found.text("BurnedInAnnotation") == "YES":
        raise _refused(
            Text(
                "The picture shows who it is (Burned In Annotation).",
                "La imagen muestra de quién es (Burned In Annotation).",
            ),
            "BurnedInAnnotation",
            Text("Remove the name from the picture first.", "Borre antes el nombre de la imagen."),
        )
    series = series_of(found)
    pixels = _pixels(found, syntax)
    contents = [content_of(item) for item in found.items("AcquisitionContextSequence")]
    named = [(one.concept, one.value) for one in contents if one.concept and isinstance(one.value, str | float)]
    calibration, area_name, others = calibration_of(named)
    others += [
        one.concept.meaning if one.concept else one.kind for one in contents if not isinstance(one.value, str | float)
    ]
    burned_in = False if found.text("BurnedInAnnotation") == "NO" else None
    photograph = Photograph(
        uid=required_uid(found, "SOPInstanceUID"),
        series=series,
        pixels=pixels,
        area=_area(found, area_name),
        lesion=_lesion(found),
        calibration=_with_spacing(found, calibration),
        taken_at=_taken_at(found),
        camera=found.text("ManufacturerModelName"),
        burned_in=burned_in,
        number=found.whole("InstanceNumber"),
    )
    by = written_by(found)
    content = [f"(0040,0555) AcquisitionContextSequence: {one}" for one in others]
    return Received(photograph, (*found.left(), *content), by)


def _taken_at(found: Attributes) -> Moment | None:
    """The first of the times that is one; where the others say something else, they stay noted as not understood."""
    moment = found.stamp("AcquisitionDateTime") or found.moment("Acquisition") or found.moment("Content")
    for kind in ("Acquisition", "Content") if moment is not None else ():
        if found.moment(kind) != moment:
            for part in ("Date", "Time"):
                found.forget(f"{kind}{part}")
    return moment


def _area(found: Attributes, name: str) -> Area:
    """Region, name and side."""
    sites = found.items("AnatomicRegionSequence")
    region = code_of(sites)
    if len(sites) > 1 or (sites and sites[0].get("AnatomicRegionModifierSequence")) or (sites and region is None):
        found.forget("AnatomicRegionSequence")
    if region is not None and codes.is_area_code(region):
        name, region = name or region.meaning, None
    for keyword in ("ImageLaterality", "Laterality"):
        side = found.text(keyword)
        if side in _SIDES:
            return Area(name, region, _SIDES[side])
        found.forget(keyword)
    return Area(name, region)


def _lesion(found: Attributes) -> Lesion | None:
    """The lesion, where it has both of its identifiers."""
    if not (found.has("TrackingID") and found.has("TrackingUID")):
        return None
    return Lesion(found.text("TrackingID"), checked_uid(found.text("TrackingUID"), "TrackingUID"))


def _with_spacing(found: Attributes, calibration: Calibration | None) -> Calibration | None:
    """The calibration with the scale of another's file, which comes without an uncertainty.

    A spacing that differs along rows and columns has no place in our values.
    """
    spacing = found.texts("PixelSpacing")
    if calibration is not None and calibration.mm_per_px is not None:
        found.pass_over("PixelSpacingCalibrationType", "PixelSpacingCalibrationDescription")
        return calibration
    if not spacing:
        return calibration
    millimetres = found.number("PixelSpacing")
    if len(set(spacing)) > 1 or millimetres is None or millimetres <= 0:
        found.forget("PixelSpacing")
        return calibration
    return replace(calibration or Calibration(), mm_per_px=millimetres)


def _pixels(found: Attributes, syntax: str) -> Pixels:
    """The picture, its size held against what is there."""
    frames = found.whole("NumberOfFrames")
    if frames not in (None, 1):
        raise _refused(
            Text("The file holds several pictures.", "El archivo contiene varias imágenes."),
            "NumberOfFrames",
            Text("Send each by itself.", "Envíe cada una por separado."),
        )
    height, width, samples = (found.whole(keyword) or 0 for keyword in ("Rows", "Columns", "SamplesPerPixel"))
    if width < 1 or height < 1 or width * height > LARGEST_MP * 1_000_000:
        raise _refused(
            Text(
                f"The file claims a picture of {width} x {height} pixels.",
                f"El archivo indica una imagen de {width} x {height} píxeles.",
            ),
            "Rows",
        )
    colours = found.text("PhotometricInterpretation")
    bits = [found.whole(keyword) for keyword in ("BitsAllocated", "BitsStored")]
    found.pass_over("HighBit", "PixelRepresentation", "PixelData")
    is_known = (samples, colours) in _COLOURS[syntax == JPEG_BASELINE]
    if not is_known or bits != [_BITS, _BITS] or found.number("PixelRepresentation"):
        raise _refused(
            Text(
                f"Pixels of {samples} samples of {bits[0]} bits as {shown(colours)} are not read.",
                f"No se leen píxeles de {samples} muestras de {bits[0]} bits como {shown(colours)}.",
            ),
            "PhotometricInterpretation",
        )
    planar = found.whole("PlanarConfiguration")
    data = found.content("PixelData")
    if syntax == JPEG_BASELINE:
        data = _jpeg(data, width, height, samples)
    else:
        data = _plain(data, width * height, samples, planes=planar == 1)
    kind = found.texts("ImageType")
    derived = found.text("DerivationDescription")
    return Pixels(
        "jpeg" if syntax == JPEG_BASELINE else "plain",
        data,
        width,
        height,
        3 if samples == 3 else 1,
        _lossy(found),
        _profile(found),
        derived or ("not said how" if kind[:1] == ["DERIVED"] else ""),
    )


#: Samples and photometric interpretations that are read: plain, and in a JPEG stream, where some write RGB for YCbCr.
_COLOURS = (
    frozenset(((3, "RGB"), (1, "MONOCHROME2"))),
    frozenset(((3, "YBR_FULL_422"), (3, "YBR_FULL"), (3, "RGB"), (1, "MONOCHROME2"))),
)


def _jpeg(data: bytes, width: int, height: int, samples: int) -> bytes:
    """The stream without the byte that pads it, as it came otherwise."""
    frame = next(iter(generate_frames(data, number_of_frames=1)), b"")
    known = jpeg_stream(frame)
    if known is None or (known.width, known.height, known.samples) != (width, height, samples):
        raise _refused(
            Text(
                "The JPEG picture in the file is damaged, or not the baseline picture that the file claims.",
                "La imagen JPEG del archivo está dañada o no es la imagen baseline que el archivo indica.",
            ),
            "PixelData",
        )
    return frame[: frame.rindex(b"\xff\xd9") + 2]


def _plain(data: bytes, size: int, samples: int, *, planes: bool) -> bytes:
    """Rows of samples, the colours of a pixel together."""
    length = size * samples
    if len(data) != length + length % 2:
        raise _refused(
            Text("The picture does not have the size that it claims.", "La imagen no tiene el tamaño que indica."),
            "PixelData",
        )
    if planes and samples > 1:
        return np.frombuffer(data, np.uint8, length).reshape(samples, size).T.tobytes()
    return data[:length]


def _lossy(found: Attributes) -> Lossy | None:
    if found.text("LossyImageCompression") != "01":
        if found.has("LossyImageCompression"):
            found.forget("LossyImageCompression")
        return None
    return Lossy(found.text("LossyImageCompressionMethod"), found.number("LossyImageCompressionRatio"))


def _profile(found: Attributes) -> bytes | None:
    """The colour profile without the byte that pads it, by the length that it states."""
    data = found.content("ICCProfile")
    length = int.from_bytes(data[:4], "big")
    if len(data) not in (length, length + 1) or not 0 < len(data) <= _LARGEST_PROFILE:
        found.forget("ICCProfile")
        return None
    return data[:length]


def _refused(what: Text, field: str, todo: Text = NOTHING) -> InputError:
    return InputError(what, Place(field=field), todo)
