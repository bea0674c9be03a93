"""Consents: read in the patient's language, signed by hand or keyboard, never blank, taken back purpose by purpose."""

from __future__ import annotations

import json
import math
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dermograph.clinic.intake.models import Consent, ConsentText, Withdrawal
from dermograph.clinic.intake.selectors import current_text, has_consent
from dermograph.clinic.intake.services import install_texts, sign_consent, withdraw
from dermograph.clinic.intake.wording import is_intact, wordings
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.core.errors import InputError
from tests.clinic.conftest import member, signed_in

WAVE = [[[round(0.1 + 0.02 * step, 4), round(0.5 + 0.3 * math.sin(step), 4)] for step in range(30)]]
NEVER_SAID = (
    r"perfect|painless|permanent|imperceptible|guarantee|without risk|indolor|permanente|imperceptible|garantiza|"
    r"sin riesgo|inocu|120 €|€120"
)


@pytest.fixture
def desk(practitioner: Membership) -> Client:
    return signed_in(practitioner)


@pytest.fixture
def text(course: Course) -> ConsentText:
    install_texts(course.clinic)
    found = current_text(course.clinic, course.treatment, "es", course.opened_at.date())
    assert found is not None
    return found


def sign(desk: Client, course: Course, words: ConsentText, **fields: object) -> Any:  # noqa: ANN401 (the test client's answer)
    sent = {
        "entry": str(uuid.uuid4()),
        "text": str(words.pk),
        "text_sha256": words.sha256,
        "language": words.language,
        "supersedes": "",
        "purpose": ["treatment", "record"],
        "name": "Lucía Ferrer Campos",
        "strokes": json.dumps(WAVE),
        "typed": "",
        **fields,
    }
    return desk.post(reverse("consent_sign", args=[course.pk]), sent)


def test_every_treatment_has_its_words_in_both_languages(clinic: Clinic) -> None:
    assert install_texts(clinic) == 6
    assert install_texts(clinic) == 0
    rows = ConsentText.objects.filter(clinic=clinic)
    assert {(row.treatment, row.language) for row in rows} == {
        (treatment, language) for treatment in ("paramedical", "microneedling", "scalp") for language in ("en", "es")
    }
    assert all(is_intact(row) for row in rows)


def test_the_words_never_promise_and_name_no_price() -> None:
    for wording in wordings():
        said = f"{wording.title} {wording.body} {wording.purposes}"
        assert not re.search(NEVER_SAID, said, re.IGNORECASE), (wording.treatment, wording.language)


def test_both_languages_have_the_same_parts() -> None:
    by_treatment: dict[str, list[str]] = {}
    for wording in wordings():
        shape = " ".join(line[:2] for line in wording.body.splitlines() if line.startswith(("## ", "- ")))
        by_treatment.setdefault(wording.treatment, []).append(shape)
    assert all(shapes[0] == shapes[1] for shapes in by_treatment.values())


def test_only_treatment_and_record_are_needed() -> None:
    for wording in wordings():
        assert [one["id"] for one in wording.purposes if one["needed"]] == ["treatment", "record"]
        assert [one["id"] for one in wording.purposes if not one["needed"]] == ["teaching", "publication", "research"]


def test_words_that_changed_without_a_new_version_are_refused(clinic: Clinic) -> None:
    install_texts(clinic)
    ConsentText.objects.filter(treatment="scalp", language="en").update(sha256="0" * 64)
    with pytest.raises(InputError, match="other words"):
        install_texts(clinic)


def test_the_page_is_in_the_language_of_the_patient_with_nothing_ticked(desk: Client, course: Course) -> None:
    page = desk.get(reverse("consent_sign", args=[course.pk])).content.decode()
    assert 'lang="es"' in page
    assert "Qué puede salir mal" in page
    assert "checked" not in page
    assert "What can go wrong" in desk.get(reverse("consent_sign", args=[course.pk]) + "?language=en").content.decode()


def test_a_drawn_signature_is_kept_with_the_words_and_the_witness(
    desk: Client, course: Course, text: ConsentText, practitioner: Membership
) -> None:
    answer = sign(desk, course, text)
    consent = Consent.objects.get()
    assert answer.status_code == 302
    assert (consent.purposes, consent.refused) == (["treatment", "record"], ["teaching", "publication", "research"])
    assert consent.strokes == WAVE
    assert consent.text_sha256 == text.sha256
    assert consent.witness == practitioner.user
    page = desk.get(reverse("consent_signed", args=[consent.pk])).content.decode()
    assert "<path d=" in page
    assert text.sha256 in page
    assert "Lucía Ferrer Campos" in page


