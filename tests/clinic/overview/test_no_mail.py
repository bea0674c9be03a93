"""Without mail configured nothing is sent, and the log holds no link that opens an account."""

from __future__ import annotations

import logging
import re

import pytest
from django.conf import LazySettings
from django.core import mail
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from dermograph.clinic import settings as site
from dermograph.clinic.overview.invitations import password_path
from dermograph.clinic.overview.no_mail import NAME, NoMail
from dermograph.clinic.people.models import Membership

SAYS = Template("{% load mail %}{% mail_is_configured as sends %}{{ sends }}")


def test_a_site_sends_no_mail_until_it_is_told_how() -> None:
    assert site.EMAIL_BACKEND == NAME == f"{NoMail.__module__}.{NoMail.__qualname__}"


def test_a_reset_link_that_anybody_asks_for_stands_nowhere(
    admin: Membership,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    settings.EMAIL_BACKEND = NAME
    monkeypatch.setattr(logging.getLogger("dermograph"), "propagate", True)
    answer = Client().post(reverse("account_reset_password"), {"email": admin.user.email})
    assert answer.status_code == 302
    lines = {one.getMessage() for one in caplog.records if one.name.endswith("no_mail")}
    assert lines == {"No mail was sent: DERMOGRAPH_EMAIL_BACKEND is not set."}
    said = "".join(capfd.readouterr())
    assert "/reset/key/" not in said + caplog.text
    assert admin.user.email not in said + caplog.text
    assert mail.outbox == []


def test_nothing_to_send_is_not_worth_a_line(caplog: pytest.LogCaptureFixture) -> None:
    assert NoMail().send_messages([]) == 0
    assert not caplog.records


def test_pages_can_ask_whether_mail_leaves_the_server(settings: LazySettings) -> None:
    assert SAYS.render(Context()) == "True"
    settings.EMAIL_BACKEND = NAME
    assert SAYS.render(Context()) == "False"


def _page(path: str, language: str) -> str:
    client = Client()
    client.cookies["django_language"] = language
    text = client.get(path, follow=True).content.decode()
    return re.sub(r"\s+", " ", text[text.index("<main") :])


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_reset_password", "account_reset_password_done"])
@pytest.mark.parametrize(
    ("language", "says", "promise"),
    [
        ("en", "Ask the administrator of your clinic", r"link is on its way|is sent to"),
        ("es", "Pregunte a la administración de su clínica", r"está en camino|recibirá un enlace"),
    ],
)
def test_the_page_of_a_forgotten_password_promises_no_mail_that_nobody_sends(
    settings: LazySettings, name: str, language: str, says: str, promise: str
) -> None:
    with_mail = _page(reverse(name), language)
    settings.EMAIL_BACKEND = NAME
    without = _page(reverse(name), language)
    assert re.search(promise, with_mail)
    assert not re.search(promise, without)
    assert says in without
    assert 'name="email"' not in without


def test_who_comes_with_a_link_that_is_used_up_is_sent_to_the_administrator_where_there_is_no_mail(
    practitioner: Membership, settings: LazySettings
) -> None:
    settings.EMAIL_BACKEND = NAME
    old = password_path(practitioner.user)
    practitioner.user.set_password("another good staple")
    practitioner.user.save()
    page = _page(old, "en")
    assert "This link is used up" in page
    assert "Ask the administrator of your clinic" in page
    assert "Ask for a new link" not in page
