"""How long a record is kept: rules as data, the day before, the limit, the day after, and what is not decided."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.rights.jurisdictions import RULES, jurisdictions, read
from dermograph.clinic.rights.keeping import choose, decide, first_free_day, past_retention
from dermograph.clinic.rights.models import RetentionChoice
from dermograph.core.errors import InputError
from dermograph.protocols.strict_yaml import parse
from tests.clinic.conftest import signed_in
from tests.clinic.rights.held import Signed, closed, signed

__all__ = ["signed"]

ENDED = dt.datetime(2021, 3, 10, 23, 30, tzinfo=dt.UTC)  # the 11th in Madrid


def ended(course: Course, at: dt.datetime = ENDED) -> Patient:
    Course.objects.filter(pk=course.pk).update(closed_at=at, outcome="goal_met")
    return course.patient


def test_every_rule_has_a_source_and_a_day_on_which_it_was_read() -> None:
    known = jurisdictions()
    assert set(known) == {"es", "es-ct"}
    assert known["es"].years == 5
    assert known["es-ct"].years == 15
    for place in known.values():
        assert place.last_read <= dt.date(2026, 11, 22)
        for rule in place.rules:
            assert "41/2002" in rule.source.en
            assert "41/2002" in rule.source.es


@pytest.mark.parametrize(
    ("day", "may"),
    [(dt.date(2026, 3, 10), False), (dt.date(2026, 3, 11), False), (dt.date(2026, 3, 12), True)],
    ids=["the day before", "the day on which the years are full", "the day after"],
)
def test_five_years_are_full_years_in_the_clinics_days(
    course: Course, lead: Membership, day: dt.date, may: int
) -> None:
    choose(clinic=course.clinic, who=lead.user, jurisdiction="es")
    decision = decide(ended(course), day)
    assert decision.may_erase is bool(may)
    assert decision.from_day == dt.date(2026, 3, 12)
    assert decision.counted_from == dt.date(2021, 3, 11)


def test_the_longest_term_counts(course: Course, lead: Membership) -> None:
    choose(clinic=course.clinic, who=lead.user, jurisdiction="es")
    choose(clinic=course.clinic, who=lead.user, jurisdiction="es-ct")
    decision = decide(ended(course), dt.date(2030, 1, 1))
    assert decision.state == "kept"
    assert decision.from_day == dt.date(2036, 3, 12)
    assert RetentionChoice.objects.count() == 2


def test_without_a_course_it_is_said_that_the_last_entry_counts(
    course: Course, signed: Signed, lead: Membership
) -> None:
    choose(clinic=course.clinic, who=lead.user, jurisdiction="es")
    signed("record", of=None)
    patient, today = ended(course, timezone.now()), timezone.localdate()
    assert "5 years from the end of the last course, " in decide(patient, today).why.en
    course.delete()
    said = decide(patient, today).why
    assert "5 years from the last clinical entry, as there is no course, " in said.en
    assert "desde la última anotación clínica, sin ningún curso, " in said.es


def test_a_term_from_the_29th_of_february_is_not_cut_short() -> None:
    assert first_free_day(dt.date(2024, 2, 29), 5) == dt.date(2029, 3, 2)
    assert first_free_day(dt.date(2024, 2, 29), 4) == dt.date(2028, 3, 1)


def test_without_a_law_nothing_is_decided(course: Course) -> None:
    decision = decide(ended(course), dt.date(2150, 1, 1))
    assert decision.state == "undecided"
    assert not decision.may_erase


def test_an_open_course_is_care_that_has_not_ended(course: Course, lead: Membership) -> None:
    choose(clinic=course.clinic, who=lead.user, jurisdiction="es")
    assert decide(course.patient, dt.date(2150, 1, 1)).state == "open"


def test_who_was_only_registered_has_no_clinical_record(patient: Patient) -> None:
    assert decide(patient, dt.date(2026, 1, 1)).may_erase


def test_records_past_their_term_are_listed_and_nothing_is_erased(course: Course, lead: Membership) -> None:
    assert past_retention(course.clinic, timezone.localdate(), 10) == []
    choose(clinic=course.clinic, who=lead.user, jurisdiction="es")
    assert past_retention(course.clinic, timezone.localdate(), 10) == []
    closed(course)
    [(patient, decision)] = past_retention(course.clinic, timezone.localdate(), 10)
    assert (patient.pk, decision.may_erase) == (course.patient_id, True)
    page = signed_in(lead).get(reverse("retention")).content.decode()
    assert reverse("patient_erase", args=[patient.pk]) in page
    assert Patient.objects.filter(pk=patient.pk).exists()


def test_the_page_shows_rules_and_sources_and_keeps_the_choice(course: Course, admin: Membership) -> None:
    client = signed_in(admin)
    page = client.get(reverse("retention")).content.decode()
    assert "Ley 41/2002, art. 17.1" in page
    assert "No law is chosen yet" in page
    assert client.post(reverse("retention"), {"jurisdiction": "es"}).status_code == 302
    admin.user.language = "es"
    admin.user.save()
    assert "se sigue aquí" in client.get(reverse("retention")).content.decode()
    for wrong in ("", "fr", "../es", "\x00", "x" * 9000):
        assert client.post(reverse("retention"), {"jurisdiction": wrong}).status_code == 422
    assert RetentionChoice.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        ("years: 5", "years: 0"),
        ("years: 5", "years: five"),
        ("last_read:", "read:"),
        ('last_read: "2026-11-22"', 'last_read: "2026-13-22"'),
        ("dermograph.retention/1", "dermograph.retention/2"),
        ("    source:", "    sauce:"),
    ],
    ids=str,
)
def test_a_file_of_rules_with_a_mistake_is_refused(change: tuple[str, str]) -> None:
    text = (Path(RULES) / "es.yaml").read_text(encoding="utf-8").replace(*change)
    with pytest.raises(InputError, match=r"es\.yaml"):
        read(parse(text, "es.yaml"))
