"""What a patient sees of their own: today first, the whole course, nothing of others and nothing meant for staff."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.intake.models import Withdrawal
from dermograph.clinic.people.models import Area, Course, Membership, Patient
from dermograph.clinic.rights.leaving import DISPLAYS
from dermograph.clinic.vault.store import put
from tests.clinic.conftest import signed_in
from tests.clinic.portal.own_rows import booked, filled, measured, pictured
from tests.clinic.portal.people import another_course, another_patient, patient_account, signed_in_patient
from tests.clinic.treatment.held import consented, held, photographed, ready

SECRETS = ("INTERNAL-NOTE", "INTERNAL-REASON", "INTERNAL-REACTION", "LOT-4711", "Dermograph D3")
PAGES = ("me", "me_timeline", "me_photographs", "me_data")


def seen(patient: Patient, name: str, *args: object) -> str:
    """A page as the patient sees it."""
    answer = signed_in_patient(patient).get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_patient_who_signs_in_comes_to_today(patient: Patient) -> None:
    answer = signed_in_patient(patient).get("/", follow=True)
    assert answer.redirect_chain == [("/me/", 302)]
    assert "Welcome" in answer.content.decode()


def test_today_begins_with_the_aftercare_of_today(course: Course) -> None:
    held(course, -6)
    shown = seen(course.patient, "me")
    assert "Today, day 6 after your session" in shown
    assert "put on the healing cream" in shown
    assert "Over by today (1)" in shown
    assert shown.count("<h1") == 1


def test_on_the_day_of_a_visit_the_visit_comes_first_and_how_to_prepare_stands_under_it(course: Course) -> None:
    held(course, -40)
    booked(course, 0, note="INTERNAL-NOTE", reason="INTERNAL-REASON")
    shown = seen(course.patient, "me")
    assert "Today at 00:05: your session" in shown
    assert "No direct sun on the area for 14 days before the session." in shown
    assert shown.index("Today at 00:05") < shown.index("Your session is not written down here yet")
    assert "Today, day 40" not in shown, "that sheet is of the session before"
    assert not any(word in shown for word in SECRETS)


def test_what_is_asked_is_said_with_its_button(course: Course, practitioner: Membership) -> None:
    shown = seen(course.patient, "me")
    assert "Questions about your health" in shown
    assert reverse("me_form", args=[course.pk]) in shown
    ready(course, practitioner)
    course.patient.consents.all().delete()
    shown = seen(course.patient, "me")
    assert "A consent to read and sign" in shown
    assert reverse("me_consent", args=[course.pk]) in shown


def test_a_photograph_is_asked_for_when_the_skin_has_settled_and_not_before(
    course: Course, practitioner: Membership
) -> None:
    ready(course, practitioner)
    course.patient.consents.all().delete()
    consented(course, ("treatment", "record"))
    photographed(course, -50)
    held(course, -10)
    assert "A photograph of the area" not in seen(course.patient, "me")
    course.sessions.all().delete()
    held(course, -40)
    shown = seen(course.patient, "me")
    assert "A photograph of the area" in shown
    photographed(course, -1)
    assert "A photograph of the area" not in seen(course.patient, "me")


def test_no_photograph_is_asked_for_that_could_not_be_kept(course: Course, practitioner: Membership) -> None:
    ready(course, practitioner)  # agrees to the treatment, and not to photographs in the record
    photographed(course, -50)
    held(course, -40)
    shown = seen(course.patient, "me")
    assert reverse("me_camera", args=[course.pk]) not in shown
    consent = consented(course, ("treatment", "record"))
    assert reverse("me_camera", args=[course.pk]) in seen(course.patient, "me")
    Withdrawal.objects.create(clinic=course.clinic, consent=consent, purpose="record", reason="x")
    assert reverse("me_camera", args=[course.pk]) not in seen(course.patient, "me")


def test_a_time_that_is_only_kept_says_so(course: Course) -> None:
    booked(course, 3, "review", state="held", held_until=timezone.now() + dt.timedelta(days=1))
    assert "not confirmed yet" in seen(course.patient, "me")
    Appointment.objects.update(held_until=timezone.now() - dt.timedelta(days=1))
    assert "Your next visit" not in seen(course.patient, "me")


def test_a_session_that_is_not_written_down_yet_shows_no_older_sheet(course: Course) -> None:
    held(course, -40)
    done = booked(course, -1, state="done")
    shown = seen(course.patient, "me")
    assert "Your session is not written down here yet" in shown
    assert "Today, day 40" not in shown
    assert "Over by today" not in shown
    held(course, -1)
    shown = seen(course.patient, "me")
    assert "not written down here yet" not in shown
    assert "Today, day 1 after your session" in shown
    Appointment.objects.filter(pk=done.pk).update(state="no_show")
    assert "not written down" not in seen(course.patient, "me")


def test_aftercare_without_an_end_is_never_said_to_be_over(course: Course) -> None:
    Course.objects.filter(pk=course.pk).update(treatment="microneedling")
    course.refresh_from_db()
    held(course, -60)
    shown = seen(course.patient, "me")
    assert "Today, day 60 after your session" in shown
    assert "The sources give no end for the rest" in shown
    assert "Nothing is waiting" not in shown


def test_the_timeline_lists_the_aftercare_that_has_no_end_too(course: Course) -> None:
    Course.objects.filter(pk=course.pk).update(treatment="microneedling")
    held(course, -20)
    shown = seen(course.patient, "me_timeline")
    cares = shown.split("Aftercare of this session")[1].split("</details>")[0]
    assert "the source gives no end" in cares
    assert "over since" in cares


def test_after_the_end_the_home_is_calm(course: Course) -> None:
    Course.objects.filter(pk=course.pk).update(closed_at=timezone.now(), outcome="stop_goal_met")
    shown = seen(course.patient, "me")
    assert "Nothing is waiting for you" in shown
    assert "Your treatment has ended" in shown
    assert reverse("me_symptom", args=[course.pk]) not in shown


def test_the_timeline_tells_the_course_in_plain_words(course: Course, practitioner: Membership) -> None:
    shown = seen(filled(course, practitioner).patient, "me_timeline")
    for words in (
        "To come",
        "Session 1",
        "Nuria Vidal",
        "Aftercare of this session",
        "Reported: itching",
        "no further gain that could be measured",
        "You did not come.",
        "You signed a consent",
        "closer to that of the skin beside it",
    ):
        assert words in shown, words
    assert shown.index("To come") < shown.index("Until today")


@pytest.mark.parametrize("name", PAGES)
def test_what_staff_wrote_for_each_other_is_on_no_page(course: Course, practitioner: Membership, name: str) -> None:
    shown = seen(filled(course, practitioner).patient, name)
    assert not any(word in shown for word in SECRETS)


def test_no_page_takes_more_than_twelve_queries(course: Course, practitioner: Membership) -> None:
    filled(course, practitioner)
    area = Area.objects.create(patient=course.patient, name="back", view="back")
    Course.objects.create(
        clinic=course.clinic, patient=course.patient, area=area, treatment="microneedling", lead=practitioner
    )
    row = course.photographs.order_by("-taken_on").first()
    assert row is not None
    client = signed_in_patient(course.patient)
    client.get("/me/")
    asked = {}
    for name, args in [(one, []) for one in PAGES] + [("me_measures", [course.pk]), ("me_photograph", [row.pk])]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(name, args=args)).status_code == 200
        asked[name] = len(queries)
    assert max(asked.values()) <= 12, asked


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_has_both_languages(course: Course, practitioner: Membership, language: str) -> None:
    filled(course, practitioner)
    user = patient_account(course.patient)
    user.language = language
    user.save()
    shown = "".join(seen(course.patient, name) for name in PAGES)
    shown += seen(course.patient, "me_measures", course.pk)
    words = {"en": ("Your timeline", "What is held about you"), "es": ("Su recorrido", "Lo que se guarda sobre usted")}
    assert all(word in shown for word in words[language])
    assert not any(word in shown for other, found in words.items() if other != language for word in found)


def strangers(course: Course, who: Membership) -> dict[str, uuid.UUID]:
    """The ids of another patient of the same clinic."""
    other = another_course(another_patient(course.clinic), who)
    return {"course": other.pk, "photograph": pictured(other, -5).pk}


@pytest.mark.parametrize(
    ("name", "what", "more"),
    [
        ("me_measures", "course", ()),
        ("me_photograph", "photograph", ()),
        ("me_picture", "photograph", ("preview",)),
        ("me_picture", "photograph", ("before",)),
    ],
)
def test_another_patients_ids_are_not_found(
    course: Course, practitioner: Membership, name: str, what: str, more: tuple[str, ...]
) -> None:
    ids = strangers(course, practitioner)
    client = signed_in_patient(course.patient)
    assert client.get(reverse(name, args=[ids[what], *more])).status_code == 404
    assert client.get(reverse(name, args=[uuid.uuid4(), *more])).status_code == 404


def test_staff_have_no_pages_of_a_patient_and_patients_none_of_staff(course: Course, practitioner: Membership) -> None:
    assert signed_in(practitioner).get("/me/").status_code == 403
    client = signed_in_patient(course.patient)
    refused = client.get(reverse("patient", args=[course.patient.pk]))
    assert refused.status_code == 403
    assert "for the people who work at the clinic" in refused.content.decode()
    assert Client().get("/me/").status_code == 302


def test_a_photograph_that_was_taken_out_or_corrected_is_not_shown(course: Course) -> None:
    row = pictured(course, -3)
    client = signed_in_patient(course.patient)
    page, small = (reverse("me_photograph", args=[row.pk]), reverse("me_picture", args=[row.pk, "thumbnail"]))
    assert client.get(page).status_code == 200
    assert client.get(small).content == b"\xff\xd8thumbnail"
    later = pictured(course, -3)
    Photograph.objects.filter(pk=later.pk).update(supersedes=row, withdrawn=True)
    assert [client.get(one).status_code for one in (page, small)] == [404, 404]
    assert str(row.pk) not in client.get(reverse("me_photographs")).content.decode()


def test_pictures_are_kept_by_no_browser_and_only_small_ones_are_shown(course: Course) -> None:
    assert "me_picture" in DISPLAYS
    row, client = pictured(course, -3), signed_in_patient(course.patient)
    answer = client.get(reverse("me_picture", args=[row.pk, "preview"]))
    assert answer["Cache-Control"] == "private, no-store"
    for size in ("original", "file", "before", "heat", "../x"):
        assert client.get(f"/me/photographs/{row.pk}/{size}").status_code == 404


def test_a_photograph_says_whether_it_was_taken_at_home(course: Course) -> None:
    row = pictured(course, -3)
    Photograph.objects.filter(pk=row.pk).update(from_home=True)
    assert "taken by you" in seen(course.patient, "me_photograph", row.pk)
    Photograph.objects.filter(pk=row.pk).update(from_home=False)
    assert "taken by you" not in seen(course.patient, "me_photograph", row.pk)


def test_a_comparison_shows_its_slider_and_its_sentence(course: Course) -> None:
    first = pictured(course, -60)
    one = measured(course, first, shown={"aligned": True, "calibrated": True})
    pictures = {kind: put(course.patient, kind.encode(), "jpg") for kind in ("before", "after", "heat")}
    Comparison.objects.filter(pk=one.pk).update(pictures=pictures)
    shown = seen(course.patient, "me_photograph", one.after_id)
    assert "data-viewer" in shown
    assert "closer to that of the skin beside it than at the start, by more than the measuring error." in shown
    client = signed_in_patient(course.patient)
    assert client.get(reverse("me_picture", args=[one.after_id, "before"])).content == b"before"
    assert client.get(reverse("me_picture", args=[one.after_id, "heat"])).status_code == 404


def test_measures_without_any_say_what_it_takes(course: Course) -> None:
    assert "Nothing is measured yet" in seen(course.patient, "me_measures", course.pk)
