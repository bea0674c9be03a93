"""Messages between a patient and the clinic: sealed, one thread a patient, and an e-mail that says nothing of them."""

from __future__ import annotations

import datetime as dt
import re
import smtplib
import uuid
from collections.abc import Sequence
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.portal import messaging
from dermograph.clinic.portal.messaging import A_PAGE, LONGEST, MOST_A_DAY, plain_words, words_of, write
from dermograph.clinic.portal.models import MailState, Message
from dermograph.clinic.reminders.choosing import say
from dermograph.core.errors import InputError
from tests.clinic.conftest import member, signed_in
from tests.clinic.portal.people import another_patient, patient_account, posted, signed_in_patient
from tests.clinic.portal.visits import allowed

MINE = "It itches where the needles were."


def sent(
    client: Client,
    words: str,
    patient: Patient | None = None,
    entry: uuid.UUID | None = None,
    seen: Sequence[str] = (),
) -> Any:  # noqa: ANN401 (the answer of Django's client)
    """Post a message: of the patient, or of the clinic to one, with the messages that stood on its page."""
    address = reverse("patient_messages", args=[patient.pk]) if patient else reverse("me_messages")
    return client.post(address, {"words": words, "entry": str(entry or uuid.uuid4()), "seen": list(seen)})


def shown_on(page: str) -> list[str]:
    """The messages that a page of the clinic posts as seen."""
    return list(dict.fromkeys(re.findall(r'name="seen" value="([^"]+)"', page)))


@pytest.fixture
def real(patient: Patient) -> Patient:
    """The patient with an account and an address, and not made up."""
    patient.synthetic = False
    patient.save()
    patient_account(patient, "lucia@patients.example")
    return patient


@pytest.fixture
def writer(real: Patient) -> Client:
    return signed_in_patient(real)


def test_a_message_waits_until_the_clinic_answers_it(
    writer: Client, real: Patient, front_desk: Membership, practitioner: Membership
) -> None:
    assert sent(writer, MINE).status_code == 302
    desk, address = signed_in(front_desk), reverse("patient_messages", args=[real.pk])
    assert "wrote a message" in desk.get(reverse("today")).content.decode()
    assert "1 new" in desk.get(reverse("patient", args=[real.pk])).content.decode()
    page = desk.get(address).content.decode()
    assert MINE in page
    assert "waits for an answer" in page
    assert desk.get(address).status_code == 200
    assert Message.objects.get().read_at is None, "looking at it is not answering it"
    assert sent(signed_in(practitioner), "Keep applying the cream.", real, seen=shown_on(page)).status_code == 302
    assert "waits for an answer" not in desk.get(address).content.decode()
    assert "wrote a message" not in desk.get(reverse("today")).content.decode()
    page = writer.get(reverse("me_messages")).content.decode()
    assert "Keep applying the cream." in page
    assert practitioner.user.name in page
    assert "The clinic has read it." in page
    assert not Message.objects.filter(read_at=None).exists()
    assert not mail.outbox, "it is read before the round comes by"
    posted()
    assert not mail.outbox
    assert [one.action for one in AuditEntry.objects.filter(action__startswith="message.")] == [
        "message.written",
        "message.written",
    ]


def test_a_message_can_be_marked_as_read_without_an_answer(
    writer: Client, real: Patient, front_desk: Membership
) -> None:
    sent(writer, "Thank you!")
    desk, address = signed_in(front_desk), reverse("patient_messages", args=[real.pk])
    desk.post(address, {"act": "read", "seen": shown_on(desk.get(address).content.decode())})
    assert Message.objects.get().read_by == front_desk.user
    assert AuditEntry.objects.get(action="message.read").patient == real.pk


@pytest.mark.parametrize("answer", [True, False])
def test_what_came_in_after_the_page_was_opened_is_not_read_with_it(
    writer: Client,
    real: Patient,
    front_desk: Membership,
    answer: bool,  # noqa: FBT001 (a parameter of the test)
) -> None:
    sent(writer, "Which cream?")
    desk, address = signed_in(front_desk), reverse("patient_messages", args=[real.pk])
    seen = shown_on(desk.get(address).content.decode())
    sent(writer, "I have a fever.")
    if answer:
        sent(desk, "The one of the sheet.", real, seen=[*seen, "no id", str(uuid.uuid4())])
    else:
        desk.post(address, {"act": "read", "seen": seen})
    assert [one.read_at is None for one in Message.objects.filter(written_by=None)] == [False, True]
    assert "wrote a message" in desk.get(reverse("today")).content.decode()


