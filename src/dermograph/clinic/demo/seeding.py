"""Telling all the stories into a new data folder."""

from __future__ import annotations

import datetime as dt
import sys

from django.db import connection
from django.utils import timezone

from dermograph.clinic.demo import beginnings, courses
from dermograph.clinic.demo.clock import Clock
from dermograph.clinic.demo.house import House
from dermograph.clinic.demo.photographs import Studio
from dermograph.clinic.demo.staff import make_staff
from dermograph.clinic.demo.stock import Stock, make_stock
from dermograph.clinic.demo.stories import tell
from dermograph.clinic.rights.keeping import choose

STORIES = (
    courses.plateau,
    courses.goal_met,
    courses.needled,
    courses.scalp,
    courses.not_detectable,
    courses.not_comparable,
    courses.improved,
    courses.healing,
    courses.baseline_taken,
    beginnings.excluded,
    beginnings.referred,
    beginnings.deferred,
    beginnings.waiting_for_consent,
    beginnings.new_patient,
    beginnings.incomplete,
)
_STOCKED_DAYS_AGO = 180


def seed() -> None:
    """Fill an empty database; the runner's process that measures is ended afterwards."""
    from dermograph.clinic.gallery.tasks import child  # noqa: PLC0415 (started here, and only here)

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")  # a half-told clinic is thrown away, not repaired
    now = timezone.now()
    studio = Studio(courses.SERIES)
    child.start()
    clock = Clock(now + dt.timedelta(days=beginnings.LONG_AGO - 1))
    try:
        with clock.running():
            staff = make_staff()
            today = now.astimezone(staff.clinic.zone).date()
            choose(clinic=staff.clinic, who=staff.lead.user, jurisdiction="es")
            house = House(staff, Stock({}, {}, {}), studio, clock, today)
            tell([beginnings.long_ago(house)], clock, now, lambda _ended, _every: None)
            clock.now = now - dt.timedelta(days=_STOCKED_DAYS_AGO)
            house.stock = make_stock(staff, today)
            tell((story(house) for story in STORIES), clock, now, _told)
    finally:
        child.stop()
        studio.close()


def _told(ended: int, every: int) -> None:
    if sys.stdout.isatty():
        print(f"\r{ended}/{every} ", end="\n" if ended == every else "", flush=True)  # noqa: T201 (for who waits)
