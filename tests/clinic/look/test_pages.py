"""The pages that look answers for: signing in and out, what went wrong, language and theme."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core import mail
from django.template import engines
from django.templatetags.static import static
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from dermograph.clinic.look import failures
from dermograph.clinic.people.models import Clinic, Membership, User
from tests.clinic.conftest import PASSWORD, signed_in

OPEN = ("account_login", "account_reset_password", "account_reset_password_done", "account_inactive")


def text_of(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", response.content.decode()))  # type: ignore[attr-defined]  # what the middleware puts there


@pytest.mark.django_db
@pytest.mark.parametrize("name", OPEN)
def test_an_open_page_is_ours_in_both_languages(name: str) -> None:
    for language, word in (("en", 'lang="en"'), ("es", 'lang="es"')):
        client = Client()
        client.cookies["django_language"] = language
        page = client.get(reverse(name))
        assert page.status_code == 200
        assert word in page.content.decode()
        assert "look/tokens.css" in page.content.decode()
        assert "Menu:" not in text_of(page)


@pytest.mark.parametrize("name", ["account_change_password", "account_reauthenticate", "account_logout"])
def test_a_page_of_the_account_is_ours(practitioner: Membership, name: str) -> None:
    page = signed_in(practitioner).get(reverse(name))
    assert page.status_code in (200, 302)
    if page.status_code == 200:
        assert "look/tokens.css" in page.content.decode()


def test_nobody_makes_an_account_for_themselves(db: None, practitioner: Membership) -> None:
    for client in (Client(), signed_in(practitioner)):
        for name in ("account_signup", "account_email"):
            assert client.get(reverse(name)).status_code in (302, 403, 404)


def test_the_right_password_opens_the_clinic_and_a_wrong_one_says_so(practitioner: Membership) -> None:
    client = Client()
    wrong = client.post(reverse("account_login"), {"login": practitioner.user.email, "password": "no"})
    assert wrong.status_code == 200
    assert 'role="alert"' in wrong.content.decode()
    assert "_auth_user_id" not in client.session
    client.post(reverse("account_login"), {"login": practitioner.user.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(practitioner.user.pk)


def test_after_five_wrong_passwords_the_account_is_locked_and_says_until_when(practitioner: Membership) -> None:
    client = Client()
    wrong = {"login": practitioner.user.email, "password": "no"}
    for _ in range(4):
        assert client.post(reverse("account_login"), wrong).status_code == 200
    page = client.post(reverse("account_login"), wrong)
    assert page.status_code == 429
    assert "15 minutes after the try that locked it" in text_of(page)
    right = client.post(reverse("account_login"), {"login": practitioner.user.email, "password": PASSWORD})
    assert right.status_code == 429
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_set_anew_through_a_link_in_a_mail(practitioner: Membership) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": practitioner.user.email})
    letter = mail.outbox[0]
    assert letter.subject.endswith("Set a new password")
    link = re.search(r"http://[^/]+(/\S+)", str(letter.body))
    assert link is not None
    form = client.get(link.group(1), follow=True)
    assert "Set a new password" in text_of(form)
    address = form.redirect_chain[-1][0]
    new = "another good staple"
    done = client.post(address, {"password1": new, "password2": new}, follow=True)
    assert "The new password is set" in text_of(done)
    used = Client().get(link.group(1))
    assert "This link is used up" in text_of(used)
    assert "look/tokens.css" in used.content.decode()


def test_an_unknown_address_is_told_the_same_as_a_known_one(practitioner: Membership) -> None:
    known = Client().post(reverse("account_reset_password"), {"email": practitioner.user.email})
    unknown = Client().post(reverse("account_reset_password"), {"email": "nobody@aurora.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])


def test_who_goes_to_a_page_that_is_not_there_is_told_so_in_their_language(practitioner: Membership) -> None:
    practitioner.user.language = "es"
    practitioner.user.save()
    page = signed_in(practitioner).get("/no/such/page")
    assert page.status_code == 404
    assert "Esta página no existe" in text_of(page)


def test_who_may_not_open_a_page_is_told_who_can_change_that(front_desk: Membership) -> None:
    page = signed_in(front_desk).get(reverse("account_email"))
    assert page.status_code == 403
    assert "for other roles" in text_of(page)
    assert "Pablo Ruiz (front desk)" in text_of(page)


def test_a_form_without_its_token_says_what_to_do(practitioner: Membership) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post(reverse("account_login"), {"login": "a@b.example", "password": "x"})
    assert page.status_code == 403
    assert "Nothing was saved" in text_of(failures.csrf_failed(RequestFactory().get("/"), "no token"))


def test_a_failed_server_answers_even_where_no_template_can_be_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    request = RequestFactory().get("/")
    assert "The server failed" in text_of(failures.server_error(request))

    def broken(*_args: object, **_options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(failures, "render", broken)
    page = failures.server_error(request)
    assert page.status_code == 500
    assert "El servidor ha fallado" in text_of(page)


@override_settings(LANGUAGE_CODE="en")
def test_an_input_error_shows_what_where_and_what_to_do() -> None:
    from django.shortcuts import render

    from dermograph.core.errors import InputError, Place
    from dermograph.core.text import Text

    error = InputError(
        Text("The lot is expired.", "El lote ha caducado."),
        Place(field="needle"),
        Text("Choose another lot.", "Elija otro lote."),
    )
    said = text_of(render(RequestFactory().post("/"), "400.html", {"error": error}, status=400))
    for part in ("The lot is expired.", "needle", "Choose another lot.", "Nothing was saved"):
        assert part in said
    asked = text_of(render(RequestFactory().get("/"), "400.html", {"error": error}, status=400))
    assert "Choose another lot." in asked
    assert "still in the form" not in asked, "nobody wrote into one"


def test_language_and_theme_are_kept_on_the_account(practitioner: Membership) -> None:
    client = signed_in(practitioner)
    client.post(reverse("speak", args=["es"]), {"next": "/components"})
    client.post(reverse("theme", args=["dark"]), {"next": "https://elsewhere.example/"})
    page = client.get(reverse("components"))
    assert 'lang="es" data-theme="dark"' in page.content.decode()


def test_the_mark_is_found_where_browsers_ask_for_it_and_sets_no_cookie() -> None:
    answer = Client().get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, static("look/mark.svg"))
    assert "max-age=86400" in answer["Cache-Control"]
    assert not answer.cookies, "the cookie of a form that was opened meanwhile stands"


def test_a_theme_cookie_that_somebody_made_up_changes_nothing(practitioner: Membership) -> None:
    client = signed_in(practitioner)
    client.cookies["theme"] = '"><script>alert(1)</script>'
    page = client.get(reverse("components")).content.decode()
    assert "alert(1)" not in page


@pytest.mark.parametrize("name", ["practitioner", "lead", "front_desk", "admin"])
def test_the_rail_shows_what_a_role_may_open_and_the_components_page_is_whole(
    request: pytest.FixtureRequest, name: str
) -> None:
    page = signed_in(request.getfixturevalue(name)).get(reverse("components"))
    assert page.status_code == 200
    for mark in ('class="verdict excluded"', 'class="reason"', "measured hollow", "month-says", "data-viewer"):
        assert mark in page.content.decode()
    assert ("Reviews" in text_of(page).split("Find a patient")[0]) == (name in ("practitioner", "lead"))


def test_who_works_in_two_clinics_can_go_to_the_other_one(practitioner: Membership) -> None:
    other = Clinic.objects.create(name="Zafiro <2>", slug="zafiro")
    assert "Zafiro" not in text_of(signed_in(practitioner).get(reverse("components")))
    Membership.objects.create(clinic=other, user=practitioner.user, role=practitioner.role)
    page = signed_in(practitioner).get(reverse("components")).content.decode()
    assert reverse("switch_clinic", args=[other.pk]) in page
    assert "Zafiro &lt;2&gt;" in page


def test_a_page_of_look_takes_no_more_queries_than_knowing_who_asks(
    practitioner: Membership, django_assert_max_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    client = signed_in(practitioner)
    with django_assert_max_num_queries(3):
        client.get(reverse("components"))


def test_the_rail_marks_the_section_that_a_page_belongs_to() -> None:
    page = engines["django"].from_string(
        '{% extends "base.html" %}{% block section %}agenda{% endblock %}{% block main %}x{% endblock %}'
    )
    person = Membership(user=User(name="Ana Ruiz"), clinic=Clinic(name="A"), role="practitioner")
    request = RequestFactory().get("/")
    request.membership, request.role, request.clinic = person, person.role, person.clinic  # type: ignore[attr-defined]  # what the middleware puts there
    request.user = person.user
    found = re.findall(r'<a class="entry" href="([^"]+)" aria-current="page">', page.render({}, request))
    assert found == [reverse("agenda")]


def test_a_name_that_the_site_does_not_go_by_is_told_to_who_runs_it(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures.LOG, "propagate", True)
    monkeypatch.setattr(failures.LOG.parent, "propagate", True)
    assert Client().get(reverse("account_login"), HTTP_HOST="clinic.example\x1b[31m").status_code == 400
    assert Client().get(reverse("account_login"), HTTP_HOST="clinic.example").status_code == 400
    said = {one.getMessage() for one in caplog.records if "DERMOGRAPH_HOSTS" in one.getMessage()}
    assert len(said) == 2
    assert any("'clinic.example'" in one for one in said)
    assert not any("\x1b" in one for one in said)
