"""Signing an assessment, what changes afterwards, and the medical lead's decision against a verdict."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dermograph.care.verdict import Verdict
from dermograph.clinic import facts
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.intake.known import known
from dermograph.clinic.intake.models import Answer, Assessment, Override
from dermograph.clinic.intake.selectors import current_assessment, effective_verdict, in_force, standing_override
from dermograph.clinic.intake.services import answer_fact, override, sign_assessment
from dermograph.clinic.intake.signing import document_hash
from dermograph.clinic.overview.at_work import at_work
from dermograph.clinic.overview.cleared import known_of, verdicts_of
from dermograph.clinic.overview.course_line import line_of
from dermograph.clinic.overview.course_rows import rows_of
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, User
from dermograph.clinic.treatment.before import look_before
from dermograph.core.errors import InputError
from tests.clinic.conftest import member, signed_in
from tests.golden.test_cases import expanded

REASON = "The dermatologist wrote on 3 November that nothing speaks against it."
HEALTHY = expanded(
    {"treatment": "paramedical", "defaults": "healthy", "areas": [{"name": "a", "lesion": "stria", "stage": "white"}]}
)


def answer_all(course: Course, who: User, **changed: object) -> None:
    """A healthy patient with white stretch marks, and what differs."""
    given = {**HEALTHY["patient"], **HEALTHY["areas"][0], **changed}
    for fact, value in given.items():
        if fact not in ("birth_date", "name"):
            answer_fact(course=course, who=who, fact=fact, value=value)


@pytest.fixture
def desk(practitioner: Membership) -> Client:
    return signed_in(practitioner)


def sign(desk: Client, course: Course, **fields: str) -> Any:  # noqa: ANN401 (the test client's answer)
    seen = known(course).digest(facts.protocol_of(course))
    sent = {"entry": str(uuid.uuid4()), "seen": seen, **fields}
    return desk.post(reverse("assessment_sign", args=[course.pk]), sent)


def test_a_signed_assessment_keeps_facts_verdict_and_protocol(
    desk: Client, course: Course, practitioner: Membership
) -> None:
    answer_all(course, practitioner.user)
    answer = sign(desk, course)
    signed = Assessment.objects.get()
    assert answer.status_code == 302
    assert answer.headers["Location"] == reverse("assessment_signed", args=[signed.pk])
    assert signed.verdict == "suitable"
    assert signed.facts["facts"]["lesion"] == "stria"
    assert signed.facts["facts"]["birth_date"] == "1988-04-09"
    assert signed.protocol_hash == facts.protocol_of(course).hash
    assert {reason["rule"] for reason in signed.result["es"]["reasons"]} == {"striae"}
    assert signed.result["es"]["reasons"][0]["says"] != signed.result["en"]["reasons"][0]["says"]
    assert AuditEntry.objects.get(action="assessment.signed").details["sha256"] == document_hash(signed)
    assert effective_verdict(course) is Verdict.SUITABLE


def test_an_incomplete_assessment_can_be_signed_and_clears_nothing(desk: Client, course: Course) -> None:
    assert sign(desk, course).status_code == 302
    assert current_assessment(course) is not None
    assert effective_verdict(course) is Verdict.INCOMPLETE
    found = in_force(course)
    assert found is not None
    assert not found.clears


def test_nothing_is_signed_that_was_not_seen(desk: Client, course: Course, practitioner: Membership) -> None:
    seen = known(course).digest(facts.protocol_of(course))
    answer_fact(course=course, who=practitioner.user, fact="pregnant", value=True)
    for wrong in (seen, "", "0" * 64, "\x00"):
        assert sign(desk, course, seen=wrong).status_code == 422
    assert Assessment.objects.count() == 0


def test_a_replayed_signature_is_one_signature(desk: Client, course: Course) -> None:
    entry = str(uuid.uuid4())
    assert [sign(desk, course, entry=entry).status_code for _ in range(2)] == [302, 302]
    assert Assessment.objects.count() == 1


def test_the_document_says_what_has_changed_since(desk: Client, course: Course, practitioner: Membership) -> None:
    answer_all(course, practitioner.user)
    signed = sign_assessment(course=course, who=practitioner.user)
    to = reverse("assessment_signed", args=[signed.pk])
    assert "Since it was signed" not in desk.get(to).content.decode()
    answer_fact(course=course, who=practitioner.user, fact="pregnant", value=True)
    text = desk.get(to).content.decode()
    assert "Since it was signed" in text
    assert "<s>no</s> → <strong>yes</strong>" in text
    assert effective_verdict(course) is Verdict.DEFERRED


def test_what_is_learnt_after_signing_never_clears(course: Course, practitioner: Membership) -> None:
    answer_all(course, practitioner.user, pregnant=True)
    sign_assessment(course=course, who=practitioner.user)
    assert effective_verdict(course) is Verdict.DEFERRED
    answer_fact(course=course, who=practitioner.user, fact="pregnant", value=False)
    assert effective_verdict(course) is Verdict.DEFERRED
    sign_assessment(course=course, who=practitioner.user)
    assert effective_verdict(course) is Verdict.SUITABLE
    answer_fact(course=course, who=practitioner.user, fact="phototype", value=5)
    assert effective_verdict(course) is Verdict.INCOMPLETE
    answer_fact(course=course, who=practitioner.user, fact="phototype", missing="not_known")
    assert effective_verdict(course) is Verdict.INCOMPLETE


def test_a_dated_block_ends_on_its_day_without_another_signature(course: Course, practitioner: Membership) -> None:
    onset = facts.today(course) - dt.timedelta(days=360)
    answer_all(course, practitioner.user, lesion="scar", scar_type="atrophic", onset=onset.isoformat())
    signed = sign_assessment(course=course, who=practitioner.user)
    assert signed.verdict == "deferred"
    assert signed.not_before is not None
    assert effective_verdict(course, signed.not_before - dt.timedelta(days=1)) is Verdict.DEFERRED
    assert effective_verdict(course, signed.not_before) is Verdict.SUITABLE


def test_another_protocol_is_told_with_what_it_changes(
    desk: Client, course: Course, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_all(course, practitioner.user, pregnant=True)
    signed = sign_assessment(course=course, who=practitioner.user)
    protocol = facts.protocol_of(course)
    rules = tuple(rule for rule in protocol.rules if rule.id != "pregnancy")
    loose = dataclasses.replace(protocol, rules=rules, hash="sha256:other")
    monkeypatch.setattr(facts, "protocol_of", lambda _course: loose)
    text = desk.get(reverse("assessment_signed", args=[signed.pk])).content.decode()
    assert "The protocol has changed" in text
    assert "<code>pregnancy</code>" in text
    assert effective_verdict(course) is Verdict.DEFERRED


def decide(person: Membership, signed: Assessment, **fields: str) -> Any:  # noqa: ANN401 (the test client's answer)
    sent = {"entry": str(uuid.uuid4()), "verdict": "conditional", "reason": REASON, "supersedes": "", **fields}
    return signed_in(person).post(reverse("assessment_override", args=[signed.pk]), sent)


@pytest.fixture
def referred(course: Course, practitioner: Membership) -> Assessment:
    answer_all(course, practitioner.user, anticoagulants=True)
    signed = sign_assessment(course=course, who=practitioner.user)
    assert signed.verdict == "referred"
    return signed


def test_the_medical_lead_overrides_with_a_reason_and_the_original_stays(
    referred: Assessment, course: Course, lead: Membership, practitioner: Membership
) -> None:
    assert decide(lead, referred).status_code == 302
    assert effective_verdict(course) is Verdict.CONDITIONAL
    for address in (reverse("assessment_signed", args=[referred.pk]), reverse("assessment", args=[course.pk])):
        text = signed_in(practitioner).get(address).content.decode()
        assert REASON in text
        assert lead.user.name in text
        assert "referred" in text
    assert Assessment.objects.get().verdict == "referred"


def test_nobody_else_overrides(referred: Assessment, practitioner: Membership, front_desk: Membership) -> None:
    for person in (practitioner, front_desk):
        assert decide(person, referred).status_code == 403
    with pytest.raises(InputError, match="Only the medical lead"):
        override(assessment=referred, who=practitioner.user, verdict="suitable", reason=REASON)
    assert Override.objects.count() == 0


def test_the_lead_of_another_clinic_does_not_even_see_it(referred: Assessment) -> None:
    elsewhere = member(Clinic.objects.create(name="Elsewhere", slug="elsewhere"), "medical_lead", "Olga Prat")
    assert decide(elsewhere, referred).status_code == 404
    with pytest.raises(InputError):
        override(assessment=referred, who=elsewhere.user, verdict="suitable", reason=REASON)


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": ""},
        {"reason": "too short"},
        {"reason": " " * 40},
        {"reason": "\x00" * 40},
        {"reason": "x" * 6000},
        {"verdict": ""},
        {"verdict": "incomplete"},
        {"verdict": "referred"},
        {"verdict": "fine"},
        {"entry": "1"},
        {"supersedes": "x"},
        {"supersedes": str(uuid.uuid4())},
    ],
)
def test_an_override_that_is_not_one_is_refused(referred: Assessment, lead: Membership, fields: dict[str, str]) -> None:
    assert decide(lead, referred, **fields).status_code == 422
    assert Override.objects.count() == 0


def test_a_missing_answer_is_never_overridden_into_a_clearance(
    course: Course, lead: Membership, practitioner: Membership
) -> None:
    answer_fact(course=course, who=practitioner.user, fact="anticoagulants", value=True)
    signed = sign_assessment(course=course, who=practitioner.user)
    for verdict in ("suitable", "conditional"):
        answer = decide(lead, signed, verdict=verdict)
        assert answer.status_code == 422
        assert "A missing answer never clears a patient" in answer.content.decode()
    assert decide(lead, signed, verdict="excluded").status_code == 302
    assert effective_verdict(course) is Verdict.EXCLUDED


def test_an_override_does_not_outlive_what_it_was_decided_for(
    referred: Assessment, course: Course, lead: Membership
) -> None:
    override(assessment=referred, who=lead.user, verdict="conditional", reason=REASON)
    answer_fact(course=course, who=lead.user, fact="pregnant", value=True)
    found = in_force(course)
    assert found is not None
    assert (found.override, found.outdated) == (None, True)
    assert found.verdict is Verdict.REFERRED


def test_an_override_is_taken_back_by_another(referred: Assessment, course: Course, lead: Membership) -> None:
    first = override(assessment=referred, who=lead.user, verdict="conditional", reason=REASON)
    assert decide(lead, referred, verdict="referred", supersedes="").status_code == 422
    assert decide(lead, referred, verdict="referred", supersedes=str(first.pk)).status_code == 302
    again = Assessment.objects.prefetch_related("overrides").get()
    assert standing_override(again) is None
    assert effective_verdict(course) is Verdict.REFERRED


def test_the_document_speaks_spanish_and_prints_every_source(referred: Assessment, practitioner: Membership) -> None:
    practitioner.user.language = "es"
    practitioner.user.save()
    text = signed_in(practitioner).get(reverse("assessment_signed", args=[referred.pk])).content.decode()
    assert "Según las respuestas" in text
    assert referred.protocol_hash in text
    for reason in referred.result["es"]["reasons"]:
        for cite in reason["cite"]:
            assert cite["at"].replace("'", "&#x27;").replace('"', "&quot;") in text


def test_signing_leaves_the_answers_alone(desk: Client, course: Course, practitioner: Membership) -> None:
    answer_all(course, practitioner.user)
    before = list(Answer.objects.values_list("pk", flat=True))
    sign(desk, course)
    assert list(Answer.objects.values_list("pk", flat=True)) == before


def by_patient(course: Course, fact: str, value: object = None, **more: Any) -> Answer:  # noqa: ANN401 (of the service)
    """What the patient answers at home; whatever stands is what they saw."""
    return answer_fact(course=course, who=None, fact=fact, value=value, **more)


@pytest.fixture
def cleared(course: Course, practitioner: Membership) -> Course:
    """A course that a signature has cleared."""
    answer_all(course, practitioner.user)
    sign_assessment(course=course, who=practitioner.user)
    assert effective_verdict(course) is Verdict.SUITABLE
    return course


@pytest.mark.parametrize("back", [{"value": False}, {"missing": "not_known"}, {"missing": "refused"}])
def test_a_patient_does_not_take_back_what_was_written_after_the_signature(
    cleared: Course, practitioner: Membership, back: dict[str, Any]
) -> None:
    answer_fact(course=cleared, who=practitioner.user, fact="pregnant", value=True)
    assert effective_verdict(cleared) is Verdict.DEFERRED
    by_patient(cleared, "pregnant", **back)
    found = in_force(cleared)
    assert found is not None
    assert (found.outdated, found.clears, [one.id for one in found.by_patient]) == (True, False, ["pregnant"])
    answer_fact(course=cleared, who=practitioner.user, fact="pregnant", value=False)
    sign_assessment(course=cleared, who=practitioner.user)
    assert effective_verdict(cleared) is Verdict.SUITABLE


def test_a_patient_who_said_something_worse_does_not_clear_themselves_by_taking_it_back(cleared: Course) -> None:
    by_patient(cleared, "pregnant", value=True)
    assert effective_verdict(cleared) is Verdict.DEFERRED
    by_patient(cleared, "pregnant", value=False)
    assert effective_verdict(cleared) is Verdict.INCOMPLETE


@pytest.mark.parametrize("first", ["pregnant", "herpes"])
def test_of_two_facts_each_one_keeps_it_closed_in_either_order(
    cleared: Course, practitioner: Membership, first: str
) -> None:
    both = [first, *({"pregnant", "herpes"} - {first})]
    for fact in both:
        answer_fact(course=cleared, who=practitioner.user, fact=fact, value=True)
    for fact in both:
        by_patient(cleared, fact, value=False)
    found = in_force(cleared)
    assert found is not None
    assert {one.id for one in found.by_patient} == set(both)
    assert not found.clears
    answer_fact(course=cleared, who=practitioner.user, fact=first, value=True)
    found = in_force(cleared)
    assert found is not None
    assert {one.id for one in found.by_patient} == set(both) - {first}
    assert not found.clears


def test_what_a_patient_makes_milder_than_it_was_signed_takes_no_condition_away(
    course: Course, practitioner: Membership
) -> None:
    answer_all(course, practitioner.user, pregnant=True)
    sign_assessment(course=course, who=practitioner.user)
    by_patient(course, "pregnant", value=False)
    found = in_force(course)
    assert found is not None
    assert (found.verdict, found.outdated) == (Verdict.DEFERRED, True)


def test_the_same_answer_once_more_and_a_first_answer_close_nothing(course: Course, practitioner: Membership) -> None:
    answer_all(course, practitioner.user)
    earlier = facts.today(course) - dt.timedelta(days=3)
    Answer.objects.update(answered_on=earlier)
    sign_assessment(course=course, who=practitioner.user)
    assert by_patient(course, "pregnant", value=False).supersedes is not None
    found = in_force(course)
    assert found is not None
    assert (found.verdict, found.outdated, found.by_patient) == (Verdict.SUITABLE, False, ())


def test_an_answer_of_the_patient_counts_in_each_of_their_courses(cleared: Course, practitioner: Membership) -> None:
    other = Course.objects.create(
        clinic=cleared.clinic,
        patient=cleared.patient,
        area=Area.objects.create(patient=cleared.patient, name="left thigh", view="front", x=0.3, y=0.6),
        treatment="paramedical",
    )
    answer_all(other, practitioner.user)
    sign_assessment(course=other, who=practitioner.user)
    answer_fact(course=other, who=practitioner.user, fact="pregnant", value=True)
    by_patient(other, "pregnant", value=False)
    answer_fact(course=other, who=practitioner.user, fact="herpes", value=True)
    by_patient(other, "herpes", value=False)
    here, there = in_force(cleared), in_force(other)
    assert here is not None
    assert there is not None
    assert [one.id for one in here.by_patient] == ["pregnant"], "the other fact is of the other area"
    assert {one.id for one in there.by_patient} == {"pregnant", "herpes"}


def test_staff_read_which_answers_the_patient_has_changed(
    desk: Client, cleared: Course, practitioner: Membership
) -> None:
    answer_fact(course=cleared, who=practitioner.user, fact="pregnant", value=True)
    by_patient(cleared, "pregnant", value=False)
    signed = current_assessment(cleared)
    assert signed is not None
    for url in (reverse("assessment", args=[cleared.pk]), reverse("assessment_signed", args=[signed.pk])):
        shown = desk.get(url).content.decode()
        assert "Changed by the patient since: pregnancy" in shown, url
    before = look_before(cleared, facts.today(cleared))
    says = next(one for one in before.checks if one.what == "verdict")
    assert says.state == "lead"
    assert "pregnancy" in says.says.en
    assert line_of(cleared, rows_of([cleared])[cleared.pk]).present.key == "assessment"


@pytest.mark.parametrize("at_home", [True, False])
def test_what_the_lead_closed_stays_closed_with_their_reason_whatever_is_answered_later(
    desk: Client, cleared: Course, lead: Membership, practitioner: Membership, *, at_home: bool
) -> None:
    signed = current_assessment(cleared)
    assert signed is not None
    override(assessment=signed, who=lead.user, verdict="excluded", reason=REASON)
    who = None if at_home else practitioner.user
    answer_fact(course=cleared, who=who, fact="pregnant", missing="not_known")
    found = in_force(cleared)
    assert found is not None
    assert (found.verdict, found.outdated, found.override is not None) == (Verdict.EXCLUDED, True, True)
    page = desk.get(reverse("assessment", args=[cleared.pk])).content.decode()
    assert REASON in page.split('id="verdict-body"')[1]
    says = next(one for one in look_before(cleared, facts.today(cleared)).checks if one.what == "verdict")
    assert says.state == "lead"
    assert REASON.rstrip(".") in says.says.en
    line_up = at_work(cleared.clinic, Course.objects.filter(pk=cleared.pk))
    day = facts.today(cleared)
    assert verdicts_of(line_up, known_of(line_up, day)) == {cleared.pk: Verdict.EXCLUDED}


def test_what_is_learnt_and_worse_than_the_lead_decided_holds(
    cleared: Course, lead: Membership, practitioner: Membership
) -> None:
    signed = current_assessment(cleared)
    assert signed is not None
    override(assessment=signed, who=lead.user, verdict="conditional", reason=REASON)
    answer_fact(course=cleared, who=practitioner.user, fact="pregnant", value=True)
    found = in_force(cleared)
    assert found is not None
    assert (found.verdict, found.override) == (Verdict.DEFERRED, None)
