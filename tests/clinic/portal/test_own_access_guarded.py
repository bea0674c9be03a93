"""Nobody of the clinic becomes the patient: who hands an access over, to which address, and who is told of it."""

from __future__ import annotations

import datetime as dt
import smtplib
from typing import Any
from unittest import mock

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient, User
from dermograph.clinic.people.services import change_patient, register_patient
from dermograph.clinic.portal.access import Access, access_of, invite
from dermograph.clinic.portal.access_ways import GIVEN, SOON, can_be_mailed, handed_over, was_used, ways_of
from dermograph.clinic.portal.models import Notice
from dermograph.clinic.reminders.choosing import say
from dermograph.core.errors import InputError
from tests.clinic.conftest import PASSWORD, member, signed_in
from tests.clinic.portal.people import patient_account, posted, signed_in_patient
from tests.clinic.treatment.held import consented

OLD, NEW = "lucia@home.example", "new@home.example"
NO_MAIL = "dermograph.clinic.overview.no_mail.NoMail"


@pytest.fixture
def real(patient: Patient) -> Patient:
    """A real person with an address, and no access yet."""
    Patient.objects.filter(pk=patient.pk).update(email=OLD, synthetic=False)
    patient.refresh_from_db()
    return patient


@pytest.fixture
def closed(real: Patient, practitioner: Membership) -> Patient:
    """One who has used their account, and whose access was taken away."""
    patient_account(real)
    Client().post(reverse("account_login"), {"login": OLD, "password": PASSWORD})
    done(signed_in(practitioner), real, "remove")
    real.refresh_from_db()
    return real


def done(client: Client, patient: Patient, what: str = "") -> Any:  # noqa: ANN401 (the answer of Django's client)
    """Press one of the buttons of the page; without more, that of the e-mail."""
    name = f"portal_access_{what}" if what else "portal_access"
    now = Patient.objects.select_related("user").get(pk=patient.pk)
    own = now.user is not None and what != "move" and was_used(now.user)
    address = now.user.email if own and now.user is not None else now.email
    sent = {"address": address, **({} if what else {"action": "mail"})}
    return client.post(reverse(name, args=[patient.pk]), sent, follow=True)


def shown(client: Client, patient: Patient) -> str:
    return client.get(reverse("portal_access", args=[patient.pk])).content.decode()


@pytest.mark.parametrize("what", ["paper", "remove", "move"])
def test_the_front_desk_hands_nothing_over_on_paper_and_takes_nothing_away(
    real: Patient, front_desk: Membership, what: str
) -> None:
    patient_account(real)
    desk = signed_in(front_desk)
    assert done(desk, real, what).status_code == 403
    page = shown(desk, real)
    assert "Take it away" not in page
    assert "Print" not in page
    real.refresh_from_db()
    assert access_of(real) is Access.ACTIVE
    assert not Notice.objects.exists()


def test_only_the_medical_lead_moves_an_account(closed: Patient, practitioner: Membership, admin: Membership) -> None:
    Patient.objects.filter(pk=closed.pk).update(email=NEW)
    assert done(signed_in(practitioner), closed, "move").status_code == 403
    assert done(signed_in(admin), closed, "move").status_code == 403
    assert User.objects.get(patient=closed).email == OLD


@pytest.mark.parametrize("role", ["front_desk", "practitioner", "medical_lead"])
def test_a_link_to_an_account_that_was_used_goes_to_its_own_address_only(closed: Patient, role: str) -> None:
    who = member(closed.clinic, role, "Berta Sanz")
    change_patient(patient=closed, version=closed.version, who=who.user, email=NEW)
    client = signed_in(who)
    assert OLD in shown(client, closed)
    mail.outbox.clear()
    assert "was sent to lucia@home.example" in done(client, closed).content.decode()
    assert [one.to for one in mail.outbox] == [[OLD]]
    closed.refresh_from_db()
    assert closed.user is not None
    assert (closed.user.email, access_of(closed)) == (OLD, Access.INVITED)


@pytest.mark.parametrize("role", ["practitioner", "medical_lead"])
def test_an_account_that_was_used_is_not_handed_over_on_paper_where_mail_leaves(closed: Patient, role: str) -> None:
    client = signed_in(member(closed.clinic, role, "Berta Sanz"))
    answer = done(client, closed, "paper")
    assert answer.status_code == 422
    assert "This access was in use before" in answer.content.decode()
    assert "/password/reset/key/" not in answer.content.decode()
    assert "Print an invitation" not in shown(client, closed)
    assert access_of(Patient.objects.get(pk=closed.pk)) is Access.CLOSED