def test_the_patient_has_read_what_stood_on_the_page_and_no_more(real: Patient, practitioner: Membership) -> None:
    first, second = (
        messaging.write(patient=real, words=words, who=practitioner.user, entry=uuid.uuid4()) for words in "ab"
    )
    assert messaging.read_by_patient(real, [first.pk]) == 1
    second.refresh_from_db()
    assert second.read_at is None


def test_what_is_written_lies_sealed_in_the_database(writer: Client, real: Patient) -> None:
    sent(writer, MINE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM portal_message")
        row = cursor.fetchone()
    assert not any("itches" in str(value) or b"itches" in bytes(str(value), "utf-8") for value in row)
    assert b"itches" not in bytes(Message.objects.get().sealed)
    assert words_of(Message.objects.get()) == MINE
    assert not any("itches" in str(entry.details) for entry in AuditEntry.objects.all())


def test_a_message_that_was_exchanged_for_another_is_not_shown(writer: Client, real: Patient) -> None:
    sent(writer, MINE)
    sent(writer, "second")
    first, second = Message.objects.order_by("written_at")
    Message.objects.filter(pk=first.pk).update(sealed=second.sealed)
    page = writer.get(reverse("me_messages")).content.decode()
    assert "This message cannot be opened." in page
    assert "second" in page


def test_the_patient_is_told_by_e_mail_once_and_reads_nothing_of_it_there(
    writer: Client, real: Patient, practitioner: Membership
) -> None:
    clinic = signed_in(practitioner)
    sent(clinic, MINE, real)
    sent(clinic, "And one thing more.", real)
    assert not mail.outbox, "no mail server is waited for within the request"
    page = clinic.get(reverse("patient_messages", args=[real.pk])).content.decode()
    assert "is being told by e-mail" in page
    posted()
    posted()
    message = mail.outbox[0]
    body = f"{message.message().as_string()}{message.body}"
    assert len(mail.outbox) == 1, "while nothing is read, one e-mail is enough"
    assert message.to == ["lucia@patients.example"]
    assert "http://testserver/me/messages/" in message.body
    assert not any(word in body for word in ("itches", "paramedical", "abdomen", practitioner.user.name))
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert list(Message.objects.order_by("written_at").values_list("mail", "mail_reason")) == [
        (MailState.SENT, ""),
        (MailState.NONE, "told"),
    ]
    assert AuditEntry.objects.filter(action="message.told").count() == 1
    writer.get(reverse("me_messages"))
    sent(clinic, "Another day.", real)
    posted()
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("kind", ["made_up", "no_address", "said_no", "no_mail"])
def test_who_cannot_or_does_not_want_to_be_told_is_not_and_the_clinic_reads_why(
    real: Patient, practitioner: Membership, settings: Settings, kind: str
) -> None:
    if kind == "made_up":
        real.synthetic = True
    if kind == "no_address":
        real.email = ""
    real.save()
    if kind == "said_no":
        say(patient=real, who=None, wanted=False)
    if kind == "no_mail":
        settings.EMAIL_BACKEND = "dermograph.clinic.overview.no_mail.NoMail"
    clinic = signed_in(practitioner)
    sent(clinic, MINE, real)
    assert not mail.outbox
    assert Message.objects.get().mail_reason == kind
    assert "No e-mail:" in clinic.get(reverse("patient_messages", args=[real.pk])).content.decode()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (smtplib.SMTPRecipientsRefused({}), "refused"),
        (TimeoutError(), "uncertain"),
        (smtplib.SMTPServerDisconnected(), "uncertain"),
    ],
)
def test_a_mail_server_that_fails_loses_no_message_and_is_not_asked_twice(
    real: Patient, practitioner: Membership, error: Exception, reason: str
) -> None:
    assert sent(signed_in(practitioner), MINE, real).status_code == 302
    with mock.patch.object(EmailBackend, "send_messages", side_effect=error):
        posted()
    row = Message.objects.get()
    assert (row.mail, row.mail_reason) == (MailState.FAILED, reason)
    posted()
    assert not mail.outbox
    assert not AuditEntry.objects.filter(action="message.told").exists()


def test_a_mail_server_that_is_away_is_tried_again_for_two_days(real: Patient, practitioner: Membership) -> None:
    now = timezone.now()
    sent(signed_in(practitioner), MINE, real)
    with mock.patch.object(EmailBackend, "open", side_effect=ConnectionRefusedError()):
        posted(now)
    assert Message.objects.get().mail == MailState.DUE
    posted(now + dt.timedelta(hours=47))
    assert len(mail.outbox) == 1
    Message.objects.update(mail=MailState.DUE)
    posted(now + dt.timedelta(hours=49))
    assert len(mail.outbox) == 1
    assert Message.objects.get().mail_reason == "away"


