"""The assessment page: answers are kept, corrected by another entry, and unknown stays unknown."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dermograph.care.assess import assess
from dermograph.clinic.audit.record import broken_at
from dermograph.clinic.facts import case_of, protocol_of, today
from dermograph.clinic.intake.known import known
from dermograph.clinic.intake.models import Answer, Happening
from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from tests.clinic.conftest import member, signed_in


def post(client: Client, course: Course, fact: str, *, htmx: bool = False, **fields: object) -> Any:  # noqa: ANN401 (the test client's answer)
    sent = {"entry": str(uuid.uuid4()), "fact": fact, "supersedes": "", **fields}
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse("assessment_answer", args=[course.pk]), sent, headers=headers)


@pytest.fixture
def desk(practitioner: Membership) -> Client:
    return signed_in(practitioner)


def page(desk: Client, course: Course) -> Any:  # noqa: ANN401 (the test client's answer)
    answer = desk.get(reverse("assessment", args=[course.pk]))
    assert answer.status_code == 200
    return answer


def test_the_page_asks_in_the_order_of_the_engine(desk: Client, course: Course) -> None:
    context = page(desk, course).context
    asked = [row.fact.id for row in context["questions"].to_ask]
    engine = assess(case_of(course, today(course)), protocol_of(course)).areas[0].ask
    assert asked == [question.fact.id for question in engine if question.fact.id != "birth_date"]
    assert asked[0] == engine[0].fact.id


def test_an_answer_without_javascript_goes_back_to_the_page(desk: Client, course: Course) -> None:
    answer = post(desk, course, "pregnant", value="false")
    assert answer.status_code == 302
    row = Answer.objects.get()
    assert (row.fact, row.value, row.missing, row.course_id) == ("pregnant", False, "", None)
    assert row.written_by is not None
    assert broken_at(course.clinic) is None


def test_an_answer_with_htmx_brings_the_questions_and_the_verdict(desk: Client, course: Course) -> None:
    answer = post(desk, course, "keloid_tendency", htmx=True, value="true")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="questions"' in text
    assert 'id="verdict-body"' in text
    assert "<html" not in text
    assert answer.context["area"].verdict.value == "excluded"


@pytest.mark.parametrize("missing", ["not_known", "refused", "not_applicable"])
def test_what_is_not_known_stays_unknown_with_its_reason(desk: Client, course: Course, missing: str) -> None:
    post(desk, course, "pregnant", missing=missing)
    context = page(desk, course).context
    assert "pregnant" in [row.fact.id for row in context["questions"].unknown]
    assert context["area"].verdict.value == "incomplete"
    area = case_of(course, today(course)).areas[0]
    assert "pregnant" not in area.facts
    assert area.missing["pregnant"].why == missing


def test_an_answer_that_is_taken_back_is_asked_again(desk: Client, course: Course, practitioner: Membership) -> None:
    first = answer_fact(course=course, who=practitioner.user, fact="pregnant", value=False)
    post(desk, course, "pregnant", missing="not_asked", supersedes=str(first.pk))
    context = page(desk, course).context
    assert "pregnant" in [row.fact.id for row in context["questions"].to_ask]


def test_a_changed_answer_supersedes_the_old_one_and_shows_it(
    desk: Client, course: Course, practitioner: Membership
) -> None:
    first = answer_fact(course=course, who=practitioner.user, fact="lesion", value="stria")
    post(desk, course, "lesion", value="scar", supersedes=str(first.pk), reason="seen again")
    new = Answer.objects.get(supersedes=first)
    assert (new.value, new.correction_reason) == ("scar", "seen again")
    text = page(desk, course).content.decode()
    assert "<s>stretch mark</s>" in text
    assert practitioner.user.name in text


def test_the_same_answer_again_writes_nothing(desk: Client, course: Course, practitioner: Membership) -> None:
    first = answer_fact(course=course, who=practitioner.user, fact="lesion", value="stria")
    assert post(desk, course, "lesion", value="stria", supersedes=str(first.pk)).status_code == 302
    assert Answer.objects.count() == 1


def test_a_replayed_form_writes_nothing_twice(desk: Client, course: Course) -> None:
    entry = str(uuid.uuid4())
    for _ in range(3):
        assert post(desk, course, "lesion", entry=entry, value="stria").status_code == 302
    assert Answer.objects.count() == 1


def test_another_answer_on_a_form_that_was_sent_is_told_and_kept_to_send_again(desk: Client, course: Course) -> None:
    entry = str(uuid.uuid4())
    assert post(desk, course, "pregnant", entry=entry, value="false").status_code == 302
    answer = post(desk, course, "pregnant", entry=entry, value="true")
    assert answer.status_code == 422
    assert "You answered: <strong>Yes</strong>" in answer.content.decode()
    assert known(course).facts["pregnant"] is False


def test_of_two_tabs_the_later_one_is_told_and_keeps_its_answer(
    desk: Client, course: Course, clinic: Clinic, lead: Membership
) -> None:
    answer_fact(course=course, who=lead.user, fact="pregnant", value=False)
    answer = post(desk, course, "pregnant", value="true")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert lead.user.name in text
    assert "You answered: <strong>Yes</strong>" in text
    assert Answer.objects.count() == 1
    standing = Answer.objects.get()
    assert post(desk, course, "pregnant", value="true", supersedes=str(standing.pk)).status_code == 302
    assert known(course).facts["pregnant"] is True


def test_a_date_after_today_or_before_birth_is_refused_in_words(desk: Client, course: Course) -> None:
    tomorrow = (today(course) + dt.timedelta(days=1)).isoformat()
    for value in (tomorrow, "1950-01-01", "2026-02-30", "yesterday", ""):
        answer = post(desk, course, "onset", value=value)
        assert answer.status_code == 422, value
        assert 'id="e-onset"' in answer.content.decode() or "data-focus" in answer.content.decode()
    assert Answer.objects.count() == 0


def test_the_date_of_birth_is_shown_from_the_record_and_not_answered_here(desk: Client, course: Course) -> None:
    text = page(desk, course).content.decode()
    assert "9 April 1988" in text
    assert post(desk, course, "birth_date", value="1990-01-01").status_code == 422
    assert Answer.objects.count() == 0


def test_a_missing_date_of_birth_is_asked_for(desk: Client, course: Course) -> None:
    Patient.objects.filter(pk=course.patient_id).update(birth_date=None)
    context = page(desk, course).context
    assert context["questions"].birth is not None
    assert context["area"].verdict.value == "incomplete"


def test_what_is_known_is_what_the_engine_is_given(course: Course, practitioner: Membership) -> None:
    for fact, value in (("lesion", "scar"), ("onset", "2020-01-01"), ("isotretinoin", "never"), ("phototype", 5)):
        answer_fact(course=course, who=practitioner.user, fact=fact, value=value)
    answer_fact(course=course, who=practitioner.user, fact="surgery", missing="refused")
    case = case_of(course, today(course))
    now = known(course)
    assert dict(now.facts) == dict(case.areas[0].facts)
    assert dict(now.missing) == dict(case.areas[0].missing)
    assert now.assess(course, protocol_of(course)) == assess(case, protocol_of(course)).areas[0]


def test_an_answer_about_the_area_stays_with_its_course(course: Course, practitioner: Membership) -> None:
    other = Course.objects.create(
        clinic=course.clinic, patient=course.patient, area=course.area, treatment="microneedling"
    )
    answer_fact(course=course, who=practitioner.user, fact="lesion", value="stria")
    answer_fact(course=course, who=practitioner.user, fact="pregnant", value=True)
    assert "lesion" not in known(other).facts
    assert known(other).facts["pregnant"] is True


def test_a_closed_course_takes_no_answer(desk: Client, course: Course) -> None:
    Course.objects.filter(pk=course.pk).update(closed_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert post(desk, course, "lesion", value="stria").status_code == 422
    assert Answer.objects.count() == 0


def test_the_page_speaks_spanish(course: Course, practitioner: Membership) -> None:
    practitioner.user.language = "es"
    practitioner.user.save()
    text = signed_in(practitioner).get(reverse("assessment", args=[course.pk])).content.decode()
    assert "¿Está embarazada?" in text
    assert "Aún no se sabe" in text
    assert "Not known yet" not in text


@pytest.mark.parametrize("answered", [0, 12])
def test_the_page_takes_at_most_twelve_queries(
    desk: Client,
    course: Course,
    practitioner: Membership,
    answered: int,
    django_assert_max_num_queries: Any,  # noqa: ANN401 (fields as a test gives them)
) -> None:
    facts = ("pregnant", "breastfeeding", "anticoagulants", "photosensitivity", "tanned", "infection")
    for fact in facts[:answered]:
        answer_fact(course=course, who=practitioner.user, fact=fact, value=False)
    page(desk, course)
    with django_assert_max_num_queries(12):
        page(desk, course)


def test_another_clinic_is_told_nothing(course: Course, db: None) -> None:
    elsewhere = Clinic.objects.create(name="Elsewhere", slug="elsewhere")
    stranger = signed_in(member(elsewhere, "practitioner", "Olga Prat"))
    assert stranger.get(reverse("assessment", args=[course.pk])).status_code == 404
    assert post(stranger, course, "lesion", value="stria").status_code == 404
    assert Answer.objects.count() == 0


def test_the_front_desk_does_not_open_it(course: Course, front_desk: Membership) -> None:
    assert signed_in(front_desk).get(reverse("assessment", args=[course.pk])).status_code == 403


def happening(client: Client, course: Course, **fields: str) -> Any:  # noqa: ANN401 (the test client's answer)
    sent = {"entry": str(uuid.uuid4()), "what": "sun_exposure", "first": "2026-11-01", "last": "", **fields}
    return client.post(reverse("happening_new", args=[course.pk]), sent)


def test_a_happening_feeds_the_case_and_is_cancelled_by_another_entry(desk: Client, course: Course) -> None:
    assert happening(desk, course, last="2026-11-05").status_code == 302
    [event] = case_of(course, today(course)).areas[0].events
    assert (event.what, event.first, event.last) == ("sun_exposure", dt.date(2026, 11, 1), dt.date(2026, 11, 5))
    first = Happening.objects.get()
    to = reverse("happening_cancel", args=[first.pk])
    for _ in range(2):
        assert desk.post(to, {"entry": str(uuid.uuid4()), "reason": "another patient"}).status_code == 302
    assert Happening.objects.count() == 2
    assert case_of(course, today(course)).areas[0].events == ()
    assert "another patient" in page(desk, course).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"what": "nonsense"},
        {"first": ""},
        {"first": "2026-13-01"},
        {"last": "2026-10-01"},
        {"first": "1900-01-01"},
        {"entry": "x"},
        {"entry": ""},
        {"first": "\x00"},
        {"what": "a" * 9000},
    ],
)
def test_a_happening_that_cannot_be_is_refused_and_what_was_written_stays(
    desk: Client, course: Course, fields: dict[str, str]
) -> None:
    answer = happening(desk, course, **fields)
    assert answer.status_code == 422
    assert Happening.objects.count() == 0
    assert 'role="alert"' in answer.content.decode()


def test_a_journey_concerns_every_area(desk: Client, course: Course) -> None:
    happening(desk, course, what="travel", everywhere="1")
    assert Happening.objects.get().course_id is None