def test_a_typed_signature_is_marked_as_typed(desk: Client, course: Course, text: ConsentText) -> None:
    assert sign(desk, course, text, strokes="", typed="lucía  ferrer campos").status_code == 302
    consent = Consent.objects.get()
    assert consent.strokes == {"typed": "lucía ferrer campos"}
    assert "typed signature" in desk.get(reverse("consent_signed", args=[consent.pk])).content.decode()


BLANK = [
    "",
    "[]",
    "[[]]",
    "[[],[]]",
    "[[[0.5,0.5]]]",
    "null",
    "{}",
    "0",
    '""',
    "[[[0.5,0.5],[0.5,0.5],[0.5,0.5]]]",
    json.dumps([[[0.5, 0.5]] * 50]),
    json.dumps([[[0.5 + step / 1000, 0.5] for step in range(20)]]),
    json.dumps([[[0.1, 0.1], [0.9, 0.9]]]),
    "[[[0.5]]]",
    "[[[0.5,0.5,0.5]]]",
    "[[[2,2],[3,3]]]",
    "[[[-1,0],[1,0]]]",
    "[[[NaN,0.1],[Infinity,0.2]]]",
    '[[["a","b"]]]',
    "[[[true,false]]]",
    "[1,2,3]",
    "not json",
    "\x00",
    "[" * 5000,
    json.dumps([[[0.1, 0.1]]] * 500),
    "9" * 300_000,
]


