"""Measures as a structured report: Enhanced SR after TID 1500 (PS3.16), the least class that holds it."""

from __future__ import annotations

from collections.abc import Iterator

from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from dermograph import __version__
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.dicom import codes, content
from dermograph.exchange.dicom.elements import coded, sequence, stamp
from dermograph.exchange.dicom.image import VL_PHOTOGRAPHIC_IMAGE
from dermograph.exchange.dicom.modules import (
    IMPLEMENTATION,
    SOFTWARE,
    add_equipment,
    add_our_scheme,
    add_patient,
    add_series,
    add_times,
    file_bytes,
    new_dataset,
)
from dermograph.exchange.dicom.report_values import ImageReference, Measure, MeasureGroup, Report, WhyMissing
from dermograph.exchange.dicom.uids import checked_uid
from dermograph.exchange.dicom.values import Area

ENHANCED_SR = "1.2.840.10008.5.1.4.1.1.88.22"


def report_file(report: Report) -> bytes:
    """A report as a DICOM file; the same report gives the same bytes.

    Raises:
        InputError: If it says nothing, names a photograph that it does not list, has a time without a zone or a series
            without a number, or a text or a UID is not what DICOM holds.
    """
    return file_bytes(report_dataset(report), UID(ExplicitVRLittleEndian))


def report_dataset(report: Report) -> Dataset:
    """The data set of ``report_file``.

    Raises:
        InputError: As ``report_file`` does.
    """
    _check(report)
    one = new_dataset(ENHANCED_SR, report.uid)
    study = report.series.study  # of a pseudonym ``made_at`` is when it left, no time of the patient
    add_patient(one, study.person, shows_nobody=True, is_dated=study.started_at is not None)
    add_series(one, report.series, "SR")
    made = add_times(one, report.series, report.made_at, ("Content",))
    add_equipment(one)
    one.InstanceNumber = report.number
    one.CompletionFlag = "COMPLETE"
    one.VerificationFlag = "UNVERIFIED"  # nobody signs by sending
    one.ReferencedPerformedProcedureStepSequence = sequence([])
    one.PerformedProcedureCodeSequence = sequence([])
    here = [image for image in report.images if image.study_uid == report.series.study.uid]
    elsewhere = [image for image in report.images if image.study_uid != report.series.study.uid]
    if here:
        one.CurrentRequestedProcedureEvidenceSequence = sequence(_evidence(here))
    if elsewhere:
        one.PertinentOtherEvidenceSequence = sequence(_evidence(elsewhere))
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", "1500"
    one.ContentTemplateSequence = sequence([template])
    one.ValueType = "CONTAINER"
    one.ConceptNameCodeSequence = sequence([coded(codes.REPORT)])
    one.ContinuityOfContent = "SEPARATE"
    one.ContentSequence = sequence(_root(report))
    if made is not None:
        one.ObservationDateTime = stamp(made)
    add_our_scheme(one)
    return one


def _check(report: Report) -> None:
    known = {image.uid for image in report.images}
    named = {uid for group in report.groups for one in group.measures for uid in one.images}
    for wrong, what in (
        (
            not report.groups or not all(group.measures for group in report.groups),
            Text("The report holds no measure.", "El informe no contiene ninguna medida."),
        ),
        (
            not named <= known,
            Text(
                "A measure names a photograph that the report does not list.",
                "Una medida nombra una fotografía que el informe no incluye.",
            ),
        ),
        (
            report.made_at.tzinfo is None,
            Text("The time of the report has no time zone.", "La hora del informe no tiene zona horaria."),
        ),
        (
            report.series.number is None,
            Text("The series of the report has no number.", "La serie del informe no tiene número."),
        ),
    ):
        if wrong:
            raise InputError(what, Place(field="report"))