def test_what_was_broken_off_is_not_sent_again(real: Patient, practitioner: Membership) -> None:
    sent(signed_in(practitioner), MINE, real)
    Message.objects.update(mail=MailState.SENDING)
    now = timezone.now()
    posted(now + dt.timedelta(minutes=14))
    assert Message.objects.get().mail == MailState.SENDING
    posted(now + dt.timedelta(minutes=16))
    assert (Message.objects.get().mail, Message.objects.get().mail_reason) == (MailState.FAILED, "uncertain")
    assert not mail.outbox


def test_a_message_waits_while_the_patient_is_being_told_of_another(real: Patient, practitioner: Membership) -> None:
    client, now = signed_in(practitioner), timezone.now()
    sent(client, MINE, real)
    Message.objects.update(mail=MailState.SENDING, mail_at=now)
    sent(client, "And another thing.", real)
    posted(now + dt.timedelta(minutes=1))
    assert sorted(Message.objects.values_list("mail", flat=True)) == [MailState.DUE, MailState.SENDING]
    posted(now + dt.timedelta(minutes=16))
    assert sorted(Message.objects.values_list("mail", flat=True)) == [MailState.FAILED, MailState.SENT]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "error", [smtplib.SMTPDataError(451, b"later"), smtplib.SMTPRecipientsRefused({"a@b.example": (450, b"later")})]
)
def test_a_mail_server_that_puts_off_is_asked_again_later(
    real: Patient, practitioner: Membership, error: Exception
) -> None:
    now = timezone.now()
    sent(signed_in(practitioner), MINE, real)
    with mock.patch.object(EmailBackend, "send_messages", side_effect=error):
        posted(now)
    assert (Message.objects.get().mail, Message.objects.get().mail_reason) == (MailState.DUE, "later")
    posted(now + dt.timedelta(minutes=5))
    assert not mail.outbox
    posted(now + dt.timedelta(minutes=11))
    assert len(mail.outbox) == 1


def test_names_with_line_breaks_put_no_header_into_the_e_mail(
    real: Patient, practitioner: Membership, clinic: Clinic
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(name="Aurora\r\nBcc: thief@evil.example")
    Patient.objects.filter(pk=real.pk).update(given_names="Lucía\r\nBcc: thief@evil.example")
    sent(signed_in(practitioner), MINE, real)
    posted()
    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert "\n" not in str(message["Subject"])
    assert mail.outbox[0].recipients() == ["lucia@patients.example"]


def test_the_same_form_twice_is_one_message(writer: Client) -> None:
    entry = uuid.uuid4()
    assert [sent(writer, MINE, entry=entry).status_code for _ in range(2)] == [302, 302]
    assert Message.objects.count() == 1


def test_the_same_form_with_other_words_is_not_said_to_be_sent(
    writer: Client, real: Patient, practitioner: Membership
) -> None:
    entry = uuid.uuid4()
    sent(writer, MINE, entry=entry)
    answer = sent(writer, "Now with a fever.", entry=entry)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "these were not sent" in page
    assert "Now with a fever." in page, "the words are still in the field"
    assert str(entry) not in page, "the next press sends them"
    assert [words_of(one) for one in Message.objects.all()] == [MINE]
    taken = sent(signed_in(practitioner), MINE, real, entry=entry)
    assert taken.status_code == 422, "a form of the patient's is none of the clinic's"


def test_who_of_the_clinic_reads_a_thread_stands_in_the_trail(
    writer: Client, real: Patient, front_desk: Membership
) -> None:
    sent(writer, MINE)
    desk, address = signed_in(front_desk), reverse("patient_messages", args=[real.pk])
    desk.get(reverse("today"))
    assert not AuditEntry.objects.filter(action="patient.opened").exists(), "the list shows no words"
    desk.get(address)
    desk.get(address)
    entry = AuditEntry.objects.get(action="patient.opened")
    assert (entry.who, entry.patient) == (front_desk.user, real.pk)


def test_the_form_of_another_patient_is_refused(writer: Client, real: Patient, clinic: Clinic) -> None:
    stranger = another_patient(clinic)
    patient_account(stranger)
    theirs = write(patient=stranger, words="of somebody else", who=None, entry=uuid.uuid4())
    answer = sent(writer, MINE, entry=theirs.pk)
    assert answer.status_code == 422
    assert "of somebody else" not in answer.content.decode()
    assert "of somebody else" not in writer.get(reverse("me_messages")).content.decode()


@pytest.mark.parametrize("words", ["", "   \n\n ", "\x00\x00", "…!?", "x" * (LONGEST + 1)])
def test_what_is_no_message_is_refused_and_nothing_is_lost(writer: Client, words: str) -> None:
    answer = sent(writer, words)
    assert answer.status_code == 422
    assert 'id="refused"' in answer.content.decode()
    assert not Message.objects.exists()


def test_a_form_without_its_number_is_refused_in_words(writer: Client) -> None:
    assert writer.post(reverse("me_messages"), {"words": MINE, "entry": "x" * 300}).status_code == 422
    assert writer.post(reverse("me_messages"), {"words": MINE}).status_code == 422


def test_what_is_written_is_text_and_never_markup(writer: Client) -> None:
    sent(writer, "<script>alert(1)</script> & <b>bold</b>")
    page = writer.get(reverse("me_messages")).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("  a\x00b\x1b[31m  ", "a b [31m"),
        ("a\u202eb", "a b"),
        ("👩\u200d⚕️ می\u200cخواهم", "👩\u200d⚕️ می\u200cخواهم"),
    ],
)
def test_a_text_keeps_its_lines_and_loses_what_does_not_print(written: str, kept: str) -> None:
    assert plain_words(written) == kept


