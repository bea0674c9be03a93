"""A photograph as a VL Photographic Image (PS3.3, A.32.4)."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEGBaseline8Bit

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.dicom.acquisition import add_calibration
from dermograph.exchange.dicom.codes import area_code
from dermograph.exchange.dicom.elements import coded, decimal, sequence, stamp, words
from dermograph.exchange.dicom.modules import (
    add_equipment,
    add_our_scheme,
    add_patient,
    add_series,
    add_times,
    file_bytes,
    new_dataset,
)
from dermograph.exchange.dicom.uids import checked_uid
from dermograph.exchange.dicom.values import Area, Laterality, Photograph, Pixels

VL_PHOTOGRAPHIC_IMAGE = "1.2.840.10008.5.1.4.1.1.77.1.4"
_LONGEST_SIDE = 65_535


def image_file(photograph: Photograph) -> bytes:
    """A photograph as a DICOM file; the same photograph gives the same bytes.

    Raises:
        InputError: If a text is too long for its attribute, a UID is none, the picture does not fit its size, or it
            shows who it is.
    """
    jpeg = photograph.pixels.encoding == "jpeg"
    return file_bytes(image_dataset(photograph), UID(JPEGBaseline8Bit if jpeg else ExplicitVRLittleEndian))


def image_dataset(photograph: Photograph) -> Dataset:
    """The data set of ``image_file``.

    Raises:
        InputError: As ``image_file`` does.
    """
    if photograph.burned_in:
        raise InputError(
            Text("The photograph shows who it is.", "La fotografía muestra de quién es."),
            Place(field="burned_in"),
            Text("Remove the name from the picture first.", "Borre antes el nombre de la imagen."),
        )
    one = new_dataset(VL_PHOTOGRAPHIC_IMAGE, photograph.uid)
    study = photograph.series.study
    is_dated = study.started_at is not None or photograph.taken_at is not None
    add_patient(one, study.person, shows_nobody=photograph.burned_in is False, is_dated=is_dated)
    add_series(one, photograph.series, "XC")
    taken = add_times(one, photograph.series, photograph.taken_at, ("Acquisition", "Content"))
    if taken is not None:
        one.AcquisitionDateTime = stamp(taken)
    add_equipment(one, photograph.camera)
    one.InstanceNumber = photograph.number
    one.PatientOrientation = ""  # type 2C: how the body was turned to the camera is not known
    if photograph.burned_in is not None:
        one.BurnedInAnnotation = "NO"
    _add_area(one, photograph.area)
    if photograph.lesion is not None:
        one.TrackingID = words(photograph.lesion.tracking_id, "tracking id")
        one.TrackingUID = checked_uid(photograph.lesion.tracking_uid, "tracking uid")
    add_calibration(one, photograph)
    _add_pixels(one, photograph.pixels)
    add_our_scheme(one)
    return one


def _add_area(one: Dataset, area: Area) -> None:
    """Region and side. A side that is not known stands there empty: it may be either, which is type 2C."""
    region = area.region or (area_code(words(area.name, "area name")) if area.name.strip() else None)
    if region is not None:
        one.AnatomicRegionSequence = sequence([coded(region)])
    if area.laterality in (Laterality.BOTH, Laterality.UNPAIRED):
        one.ImageLaterality = area.laterality.value
    else:
        one.Laterality = area.laterality.value if area.laterality else ""


def _add_pixels(one: Dataset, pixels: Pixels) -> None:
    """Image Pixel, VL Image and ICC Profile (PS3.3, C.7.6.3, C.8.12.1, C.11.15)."""
    if not (0 < pixels.width <= _LONGEST_SIDE and 0 < pixels.height <= _LONGEST_SIDE):
        raise InputError(
            Text("The picture is larger than DICOM can hold.", "La imagen es mayor de lo que DICOM admite."),
            Place(field="pixels"),
        )
    one.ImageType = ["DERIVED" if pixels.derived else "ORIGINAL", "PRIMARY"]
    if pixels.derived:
        one.DerivationDescription = words(pixels.derived, "derived", 1024)
    one.SamplesPerPixel = pixels.samples
    if pixels.samples == 3:
        one.PlanarConfiguration = 0
    one.Rows, one.Columns = pixels.height, pixels.width
    one.BitsAllocated = one.BitsStored = 8
    one.HighBit, one.PixelRepresentation = 7, 0
    one.LossyImageCompression = "" if pixels.lossy is None else "01"  # type 2; "00" would say that it never was
    if pixels.lossy is not None:
        if pixels.lossy.ratio is not None:
            one.LossyImageCompressionRatio = decimal(pixels.lossy.ratio, "ratio")
        if pixels.lossy.method:
            one.LossyImageCompressionMethod = words(pixels.lossy.method, "method", 16)
    if pixels.icc is not None:
        one.ICCProfile = pixels.icc + b"\0" * (len(pixels.icc) % 2)
    if pixels.encoding == "jpeg":
        one.PhotometricInterpretation = "YBR_FULL_422" if pixels.samples == 3 else "MONOCHROME2"
        one.PixelData = encapsulate([pixels.data])
        one["PixelData"].is_undefined_length = True
        one["PixelData"].VR = "OB"
        return
    if len(pixels.data) != pixels.width * pixels.height * pixels.samples:
        raise InputError(
            Text("The picture does not have the size that it claims.", "La imagen no tiene el tamaño que indica."),
            Place(field="pixels"),
        )
    one.PhotometricInterpretation = "RGB" if pixels.samples == 3 else "MONOCHROME2"
    one.PixelData = pixels.data + b"\0" * (len(pixels.data) % 2)
    one["PixelData"].VR = "OB"
