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
from dermograph.clinic.people.models import Clinic, Course, Membership, User
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
