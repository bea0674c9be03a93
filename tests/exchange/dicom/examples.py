"""Values that the tests of DICOM share. Nobody in them exists."""

import datetime as dt
from functools import cache

import cv2
import numpy as np

from dermograph.exchange.dicom.codes import MEASURES, NO_UNIT, OURS, UNITS, dermatology_site
from dermograph.exchange.dicom.report_values import ImageReference, Measure, MeasureGroup, Report, WhyMissing
from dermograph.exchange.dicom.uids import derived_uid
from dermograph.exchange.dicom.values import (
    Area,
    Calibration,
    Code,
    Laterality,
    Lesion,
    Lossy,
    Person,
    Photograph,
    Pixels,
    Series,
    Study,
)

ZONE = dt.timezone(dt.timedelta(hours=1))
PERSON = Person("TEST-17", "Invented Name", "Not A Person", dt.date(1990, 5, 1), "F")
STUDY = Study(derived_uid("study", "1"), PERSON, "V1", dt.datetime(2026, 11, 22, 9, tzinfo=ZONE), "Visit 1")
SERIES = Series(derived_uid("series", "1"), STUDY, 1, "Lower abdomen")
AREA = Area("Lower abdomen, left", dermatology_site("Skin of lower abdomen"), Laterality.LEFT)
LESION = Lesion("Stria 1", derived_uid("lesion", "1"))
CALIBRATION = Calibration(0.05123456789012, 0.0002, "a6/1 7", 3.1, 2.0, "nominal", 0.81)
WIDTH, HEIGHT = 181, 135


@cache
def picture(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """``(h, w, 3)`` soft colours, RGB."""
    noise = np.random.default_rng(5).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 2)


@cache
def file_of(kind: str) -> bytes:
    """The picture as a file of a kind."""
    return cv2.imencode(f".{kind}", cv2.cvtColor(picture(), cv2.COLOR_RGB2BGR))[1].tobytes()


def plain() -> Pixels:
    """The picture as it stands."""
    return Pixels("plain", picture().tobytes(), WIDTH, HEIGHT)


def jpeg() -> Pixels:
    """The picture as JPEG."""
    return Pixels("jpeg", file_of("jpg"), WIDTH, HEIGHT, 3, Lossy("ISO_10918_1", 8.25))


def full(pixels: Pixels) -> Photograph:
    """A photograph of which everything is known."""
    taken_at = dt.datetime(2026, 11, 22, 9, 30, 5, 123, tzinfo=ZONE)
    uid = derived_uid("photograph", pixels.encoding)
    return Photograph(uid, SERIES, pixels, AREA, LESION, CALIBRATION, taken_at, "Invented Phone 3", False, 1)


def bare(pixels: Pixels) -> Photograph:
    """A photograph of which nothing is known but whose it is."""
    study = Study(derived_uid("study", "2"), Person("TEST-18"))
    return Photograph(derived_uid("photograph", "bare"), Series(derived_uid("series", "2"), study), pixels)


def report() -> Report:
    """Measures of two photographs of two visits, one of them missing."""
    now = ImageReference(derived_uid("photograph", "jpeg"), SERIES.uid, STUDY.uid)
    before = ImageReference(derived_uid("photograph", "before"), derived_uid("series", "0"), derived_uid("study", "0"))
    both = (before.uid, now.uid)
    measures = (
        Measure(MEASURES["area"], 3.123456789012345, UNITS["cm2"], 0.05, None, "Plane of the card", images=(now.uid,)),
        Measure(
            Code("contrast", OURS, "Contrast to the skin beside it"),
            *(None, None, None, None, "", WhyMissing.FAILED, "No calibration card is seen in the photograph."),
            images=(now.uid,),
        ),
        Measure(Code("d.contrast", OURS, "Change of contrast"), -1.5, NO_UNIT, 0.3, 0.588, images=both),
    )
    group = MeasureGroup(LESION, AREA, measures)
    series = Series(derived_uid("series", "report"), STUDY, 2, "Measures")
    made_at = dt.datetime(2026, 11, 22, 10, tzinfo=ZONE)
    return Report(derived_uid("report", "1"), series, made_at, (group,), (before, now))
