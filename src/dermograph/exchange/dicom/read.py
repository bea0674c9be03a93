"""A DICOM file, ours or another's, as our values; what has no place in them is listed, what cannot be used refused."""

from __future__ import annotations

import io
import threading
import warnings

import pydicom

from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text
from dermograph.exchange.dicom.attributes import Attributes
from dermograph.exchange.dicom.image import VL_PHOTOGRAPHIC_IMAGE
from dermograph.exchange.dicom.read_image import photograph_of
from dermograph.exchange.dicom.read_report import report_of
from dermograph.exchange.dicom.received import Received
from dermograph.exchange.dicom.report import ENHANCED_SR
from dermograph.exchange.dicom.structure import check_structure, damaged

_COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"
_COMPREHENSIVE_3D_SR = "1.2.840.10008.5.1.4.1.1.88.34"
REPORTS = frozenset((ENHANCED_SR, _COMPREHENSIVE_SR, _COMPREHENSIVE_3D_SR))
# pydicom warns of odd values, and Python's way to keep a warning quiet is not safe from two threads at once.
_QUIET = threading.Lock()


def read(data: bytes, name: str) -> Received:
    """Read a photograph or a report.

    Args:
        data: The whole file.
        name: What to call it in messages.

    Raises:
        InputError: If it is not one whole VL Photographic Image of one frame or one measurement report, in a transfer
            syntax that is read; if the picture shows who it is; or if what it says makes no sense.
    """
    syntax = check_structure(data, name)
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _read(data, name, syntax)
        except InputError as error:
            raise InputError(error.what, Place(name, field=error.place.field), error.todo) from error
        except Exception as error:  # pydicom raises whatever the bytes lead to
            raise damaged(name) from error


def _read(data: bytes, name: str, syntax: str) -> Received:
    found = Attributes(pydicom.dcmread(io.BytesIO(data)))
    sop_class = found.text("SOPClassUID")
    if sop_class == VL_PHOTOGRAPHIC_IMAGE:
        return photograph_of(found, syntax)
    if sop_class in REPORTS:
        return report_of(found)
    called = shown(pydicom.uid.UID(sop_class).name or "–")
    raise InputError(
        Text(
            f"This is neither a photograph nor a measurement report but {called}.",
            f"No es ni una fotografía ni un informe de medidas, sino {called}.",
        ),
        Place(name),
        Text("Give a VL Photographic Image or an SR.", "Indique una VL Photographic Image o un SR."),
    )