def _evidence(images: list[ImageReference]) -> Iterator[Dataset]:
    """The hierarchy of what is referenced (PS3.3, C.17.2.1): study, series, instance."""
    for study_uid in dict.fromkeys(image.study_uid for image in images):
        study = Dataset()
        study.StudyInstanceUID = checked_uid(study_uid, "study uid")
        all_series = []
        for series_uid in dict.fromkeys(image.series_uid for image in images if image.study_uid == study_uid):
            series = Dataset()
            series.SeriesInstanceUID = checked_uid(series_uid, "series uid")
            instances = []
            for image in images:
                if (image.study_uid, image.series_uid) == (study_uid, series_uid):
                    instance = Dataset()
                    instance.ReferencedSOPClassUID = VL_PHOTOGRAPHIC_IMAGE
                    instance.ReferencedSOPInstanceUID = checked_uid(image.uid, "image")
                    instances.append(instance)
            series.ReferencedSOPSequence = sequence(instances)
            all_series.append(series)
        study.ReferencedSeriesSequence = sequence(all_series)
        yield study


def _root(report: Report) -> Iterator[Dataset]:
    yield content.code("HAS CONCEPT MOD", codes.LANGUAGE, codes.ENGLISH)
    yield content.code("HAS OBS CONTEXT", codes.OBSERVER_TYPE, codes.DEVICE)
    yield content.uid_reference("HAS OBS CONTEXT", codes.DEVICE_UID, IMPLEMENTATION)
    yield content.text("HAS OBS CONTEXT", codes.DEVICE_NAME, SOFTWARE)
    yield content.text("HAS OBS CONTEXT", codes.DEVICE_MODEL, f"{SOFTWARE} {__version__}")
    yield content.code("HAS CONCEPT MOD", codes.PROCEDURE_REPORTED, codes.PROCEDURE)
    if report.images:
        images = [content.image("CONTAINS", None, VL_PHOTOGRAPHIC_IMAGE, image.uid) for image in report.images]
        group = content.container("CONTAINS", codes.LIBRARY_GROUP, images)
        yield content.container("CONTAINS", codes.IMAGE_LIBRARY, [group])
    yield content.container("CONTAINS", codes.MEASUREMENTS, (_group(group) for group in report.groups))


def _group(group: MeasureGroup) -> Dataset:
    """TID 1501."""
    children = [
        content.text("HAS OBS CONTEXT", codes.TRACKING_ID, group.lesion.tracking_id),
        content.uid_reference("HAS OBS CONTEXT", codes.TRACKING_UID, group.lesion.tracking_uid),
        *_site(group.area),
        *(_measure(one) for one in group.measures),
    ]
    return content.container("CONTAINS", codes.GROUP, children)


def _site(area: Area) -> Iterator[Dataset]:
    name = area.name.strip()
    if not (name or area.region or area.laterality):
        return
    region = area.region or (codes.area_code(name) if name else codes.SITE_NOT_CODED)
    side = area.laterality
    sides = [content.code("HAS CONCEPT MOD", codes.LATERALITY, codes.SIDES[side])] if side else []
    yield content.code("HAS CONCEPT MOD", codes.FINDING_SITE, region, sides)
    if name:
        yield content.text("CONTAINS", codes.AREA_NAME, name)


def _measure(one: Measure) -> Dataset:
    """TID 300; the uncertainty beside it as TID 310 places the properties of a measurement."""
    below = []
    if one.method.strip():
        below.append(content.code("HAS CONCEPT MOD", codes.METHOD, codes.method_code(one.method)))
    if one.unit is not None:
        for concept, value in ((codes.STANDARD_U, one.u), (codes.MDC95, one.mdc95)):
            if value is not None:
                below.append(content.number("HAS PROPERTIES", concept, value, one.unit))
    if one.note.strip():
        below.append(content.text("HAS PROPERTIES", codes.COMMENT, one.note))
    below += [content.image("INFERRED FROM", codes.SOURCE, VL_PHOTOGRAPHIC_IMAGE, uid) for uid in one.images]
    if one.value is None or one.unit is None:
        return content.no_number("CONTAINS", one.concept, one.why_missing or WhyMissing.UNKNOWN, below)
    return content.number("CONTAINS", one.concept, one.value, one.unit, below)
