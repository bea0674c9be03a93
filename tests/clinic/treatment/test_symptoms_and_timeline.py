"""Signs are alerts until somebody has looked; the timeline has everything, corrected entries too."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.intake.meanwhile import ChangedMeanwhileError
from dermograph.clinic.ledger.services import take_payment
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.treatment.chronicle import KINDS
from dermograph.clinic.treatment.chronicle_photographs import photograph_rows
from dermograph.clinic.treatment.models import SymptomReport
from dermograph.clinic.treatment.selectors import open_symptoms
from dermograph.clinic.treatment.services import (
    correct_session,
    mark_gone,
    mark_seen,
    record_session,
    report_symptom,
    sign_review,
)
from dermograph.core.errors import InputError
from tests.clinic.conftest import signed_in
from tests.clinic.treatment.held import (
    compared,
    held,
    own_queries,
    photographed,
    ready,
    today,
    written,
)


def test_what_a_patient_reports_is_an_alert_until_somebody_has_seen_it(
    course: Course, practitioner: Membership
) -> None:
    held(course, -5)
    report = report_symptom(course=course, who=None, sign="itching", reported_on=today(course.clinic))
    assert open_symptoms(course.clinic) == [report]
    client = signed_in(practitioner)
    assert "not seen yet" in client.get(reverse("symptom_new", args=[course.pk])).content.decode()
    assert client.post(reverse("symptom_seen", args=[report.pk])).status_code == 302
    assert open_symptoms(course.clinic) == []
    report.refresh_from_db()
    assert report.seen_by == practitioner
    seen_at = report.seen_at
    mark_seen(report=report, who=practitioner)
    report.refresh_from_db()
    assert report.seen_at == seen_at


def test_that_a_sign_is_gone_supersedes_the_report(course: Course, practitioner: Membership, lead: Membership) -> None:
    held(course, -5)
    day = today(course.clinic)
    report = report_symptom(course=course, who=practitioner, sign="scabs", reported_on=day - dt.timedelta(days=3))
    for wrong in (day - dt.timedelta(days=4), day + dt.timedelta(days=1)):
        with pytest.raises(InputError, match="gone"):
            mark_gone(report=report, who=practitioner, gone_on=wrong)
    new = mark_gone(report=report, who=practitioner, gone_on=day)
    assert list(SymptomReport.objects.all().standing()) == [new]
    with pytest.raises(ChangedMeanwhileError, match="Nuria Vidal"):
        mark_gone(report=report, who=lead, gone_on=day)


@pytest.mark.parametrize(("days", "sign"), [(1, "itching"), (-6, "itching"), (0, "love"), (0, "")])
def test_an_impossible_report_is_refused(course: Course, practitioner: Membership, days: int, sign: str) -> None:
    held(course, -5)
    on = today(course.clinic) + dt.timedelta(days=days)
    with pytest.raises(InputError):
        report_symptom(course=course, who=practitioner, sign=sign, reported_on=on)
    assert not SymptomReport.objects.exists()


def test_the_desk_reports_nothing(course: Course, front_desk: Membership) -> None:
    held(course, -5)
    with pytest.raises(PermissionDenied):
        report_symptom(course=course, who=front_desk, sign="itching", reported_on=today(course.clinic))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_says_when_to_worry_and_what_the_source_does_not_say(
    course: Course, practitioner: Membership, language: str
) -> None:
    held(course, -5)
    practitioner.user.language = language
    practitioner.user.save()
    client = signed_in(practitioner)
    with own_queries() as queries:
        text = client.get(reverse("symptom_new", args=[course.pk])).content.decode()
    assert len(queries) <= 12
    assert ("24 to 48 hours" if language == "en" else "24 a 48 horas") in text
    assert ("contact the clinic" if language == "en" else "avise a la clínica") in text
    assert ("does not say for how long" if language == "en" else "no dice cuánto dura") in text


def test_a_replayed_report_is_written_once(course: Course, practitioner: Membership) -> None:
    held(course, -5)
    client = signed_in(practitioner)
    values = {"entry": str(uuid.uuid4()), "sign": "pain", "reported_on": today(course.clinic).isoformat(), "said": "x"}
    for _ in range(2):
        assert client.post(reverse("symptom_new", args=[course.pk]), values).status_code == 302
    assert SymptomReport.objects.get().words == "x"


def test_a_form_of_another_course_is_no_report_of_this_one(course: Course, practitioner: Membership) -> None:
    held(course, -5)
    entry, day = uuid.uuid4(), today(course.clinic)
    report_symptom(course=course, who=practitioner, sign="itching", reported_on=day, entry=entry)
    other = Course.objects.create(
        clinic=course.clinic, patient=course.patient, area=course.area, treatment="scalp", lead=practitioner
    )
    held(other, -5)
    with pytest.raises(InputError, match="cannot be sent"):
        report_symptom(course=other, who=practitioner, sign="itching", reported_on=day, entry=entry)
    assert SymptomReport.objects.count() == 1


def whole(course: Course, practitioner: Membership) -> None:
    """A course with an entry of every kind and a corrected one."""
    ready(course, practitioner)
    baseline = photographed(course, -60)
    held(course, -50)
    compared(course, baseline, -10, 9.0, 5.0)
    values = written(course, practitioner)
    session = record_session(**values)
    values.pop("course")
    correct_session(old=session, reason="the device was another one", **{**values, "device": "Dermograph D4"})
    report_symptom(course=course, who=practitioner, sign="erythema", reported_on=today(course.clinic), words="red")
    take_payment(session=session, who=practitioner, cents=5000, method="card")
    sign_review(course=course, who=practitioner, decision="wait", reason="Wait for the redness to pass first.")


def test_the_timeline_has_everything_and_the_old_entry_stays_readable(course: Course, practitioner: Membership) -> None:
    whole(course, practitioner)
    client = signed_in(practitioner)
    with own_queries() as queries:
        page = client.get(reverse("timeline", args=[course.pk]))
    assert len(queries) <= 12
    items = page.context["items"]
    assert {item.kind for item in items} == set(KINDS) - {"appointment"}
    assert [item.at for item in items] == sorted((item.at for item in items), reverse=True)
    text = page.content.decode()
    assert "Dermograph D3" in text
    assert "Dermograph D4" in text
    assert "corrected since" in text
    assert "the device was another one" in text
    assert "Paid: €50.00" in text
    oldest = client.get(reverse("timeline", args=[course.pk]), {"order": "oldest"}).context["items"]
    assert oldest[0].at <= oldest[-1].at


def test_the_timeline_shows_one_kind_when_asked(course: Course, practitioner: Membership) -> None:
    whole(course, practitioner)
    client = signed_in(practitioner)
    page = client.get(reverse("timeline", args=[course.pk]), {"kind": ["review", "nonsense"]})
    assert {item.kind for item in page.context["items"]} == {"review"}
    practitioner.user.language = "es"
    practitioner.user.save()
    assert "Revisión firmada: esperar" in client.get(reverse("timeline", args=[course.pk])).content.decode()


def test_an_empty_timeline_says_how_a_course_begins(course: Course, practitioner: Membership) -> None:
    text = signed_in(practitioner).get(reverse("timeline", args=[course.pk])).content.decode()
    assert "The course begins with the assessment" in text


def test_the_timeline_says_of_a_photograph_that_it_was_taken_out(course: Course, practitioner: Membership) -> None:
    wrong = photographed(course, -3)
    photographed(course, -3, supersedes=wrong, withdrawn=True, correction_reason="another patient's")
    client = signed_in(practitioner)
    items = client.get(reverse("timeline", args=[course.pk])).context["items"]
    said = {item.superseded: [line.say("en") for line in item.lines] for item in items}
    assert said == {True: [], False: ["taken out of the course"]}


@pytest.mark.parametrize(("unit", "shown"), [("lab", ""), ("index", ""), ("delta_e00", "ΔE00")])
def test_the_timeline_writes_units_as_the_gallery_does(course: Course, unit: str, shown: str) -> None:
    comparison = compared(course, photographed(course, -60), -10, 9.0, 5.0)
    assert comparison.result is not None
    result = {**comparison.result, "measures": [{**comparison.result["measures"][0], "unit": unit}]}
    Comparison.objects.filter(pk=comparison.pk).update(result=result)
    row = next(row for row in photograph_rows(course) if row.kind == "comparison")
    assert [one["unit"] for one in row.measured] == [shown]
