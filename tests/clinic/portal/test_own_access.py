"""A patient gets an account from the clinic, by their own address, and loses it again; nobody else's is touched."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import broken_at
from dermograph.clinic.people.models import Clinic, Membership, Patient, User
from dermograph.clinic.portal.access import Access, access_of, invite
from dermograph.clinic.portal.models import CalendarFeed
from dermograph.clinic.portal.own_letter import code_of
from tests.clinic.conftest import PASSWORD, member, signed_in
from tests.clinic.portal.people import another_patient, patient_account, signed_in_patient

ADDRESS = "lucia@home.example"


@pytest.fixture
def reachable(patient: Patient) -> Patient:
    """A real person with an address."""
    Patient.objects.filter(pk=patient.pk).update(email=ADDRESS, synthetic=False)
    patient.refresh_from_db()
    return patient


def page_of(patient: Patient) -> str:
    return reverse("portal_access", args=[patient.pk])


def paper(client: Client, patient: Patient) -> Any:  # noqa: ANN401 (the answer of Django's client)
    """Ask for a sheet."""
    address = Patient.objects.get(pk=patient.pk).email
    return client.post(reverse("portal_access_paper", args=[patient.pk]), {"address": address}, follow=True)


def by_mail(patient: Patient) -> dict[str, str]:
    """What the page posts to invite by e-mail."""
    return {"action": "mail", "address": Patient.objects.get(pk=patient.pk).email}


def removed(client: Client, patient: Patient) -> Any:  # noqa: ANN401 (the answer of Django's client)
    """Take the access away."""
    return client.post(reverse("portal_access_remove", args=[patient.pk]), follow=True)


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", text)
    assert found
    return found[1]


def test_a_patient_follows_the_link_of_the_message_and_comes_to_their_own_pages(
    reachable: Patient, front_desk: Membership
) -> None:
    answer = signed_in(front_desk).post(page_of(reachable), by_mail(reachable), follow=True)
    assert "was sent to lucia@home.example" in answer.content.decode()
    [message] = mail.outbox
    assert message.to == [ADDRESS]
    assert message.subject == "Sus páginas en Clínica Aurora"
    for word in ("abdomen", "micropigment", "Ferrer"):
        assert word not in message.subject + str(message.body)
    visitor = Client()
    form = visitor.get(link_in(str(message.body)), follow=True)
    set_at = form.request["PATH_INFO"]
    done = visitor.post(set_at, {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    assert done.status_code == 200
    entered = visitor.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD}, follow=True)
    assert entered.request["PATH_INFO"] == "/me/"
    reachable.refresh_from_db()
    assert access_of(reachable) is Access.ACTIVE
    again = Client().get(link_in(str(message.body)), follow=True)
    assert "password1" not in again.content.decode()
    trail = list(AuditEntry.objects.filter(patient=reachable.pk).order_by("number").values_list("action", flat=True))
    assert trail[0] == "portal.invited"
    assert "account.signed_in" in trail


def test_a_sheet_of_paper_shows_the_link_once_with_its_code(reachable: Patient, practitioner: Membership) -> None:
    client = signed_in(practitioner)
    shown = paper(client, reachable).content.decode()
    assert "/account/password/reset/key/" in shown
    assert 'aria-label="La dirección de abajo como código QR"' in shown
    assert "style=" not in shown[shown.index("<article") : shown.index("</article>")]
    assert mail.outbox == []
    assert "/account/password/reset/key/" not in client.get(page_of(reachable)).content.decode()
    entry = AuditEntry.objects.get(action="portal.invited")
    assert entry.details == {"by": "paper"}
    assert (entry.who_id, entry.patient) == (practitioner.user_id, reachable.pk)


def test_a_new_link_ends_the_one_before(reachable: Patient, practitioner: Membership) -> None:
    first, second = (
        invite(patient=reachable, who=practitioner.user, role="practitioner", by="paper").path for _ in range(2)
    )
    assert "password1" not in Client().get(first, follow=True).content.decode()
    assert "password1" in Client().get(second, follow=True).content.decode()
    actions = AuditEntry.objects.filter(patient=reachable.pk).order_by("number").values_list("action", flat=True)
    assert list(actions) == ["portal.invited", "portal.link_renewed"]


def test_without_an_address_nobody_is_invited(patient: Patient, practitioner: Membership) -> None:
    answer = paper(signed_in(practitioner), patient)
    assert answer.status_code == 422
    assert "There is no e-mail address of this patient. Write it" in answer.content.decode()
    assert Patient.objects.get(pk=patient.pk).user is None


@pytest.mark.parametrize("address", ["not an address", "a@b", "a@b.example\nBcc: c@d.example"])
def test_an_address_that_is_none_is_refused(reachable: Patient, practitioner: Membership, address: str) -> None:
    Patient.objects.filter(pk=reachable.pk).update(email=address)
    answer = signed_in(practitioner).post(page_of(reachable), by_mail(reachable))
    assert answer.status_code == 422
    assert mail.outbox == []


def test_the_address_of_staff_is_refused_with_what_to_do(
    reachable: Patient, practitioner: Membership, lead: Membership
) -> None:
    Patient.objects.filter(pk=reachable.pk).update(email=lead.user.email.upper())
    answer = signed_in(practitioner).post(page_of(reachable), by_mail(reachable)).content.decode()
    assert "somebody who works here" in answer
    assert "Write another address of the patient" in answer
    assert Patient.objects.get(pk=reachable.pk).user is None


def test_the_address_of_another_patient_is_refused(reachable: Patient, practitioner: Membership) -> None:
    other = another_patient(reachable.clinic)
    patient_account(other, ADDRESS)
    answer = signed_in(practitioner).post(page_of(reachable), by_mail(reachable)).content.decode()
    assert "each patient needs their own" in answer
    assert "Marta" not in answer


def test_of_another_clinic_it_is_only_told_that_the_address_is_taken(
    reachable: Patient, practitioner: Membership
) -> None:
    elsewhere = Clinic.objects.create(name="Otra", slug="otra")
    patient_account(another_patient(elsewhere), ADDRESS)
    answer = signed_in(practitioner).post(page_of(reachable), by_mail(reachable)).content.decode()
    assert "belongs to another account already" in answer
    assert "another patient" not in answer


def test_who_uses_their_access_is_not_invited_again(reachable: Patient, practitioner: Membership) -> None:
    patient_account(reachable)
    before = User.objects.get(email=ADDRESS).password
    answer = paper(signed_in(practitioner), reachable)
    assert answer.status_code == 422
    assert User.objects.get(email=ADDRESS).password == before


def test_an_address_that_was_corrected_gives_no_way_in(reachable: Patient, practitioner: Membership) -> None:
    desk = signed_in(practitioner)
    paper(desk, reachable)
    Patient.objects.filter(pk=reachable.pk).update(email="right@mail.example")
    paper(desk, reachable)
    user = User.objects.get(email="right@mail.example")
    assert set(EmailAddress.objects.filter(user=user).values_list("email", flat=True)) <= {"right@mail.example"}
    user.set_password(PASSWORD)
    user.save()
    mail.outbox.clear()
    Client().post("/account/password/reset/", {"email": ADDRESS})
    assert not any("/password/reset/key/" in one.body for one in mail.outbox)
    stranger = Client()
    stranger.post("/account/login/", {"login": ADDRESS, "password": PASSWORD})
    assert "_auth_user_id" not in stranger.session
    removed(desk, reachable)
    assert not EmailAddress.objects.filter(user=user).exists()


def test_taking_the_access_away_ends_every_session_and_every_way_in(
    reachable: Patient, practitioner: Membership
) -> None:
    client, user = signed_in_patient(reachable), patient_account(reachable)
    assert client.get("/me/").status_code == 200
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    CalendarFeed.objects.create(patient=reachable, token_hash="0" * 64, made_for=user.pk)
    shown = removed(signed_in(practitioner), reachable).content.decode()
    assert "Taken away" in shown
    assert client.get("/me/").status_code == 302
    assert not Authenticator.objects.filter(user=user).exists()
    assert not CalendarFeed.objects.exists()
    left = [one.get_decoded().get("_auth_user_id") for one in Session.objects.all()]
    assert str(user.pk) not in left
    entered = Client().post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert entered.status_code == 200
    assert "/me/" not in entered.get("Location", "")
    assert AuditEntry.objects.filter(action="portal.access_removed", patient=reachable.pk).count() == 1
    assert broken_at(reachable.clinic) is None


def test_the_account_of_somebody_who_also_works_there_stays_open_for_their_work(
    reachable: Patient, practitioner: Membership, lead: Membership
) -> None:
    Patient.objects.filter(pk=reachable.pk).update(user=lead.user)
    removed(signed_in(practitioner), reachable)
    assert Patient.objects.get(pk=reachable.pk).user is None
    assert User.objects.get(pk=lead.user_id).is_active
    assert signed_in(lead).get("/").status_code == 200


def test_to_a_made_up_patient_no_mail_is_sent(reachable: Patient, practitioner: Membership) -> None:
    Patient.objects.filter(pk=reachable.pk).update(synthetic=True)
    answer = signed_in(practitioner).post(page_of(reachable), by_mail(reachable))
    assert answer.status_code == 422
    assert mail.outbox == []


def test_a_mail_server_that_fails_is_told_of_and_the_sheet_is_left(
    reachable: Patient, practitioner: Membership, settings: pytest.FixtureRequest
) -> None:
    settings.EMAIL_BACKEND = "tests.clinic.portal.test_own_access.Refusing"  # type: ignore[attr-defined]  # pytest-django's settings
    answer = signed_in(practitioner).post(page_of(reachable), by_mail(reachable), follow=True).content.decode()
    assert "did not take the message" in answer
    assert access_of(Patient.objects.get(pk=reachable.pk)) is Access.INVITED


class Refusing:
    """A mail backend that is not there."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def send_messages(self, _messages: object) -> int:
        raise ConnectionRefusedError


