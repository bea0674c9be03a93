"""Several runners that strike the same minute. Run as a program it uses a database of its own."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.clinic.at_once import at_once

MESSAGES, RUNNERS = 12, 3
NOW = dt.datetime(2026, 6, 19, 12, tzinfo=dt.UTC)


def made() -> None:
    """A clinic with patients who all have an appointment tomorrow."""
    from dermograph.clinic.people.models import Area, Clinic, Course, Patient
    from tests.clinic.conftest import member
    from tests.clinic.reminders.clinic_mail import booked, sending

    clinic = Clinic.objects.create(name="Clínica Aurora", slug="aurora", time_zone="Europe/Madrid", language="en")
    who = member(clinic, "practitioner", "Nuria Vidal", ("paramedical",))
    for number in range(1, MESSAGES + 1):
        patient = Patient.objects.create(
            clinic=clinic, number=number, given_names="A", family_names="B", email=f"p{number}@patients.example"
        )
        area = Area.objects.create(patient=patient, name="arm", view="front")
        course = Course.objects.create(clinic=clinic, patient=patient, area=area, treatment="paramedical", lead=who)
        booked(course, who, NOW + dt.timedelta(hours=20))
    sending(clinic, "appointment")


def by_threads() -> int:
    """Let threads strike at once; how many messages they say they sent."""
    from dermograph.clinic.reminders.clock import minute

    def strike() -> int:
        return sum(minute(NOW + dt.timedelta(minutes=step)) for step in range(2))

    return sum(at_once([strike] * RUNNERS))


def by_processes() -> None:
    """Let processes strike at once, each as a server of its own would."""
    command = [sys.executable, "-m", "tests.clinic.reminders.at_once"]
    started = [subprocess.Popen([*command, "strike", str(time.time() + 6)]) for _ in range(RUNNERS)]
    assert [one.wait() for one in started] == [0] * RUNNERS


def strike(at: float) -> None:
    """Strike when the time has come."""
    from dermograph.clinic.reminders.clock import minute

    time.sleep(max(0.0, at - time.time()))
    minute(NOW)


def broken_off() -> list[tuple[str, str]]:
    """A process that dies between sending and marking, and what others make of it; the states of all rows."""
    from django.db.models import F

    from dermograph.clinic.reminders.clock import minute
    from dermograph.clinic.reminders.models import Reminder

    command = [sys.executable, "-m", "tests.clinic.reminders.at_once", "strike", "0"]
    assert subprocess.run(command, env={**os.environ, "DIE": "1"}, check=False).returncode == 9
    for minutes in (1, 14, 16, 60):
        minute(NOW + dt.timedelta(minutes=minutes))
    return list(Reminder.objects.order_by(F("state").asc()).values_list("state", "reason"))


def lines() -> list[str]:
    """What was sent."""
    return Path(os.environ["WRITTEN_DOWN"]).read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    settings.EMAIL_BACKEND = "tests.clinic.reminders.written_down.WrittenDown"
    if sys.argv[1] == "strike":
        strike(float(sys.argv[2]))
        sys.exit(0)
    call_command("migrate", verbosity=0)
    made()
    if sys.argv[1] == "die":
        states = broken_off()
        assert sorted(set(states)) == [("failed", "uncertain"), ("sent", "")], states
        assert [one[0] for one in states].count("failed") == 1
    else:
        by_processes()
    assert len(lines()) == len(set(lines())) == MESSAGES, lines()
    print("once")  # noqa: T201 (what the test reads)