@pytest.mark.parametrize("strokes", BLANK, ids=[str(number) for number in range(len(BLANK))])
def test_a_blank_signature_is_none(desk: Client, course: Course, text: ConsentText, strokes: str) -> None:
    answer = sign(desk, course, text, strokes=strokes)
    assert answer.status_code == 422
    assert Consent.objects.count() == 0
    assert "Lucía Ferrer Campos" in answer.content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"purpose": []},
        {"purpose": ["treatment"]},
        {"purpose": ["record", "publication"]},
        {"purpose": ["treatment", "record", "everything"]},
        {"name": ""},
        {"name": "   "},
        {"name": "7"},
        {"name": "\x00\x01"},
        {"name": "x" * 3000},
        {"strokes": "", "typed": "   "},
        {"strokes": "", "typed": "Someone"},
        {"text": ""},
        {"text": "x"},
        {"text": str(uuid.uuid4())},
        {"text_sha256": ""},
        {"text_sha256": "0" * 64},
        {"entry": ""},
        {"entry": "1"},
        {"supersedes": str(uuid.uuid4())},
    ],
)
def test_what_is_not_a_consent_is_refused(
    desk: Client, course: Course, text: ConsentText, fields: dict[str, Any]
) -> None:
    answer = sign(desk, course, text, **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert Consent.objects.count() == 0


def test_words_that_are_no_longer_current_cannot_be_signed(desk: Client, course: Course, text: ConsentText) -> None:
    ConsentText.objects.create(
        clinic=course.clinic,
        treatment=text.treatment,
        language=text.language,
        version="2.0",
        title="Nuevo",
        body=text.body,
        purposes=text.purposes,
        sha256="1" * 64,
        valid_from=text.valid_from.replace(day=2),
    )
    answer = sign(desk, course, text)
    assert answer.status_code == 422
    assert "not the current one" in answer.content.decode()
    assert Consent.objects.count() == 0


def test_words_that_were_tampered_with_cannot_be_signed_and_are_told(
    desk: Client, course: Course, text: ConsentText
) -> None:
    sign(desk, course, text)
    ConsentText.objects.filter(pk=text.pk).update(body="Otras palabras.")
    consent = Consent.objects.get()
    assert "their hash differs" in desk.get(reverse("consent_signed", args=[consent.pk])).content.decode()
    assert sign(desk, course, text, supersedes=str(consent.pk)).status_code == 422


def test_the_text_of_another_clinic_or_treatment_cannot_be_signed(
    desk: Client, course: Course, text: ConsentText
) -> None:
    elsewhere = Clinic.objects.create(name="Elsewhere", slug="elsewhere")
    install_texts(elsewhere)
    theirs = ConsentText.objects.get(clinic=elsewhere, treatment="paramedical", language="es")
    other = ConsentText.objects.get(clinic=course.clinic, treatment="scalp", language="es")
    for wrong in (theirs, other):
        assert sign(desk, course, wrong).status_code == 422
    assert Consent.objects.count() == 0


def test_a_replayed_signature_is_one_consent(desk: Client, course: Course, text: ConsentText) -> None:
    entry = str(uuid.uuid4())
    assert [sign(desk, course, text, entry=entry).status_code for _ in range(2)] == [302, 302]
    assert Consent.objects.count() == 1


def test_of_two_tabs_the_later_signature_is_told(desk: Client, course: Course, text: ConsentText) -> None:
    sign(desk, course, text)
    answer = sign(desk, course, text)
    assert answer.status_code == 422
    assert "after your page was opened" in answer.content.decode()
    assert Consent.objects.count() == 1


def test_a_newer_consent_takes_the_place_of_the_older(course: Course, text: ConsentText, lead: Membership) -> None:
    every = ["treatment", "record", "teaching", "publication"]
    for purposes in (every, every[:2]):
        sign_consent(
            course=course, who=lead.user, text=text, purposes=purposes, signed_name="Lucía Ferrer", strokes=WAVE
        )
    assert has_consent(course.patient, course, "treatment")
    assert not has_consent(course.patient, course, "publication")


def test_a_purpose_is_taken_back_by_itself(desk: Client, course: Course, text: ConsentText) -> None:
    sign(desk, course, text, purpose=["treatment", "record", "teaching", "publication"])
    consent = Consent.objects.get()
    to = reverse("consent_withdraw", args=[consent.pk])
    page = desk.get(f"{to}?purpose=publication").content.decode()
    assert "Las copias que otros hayan hecho" in page
    for _ in range(2):
        sent = {"entry": str(uuid.uuid4()), "purpose": "publication", "reason": "no quiero"}
        assert desk.post(to, sent).status_code == 302
    assert Withdrawal.objects.count() == 1
    assert not has_consent(course.patient, course, "publication")
    assert has_consent(course.patient, course, "teaching")
    assert "no quiero" in desk.get(reverse("consent_signed", args=[consent.pk])).content.decode()


def test_everything_is_taken_back_at_once(course: Course, text: ConsentText, lead: Membership) -> None:
    consent = sign_consent(
        course=course, who=lead.user, text=text, purposes=["treatment", "record"], signed_name="Lucía", strokes=WAVE
    )
    withdraw(consent=consent, who=lead.user)
    assert not has_consent(course.patient, course, "treatment")
    assert not has_consent(course.patient, course, "record")


@pytest.mark.parametrize("fields", [{"purpose": ""}, {"purpose": "publication"}, {"purpose": "\x00"}, {"entry": "x"}])
def test_what_was_not_agreed_to_cannot_be_taken_back(
    desk: Client, course: Course, text: ConsentText, fields: dict[str, str]
) -> None:
    sign(desk, course, text)
    to = reverse("consent_withdraw", args=[Consent.objects.get().pk])
    assert desk.post(to, {"entry": str(uuid.uuid4()), "purpose": "treatment", **fields}).status_code == 422
    assert Withdrawal.objects.count() == 0


def test_a_consent_is_for_its_own_course(course: Course, text: ConsentText, lead: Membership) -> None:
    sign_consent(
        course=course, who=lead.user, text=text, purposes=["treatment", "record"], signed_name="Lucía", strokes=WAVE
    )
    other = Course.objects.create(
        clinic=course.clinic, patient=course.patient, area=course.area, treatment="microneedling"
    )
    assert not has_consent(course.patient, other, "treatment")


def test_a_clinic_without_texts_is_given_them(desk: Client, course: Course) -> None:
    assert ConsentText.objects.count() == 0
    page = desk.get(reverse("consents", args=[course.pk])).content.decode()
    assert ConsentText.objects.filter(clinic=course.clinic).count() == 6
    assert "Nothing is signed for this course" in page


def test_another_clinic_sees_no_consent(desk: Client, course: Course, text: ConsentText) -> None:
    sign(desk, course, text)
    stranger = signed_in(member(Clinic.objects.create(name="Elsewhere", slug="elsewhere"), "medical_lead", "Olga Prat"))
    consent = Consent.objects.get()
    for name, pk in (("consents", course.pk), ("consent_sign", course.pk), ("consent_signed", consent.pk)):
        assert stranger.get(reverse(name, args=[pk])).status_code == 404
    assert stranger.post(reverse("consent_withdraw", args=[consent.pk]), {"purpose": "all"}).status_code == 404


def test_version_ten_comes_after_version_nine(text: ConsentText) -> None:
    fields = {"clinic": text.clinic, "treatment": text.treatment, "language": "es", "valid_from": text.valid_from}
    for version in ("1.9", "1.10"):
        ConsentText.objects.create(version=version, title="T", body="B", sha256="", purposes=[], **fields)
    current = current_text(text.clinic, text.treatment, "es", text.valid_from)
    assert current is not None
    assert current.version == "1.10"