def test_a_blocked_record_gives_no_access_and_shuts_the_one_there_is(
    reachable: Patient, practitioner: Membership
) -> None:
    client = signed_in_patient(reachable)
    Patient.objects.filter(pk=reachable.pk).update(restricted_at=timezone.now())
    assert client.get("/me/").status_code == 403
    assert paper(signed_in(practitioner), reachable).status_code == 400


def test_only_who_books_gives_access_and_only_in_their_own_clinic(reachable: Patient, admin: Membership) -> None:
    assert signed_in(admin).get(page_of(reachable)).status_code == 403
    assert signed_in_patient(reachable).get(page_of(reachable)).status_code == 403
    elsewhere = member(Clinic.objects.create(name="Otra", slug="otra"), "medical_lead", "Otra Persona")
    assert paper(signed_in(elsewhere), reachable).status_code == 404


@pytest.mark.parametrize("sent", [{}, {"action": "x" * 9000}, {"action": "\0"}])
def test_a_hostile_form_changes_nothing(reachable: Patient, practitioner: Membership, sent: dict[str, str]) -> None:
    assert signed_in(practitioner).post(page_of(reachable), sent).status_code == 404
    assert Patient.objects.get(pk=reachable.pk).user is None


def test_a_name_with_line_breaks_cannot_write_headers(reachable: Patient, practitioner: Membership) -> None:
    Clinic.objects.filter(pk=reachable.clinic_id).update(name="Aurora\r\nBcc: x@y.example")
    signed_in(practitioner).post(page_of(reachable), by_mail(reachable))
    [message] = mail.outbox
    assert message.message()["Bcc"] is None
    assert "\n" not in message.subject


def test_a_code_holds_the_link() -> None:
    side, dark = code_of("https://clinic.example/account/password/reset/key/abc-def/")
    assert side > 20
    assert dark.startswith("M")
    assert max(int(x) for x in re.findall(r"M(\d+) ", dark)) < side
