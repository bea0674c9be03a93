"""The pages of patients: lists, forms with whatever is posted, two tabs, other clinics."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient, Role
from dermograph.clinic.people.services import register_patient
from tests.clinic.conftest import member, signed_in

GOOD: dict[str, Any] = {
    "given_names": "Lucía",
    "family_names": "Ferrer Campos",
    "birth_date": "1988-04-09",
    "phone": "+34 600 123 456",
    "email": "lucia@mail.example",
    "language": "es",
}
HOSTILE = [
    "\0",
    "a\0b",
    "x" * 10_000,
    "<script>alert(1)</script>",
    "'; DROP TABLE people_patient; --",
    "💥" * 200,
    "\u202e",
    "-1",
    "99999999999999999999",
    "NaN",
    "1e999",
    "0000-00-00",
    "9999-12-31",
    "2026-02-30",
    "[]",
    "{}",
    " ",
]


def new(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 (whatever is posted)
    return {**GOOD, "entry": str(uuid.uuid4()), **fields}


def test_a_patient_is_registered_and_the_trail_tells(clinic: Clinic, front_desk: Membership) -> None:
    answer = signed_in(front_desk).post(reverse("patient_new"), new())
    patient = Patient.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == reverse("patient", args=[patient.pk])
    assert (patient.number, patient.birth_date) == (1, dt.date(1988, 4, 9))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.patient) == ("patient.registered", patient.pk)
    assert "Ferrer" not in str(entry.details)


def test_a_replayed_form_writes_nothing_twice(clinic: Clinic, front_desk: Membership) -> None:
    form, browser = new(), signed_in(front_desk)
    first, second = browser.post(reverse("patient_new"), form), browser.post(reverse("patient_new"), form)
    assert first["Location"] == second["Location"]
    assert Patient.objects.count() == 1


def test_a_likely_twin_is_shown_and_stands_in_nobodys_way(clinic: Clinic, front_desk: Membership) -> None:
    browser = signed_in(front_desk)
    browser.post(reverse("patient_new"), new())
    form = new(given_names="Lucia", family_names="Ferrer")
    shown = browser.post(reverse("patient_new"), form)
    assert shown.status_code == 200
    assert "Ferrer Campos" in shown.content.decode()
    assert Patient.objects.count() == 1
    browser.post(reverse("patient_new"), {**form, "anyway": "1"})
    assert sorted(Patient.objects.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("field", [*GOOD, "entry"])
def test_whatever_is_posted_for_a_new_patient_gives_a_page(
    clinic: Clinic, front_desk: Membership, field: str, value: str
) -> None:
    answer = signed_in(front_desk).post(reverse("patient_new"), new(**{field: value}))
    assert answer.status_code in (302, 422)
    assert (answer.status_code == 302) == (Patient.objects.count() == 1)


@pytest.mark.parametrize("field", GOOD)
def test_a_missing_field_is_asked_for_or_stays_unknown(clinic: Clinic, front_desk: Membership, field: str) -> None:
    form = {name: value for name, value in new().items() if name != field}
    answer = signed_in(front_desk).post(reverse("patient_new"), form)
    assert answer.status_code == (422 if field in ("given_names", "language") else 302)


@pytest.mark.parametrize("day", ["2999-01-01", "1899-12-31", "09/04/1988", "4/9/88"])
def test_an_impossible_or_ambiguous_birth_date_is_refused_beside_its_field(
    clinic: Clinic, front_desk: Membership, day: str
) -> None:
    answer = signed_in(front_desk).post(reverse("patient_new"), new(birth_date=day))
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"birth_date"}


def test_an_id_of_another_clinics_patient_is_not_taken_over(clinic: Clinic, front_desk: Membership) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    theirs = register_patient(clinic=other, who=None, given_names="A", family_names="B")
    answer = signed_in(front_desk).post(reverse("patient_new"), new(entry=str(theirs.pk)))
    assert answer.status_code == 422
    assert "B" not in answer.content.decode().split("<main")[1].replace("Back", "")[:200]
    assert Patient.objects.get().clinic == other


def test_two_tabs_the_later_one_is_told_and_keeps_its_text(
    patient: Patient, front_desk: Membership, practitioner: Membership
) -> None:
    address = reverse("patient_edit", args=[patient.pk])
    first, second = signed_in(front_desk), signed_in(practitioner)
    form = {**GOOD, "version": "1"}
    assert first.post(address, {**form, "phone": "600 000 001"}).status_code == 302
    late = second.post(address, {**form, "phone": "600 000 002"})
    page = late.content.decode()
    assert late.status_code == 409
    assert "Pablo Ruiz changed this record meanwhile" in page
    assert "600 000 001" in page
    assert "600 000 002" in page
    assert Patient.objects.get().phone == "600 000 001"
    again = {**form, "phone": "600 000 002", "version": late.context["form"]["version"].value()}
    assert second.post(address, again).status_code == 302
    assert (Patient.objects.get().phone, Patient.objects.get().version) == ("600 000 002", 3)


def test_saving_twice_raises_no_version(patient: Patient, front_desk: Membership) -> None:
    address, browser = reverse("patient_edit", args=[patient.pk]), signed_in(front_desk)
    for _ in range(2):
        assert browser.post(address, {**GOOD, "version": "1"}).status_code == 302
    assert Patient.objects.get().version == 2
    assert AuditEntry.objects.filter(action="patient.changed").count() == 1


@pytest.mark.parametrize("version", ["", "0", "-4", "x", "\0", "99999999999999999999", "3"])
def test_a_made_up_version_is_no_way_around(patient: Patient, front_desk: Membership, version: str) -> None:
    address = reverse("patient_edit", args=[patient.pk])
    assert signed_in(front_desk).post(address, {**GOOD, "version": version}).status_code in (409, 422)
    assert Patient.objects.get().phone == ""


def test_the_list_teaches_while_it_is_empty(clinic: Clinic, front_desk: Membership) -> None:
    page = signed_in(front_desk).get(reverse("patients")).content.decode()
    assert "Register the first patient" in page
    nobody = signed_in(front_desk).get(reverse("patients"), {"q": "zzz"}).content.decode()
    assert "Nobody is found" in nobody


@pytest.mark.parametrize("asked", [*HOSTILE, "ferr", "fer luc", "1"])
def test_whatever_is_searched_gives_a_page(patient: Patient, front_desk: Membership, asked: str) -> None:
    patient.save()
    browser = signed_in(front_desk)
    for name in ("patients", "patient_search"):
        answer = browser.get(reverse(name), {"q": asked, "after": asked})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_who_types_gets_the_list_only(patient: Patient, front_desk: Membership) -> None:
    patient.save()
    browser = signed_in(front_desk)
    part = browser.get(reverse("patients"), {"q": "fer"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Ferrer Campos" in part
    quick = browser.get(reverse("patient_search"), {"q": "fer"}, headers={"HX-Request": "true"}).content.decode()
    assert quick.count("<li>") == 1
    assert reverse("patient", args=[patient.pk]) in quick


def test_another_clinics_records_are_not_there(course: Course, clinic: Clinic) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    stranger = signed_in(member(other, Role.MEDICAL_LEAD, "Otto Other", ("paramedical",)))
    for name, pk in (
        ("patient", course.patient_id),
        ("patient_edit", course.patient_id),
        ("area_new", course.patient_id),
        ("course_new", course.area_id),
        ("course", course.pk),
    ):
        assert stranger.get(reverse(name, args=[pk])).status_code == 404
    for name in ("course_close", "course_reopen"):
        assert stranger.post(reverse(name, args=[course.pk]), {"reason": "r", "outcome": "refer"}).status_code == 404
    assert "Ferrer" not in stranger.get(reverse("patients")).content.decode()
    assert Course.objects.get().closed_at is None


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_is_there_in_both_languages(course: Course, practitioner: Membership, language: str) -> None:
    practitioner.user.language = language
    practitioner.user.save()
    browser = signed_in(practitioner)
    course.patient.save()
    for address in (
        reverse("patients"),
        reverse("patient_new"),
        reverse("patient", args=[course.patient_id]),
        reverse("patient_edit", args=[course.patient_id]),
        reverse("area_new", args=[course.patient_id]),
        reverse("course_new", args=[course.area_id]),
        reverse("course", args=[course.pk]),
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert f'lang="{language}"' in answer.content.decode()


def test_pages_cost_at_most_twelve_queries(course: Course, practitioner: Membership) -> None:
    from tests.clinic.people.test_course_line import held, ready, reviewed

    ready(course, practitioner)
    held(course, practitioner, 100)
    reviewed(course, 60, "another_session")
    second = Area.objects.create(patient=course.patient, name="back", view="back")
    Course.objects.create(clinic=course.clinic, patient=course.patient, area=second, treatment="microneedling")
    browser = signed_in(practitioner)
    for address in (
        reverse("patients"),
        reverse("patient", args=[course.patient_id]),
        reverse("course", args=[course.pk]),
        reverse("course_new", args=[course.area_id]),
        reverse("area_new", args=[course.patient_id]),
    ):
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        assert len(queries) <= 12, (address, "\n".join(query["sql"][-160:] for query in queries))


def test_what_was_not_asked_is_shown_as_unknown_and_never_as_no(course: Course, practitioner: Membership) -> None:
    page = signed_in(practitioner).get(reverse("patient", args=[course.patient_id]))
    flags = page.context["flags"]
    assert len(flags.unknown) == 8
    assert flags.absent == ()
    assert "Answered with no" not in page.content.decode()


def test_the_front_desk_sees_no_clinical_answers_and_no_button_that_is_not_theirs(
    course: Course, front_desk: Membership
) -> None:
    page = signed_in(front_desk).get(reverse("patient", args=[course.patient_id]))
    assert page.context["flags"] is None
    assert reverse("area_new", args=[course.patient_id]) not in page.content.decode()
    assert f'href="{reverse("assessment", args=[course.pk])}"' not in page.content.decode()