def test_after_many_messages_in_a_day_the_patient_reads_to_call(writer: Client, real: Patient) -> None:
    for n in range(MOST_A_DAY):
        write(patient=real, words=f"number {n}", who=None, entry=uuid.uuid4())
    answer = sent(writer, "one more")
    assert answer.status_code == 422
    assert "many messages within a day" in answer.content.decode()
    Message.objects.update(written_at=timezone.now() - dt.timedelta(days=2))
    assert sent(writer, "one more").status_code == 302


def test_while_the_clinic_takes_no_messages_the_page_says_whom_to_call(writer: Client, clinic: Clinic) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(phone="+34 600 000 000")
    allowed(clinic, open=False)
    page = writer.get(reverse("me_messages")).content.decode()
    assert "takes no messages here" in page
    assert "+34 600 000 000" in page
    assert "112" in page
    assert sent(writer, MINE).status_code == 422


def test_who_has_no_account_is_not_written_to(patient: Patient, practitioner: Membership) -> None:
    answer = sent(signed_in(practitioner), MINE, patient)
    assert answer.status_code == 422
    assert "no access to the portal" in answer.content.decode()
    with pytest.raises(InputError):
        write(patient=patient, words=MINE, who=practitioner.user, entry=uuid.uuid4())


def test_another_clinics_staff_and_the_administrator_read_no_thread(
    writer: Client, real: Patient, admin: Membership
) -> None:
    sent(writer, MINE)
    address = reverse("patient_messages", args=[real.pk])
    elsewhere = Clinic.objects.create(name="Otra", slug="otra")
    assert signed_in(member(elsewhere, "practitioner", "Olga Otra")).get(address).status_code == 404
    assert signed_in(admin).get(address).status_code == 403
    assert writer.get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_a_long_thread_has_pages(writer: Client, real: Patient) -> None:
    for n in range(A_PAGE + 3):
        row = write(patient=real, words=f"number {n:03}", who=None, entry=uuid.uuid4())
        Message.objects.filter(pk=row.pk).update(written_at=timezone.now() - dt.timedelta(days=90 - n))
    page = writer.get(reverse("me_messages")).content.decode()
    assert "number 032" in page
    assert "number 002" not in page
    assert page.index("number 031") < page.index("number 032"), "the latest stands last"
    assert "number 002" in writer.get(reverse("me_messages") + "?page=2").content.decode()
    for hostile in ("0", "-1", "x", "9999", "9" * 40, "%00"):
        assert writer.get(reverse("me_messages") + f"?page={hostile}").status_code == 200


def test_another_page_leads_here_with_the_first_words_written(writer: Client) -> None:
    assert "is erased" in writer.get(reverse("me_messages") + "?about=erasure").content.decode()
    assert writer.get(reverse("me_messages") + "?about=%3Cscript%3E").status_code == 200


def test_the_page_names_what_to_do_in_an_emergency(writer: Client, course: Course) -> None:
    page = writer.get(reverse("me_messages")).content.decode()
    assert "In an emergency call 112." in page
    assert f'href="{reverse("me_symptom", args=[course.pk])}">Something worries me</a>' in page, "as on the home"


def test_the_pages_cost_few_queries_however_long_the_thread_is(
    writer: Client, real: Patient, practitioner: Membership, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for n in range(15):
        write(patient=real, words=f"number {n}", who=None, entry=uuid.uuid4())
    staff = signed_in(practitioner)
    staff.get(reverse("patient", args=[real.pk]))  # that it was opened is written down once a day
    for client, address in (
        (writer, reverse("me_messages")),
        (staff, reverse("patient_messages", args=[real.pk])),
        (staff, reverse("today")),
        (staff, reverse("patient", args=[real.pk])),
    ):
        with django_assert_max_num_queries(12):  # type: ignore[operator]  # a context manager of pytest-django
            assert client.get(address).status_code == 200
