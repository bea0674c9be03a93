"""The page of a scalp: what it says at each stage, what it never says too early, and who may open it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient, Role
from dermograph.clinic.scalp.models import ScalpChange, ScalpReading
from dermograph.clinic.scalp.services import choose_design
from dermograph.core.dates import add_months
from tests.clinic.conftest import member, signed_in
from tests.clinic.gallery.photos import Added, added, consent, picture
from tests.clinic.overview.rows import another_course, held
from tests.clinic.scalp.scalps import (
    COUNTED,
    REFUSED,
    SESSION,
    Photographed,
    counted,
    course,
    designed,
    matched,
    photographed,
    session,
)

__all__ = ["added", "consent", "course", "photographed", "session"]
MOST_QUERIES = 12
HAIR = "A cut hair seen end-on"


def page_of(course: Course, who: Membership, **asked: str) -> str:
    answer = signed_in(who).get(reverse("scalp", args=[course.pk]), asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_before_any_photograph_it_says_what_to_photograph(course: Course, practitioner: Membership) -> None:
    page = page_of(course, practitioner)
    assert "the card lying flat beside the area" in page
    assert reverse("camera", args=[course.pk]) in page
    assert reverse("card") in page
    assert HAIR in page


def test_dots_are_shown_with_their_error_and_the_caveat(
    course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    reading = counted(photographed(-5))
    page = page_of(course, practitioner)
    assert "before the first session" in page
    assert "90.0" in page
    assert "± 6.0" in page
    assert reverse("scalp_picture", args=["reading", reading.pk, "map_en"]) in page
    assert reverse("scalp_picture", args=["reading", reading.pk, "marks_en"]) in page
    assert HAIR in page
    assert "What changed" not in page


def test_within_a_month_of_a_session_there_is_no_verdict_and_words_say_when(
    course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    today = timezone.now().astimezone(course.clinic.zone).date()
    held(course, today - dt.timedelta(days=12))
    counted(photographed((today - SESSION).days - 2))
    page = page_of(course, practitioner)
    until = add_months(today - dt.timedelta(days=12), 1)
    assert f"No verdict on the pigment before {until.day} {until:%B %Y}" in page
    assert "too soon after session 1: no verdict" in page
    assert "nipple tattoos" in page
    assert "Dots still there" not in page
    assert "Look at the result" in page


def test_what_is_left_and_when_the_limit_is_passed_stand_with_their_errors(
    session: None, course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    counted(photographed(31))
    counted(photographed(395))
    change = matched(course.scalp_changes.get(), 0.72, 0.97)
    assert change.fades_first is not None
    page = page_of(course, practitioner)
    assert "settled look" in page
    assert "12 months after the settled look" in page
    assert "97.0" in page
    assert "69.8" in page  # 0.97 of the dots times 0.72 of their pigment
    assert "Less than 60 % will be left some time from" in page
    assert f"{change.fades_first.day} {change.fades_first:%B %Y}" in page
    assert "S3, What is its duration?" in page
    assert reverse("scalp_picture", args=["change", change.pk, "change_en"]) in page
    assert "Next yearly check" in page


def test_where_there_is_no_date_the_page_says_why(
    session: None, course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    counted(photographed(31))
    counted(photographed(395))
    change = matched(course.scalp_changes.get(), 1.0, 1.0)
    assert change.fades_first is None
    page = page_of(course, practitioner)
    assert "No date." in page
    assert change.fading["why"]["en"] in page.replace("&#x27;", "'")


def test_a_limit_that_is_passed_is_said_also_where_there_is_no_date(
    session: None, course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    counted(photographed(31))
    counted(photographed(150))
    change = matched(course.scalp_changes.get(), 0.35, 0.97)
    assert change.fades_first is None
    page = page_of(course, practitioner)
    assert "No date." in page
    assert "limit passed" in page
    on = SESSION + dt.timedelta(days=150)
    assert f"Chance that less than 60 % was left on {on.day} {on:%B %Y}: more than 99 %." in page


def test_a_settled_look_of_a_year_later_says_what_is_not_in_it(
    session: None, course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    counted(photographed(430))
    counted(photographed(600))
    matched(course.scalp_changes.get(), 0.8)
    page = page_of(course, practitioner)
    late = "settled look, taken 14 months after session 1: what faded before is not in it"
    assert page.count(late) >= 3, "in the table, beside the fading and in the chart"
    assert f"{late}; 100 % by definition" in page
    assert "photographed more than six months after the session" in page


def test_how_evenly_dots_lie_and_their_tone_stand_beside_the_density(
    session: None, course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    even = {"clark_evans": {"value": 1.31, "u": 0.02}, "cv": {"value": 0.345, "u": 0.011}}
    for days in (31, 395):
        counted(photographed(days), {**COUNTED, "evenness": even, "against_hair": 0.853})
    change = matched(course.scalp_changes.get(), 0.9)
    assert "not measured" in page_of(course, practitioner)
    ScalpChange.objects.filter(pk=change.pk).update(
        result={**(change.result or {}), "uniformity": {"value": 0.052, "u": 0.016}}
    )
    page = page_of(course, practitioner)
    for figure, error in (("1.310", "0.020"), ("0.345", "0.011"), ("0.052", "0.016")):
        assert f'{figure} <span class="pm">± {error}' in page
    assert "85 %" in page
    assert "its error is not known" in page
    assert "Only the pigment has a limit and a date" in page


def test_the_check_of_a_closed_course_is_not_due(
    session: None, course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    counted(photographed(31))
    due = '<span class="tag warn">due</span>'
    assert due in page_of(course, practitioner)
    Course.objects.filter(pk=course.pk).update(closed_at=timezone.now(), outcome="maintain")
    assert due not in page_of(course, practitioner)


def test_a_photograph_that_cannot_be_counted_says_why_and_what_to_do(
    course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    counted(photographed(-5), REFUSED)
    page = page_of(course, practitioner)
    assert "It is wet. Dry." in page
    assert "No dots counted yet" in page


def test_while_dots_are_counted_the_page_asks_again_and_then_loads_itself(
    course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    client, address = signed_in(practitioner), reverse("scalp", args=[course.pk])
    photo = photographed(-5)
    client.post(reverse("scalp_read", args=[photo.pk]), {"entry": str(uuid.uuid4())})
    part = client.get(address, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in part.content.decode()
    assert "<h1" not in part.content.decode()
    ScalpReading.objects.update(stage="done", result=REFUSED)
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_a_photograph_that_is_judged_is_under_way_and_one_that_cannot_be_measured_says_why(
    course: Course, practitioner: Membership, added: Added, photographed: Photographed
) -> None:
    client, address = signed_in(practitioner), reverse("scalp", args=[course.pk])
    photo = added(picture(50), SESSION)
    page = page_of(course, practitioner)
    assert 'hx-trigger="every 2s"' in page
    assert "Its dots have not been counted yet" not in page
    part = client.get(address, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in part.content.decode()
    says = {"en": "It is blurred.", "es": "Está borrosa."}
    found = {"check": "focus", "passed": False, "blocks": True, "says": says, "todo": {"en": "Again.", "es": "Otra."}}
    Photograph.objects.filter(pk=photo.pk).update(stage="done", usable=False, findings={"quality": [found]})
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    page = page_of(course, practitioner)
    assert "It cannot be measured. It is blurred. Again." in page
    assert reverse("photograph", args=[photo.pk]) in page
    assert reverse("scalp_read", args=[photo.pk]) not in page


def test_a_photograph_from_before_this_page_can_be_counted_once(
    course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    photo, client = photographed(-5), signed_in(practitioner)
    assert "Its dots have not been counted yet" in page_of(course, practitioner)
    entry = {"entry": str(uuid.uuid4())}
    for _ in range(2):
        assert client.post(reverse("scalp_read", args=[photo.pk]), entry).status_code == 302
    reading = ScalpReading.objects.get()
    assert (reading.photograph_id, reading.written_by) == (photo.pk, practitioner.user)
    assert "Its dots have not been counted yet" not in page_of(course, practitioner)


def test_where_to_look_is_drawn_and_counted_there(
    course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    photo, client = photographed(-5), signed_in(practitioner)
    first, address = counted(photo), reverse("scalp_area", args=[photo.pk])
    drawn = {"entry": str(uuid.uuid4()), "area": "[[40, 40], [200, 40], [200, 160]]", "hair": ""}
    assert client.post(address, drawn).headers["Location"] == reverse("scalp", args=[course.pk])
    reading = ScalpReading.objects.standing().get()
    assert (reading.supersedes_id, len(reading.area["lesion"])) == (first.pk, 3)
    assert "[40.0, 40.0]" in client.get(address).content.decode().replace("[40, 40]", "[40.0, 40.0]")
    # Counted again, it is still looked for where it was drawn.
    ScalpReading.objects.filter(pk=reading.pk).update(stage="failed", failure={"en": "x", "es": "x"})
    client.post(reverse("scalp_read", args=[photo.pk]))
    assert ScalpReading.objects.standing().get().area == reading.area


def test_a_change_that_failed_is_tried_again_from_its_photograph(
    session: None, course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    counted(photographed(31))
    later = photographed(395)
    counted(later)
    course.scalp_changes.update(stage="failed", failure={"en": "The process ended.", "es": "El proceso acabó."})
    page = page_of(course, practitioner)
    assert "The process ended." in page
    assert reverse("scalp_read", args=[later.pk]) in page
    answer = signed_in(practitioner).post(reverse("scalp_read", args=[later.pk]), follow=True)
    assert "The dots are being counted." in answer.content.decode()
    assert [one.stage for one in course.scalp_changes.all()] == ["waiting"]


@pytest.mark.parametrize(
    "drawn", ["[[1", "[[0, 0], [9999, 0], [0, 9999]]", '{"lesion": 1}', "[[0,0],[9,9],[9,0],[0,9]]"]
)
def test_what_cannot_be_looked_in_is_refused_and_kept(
    course: Course, practitioner: Membership, photographed: Photographed, drawn: str
) -> None:
    photo = photographed(-5)
    values = {"entry": str(uuid.uuid4()), "area": drawn, "hair": ""}
    answer = signed_in(practitioner).post(reverse("scalp_area", args=[photo.pk]), values)
    assert answer.status_code == 422
    assert drawn in answer.context["form"]["area"].value()
    assert not ScalpReading.objects.exists()


def test_designs_are_listed_with_the_one_that_sessions_follow(
    course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    photo = photographed(-5)
    design = designed(
        photo, practitioner, {"dots": 300, "area_cm2": 4.0, "sessions": [{"dots": 100}] * 3, "scenes": []}
    )
    page = page_of(course, practitioner)
    assert "300 dots on 4 cm², 3 sessions" in page
    assert "sessions follow it" not in page
    choose_design(course=course, design=design, shown_to_patient=True, who=practitioner.user, entry=uuid.uuid4())
    page = page_of(course, practitioner)
    assert "sessions follow it" in page
    assert "shown to the patient" in page


def test_a_course_of_another_treatment_or_clinic_has_no_such_page(
    course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    photo = photographed(-5)
    client = signed_in(practitioner)
    other = another_course(course, 9)
    assert client.get(reverse("scalp", args=[other.pk])).status_code == 404
    stranger = member(
        Clinic.objects.create(name="B", slug="b", time_zone="Europe/Madrid"), Role.PRACTITIONER, "Eva Gil"
    )
    theirs = signed_in(stranger)
    assert theirs.get(reverse("scalp", args=[course.pk])).status_code == 404
    assert theirs.get(reverse("scalp_area", args=[photo.pk])).status_code == 404
    assert theirs.post(reverse("scalp_read", args=[photo.pk])).status_code == 404
    assert not ScalpReading.objects.exists()


def test_the_front_desk_and_the_administration_do_not_open_it(
    course: Course, front_desk: Membership, admin: Membership
) -> None:
    for person in (front_desk, admin):
        assert signed_in(person).get(reverse("scalp", args=[course.pk])).status_code == 403


def test_a_blocked_record_has_no_page(course: Course, practitioner: Membership) -> None:
    Patient.objects.filter(pk=course.patient_id).update(restricted_at=timezone.now())
    assert signed_in(practitioner).get(reverse("scalp", args=[course.pk])).status_code != 200


def test_it_takes_no_more_queries_however_many_photographs_there_are(
    session: None, course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    client, address = signed_in(practitioner), reverse("scalp", args=[course.pk])
    design = designed(photographed(-3), practitioner)
    choose_design(course=course, design=design, shown_to_patient=False, who=practitioner.user, entry=uuid.uuid4())
    for days in (-5, 31, 200, 395):
        counted(photographed(days))
    for change in course.scalp_changes.all():
        matched(change, 0.8)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= MOST_QUERIES, [one["sql"][:300] for one in queries]


def test_the_gallery_of_a_scalp_leads_there_and_asks_for_no_outline(
    course: Course, practitioner: Membership, photographed: Photographed
) -> None:
    counted(photographed(-5))
    client = signed_in(practitioner)
    gallery: Any = client.get(reverse("gallery", args=[course.pk])).content.decode()
    assert "no outline is needed" in gallery
    assert reverse("scalp", args=[course.pk]) in gallery
    assert "not outlined on the baseline yet" not in gallery
    assert reverse("scalp", args=[course.pk]) in client.get(reverse("course", args=[course.pk])).content.decode()
