"""What a patient notices: told to the staff as an alert, answered at once with what to do, and never with comfort."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dermograph.care.sight import Decision
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.overview.alerts import most_worrying, unseen_signs
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.portal.giving_emergency import ELSEWHERE, NOT_WATCHED, NUMBER, WHEN
from dermograph.clinic.portal.giving_sign_words import SIGNS, choices
from dermograph.clinic.portal.giving_signs import MOST_A_DAY, read_again
from dermograph.clinic.treatment.models import SymptomReport
from dermograph.protocols import load_library
from tests.clinic.conftest import signed_in
from tests.clinic.portal.people import another_course, another_patient, patient_account, signed_in_patient
from tests.clinic.treatment.held import held, today

COMFORT = (
    "do not worry",
    "nothing to worry",
    "no need to",
    "not urgent",
    "is normal",
    "no se preocupe",
    "no es urgente",
    "es normal",
    "tranquil",
)


@pytest.fixture
def home(patient: Patient, course: Course) -> Client:
    Clinic.objects.filter(pk=course.clinic_id).update(phone="+34 600 00 00 00")
    held(course, -3)
    return signed_in_patient(patient)


def tell(home: Client, course: Course, *signs: str, **more: str) -> Any:  # noqa: ANN401 (the test client's answer)
    sent = {"entry": str(uuid.uuid4()), "sign": list(signs), "since": "", "words": "", **more}
    return home.post(reverse("me_symptom", args=[course.pk]), sent)


def told(home: Client, course: Course, *signs: str, **more: str) -> str:
    got = tell(home, course, *signs, **more)
    assert got.status_code == 302, got.content.decode()[:3000]
    page = home.get(got["Location"])
    assert page.status_code == 200
    return str(page.content.decode())


def test_the_emergency_line_stands_before_the_form_and_names_its_sources(home: Client, course: Course) -> None:
    page = home.get(reverse("me_symptom", args=[course.pk])).content.decode()
    assert WHEN.en in page
    assert page.index(WHEN.en) < page.index('<form method="post" class="card form')
    assert f'href="tel:{NUMBER}"' in page
    assert 'href="tel:+34600000000"' in page
    assert "doi 10.1016/j.waojou.2020.100472" in page
    assert "Directive (EU) 2018/1972, art. 109" in page
    assert ELSEWHERE.en in page
    assert NOT_WATCHED.en in page


def test_a_report_is_an_open_alert_of_the_clinic(home: Client, course: Course, practitioner: Membership) -> None:
    told(home, course, "infection", words="Yellow pus")
    row = SymptomReport.objects.get()
    assert (row.sign, row.by_patient, row.seen_at, row.written_by) == ("infection", True, None, None)
    assert row.reported_on == today(course.clinic)
    assert AuditEntry.objects.get(action="symptom.reported").who_id == patient_account(course.patient).pk
    page = signed_in(practitioner).get("/").content.decode()
    assert "signs of infection" in page
    assert "Yellow pus" in page
    assert "reported by the patient" in page


def test_at_once_the_patient_reads_to_call_and_where_each_word_comes_from(home: Client, course: Course) -> None:
    page = told(home, course, "infection")
    assert "Call the clinic now." in page
    assert "have a doctor look at it today" in page
    assert WHEN.en in page
    assert "A doctor sees the area first." in page
    assert "dermapen" in page.lower()
    assert "Meanwhile" in page
    assert "not seen by the clinic yet" in page


@pytest.mark.parametrize("sign", sorted(load_library().vocabulary.signs))
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_sign_is_answered_with_comfort(home: Client, course: Course, sign: str, language: str) -> None:
    account = patient_account(course.patient)
    account.language = language
    account.save()
    page = told(home, course, sign, words="since this morning").lower()
    assert (WHEN.en if language == "en" else WHEN.es).lower() in page
    for word in COMFORT:
        assert word not in page.split('<details class="card more"')[0], word


def test_what_is_usual_is_still_not_called_harmless(home: Client, course: Course, practitioner: Membership) -> None:
    fresh = another_course(course.patient, practitioner, "microneedling")
    held(fresh, -1, practitioner)
    page = told(home, fresh, "erythema")
    assert "Nobody has judged yet whether yours is harmless." in page
    assert "usual for up to three days" in page
    assert "Call the clinic now." not in page


def test_meanwhile_only_what_the_aftercare_forbids_is_said(home: Client, course: Course) -> None:
    page = told(home, course, "allergic_reaction")
    meanwhile = page.split('id="meanwhile-h"')[1].split('<details class="card more"')[0]
    assert "Keep the area out of the sun for 30 days." in meanwhile
    assert "Ask whether to go on with the creams" in meanwhile
    assert "put on the healing cream" not in meanwhile
    assert "You can go back to your daily life" not in page.split('<details class="card more"')[0]


def test_redness_that_began_early_and_is_still_there_is_judged_as_of_today(home: Client, course: Course) -> None:
    began = today(course.clinic) - dt.timedelta(days=3)
    page = told(home, course, "erythema", since=began.isoformat(), words="It has not gone.")
    assert "Call the clinic now." in page
    row = SymptomReport.objects.get()
    assert row.reported_on == today(course.clinic)
    assert row.words.startswith("Since ")
    assert row.words.endswith("It has not gone.")


def test_several_signs_are_one_form_and_each_its_own_alert(home: Client, course: Course) -> None:
    page = told(home, course, "itching", "infection", "infection")
    assert sorted(SymptomReport.objects.values_list("sign", flat=True)) == ["infection", "itching"]
    assert page.index("<h3>Signs of infection</h3>") < page.index("<h3>Itching</h3>")
    assert "Call the clinic now." in page


def test_a_form_sent_twice_reports_once(home: Client, course: Course) -> None:
    entry = str(uuid.uuid4())
    assert tell(home, course, "pain", entry=entry)["Location"] == tell(home, course, "pain", entry=entry)["Location"]
    assert SymptomReport.objects.count() == 1


@pytest.mark.parametrize(
    ("signs", "more", "says"),
    [
        ((), {}, "Tick what you notice."),
        (("other",), {}, "Describe what you notice."),
        (("other",), {"words": " \n.\0"}, "Describe what you notice."),
        (("moon",), {}, "Choose what was seen."),
        (("pain", "\0"), {}, "Choose what was seen."),
        (("pain",), {"words": "x" * 1501}, "At most 1500 characters."),
        (("pain",), {"since": "2999-01-01"}, "This day cannot be."),
        (("pain",), {"since": "0001-01-01"}, "This day cannot be."),
        (("pain",), {"since": "yesterday"}, "This day cannot be."),
        (("pain",), {"since": "20261121"}, "This day cannot be."),
        (("pain",), {"entry": ""}, "has lost its number"),
        (("pain",), {"entry": "1" * 6000}, "does not belong to this page"),
    ],
)
def test_what_cannot_be_is_said_with_the_emergency_line_and_nothing_is_stored(
    home: Client, course: Course, signs: tuple[str, ...], more: dict[str, str], says: str
) -> None:
    got = tell(home, course, *signs, **more)
    page = got.content.decode()
    assert got.status_code == 422
    assert says in page
    assert WHEN.en in page
    assert not SymptomReport.objects.exists()


def test_of_a_refused_form_nothing_that_was_written_is_lost(home: Client, course: Course) -> None:
    page = tell(home, course, "pain", "scabs", since="2999-01-01", words="On the left side").content.decode()
    assert "On the left side" in page
    assert page.count(" checked") == 2


def test_longest_words_and_a_day_are_kept_whole(home: Client, course: Course) -> None:
    told(home, course, "pain", since=today(course.clinic).isoformat(), words="x" * 1500)
    assert SymptomReport.objects.get().words.endswith("x" * 1500)


def test_words_never_become_markup(home: Client, course: Course) -> None:
    page = told(home, course, "other", words="<script>alert(1)</script>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_ended_course_takes_no_report_and_says_whom_to_call(home: Client, course: Course) -> None:
    Course.objects.filter(pk=course.pk).update(closed_at=timezone.now(), outcome="abandoned")
    page = home.get(reverse("me_symptom", args=[course.pk])).content.decode()
    assert "nothing is reported here any more" in page
    assert WHEN.en in page
    assert 'name="sign"' not in page
    got = tell(home, course, "pain")
    assert got.status_code == 422
    assert not SymptomReport.objects.exists()


def test_before_the_first_session_the_page_says_whom_to_call(course: Course, patient: Patient) -> None:
    home = signed_in_patient(patient)
    page = home.get(reverse("me_symptom", args=[course.pk])).content.decode()
    assert "No session is written down yet" in page
    assert WHEN.en in page
    assert tell(home, course, "pain").status_code == 422


def test_the_patient_sees_when_the_clinic_has_looked(home: Client, course: Course, practitioner: Membership) -> None:
    told(home, course, "pain")
    row = SymptomReport.objects.get()
    signed_in(practitioner).post(reverse("symptom_seen", args=[row.pk]))
    assert "seen by the clinic" in home.get(reverse("me_symptom", args=[course.pk])).content.decode()


def test_a_strangers_course_and_report_are_as_if_they_were_not_there(
    home: Client, course: Course, clinic: Clinic, practitioner: Membership
) -> None:
    stranger = another_patient(clinic)
    theirs = another_course(stranger, practitioner)
    held(theirs, -2, practitioner)
    sent = tell(signed_in_patient(stranger), theirs, "infection", words="Not yours")["Location"].split("sent=")[1]
    assert home.get(reverse("me_symptom", args=[theirs.pk])).status_code == 404
    assert tell(home, theirs, "pain").status_code == 404
    assert home.get(reverse("me_symptom", args=[theirs.pk]), {"sent": sent}).status_code == 404
    assert home.get(reverse("me_symptom", args=[course.pk]), {"sent": sent}).status_code == 404
    assert "Not yours" not in home.get(reverse("me_symptom", args=[course.pk])).content.decode()


@pytest.mark.parametrize("sent", ["", "x", "\0", "0" * 5000, "00000000-0000-4000-8000-000000000000"])
def test_a_made_up_report_is_not_there(home: Client, course: Course, sent: str) -> None:
    assert home.get(reverse("me_symptom", args=[course.pk]), {"sent": sent}).status_code == 404


def test_every_sign_of_the_vocabulary_can_be_ticked_in_plain_words() -> None:
    known = load_library().vocabulary.signs
    assert {one.pk for one in choices()} == set(known) == set(SIGNS)
    assert choices()[0].pk == "infection"
    assert choices()[-1].pk == "other"


def test_the_pages_take_few_queries(
    home: Client, course: Course, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    there = tell(home, course, "pain", "infection", "itching")["Location"]
    with django_assert_max_num_queries(12):
        home.get(reverse("me_symptom", args=[course.pk]))
    with django_assert_max_num_queries(12):
        home.get(there)


def test_what_began_before_the_last_session_is_not_taken_for_what_that_session_does(
    home: Client, course: Course, practitioner: Membership
) -> None:
    held(course, -40)
    held(course, -1)
    usual = told(home, course, "erythema")
    signed_in(practitioner).post(reverse("symptom_seen", args=[SymptomReport.objects.get().pk]))
    began = (today(course.clinic) - dt.timedelta(days=38)).isoformat()
    earlier = told(home, course, "erythema", since=began)
    assert "Call the clinic now" not in usual
    assert "Call the clinic now" in earlier
    [alert] = unseen_signs(course.clinic, today(course.clinic))
    assert alert.decision is Decision.REFER


def test_a_session_that_was_held_after_a_report_explains_nothing_of_it(course: Course, patient: Patient) -> None:
    held(course, -40)
    client = signed_in_patient(patient)
    tell(client, course, "erythema")
    SymptomReport.objects.update(written_at=timezone.now() - dt.timedelta(hours=30))
    held(course, 0)
    [alert] = unseen_signs(course.clinic, today(course.clinic))
    assert alert.decision is Decision.REFER


def test_what_is_told_again_before_anybody_looked_is_added_to_the_open_alert(home: Client, course: Course) -> None:
    told(home, course, "pain", words="It hurts.")
    shown = told(home, course, "pain", "itching", words="Now with fever.", since=today(course.clinic).isoformat())
    assert "It hurts." in shown
    assert "Now with fever." in shown
    alerts = unseen_signs(course.clinic, today(course.clinic))
    assert sorted(one.report.sign for one in alerts) == ["itching", "pain"]
    pain = SymptomReport.objects.standing().get(sign="pain")
    assert (pain.supersedes.words, pain.correction_reason) == ("It hurts.", "told again")
    assert pain.words.endswith("Now with fever.\nIt hurts."), "the newest words first"


def test_what_is_told_again_on_a_later_day_began_when_it_was_told_first(home: Client, course: Course) -> None:
    day = today(course.clinic)
    told(home, course, "erythema")
    SymptomReport.objects.update(
        reported_on=day - dt.timedelta(days=2), written_at=timezone.now() - dt.timedelta(days=2)
    )
    assert "Call the clinic now" in told(home, course, "erythema")
    [alert] = unseen_signs(course.clinic, day)
    assert (alert.report.began_on, alert.report.reported_on) == (day - dt.timedelta(days=2), day)


def test_a_report_from_before_a_session_stays_its_own_alert(home: Client, course: Course) -> None:
    told(home, course, "erythema")
    SymptomReport.objects.update(written_at=timezone.now() - dt.timedelta(hours=30))
    held(course, 0)
    told(home, course, "erythema")
    assert len(unseen_signs(course.clinic, today(course.clinic))) == 2


def test_what_somebody_has_seen_is_not_opened_again_but_reported_anew(
    home: Client, course: Course, practitioner: Membership
) -> None:
    told(home, course, "pain", words="First.")
    signed_in(practitioner).post(reverse("symptom_seen", args=[SymptomReport.objects.get().pk]))
    told(home, course, "pain", words="Second.")
    assert [one.report.words for one in unseen_signs(course.clinic, today(course.clinic))] == ["Second."]
    assert SymptomReport.objects.standing().count() == 2


def test_words_that_do_not_fit_into_the_open_alert_are_an_alert_of_their_own(home: Client, course: Course) -> None:
    told(home, course, "pain", words="x" * 1500)
    told(home, course, "pain", words="y" * 1500)
    alerts = unseen_signs(course.clinic, today(course.clinic))
    assert sorted(one.report.words[0] for one in alerts) == ["x", "y"]


def test_other_words_under_the_number_of_a_form_are_another_report(home: Client, course: Course) -> None:
    entry = str(uuid.uuid4())
    told(home, course, "pain", entry=entry, words="It hurts.")
    shown = told(home, course, "pain", entry=entry, words="Now with fever.")
    assert "Now with fever." in shown
    again = told(home, course, "pain", entry=entry, words="It hurts.")
    assert "It hurts." in again
    assert SymptomReport.objects.count() == 2
    assert SymptomReport.objects.standing().get().words == "Now with fever.\nIt hurts."


def test_above_the_limit_of_a_day_a_new_sign_is_still_taken_and_one_that_waits_says_to_call(
    home: Client, course: Course
) -> None:
    for number in range(MOST_A_DAY):
        told(home, course, "pain", words=str(number))
    entry = str(uuid.uuid4())
    got = tell(home, course, "pain", words="once more", entry=entry)
    page = got.content.decode()
    assert got.status_code == 422
    assert "call the clinic" in page
    assert "once more" in page, "what was written is still there"
    assert WHEN.en in page
    assert "tel:+34600000000" in page
    assert SymptomReport.objects.count() == MOST_A_DAY
    both = tell(home, course, "pain", "infection", words="pus")
    assert both.status_code == 302
    shown = home.get(both["Location"]).content.decode()
    assert "Signs of infection" in shown
    assert "call the clinic" in shown
    assert "Call the clinic now." in shown
    assert SymptomReport.objects.standing().get(sign="infection").words == "pus"
    assert not SymptomReport.objects.filter(words__contains="once more").exists()


def test_the_limit_is_of_the_patient_and_of_the_last_day(home: Client, course: Course, clinic: Clinic) -> None:
    for number in range(MOST_A_DAY):
        told(home, course, "pain", words=str(number))
    stranger = another_patient(clinic)
    theirs = another_course(stranger)
    held(theirs, -2, course.lead)
    assert tell(signed_in_patient(stranger), theirs, "pain").status_code == 302
    assert tell(home, course, "pain").status_code == 422
    SymptomReport.objects.update(written_at=timezone.now() - dt.timedelta(hours=25))
    assert tell(home, course, "pain", words="the next day").status_code == 302


def test_the_newest_words_are_read_first_where_the_page_cuts_them_off(
    home: Client, course: Course, practitioner: Membership
) -> None:
    told(home, course, "infection", words="It itches. " * 20)
    told(home, course, "infection", words="Now fever and pus")
    assert "Now fever and pus" in signed_in(practitioner).get("/").content.decode()


def test_who_tells_a_sign_again_every_day_keeps_their_place_among_the_alerts(
    home: Client, course: Course, clinic: Clinic, practitioner: Membership
) -> None:
    day = today(course.clinic)
    earlier = {"written_at": timezone.now() - dt.timedelta(days=2), "reported_on": day - dt.timedelta(days=2)}
    told(home, course, "infection")
    SymptomReport.objects.update(**earlier)
    stranger = another_course(another_patient(clinic), practitioner)
    held(stranger, -3, practitioner)
    tell(signed_in_patient(stranger.patient), stranger, "infection")
    for _ in range(2):
        told(home, course, "infection")
    shown, every = most_worrying(clinic, day, 1)
    assert every == 2
    assert (shown[0].report.course_id, shown[0].since) == (course.pk, earlier["reported_on"])
    assert "told first on" in signed_in(practitioner).get("/").content.decode()


def test_a_session_that_is_written_down_later_explains_nothing_of_a_sign_told_before_and_after_it(
    course: Course, patient: Patient
) -> None:
    held(course, -40)
    client = signed_in_patient(patient)
    before = timezone.now() - dt.timedelta(minutes=2)
    tell(client, course, "erythema")
    SymptomReport.objects.update(written_at=before)
    tell(client, course, "erythema")
    row = SymptomReport.objects.standing().get()
    assert row.told_at == before
    late = held(course, 0)
    type(late).objects.filter(pk=late.pk).update(started_at=before + dt.timedelta(minutes=1))
    [alert] = unseen_signs(course.clinic, today(course.clinic))
    assert alert.decision is Decision.REFER
    assert read_again([row], course, "en")[0].decision == "refer"
