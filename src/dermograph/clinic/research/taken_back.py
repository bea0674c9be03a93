"""What of the exports that left is agreed to no longer: whole patients, and single courses, by pseudonym."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from django.db.models import Q
from django.utils import timezone

from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.purposes import EVERYTHING, RESEARCH
from dermograph.clinic.people.models import Clinic, Course
from dermograph.clinic.research.models import Export, Included
from dermograph.clinic.research.pseudonyms import KeyLost, Pseudonyms, opened
from dermograph.clinic.rights.rows import in_parts

_ENDS = (EVERYTHING, RESEARCH)


@dataclass(frozen=True, slots=True)
class Gone:
    """What the recipient of an export is to be asked to remove.

    Attributes:
        patients: Pseudonyms of patients who agree to nothing of it any more, in the order of the alphabet.
        courses: Of courses of patients who still agree to others.
        unnamed: How many more patients there are whose pseudonyms nobody can tell: the key of the project is lost.
    """

    export: Export
    patients: tuple[str, ...]
    courses: tuple[str, ...]
    unnamed: int = 0


@dataclass(frozen=True, slots=True)
class _Given:
    """A consent to research: for a course (None for all of them), from when until when (None while it is in force)."""

    course: uuid.UUID | None
    since: dt.datetime
    until: dt.datetime | None

    def holds(self, at: dt.datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(slots=True)
class _Found:
    patients: set[uuid.UUID] = field(default_factory=set)
    courses: set[uuid.UUID] = field(default_factory=set)


def no_longer(clinic: Clinic) -> list[Gone]:
    """Of each export that has any, those in it who agree no longer; the latest first, and none is left out.

    A patient whose consents cover less than when the export left is named by the courses that are no longer covered.

    Args:
        clinic: Whose exports.
    """
    changed = (
        Q(patient__consents__withdrawals__purpose__in=_ENDS)
        | Q(patient__consents__superseded_by__isnull=False)
        | Q(patient__restricted_at__isnull=False)
    )
    rows = Included.objects.filter(changed, clinic=clinic).order_by("export_id", "patient_id").distinct()
    wanted = ("export_id", "patient_id", "written_at", "patient__restricted_at")
    included: list[tuple[uuid.UUID, uuid.UUID, dt.datetime, dt.datetime | None]] = list(rows.values_list(*wanted))
    if not included:
        return []
    patients = {patient for _, patient, _, _ in included}
    given, now, found = _given(patients), timezone.now(), dict[uuid.UUID, _Found]()
    courses: Mapping[uuid.UUID, Collection[tuple[uuid.UUID, dt.datetime]]] | None = None
    for export, patient, left_at, restricted_at in included:
        covered = _covered(given.get(patient, []), now)
        if restricted_at is not None or not covered:
            found.setdefault(export, _Found()).patients.add(patient)
        elif None not in covered:
            was = _covered(given.get(patient, []), left_at)
            if None in was:
                courses = _courses(patients) if courses is None else courses
                was = {course for course, opened_at in courses.get(patient, ()) if opened_at <= left_at}
            if lost := {one for one in was if one is not None} - covered:
                found.setdefault(export, _Found()).courses.update(lost)
    exports = Export.objects.filter(pk__in=list(found)).select_related("project")
    return [_named(one, found[one.pk]) for one in exports.order_by("-written_at", "pk")]


def _named(export: Export, found: _Found) -> Gone:
    try:
        names = opened(export.project.pk, bytes(export.project.sealed))
    except KeyLost:
        return Gone(export, (), (), len(found.patients) + len(found.courses))
    return Gone(export, _by(names, "patient", found.patients), _by(names, "course", found.courses))


def _by(names: Pseudonyms, kind: Literal["patient", "course"], ids: Iterable[uuid.UUID]) -> tuple[str, ...]:
    return tuple(sorted(names.of(kind, one) for one in ids))


def _covered(given: Iterable[_Given], at: dt.datetime) -> set[uuid.UUID | None]:
    """The courses that consents cover at a moment; None among them where one covers all."""
    return {one.course for one in given if one.holds(at)}


def _given(patients: set[uuid.UUID]) -> dict[uuid.UUID, list[_Given]]:
    """The consents to research that patients ever gave here."""
    found: dict[uuid.UUID, dict[uuid.UUID, _Given]] = {}
    columns = ("pk", "patient_id", "course_id", "written_at", "superseded_by__written_at", "purposes")
    for some in in_parts(patients):
        rows = Consent.objects.filter(patient__in=some)
        for pk, patient, course, since, until, purposes, ended, at in rows.values_list(
            *columns, "withdrawals__purpose", "withdrawals__written_at"
        ):
            if RESEARCH not in purposes:
                continue
            before = found.setdefault(patient, {}).get(pk)
            ends = [before.until if before else until, at if ended in _ENDS else None]
            found[patient][pk] = _Given(course, since, min((one for one in ends if one is not None), default=None))
    return {patient: list(every.values()) for patient, every in found.items()}


def _courses(patients: set[uuid.UUID]) -> dict[uuid.UUID, list[tuple[uuid.UUID, dt.datetime]]]:
    found: dict[uuid.UUID, list[tuple[uuid.UUID, dt.datetime]]] = {}
    for some in in_parts(patients):
        for pk, patient, opened_at in Course.objects.filter(patient__in=some).values_list(
            "pk", "patient_id", "opened_at"
        ):
            found.setdefault(patient, []).append((pk, opened_at))
    return found
