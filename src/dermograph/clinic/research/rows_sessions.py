"""Rows of what was written down: the settings of sessions, and signs."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from dermograph.clinic.people.models import Clinic
from dermograph.clinic.research.columns import Row
from dermograph.clinic.research.followed import Followed
from dermograph.clinic.research.pseudonyms import Pseudonyms
from dermograph.clinic.research.said import UNREADABLE, code, number
from dermograph.clinic.treatment.figures import minutes_between, punctures_per_cm2
from dermograph.clinic.treatment.models import Session, SymptomReport
from dermograph.clinic.treatment.words import ANAESTHESIA
from dermograph.protocols import load_library

_ZONE: Final = ("needle_setting_mm", "needles", "speed_hz", "passes", "seconds", "cm2")


def sessions(clinic: Clinic, courses: Mapping[uuid.UUID, Followed], names: Pseudonyms) -> Iterator[Row]:
    """One row a zone of each standing session; one query."""
    rows = Session.objects.standing().filter(course__in=list(courses)).order_by("started_at", "pk")
    wanted = ("started_at", "ended_at", "anaesthesia", "anaesthesia_minutes", "zones", "actives", "no_actives", "dots")
    numbers: Counter[uuid.UUID] = Counter()
    for one in rows.values("pk", "course_id", *wanted).iterator(chunk_size=500):
        course, on = courses[one["course_id"]], one["started_at"].astimezone(clinic.zone).date()
        numbers[course.course] += 1
        listed = len(one["actives"] or [])
        actives = listed if listed or one["no_actives"] else None
        kind = one["anaesthesia"] if one["anaesthesia"] in ANAESTHESIA else UNREADABLE if one["anaesthesia"] else None
        said = {
            "minutes": minutes_between(one["started_at"], one["ended_at"]),
            "anaesthesia": kind,
            "anaesthesia_minutes": one["anaesthesia_minutes"],
            "actives": actives,
        }
        about = (*said.values(), None if actives is not None else "not_recorded", one["dots"])
        zones: list[dict[str, Any]] = [zone for zone in one["zones"] or [] if isinstance(zone, dict)]
        for place, zone in enumerate(zones or [{}], start=1):
            figures = {name: number(zone.get(name)) for name in _ZONE}
            every = {**said, "dots": one["dots"], **figures}
            missing = "|".join(name for name, value in every.items() if value is None) or None
            punctures = punctures_per_cm2(figures)
            head = (names.of("session", one["pk"]), course.days(on), numbers[course.course])
            number_ = place if zones else None
            yield course.row(*head, *about, number_, *figures.values(), punctures, missing)


def symptoms(courses: Mapping[uuid.UUID, Followed]) -> Iterator[Row]:
    """One row a standing report of a sign; one query."""
    known = load_library().vocabulary.signs
    rows = SymptomReport.objects.standing().filter(course__in=list(courses)).order_by("reported_on", "written_at", "pk")
    wanted = ("course_id", "sign", "reported_on", "began_on", "gone_on", "by_patient")
    for one in rows.values(*wanted).iterator(chunk_size=500):
        course, on = courses[one["course_id"]], one["reported_on"]
        sign = code(one["sign"]) if one["sign"] in known else UNREADABLE
        began, gone = course.days(one["began_on"]), course.days(one["gone_on"])
        missing = "|".join(n for n, day in (("began_days", began), ("gone_days", gone)) if day is None) or None
        last = max((day for day in course.held if day <= on), default=None)
        since = None if last is None else (on - last).days
        days = (sign, course.days(on), began, gone, missing)
        yield course.row(*days, one["by_patient"], course.sessions_before(on), since)
