"""The expected course of healing on a scalp, day by day, as its patient reads it: from the protocol, with sources."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dermograph.care.follow_up import colour_counts_from
from dermograph.clinic.entries import entries_of
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.portal.own_healing import Healing, healing_of
from dermograph.clinic.treatment.models import SymptomReport
from dermograph.core.dates import day_in_words
from tests.clinic.portal.own_scalp_rows import chosen, designed, scalp_course
from tests.clinic.portal.people import patient_account, signed_in_patient
from tests.clinic.treatment.held import held, today

NAMES = ("inflammation", "crusts", "darker-colour", "final_look", "deep_healing", "measure_after")


@pytest.fixture
def scalp(patient: Patient, practitioner: Membership) -> Course:
    return scalp_course(patient, practitioner)


def healing(course: Course, day: int) -> Healing:
    """The course of healing so many days after a session of today."""
    found = healing_of(course, entries_of([course])[course.pk], today(course.clinic) + dt.timedelta(days=day), "en")
    assert found is not None
    return found


def states(course: Course, day: int) -> dict[str, str]:
    """Where each stage stands on a day."""
    return {one.reason["rule"]: one.state for one in healing(course, day).stages}


def timeline(course: Course, language: str = "en") -> str:
    """The timeline as the patient sees it."""
    user = patient_account(course.patient)
    user.language = language
    user.save(update_fields=["language"])
    return signed_in_patient(course.patient).get(reverse("me_timeline")).content.decode()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (0, ("now", "now", "now", "ahead", "now", "ahead")),
        (9, ("now", "now", "now", "ahead", "now", "ahead")),
        (10, ("over", "over", "now", "now", "now", "ahead")),
        (20, ("over", "over", "now", "now", "now", "ahead")),
        (21, ("over", "over", "over", "over", "now", "ahead")),
    ],
)
def test_each_stage_is_over_now_or_ahead_on_the_days_that_the_protocol_gives(
    scalp: Course, day: int, expected: tuple[str, ...]
) -> None:
    held(scalp, 0)
    assert states(scalp, day) == dict(zip(NAMES, expected, strict=True))


def test_colour_may_be_judged_from_one_month_on_and_not_on_the_day_before(scalp: Course) -> None:
    held(scalp, 0)
    session = today(scalp.clinic)
    month = (colour_counts_from(session, protocol_of(scalp)) - session).days
    assert states(scalp, month - 1)["measure_after"] == "ahead"
    assert states(scalp, month)["measure_after"] == "now"
    assert not healing(scalp, month - 1).is_over
    assert healing(scalp, month).is_over


def test_every_stage_has_its_sources_and_what_is_assumed_is_called_so(scalp: Course) -> None:
    held(scalp, 0)
    stages = healing(scalp, 3).stages
    assert [one.reason["rule"] for one in stages] == list(NAMES)
    assert all(one.reason["cite"] for one in stages)
    assumed = {one.reason["rule"] for one in stages if "an assumption" in one.when.en and "un supuesto" in one.when.es}
    assert assumed == {"inflammation", "crusts"}
    assert [one.reason["rule"] for one in stages if one.worry] == ["inflammation", "crusts", "darker-colour"]


def test_the_line_of_a_stage_shows_its_days(scalp: Course) -> None:
    held(scalp, 0)
    found = healing(scalp, 0)
    bars = {one.reason["rule"]: [(bar.begins, bar.width, bar.is_sure) for bar in one.bars] for one in found.stages}
    assert bars["crusts"] == [(0, 10, False)]
    assert bars["darker-colour"] == [(0, 21, False)]
    assert bars["final_look"] == [(10, 11, False), (20, found.days - 20, True)]
    assert bars["deep_healing"] == [(21, found.days - 21, False), (0, 22, True)]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Healing, day by day", "Today is day 5 after your session.", "Usual now:", "When to call:")),
        (
            "es",
            ("La curación, día a día", "Hoy es el día 5 después de su sesión.", "Habitual ahora:", "Cuándo llamar:"),
        ),
    ],
)
def test_the_timeline_begins_with_where_today_is(scalp: Course, language: str, words: tuple[str, ...]) -> None:
    held(scalp, -5)
    shown = timeline(scalp, language)
    assert all(one in shown for one in words)
    assert ("slight inflammation, a thin crust" if language == "en" else "inflamación leve, una costra fina") in shown
    assert re.search(r"What process, paragraph 2, sentence 1", shown), "the place in the source is one click away"
    assert reverse("me_symptom", args=[scalp.pk]) in shown


def test_the_days_are_counted_from_the_last_session(scalp: Course) -> None:
    held(scalp, -40)
    held(scalp, -3)
    shown = timeline(scalp)
    last = today(scalp.clinic) - dt.timedelta(days=3)
    assert f"counted from your session of {day_in_words(last, 'en')}" in shown
    assert "Today is day 3 after your session." in shown


def test_no_day_says_what_is_usual_while_a_reported_sign_is_not_known_to_be_gone(scalp: Course) -> None:
    held(scalp, -5)
    sign = SymptomReport.objects.create(
        clinic=scalp.clinic, course=scalp, sign="erythema", reported_on=today(scalp.clinic), by_patient=True
    )
    shown = timeline(scalp)
    assert (
        "You reported: Redness. Until the clinic has looked at it, no day here says what is usual for you."
        in re.sub(r"\s+", " ", shown)
    )
    assert "Usual now:" not in shown
    assert "within its usual time today" not in shown
    SymptomReport.objects.filter(pk=sign.pk).update(gone_on=today(scalp.clinic))
    assert "Usual now:" in timeline(scalp)


def test_no_day_says_that_skin_has_healed(scalp: Course) -> None:
    held(scalp, -25)
    shown = timeline(scalp)
    assert "its usual time has passed" in shown
    assert "No day says that your skin has healed" in shown


def test_after_the_month_the_timeline_is_the_course_alone_and_the_scalp_keeps_the_days(scalp: Course) -> None:
    held(scalp, -60)
    assert "Healing, day by day" not in timeline(scalp)
    shown = signed_in_patient(scalp.patient).get(reverse("me_scalp", args=[scalp.pk])).content.decode()
    assert "Healing after your session of" in shown
    assert "Usual now:" not in shown


def test_before_a_session_after_the_end_and_for_other_treatments_there_is_no_course_of_healing(
    scalp: Course, course: Course
) -> None:
    held(course, -3)
    assert "Healing, day by day" not in timeline(scalp)
    held(scalp, -3)
    assert timeline(scalp).count("Healing, day by day") == 1
    Course.objects.filter(pk=scalp.pk).update(closed_at=timezone.now(), outcome="stop_goal_met")
    assert "Healing, day by day" not in timeline(scalp)


def test_the_timeline_of_a_scalp_takes_no_more_than_twelve_queries(scalp: Course) -> None:
    held(scalp, -5)
    chosen(designed(scalp), scalp)
    client = signed_in_patient(scalp.patient)
    client.get("/me/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("me_timeline")).status_code == 200
    assert len(queries) <= 12
