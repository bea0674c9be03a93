"""Consents at home: signed with the password and without a witness, read again, and taken back by the patient."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.intake.models import Consent, ConsentText, Withdrawal
from dermograph.clinic.intake.selectors import current_text, has_consent
from dermograph.clinic.intake.services import install_texts, withdraw
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.people.recent import SURE_AT
from dermograph.clinic.portal.giving import asked_of
from dermograph.clinic.portal.views_giving_consent import MOST_A_DAY
from dermograph.clinic.rights.rows import rows_of
from dermograph.core.errors import InputError
from tests.clinic.conftest import PASSWORD, signed_in
from tests.clinic.intake.test_consents import WAVE
from tests.clinic.portal.people import another_course, another_patient, patient_account, signed_in_patient

NAME = "Lucía Ferrer Campos"


@pytest.fixture
def home(patient: Patient, course: Course) -> Client:
    return signed_in_patient(patient)


@pytest.fixture
def text(course: Course) -> ConsentText:
    install_texts(course.clinic)
    found = current_text(course.clinic, course.treatment, "en", course.opened_at.date())
    assert found is not None
    return found


def sign(home: Client, course: Course, words: ConsentText, **fields: object) -> Any:  # noqa: ANN401 (the test client's answer)
    sent = {
        "entry": str(uuid.uuid4()),
        "text": str(words.pk),
        "text_sha256": words.sha256,
        "language": words.language,
        "supersedes": "",
        "purpose": ["treatment", "record"],
        "name": NAME,
        "strokes": json.dumps(WAVE),
        "typed": "",
        "password": PASSWORD,
        **fields,
    }
    return home.post(reverse("me_consent", args=[course.pk]), sent)


def take_back(home: Client, consent: Consent, **fields: str) -> Any:  # noqa: ANN401 (the test client's answer)
    sent = {"entry": str(uuid.uuid4()), "purpose": "record", "reason": "", **fields}
    return home.post(reverse("me_consent_signed", args=[consent.pk]), sent)


def forget_the_sign_in(home: Client) -> None:
    """As if they had signed in long ago."""
    session = home.session
    session.pop(SURE_AT, None)
    session.save()


def signed(home: Client, course: Course, text: ConsentText, **fields: object) -> Consent:
    assert sign(home, course, text, **fields).status_code == 302
    found: Consent = Consent.objects.get(course=course, superseded_by=None)
    return found


def test_the_words_of_every_purpose_are_read_before_they_are_signed(
    home: Client, course: Course, text: ConsentText
) -> None:
    shown = home.get(reverse("me_consent", args=[course.pk])).content.decode()
    assert text.title in shown
    for purpose in text.purposes:
        assert purpose["label"] in shown
    assert "Sign only when nothing is left unclear." in shown
    assert "checked" not in shown


def test_it_is_signed_without_a_witness_and_the_trail_names_the_account(
    home: Client, course: Course, text: ConsentText, patient: Patient
) -> None:
    row = signed(home, course, text)
    assert (row.written_by, row.witness, row.signed_name) == (None, None, NAME)
    assert row.purposes == ["treatment", "record"]
    assert row.text_sha256 == text.sha256
    assert has_consent(patient, course, "record")
    assert AuditEntry.objects.get(action="consent.signed").who_id == patient_account(patient).pk
    assert asked_of(patient)[0].consent == "signed"


def test_staff_read_that_nobody_stood_by(
    home: Client, course: Course, text: ConsentText, practitioner: Membership
) -> None:
    row = signed(home, course, text)
    shown = signed_in(practitioner).get(reverse("consent_signed", args=[row.pk])).content.decode()
    assert "none: signed by the patient in their own account" in shown


def test_a_sign_in_of_long_ago_needs_the_password_and_loses_nothing(
    home: Client, course: Course, text: ConsentText
) -> None:
    forget_the_sign_in(home)
    for password in ("", "wrong horse"):
        got = sign(home, course, text, password=password)
        assert got.status_code == 422
        shown = got.content.decode()
        assert 'name="password"' in shown
        assert f'value="{NAME}"' in shown
        assert "[[0.1" in shown.replace("&quot;", '"')
    assert not Consent.objects.exists()
    assert sign(home, course, text).status_code == 302


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"purpose": ["record"]}, "Without this nothing can be signed"),
        ({"purpose": ["treatment", "spam"]}, "does not ask for that purpose"),
        ({"name": ""}, "The name of who signs is missing."),
        ({"strokes": ""}, "The signature is blank."),
        ({"strokes": "[" * 5000}, "could not be read"),
        ({"strokes": "x" * 300_000}, "could not be read"),
        ({"strokes": "", "typed": "Somebody Else"}, "differs from the name"),
        ({"text": ""}, "not the current one"),
        ({"text": "00000000-0000-4000-8000-000000000000"}, "not the current one"),
        ({"text_sha256": ""}, "not the current one"),
        ({"text_sha256": "0" * 64}, "not the current one"),
        ({"entry": ""}, "has lost its number"),
        ({"supersedes": "00000000-0000-4000-8000-000000000000"}, "is not there"),
        ({"name": "\0\0"}, "The name of who signs is missing."),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_is_signed(
    home: Client, course: Course, text: ConsentText, fields: dict[str, object], says: str
) -> None:
    got = sign(home, course, text, **fields)
    assert got.status_code == 422
    assert says in got.content.decode()
    assert not Consent.objects.exists()


def test_a_form_sent_twice_signs_once(home: Client, course: Course, text: ConsentText) -> None:
    entry = str(uuid.uuid4())
    first, again = (sign(home, course, text, entry=entry)["Location"] for _ in range(2))
    assert first == again
    assert Consent.objects.count() == 1


def test_a_form_sent_again_with_other_purposes_is_not_said_to_be_signed(
    home: Client, course: Course, text: ConsentText
) -> None:
    entry = str(uuid.uuid4())
    sign(home, course, text, entry=entry, purpose=["treatment", "record"])
    got = sign(home, course, text, entry=entry, purpose=["treatment", "record", "teaching"])
    assert got.status_code == 422
    assert "was sent before with another choice" in got.content.decode()
    assert Consent.objects.get().purposes == ["treatment", "record"]


def test_a_form_sent_again_for_another_purpose_takes_nothing_back_and_says_so(
    home: Client, course: Course, text: ConsentText, patient: Patient
) -> None:
    old, entry = signed(home, course, text, purpose=["treatment", "record", "teaching"]), str(uuid.uuid4())
    assert take_back(home, old, purpose="teaching", entry=entry).status_code == 302
    for other in ("record", "all"):
        got = take_back(home, old, purpose=other, entry=entry)
        assert got.status_code == 422
        assert "was sent before with another choice" in got.content.decode()
    assert has_consent(patient, course, "record")
    assert take_back(home, old, purpose="teaching", entry=entry).status_code == 302, "the same form sent twice"


def test_signed_anew_it_takes_the_place_of_the_one_that_was_seen(
    home: Client, course: Course, text: ConsentText
) -> None:
    first = signed(home, course, text)
    page = home.get(reverse("me_consent", args=[course.pk])).content.decode()
    assert "What you have agreed to" in page
    assert "consent-form" not in page
    page = home.get(reverse("me_consent", args=[course.pk]), {"again": "1"}).content.decode()
    assert f'name="supersedes" value="{first.pk}"' in page
    second = signed(home, course, text, supersedes=str(first.pk), purpose=["treatment", "record", "teaching"])
    assert second.supersedes == first
    assert "A newer one was signed on" in home.get(reverse("me_consent_signed", args=[first.pk])).content.decode()
    assert take_back(home, first).status_code == 422
    assert not Withdrawal.objects.exists()


def test_a_newer_text_is_asked_for_again(home: Client, course: Course, text: ConsentText, patient: Patient) -> None:
    signed(home, course, text)
    ConsentText.objects.create(
        clinic=course.clinic,
        treatment=course.treatment,
        language="en",
        version="99.0",
        title="Newer",
        body="Newer words.",
        purposes=text.purposes,
        sha256="0" * 64,
        valid_from=dt.date(2026, 1, 1),
    )
    assert asked_of(patient)[0].consent == "newer"
    page = home.get(reverse("me_consent", args=[course.pk])).content.decode()
    assert "has a newer version" in page
    assert "Newer words." in page


def test_one_purpose_is_taken_back_without_a_password_or_a_reason(
    home: Client, course: Course, text: ConsentText, patient: Patient
) -> None:
    row = signed(home, course, text)
    forget_the_sign_in(home)
    page = home.get(reverse("me_consent_signed", args=[row.pk])).content.decode()
    assert next(one["withdrawal"] for one in text.purposes if one["id"] == "record") in page.replace("&#x27;", "'")
    assert take_back(home, row).status_code == 302
    back = Withdrawal.objects.get()
    assert (back.purpose, back.written_by, back.reason) == ("record", None, "")
    assert has_consent(patient, course, "treatment")
    assert not has_consent(patient, course, "record")
    assert AuditEntry.objects.get(action="consent.withdrawn").who_id == patient_account(patient).pk
    assert "by you, here" in home.get(reverse("me_consent_signed", args=[row.pk])).content.decode()


def test_everything_is_taken_back_also_after_the_course_has_ended(
    home: Client, course: Course, text: ConsentText, patient: Patient
) -> None:
    row = signed(home, course, text)
    Course.objects.filter(pk=course.pk).update(closed_at=dt.datetime.now(dt.UTC), outcome="abandoned")
    assert sign(home, course, text).status_code == 422
    assert take_back(home, row, purpose="all", reason="I changed my mind").status_code == 302
    assert not has_consent(patient, course, "treatment")
    assert "nothing is signed for it any more" in home.get(reverse("me_consent", args=[course.pk])).content.decode()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"purpose": ""}, "Choose what is taken back."),
        ({"purpose": "publication"}, "That purpose was not agreed to."),
        ({"purpose": "\0" * 6000}, "That purpose was not agreed to."),
        ({"reason": "x" * 2001}, "At most 2000 characters."),
        ({"entry": "zz"}, "does not belong to this page"),
    ],
)
def test_what_cannot_be_taken_back_is_said(
    home: Client, course: Course, text: ConsentText, fields: dict[str, str], says: str
) -> None:
    row = signed(home, course, text)
    got = take_back(home, row, **fields)
    assert got.status_code == 422
    assert says in got.content.decode()
    assert not Withdrawal.objects.exists()


def test_after_all_was_taken_back_it_can_be_signed_again(home: Client, course: Course, text: ConsentText) -> None:
    row = signed(home, course, text)
    take_back(home, row, purpose="all")
    page = home.get(reverse("me_consent", args=[course.pk])).content.decode()
    assert "You took back what you had signed." in page
    again = signed(home, course, text, supersedes=str(row.pk))
    assert again.supersedes == row


def test_a_strangers_consent_is_as_if_it_were_not_there(
    home: Client, clinic: Clinic, practitioner: Membership, text: ConsentText
) -> None:
    stranger = another_patient(clinic)
    course = another_course(stranger, practitioner)
    theirs = signed(signed_in_patient(stranger), course, text)
    assert home.get(reverse("me_consent", args=[course.pk])).status_code == 404
    assert sign(home, course, text).status_code == 404
    assert home.get(reverse("me_consent_signed", args=[theirs.pk])).status_code == 404
    assert take_back(home, theirs).status_code == 404
    assert not Withdrawal.objects.exists()


def test_a_strangers_entry_signs_nothing(
    home: Client, course: Course, clinic: Clinic, practitioner: Membership, text: ConsentText
) -> None:
    stranger = another_patient(clinic)
    theirs = signed(signed_in_patient(stranger), another_course(stranger, practitioner), text)
    got = sign(home, course, text, entry=str(theirs.pk))
    assert got.status_code == 422
    assert "This form was used elsewhere." in got.content.decode()


def test_what_was_signed_at_home_is_in_what_is_held(
    home: Client, course: Course, text: ConsentText, patient: Patient
) -> None:
    row = signed(home, course, text)
    assert row.pk in rows_of(patient)[Consent]


def test_the_pages_take_few_queries(
    home: Client, course: Course, text: ConsentText, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12):
        home.get(reverse("me_consent", args=[course.pk]))
    row = signed(home, course, text)
    with django_assert_max_num_queries(12):
        home.get(reverse("me_consent", args=[course.pk]))
    with django_assert_max_num_queries(12):
        home.get(reverse("me_consent_signed", args=[row.pk]))


def test_a_consent_that_was_replaced_meanwhile_is_not_taken_back_in_its_place(
    home: Client, course: Course, text: ConsentText, patient: Patient
) -> None:
    old = signed(home, course, text)
    signed(home, course, text, supersedes=str(old.pk))
    got = take_back(home, old, purpose="all")
    assert got.status_code == 422
    assert "A newer consent stands in place of this one." in got.content.decode()
    with pytest.raises(InputError, match="newer consent"):
        withdraw(consent=old, who=None)  # whoever was in the window between the page and the lock
    assert has_consent(patient, course, "treatment")
    assert not Withdrawal.objects.exists()


def test_what_was_taken_back_before_it_was_replaced_is_not_said_to_be_taken_back_again(
    home: Client, course: Course, text: ConsentText
) -> None:
    old = signed(home, course, text)
    entry = str(uuid.uuid4())
    assert take_back(home, old, purpose="all", entry=entry).status_code == 302
    signed(home, course, text, supersedes=str(old.pk))
    assert take_back(home, old, purpose="all").status_code == 422
    assert take_back(home, old, purpose="all", entry=entry).status_code == 302, "the same form sent twice"


def test_so_many_consents_are_signed_a_day_and_each_can_be_taken_back(
    home: Client, course: Course, text: ConsentText, patient: Patient
) -> None:
    before = ""
    for _ in range(MOST_A_DAY):
        before = str(signed(home, course, text, supersedes=before).pk)
    got = sign(home, course, text, supersedes=before)
    assert got.status_code == 422
    assert f"more than {MOST_A_DAY} in 24 hours" in got.content.decode()
    last = Consent.objects.get(superseded_by=None)
    assert str(last.pk) == before
    assert take_back(home, last, purpose="all").status_code == 302
    Consent.objects.update(written_at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=25))
    assert sign(home, course, text, supersedes=before).status_code == 302