def test_also_after_being_invited_again_it_counts_as_used(closed: Patient, practitioner: Membership) -> None:
    client = signed_in(practitioner)
    done(client, closed)
    closed.refresh_from_db()
    assert access_of(closed) is Access.INVITED
    assert done(client, closed, "paper").status_code == 422
    User.objects.filter(patient=closed).update(last_login=None)
    closed.refresh_from_db()
    assert was_used(closed.user), "the trail knows it too"
    assert done(client, closed, "paper").status_code == 422


def test_a_password_that_was_set_without_signing_in_counts_as_use(real: Patient, practitioner: Membership) -> None:
    made = invite(patient=real, who=practitioner.user, role="practitioner", by="paper")
    assert not was_used(made.user)
    visitor = Client()
    form = visitor.get(made.path, follow=True)
    visitor.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    done(signed_in(practitioner), real, "remove")
    real.refresh_from_db()
    assert was_used(real.user)


def test_where_no_mail_leaves_the_medical_lead_hands_it_over_on_paper_and_nobody_else(
    closed: Patient, practitioner: Membership, lead: Membership, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = NO_MAIL
    assert done(signed_in(practitioner), closed, "paper").status_code == 422
    page = done(signed_in(lead), closed, "paper").content.decode()
    assert "/password/reset/key/" in page
    assert OLD in page


@pytest.mark.parametrize("role", ["front_desk", "practitioner", "medical_lead"])
def test_who_wrote_the_address_does_not_send_the_invitation_to_it(
    real: Patient, practitioner: Membership, role: str
) -> None:
    writer = member(real.clinic, role, "Pablo Rey")
    change_patient(patient=real, version=real.version, who=writer.user, email="pablo@private.example")
    desk = signed_in(writer)
    answer = done(desk, real)
    assert answer.status_code == 422
    assert "You wrote this address yourself" in answer.content.decode()
    assert "Invite by e-mail" not in shown(desk, real)
    assert mail.outbox == []
    assert Patient.objects.get(pk=real.pk).user is None
    other = signed_in(member(real.clinic, "front_desk", "Carla Gil"))
    assert "pablo@private.example" in shown(other, real), "whoever sends it reads where it goes"
    assert done(signed_in(practitioner), real).status_code == 200
    assert [one.to for one in mail.outbox] == [["pablo@private.example"]]


def test_a_front_desk_that_registered_the_patient_leaves_the_invitation_to_another(
    clinic: Clinic, front_desk: Membership
) -> None:
    made = register_patient(
        clinic=clinic, who=front_desk.user, given_names="Eva", family_names="Paz", email="eva@home.example"
    )
    assert ways_of(made, front_desk.user, "front_desk").is_own
    other = member(clinic, "front_desk", "Carla Gil")
    assert ways_of(made, other.user, "front_desk").mail
    change_patient(patient=made, version=made.version, who=front_desk.user, phone="600 000 000")
    change_patient(patient=made, version=made.version + 1, who=other.user, email="eva@work.example")
    made.refresh_from_db()
    assert ways_of(made, front_desk.user, "front_desk").mail, "the last who wrote it was somebody else"


def test_the_medical_lead_moves_the_account_and_the_former_address_is_told(
    closed: Patient, lead: Membership, front_desk: Membership
) -> None:
    change_patient(patient=closed, version=closed.version, who=front_desk.user, email=NEW)
    posted()
    mail.outbox.clear()
    assert "was sent to new@home.example" in done(signed_in(lead), closed, "move").content.decode()
    posted()
    assert [one.to for one in mail.outbox] == [[NEW], [OLD]]
    assert "moved the access to your own pages to another e-mail" not in str(mail.outbox[0].body)
    assert "pasó el acceso a sus páginas personales a otro correo" in str(mail.outbox[1].body)
    entry = AuditEntry.objects.get(action="portal.address_changed")
    assert (entry.who, entry.patient, entry.details) == (lead.user, closed.pk, {"by": "mail"})
    Client().post("/account/password/reset/", {"email": OLD})
    assert len(mail.outbox) == 2 or "/password/reset/key/" not in str(mail.outbox[-1].body)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_address_of_the_account_is_told_of_a_removal_with_its_factors(
    real: Patient, practitioner: Membership, language: str
) -> None:
    user = patient_account(real)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    Patient.objects.filter(pk=real.pk).update(email=NEW, language=language)
    Clinic.objects.filter(pk=real.clinic_id).update(phone="+34 600 000 000")
    say(patient=real, who=None, wanted=False)
    done(signed_in(practitioner), real, "remove")
    assert mail.outbox == [], "nothing is sent within the request"
    posted()
    posted()
    [message] = mail.outbox
    body = str(message.body)
    assert message.to == [OLD], "not to the address that stands on the details since"
    assert ("took away the access" if language == "en" else "retiró el acceso") in body
    assert ("second factors" if language == "en" else "segundos factores") in body
    assert "+34 600 000 000" in body
    for word in ("abdomen", "micropigment", "Ferrer", practitioner.user.name):
        assert word not in message.subject + body
    assert AuditEntry.objects.get(action="portal.access_removed").details == {"factors": True}
    assert AuditEntry.objects.get(action="portal.told").details == {"kind": "removed"}


def test_a_sheet_of_paper_is_told_to_the_address_it_is_for(real: Patient, practitioner: Membership) -> None:
    done(signed_in(practitioner), real, "paper")
    posted()
    [message] = mail.outbox
    assert message.to == [OLD]
    assert "imprimió una hoja" in str(message.body)
    assert "/password/reset/key/" not in str(message.body)


def test_an_invitation_that_nobody_followed_ends_without_writing_to_who_may_be_a_stranger(
    real: Patient, practitioner: Membership
) -> None:
    done(signed_in(practitioner), real)
    mail.outbox.clear()
    done(signed_in(practitioner), real, "remove")
    posted()
    assert mail.outbox == []


def test_where_no_mail_leaves_the_page_says_to_tell_the_patient_and_the_patient_reads_it_later(
    real: Patient, practitioner: Membership, lead: Membership, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = NO_MAIL
    user = patient_account(real)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    assert "tell the patient yourselves" in shown(signed_in(practitioner), real)
    done(signed_in(practitioner), real, "remove")
    done(signed_in(lead), real, "paper")
    posted()
    assert set(Notice.objects.values_list("state", "reason")) == {("none", "no_mail")}
    user.refresh_from_db()
    user.set_password(PASSWORD)
    user.save()
    page = signed_in_patient(Patient.objects.get(pk=real.pk)).get(reverse("me_data")).content.decode()
    assert "taken away, with the second factors" in page
    assert "given out on paper" in page
    assert lead.user.name in page


def test_the_page_says_what_is_true_of_an_access_in_use(real: Patient, practitioner: Membership) -> None:
    patient_account(real)
    page = shown(signed_in(practitioner), real)
    assert "As long as the access is in use nobody of the clinic can set it" in page


@pytest.mark.parametrize(
    ("before", "counts"), [(dt.timedelta(0), True), (SOON, True), (SOON + dt.timedelta(seconds=1), False)]
)
def test_a_hand_over_counts_up_to_thirty_days_before(
    real: Patient,
    practitioner: Membership,
    before: dt.timedelta,
    counts: bool,  # noqa: FBT001 (a parameter of the test)
) -> None:
    entry = record(
        "portal.invited", clinic=real.clinic, who=practitioner.user, patient=real.pk, details={"by": "paper"}
    )
    found = handed_over(real, entry.at + before)
    assert (found == entry) == counts
    assert handed_over(real, entry.at - dt.timedelta(seconds=1)) is None, "what comes later says nothing of it"


def test_what_was_handed_over_by_mail_needs_no_mark(real: Patient, practitioner: Membership, lead: Membership) -> None:
    record("portal.invited", clinic=real.clinic, who=practitioner.user, patient=real.pk, details={"by": "mail"})
    assert handed_over(real, timezone.now()) is None
    record("portal.address_changed", clinic=real.clinic, who=lead.user, patient=real.pk, details={"by": "mail"})
    found = handed_over(real, timezone.now())
    assert found is not None
    assert found.who == lead.user


@pytest.mark.parametrize(
    ("action", "by", "said"),
    [
        ("portal.invited", "paper", "handed over on paper by"),
        ("portal.link_renewed", "paper", "handed over on paper by"),
        ("portal.address_changed", "mail", "moved to another address by"),
        ("portal.invited", "mail", ""),
    ],
)
def test_a_consent_that_was_signed_online_soon_after_says_who_handed_the_access_over(
    course: Course, practitioner: Membership, action: str, by: str, said: str
) -> None:
    consent = consented(course)
    record(action, clinic=course.clinic, who=practitioner.user, patient=course.patient_id, details={"by": by})
    Consent.objects.filter(pk=consent.pk).update(written_by=None, signed_at=timezone.now() + dt.timedelta(minutes=5))
    address, client = reverse("consent_signed", args=[consent.pk]), signed_in(practitioner)
    page = client.get(address).content.decode()
    assert ("Signed online." in page) == bool(said)
    assert said in page
    Consent.objects.filter(pk=consent.pk).update(written_by=practitioner.user)
    assert "Signed online." not in client.get(address).content.decode(), "at the clinic it was witnessed"


def test_a_service_refuses_what_the_page_does_not_offer(closed: Patient, lead: Membership) -> None:
    with pytest.raises(InputError):
        invite(patient=closed, who=lead.user, role="medical_lead", by="mail", move=True)  # the address is the same
    assert can_be_mailed(closed)


@pytest.mark.parametrize("what", ["", "paper", "move"])
def test_an_access_is_given_out_to_the_address_that_was_on_the_page_or_not_at_all(
    real: Patient, front_desk: Membership, lead: Membership, closed: Patient, what: str
) -> None:
    if what != "move":
        Patient.objects.filter(pk=real.pk).update(user=None)
    real.refresh_from_db()
    change_patient(patient=real, version=real.version, who=front_desk.user, email="pablo@private.example")
    mail.outbox.clear()
    name = f"portal_access_{what}" if what else "portal_access"
    for seen in (OLD, ""):
        sent = {"action": "mail", "address": seen}
        answer = signed_in(lead).post(reverse(name, args=[real.pk]), sent)
        assert answer.status_code == 422
        assert "The address was changed meanwhile" in answer.content.decode()
        assert "pablo@private.example" in answer.content.decode()
    assert mail.outbox == []
    assert not AuditEntry.objects.filter(action__in=GIVEN).exists()
    page = shown(signed_in(lead), real)
    assert 'name="address" value="pablo@private.example"' in page


def test_an_invitation_to_an_address_that_its_sender_wrote_marks_a_consent_soon_after(
    course: Course, practitioner: Membership, front_desk: Membership
) -> None:
    patient, consent = course.patient, consented(course)
    change_patient(patient=patient, version=patient.version, who=practitioner.user, email="own@private.example")
    sent = record(
        "portal.invited", clinic=course.clinic, who=practitioner.user, patient=patient.pk, details={"by": "mail"}
    )
    Consent.objects.filter(pk=consent.pk).update(written_by=None, signed_at=timezone.now() + dt.timedelta(minutes=5))
    page = signed_in(practitioner).get(reverse("consent_signed", args=[consent.pk])).content.decode()
    assert "an e-mail address that the sender had written" in page
    assert practitioner.user.name in page
    change_patient(patient=patient, version=patient.version + 1, who=front_desk.user, email="lucia@home.example")
    assert handed_over(patient, timezone.now()) == sent, "what came later says nothing of it"
    record(
        "portal.link_renewed", clinic=course.clinic, who=practitioner.user, patient=patient.pk, details={"by": "mail"}
    )
    assert handed_over(patient, timezone.now()) == sent, "the other address was written by somebody else"


def test_a_link_to_an_account_that_was_used_marks_nothing_whoever_wrote_the_details(
    closed: Patient, practitioner: Membership
) -> None:
    change_patient(patient=closed, version=closed.version, who=practitioner.user, email=NEW)
    done(signed_in(practitioner), closed)
    assert AuditEntry.objects.filter(action="portal.invited").exists()
    assert handed_over(Patient.objects.get(pk=closed.pk), timezone.now()) is None


def test_what_was_done_to_an_access_is_told_also_while_the_record_is_blocked(
    real: Patient, practitioner: Membership
) -> None:
    patient_account(real)
    done(signed_in(practitioner), real, "remove")
    Patient.objects.filter(pk=real.pk).update(restricted_at=timezone.now())
    posted()
    assert [one.to for one in mail.outbox] == [[OLD]]


def test_a_mail_server_that_puts_off_is_asked_for_two_days_whom_to_tell_of_an_access(
    real: Patient, practitioner: Membership
) -> None:
    patient_account(real)
    done(signed_in(practitioner), real, "remove")
    now = timezone.now()
    put_off = smtplib.SMTPRecipientsRefused({OLD: (450, b"greylisted")})
    with mock.patch.object(EmailBackend, "send_messages", side_effect=put_off):
        posted(now)
        posted(now + dt.timedelta(hours=47))
    assert Notice.objects.get().state == "due"
    posted(now + dt.timedelta(hours=49))
    assert (Notice.objects.get().state, Notice.objects.get().reason) == ("none", "refused")
    Notice.objects.update(state="due")
    posted(now + dt.timedelta(hours=1))
    assert [one.to for one in mail.outbox] == [[OLD]]
