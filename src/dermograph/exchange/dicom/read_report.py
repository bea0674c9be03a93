"""A measurement report (TID 1500) as our report."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from pydicom.dataset import Dataset

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.dicom import codes
from dermograph.exchange.dicom.attributes import Attributes
from dermograph.exchange.dicom.content import Content, code_of, content_of, is_concept
from dermograph.exchange.dicom.read_shared import required_uid, series_of, written_by
from dermograph.exchange.dicom.received import Received
from dermograph.exchange.dicom.report_values import ImageReference, Measure, MeasureGroup, Report, WhyMissing
from dermograph.exchange.dicom.uids import checked_uid
from dermograph.exchange.dicom.values import Area, Code, Laterality, Lesion

#: What stands around the measures in every report and says nothing of its own.
_FRAME = (
    *(codes.LANGUAGE, codes.OBSERVER_TYPE, codes.DEVICE_UID, codes.DEVICE_NAME, codes.DEVICE_MODEL),
    *(codes.PROCEDURE_REPORTED, codes.IMAGE_LIBRARY),
)
_SIDES = {code.value: side for side, code in codes.SIDES.items()}


def report_of(found: Attributes) -> Received:
    """The report in a data set.

    Raises:
        InputError: If it is not a measurement report, has no measures of a tracked lesion, or no time with its zone.
    """
    series = series_of(found)
    root = Content("CONTAINER", code_of(found.items("ConceptNameCodeSequence")), None, None, "", _children(found))
    if not is_concept(root.concept, codes.REPORT):
        raise _refused(
            Text("The report is not a measurement report (TID 1500).", "El informe no es de medidas (TID 1500)."),
            "ConceptNameCodeSequence",
        )
    left: list[str] = [_told(one) for one in root.children if not _is_frame(one)]
    groups = [group for part in root.named(codes.MEASUREMENTS) for group in part.children]
    understood = tuple(_group(one, left) for one in groups if is_concept(one.concept, codes.GROUP) and _lesion(one))
    left += [_told(one) for one in groups if not is_concept(one.concept, codes.GROUP) or not _lesion(one)]
    if not any(group.measures for group in understood):
        raise _refused(
            Text(
                "The report holds no measure of a tracked lesion.", "El informe no contiene medidas de ninguna lesión."
            ),
            "ContentSequence",
        )
    made_at = found.stamp("ObservationDateTime")
    if not isinstance(made_at, dt.datetime) or made_at.tzinfo is None:
        made_at = found.moment("Content")
    if not isinstance(made_at, dt.datetime) or made_at.tzinfo is None:
        raise _refused(
            Text("The time of the report has no time zone.", "La hora del informe no tiene zona horaria."),
            "ContentTime",
        )
    if found.moment("Content") != made_at:
        found.forget("ContentDate")
    found.pass_over(
        *("ContinuityOfContent", "ValueType", "ContentTemplateSequence", "CompletionFlag", "VerificationFlag"),
        *("ReferencedPerformedProcedureStepSequence", "PerformedProcedureCodeSequence"),
    )
    report = Report(
        uid=required_uid(found, "SOPInstanceUID"),
        series=series,
        made_at=made_at,
        groups=understood,
        images=tuple(_images(found, root)),
        number=found.whole("InstanceNumber") or 1,
    )
    by = written_by(found)
    return Received(report, (*found.left(), *(f"content: {one}" for one in left)), by)


def _children(found: Attributes) -> tuple[Content, ...]:
    return tuple(content_of(item) for item in found.items("ContentSequence"))


def _is_frame(one: Content) -> bool:
    return any(is_concept(one.concept, known) for known in (*_FRAME, codes.MEASUREMENTS))


def _told(one: Content) -> str:
    """A content item by its name."""
    return f"{one.kind} {one.concept.meaning or one.concept.value}" if one.concept else one.kind


def _lesion(group: Content) -> Lesion | None:
    name, uid = group.text(codes.TRACKING_ID), group.text(codes.TRACKING_UID)
    return Lesion(name, checked_uid(uid, "TrackingUID")) if uid else None


def _group(group: Content, left: list[str]) -> MeasureGroup:
    """TID 1501; what is not ours in it goes to ``left``."""
    lesion = _lesion(group)
    assert lesion is not None  # noqa: S101 (groups without one were left out)
    measures = []
    known = (codes.TRACKING_ID, codes.TRACKING_UID, codes.FINDING_SITE, codes.AREA_NAME)
    for one in group.children:
        measure = _measure(one, left) if one.kind == "NUM" else None
        if measure is not None:
            measures.append(measure)
        elif not any(is_concept(one.concept, concept) for concept in known):
            left.append(_told(one))
    return MeasureGroup(lesion, _area(group, left), tuple(measures))


def _area(group: Content, left: list[str]) -> Area:
    name, site = group.text(codes.AREA_NAME), group.first(codes.FINDING_SITE)
    if site is None or not isinstance(site.value, Code):
        return Area(name)
    region: Code | None = site.value
    if region is not None and codes.is_area_code(region):
        name, region = name or region.meaning, None
    if is_concept(region, codes.SITE_NOT_CODED):
        region = None
    side: Laterality | None = None
    for one in site.children:
        value = one.value if is_concept(one.concept, codes.LATERALITY) else None
        if isinstance(value, Code) and value.value in _SIDES:
            side = _SIDES[value.value]
        else:
            left.append(_told(one))
    return Area(name, region, side)


def _measure(one: Content, left: list[str]) -> Measure | None:
    """TID 300; None where it has neither a number with its unit nor a reason that is known."""
    if one.concept is None:
        return None
    known = (codes.METHOD, codes.STANDARD_U, codes.MDC95, codes.COMMENT, codes.SOURCE)
    left += [_told(child) for child in one.children if not any(is_concept(child.concept, name) for name in known)]
    images = tuple(child.value for child in one.named(codes.SOURCE) if isinstance(child.value, str))
    method = one.first(codes.METHOD)
    words = method.value.meaning if method and isinstance(method.value, Code) else ""
    note = one.text(codes.COMMENT)
    if isinstance(one.value, float) and math.isfinite(one.value) and one.unit is not None:
        u, mdc95 = one.number(codes.STANDARD_U), one.number(codes.MDC95)
        return Measure(one.concept, one.value, one.unit, u, mdc95, words, None, note, images)
    why = next((why for why in WhyMissing if why.value == one.qualifier), None)
    if why is None and one.value is None and not one.qualifier:
        why = WhyMissing.UNKNOWN
    return None if why is None else Measure(one.concept, None, None, None, None, words, why, note, images)


def _images(found: Attributes, root: Content) -> Iterator[ImageReference]:
    """The photographs of the evidence, in the order of the image library where there is one."""
    listed = [
        image.value
        for library in root.named(codes.IMAGE_LIBRARY)
        for group in library.children
        for image in group.children
        if isinstance(image.value, str)
    ]
    place = {uid: index for index, uid in enumerate(listed)}
    references = [
        reference
        for keyword in ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence")
        for reference in _evidence(found.items(keyword))
    ]
    yield from sorted(references, key=lambda one: place.get(one.uid, len(place)))


def _evidence(studies: list[Dataset]) -> Iterator[ImageReference]:
    for study in studies:
        for series in study.get("ReferencedSeriesSequence") or ():
            for instance in series.get("ReferencedSOPSequence") or ():
                yield ImageReference(
                    str(instance.get("ReferencedSOPInstanceUID", "")),
                    str(series.get("SeriesInstanceUID", "")),
                    str(study.get("StudyInstanceUID", "")),
                )


def _refused(what: Text, field: str) -> InputError:
    return InputError(what, Place(field=field))
