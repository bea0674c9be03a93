"""Photographs and comparisons of the record as the DICOM objects that go out. Nothing here asks whether they may."""

from __future__ import annotations

import datetime as dt

from django.db.models import Min
from django.utils import timezone

from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.imaging.identity import Identity
from dermograph.clinic.imaging.regions import area_of
from dermograph.exchange.dicom.from_results import calibration_of, groups_of
from dermograph.exchange.dicom.image import image_file
from dermograph.exchange.dicom.pixels import pixels_of
from dermograph.exchange.dicom.report import report_file
from dermograph.exchange.dicom.report_values import ImageReference, Report, day_alone
from dermograph.exchange.dicom.values import Moment, Series
from dermograph.exchange.dicom.values import Photograph as Image
from dermograph.photo.image import read_photograph_bytes

_PHOTOGRAPHS, _REPORTS = 1, 2


def image_of(
    row: Photograph, data: bytes, identity: Identity, *, first: dt.date, burned_in: bool | None = None
) -> Image:
    """A photograph of the record with its calibration as it was stored.

    Args:
        row: With its course and area.
        data: The original file.
        identity: As whom the patient goes out.
        first: The day of the first photograph of the course.
        burned_in: False if somebody looked and no name is in the picture; None if nobody looked.

    Raises:
        InputError: If the file is no photograph.
    """
    picture = read_photograph_bytes(data, str(row.pk))
    card, colours = row.findings.get("card"), row.findings.get("colour") or {}
    area, named = row.course.area, not identity.pseudonym
    return Image(
        uid=identity.uid_of_row("photograph", row.pk),
        series=_series(row, identity, first, _PHOTOGRAPHS),
        pixels=pixels_of(data, picture, is_pseudonym=not named),
        area=area_of(area, with_name=named),
        lesion=identity.lesion(area),
        calibration=calibration_of(card, colours, with_serial=named) if card else None,
        taken_at=_taken_at(row) if named else None,
        camera=picture.camera or "" if named else "",
        burned_in=burned_in,
    )


def image_bytes(
    row: Photograph, data: bytes, identity: Identity, *, first: dt.date, burned_in: bool | None = None
) -> bytes:
    """The same as a DICOM file."""
    return image_file(image_of(row, data, identity, first=first, burned_in=burned_in))


def report_bytes(row: Comparison, identity: Identity, *, first: dt.date) -> bytes | None:
    """The measures of a comparison as a DICOM file; None where nothing was asked to be measured.

    Args:
        row: Done, with its course, area and both photographs.
        identity: As whom the patient goes out.
        first: The day of the first photograph of the course.
    """
    area = row.course.area
    before, after = (identity.uid_of_row("photograph", one.pk) for one in (row.before, row.after))
    where = area_of(area, with_name=not identity.pseudonym)
    groups = groups_of(row.result or {}, identity.lesion(area), where, before, after)
    if not groups:
        return None
    # Of a pseudonym the day on which it leaves: it was mostly measured on the day of the visit.
    made_at = (row.done_at or timezone.now()).astimezone(row.clinic.zone)
    if identity.pseudonym:
        made_at = day_alone(timezone.now())
    places = [(one, _series(one, identity, first, _PHOTOGRAPHS)) for one in (row.before, row.after)]
    images = tuple(
        ImageReference(identity.uid_of_row("photograph", one.pk), series.uid, series.study.uid)
        for one, series in places
    )
    series = _series(row.after, identity, first, _REPORTS)
    uid = identity.uid_of_row("report", row.pk)
    return report_file(Report(uid, series, made_at, groups, images))


def first_day(row: Photograph) -> dt.date:
    """The day of the first photograph of a photograph's course."""
    standing = Photograph.objects.standing().filter(course=row.course_id, withdrawn=False)
    found: dt.date | None = standing.aggregate(first=Min("taken_on"))["first"]
    return min(found, row.taken_on) if found else row.taken_on


def _series(row: Photograph, identity: Identity, first: dt.date, number: int) -> Series:
    study = identity.study(row.taken_on, first)
    return Series(identity.uid("series", study.uid, row.course_id, number), study, number)


def _taken_at(row: Photograph) -> Moment:
    """By the camera's clock where that agrees with the record about the day; else the day alone."""
    said = row.findings.get("taken_at")
    moment = dt.datetime.fromisoformat(said) if said else None
    return moment if moment is not None and moment.date() == row.taken_on else row.taken_on
