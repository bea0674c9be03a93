"""Passkeys with Chromium's virtual authenticator, under the site's own content security policy; and how pages look."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from pytest_django.fixtures import Settings

from dermograph.clinic.people.models import Membership
from tests.browser.conftest import PageFor, _listen, browser, page_for, violations  # noqa: F401 (fixtures)
from tests.clinic.accounts.entering import actions, code_now, factors
from tests.clinic.conftest import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("ACCOUNTS_SHOTS")
Open = Callable[..., "Page"]


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True
    cache.clear()


@pytest.fixture
def opened(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """A page at ``localhost``, by whose name passkeys work, with an authenticator that always says yes."""
    address = re.sub("//[^/:]+:", "//localhost:", live_server.url)
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def opened(*, width: int = 1440, dark: bool = False, language: str = "en", says_yes: bool = True) -> Page:
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        context.add_cookies([{"name": "django_language", "value": language, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: _listen(problems, page.url, message.text))
        tools = context.new_cdp_session(page)
        tools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": says_yes,
            "automaticPresenceSimulation": True,
        }
        tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


def sign_in(page: Page, person: Membership) -> None:
    page.goto("/account/login/")
    page.get_by_label(re.compile("E-mail address|Correo electrónico")).fill(person.user.email)
    page.get_by_label(re.compile("^(Password|Contraseña)$")).fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^(Sign in|Iniciar sesión)$")).click()


def set_up_passkey(page: Page, person: Membership, name: str = "Laptop") -> None:
    sign_in(page, person)
    page.wait_for_url("**/account/2fa/")
    page.get_by_role("link", name="Set up a passkey").click()
    page.get_by_label("Name, to tell it from others").fill(name)
    page.get_by_role("button", name="Set up").click()
    page.wait_for_url("**/recovery-codes/")


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/login/**")


def test_a_passkey_is_set_up_and_then_signs_in_alone(opened: Open, practitioner: Membership) -> None:
    page = opened()
    set_up_passkey(page, practitioner)
    assert factors(practitioner.user) == {"webauthn", "recovery_codes"}
    page.get_by_role("link", name="I have kept them: go on").click()
    assert page.locator("h1").first.is_visible()
    assert page.url.endswith("/")
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto("/patients/")
    assert page.url.endswith("/patients/")
    assert actions(practitioner.clinic)[-2:] == ["factor.used", "account.signed_in"]
    page.goto("/account/2fa/webauthn/")
    assert page.locator("strong", has_text="Laptop").is_visible()
    assert page.get_by_text("signs in alone").is_visible()
    assert violations(page) == []


def test_a_passkey_is_the_second_step_after_the_password(opened: Open, practitioner: Membership) -> None:
    page = opened()
    set_up_passkey(page, practitioner)
    sign_out(page)
    sign_in(page, practitioner)
    page.wait_for_url("**/authenticate/")
    assert violations(page) == []
    page.get_by_role("button", name="Use the passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto("/account/2fa/webauthn/reauthenticate/?next=/patients/")
    page.get_by_role("button", name="Use the passkey").click()
    page.wait_for_url("**/patients/")


def test_a_passkey_opens_a_locked_account_and_no_closed_one(opened: Open, practitioner: Membership) -> None:
    page = opened()
    set_up_passkey(page, practitioner)
    sign_out(page)
    for _ in range(5):
        page.request.get("/account/login/")
    from axes.models import AccessAttempt
    from django.utils import timezone

    AccessAttempt.objects.create(
        username=practitioner.user.email, failures_since_start=5, attempt_time=timezone.now(), ip_address="192.0.2.1"
    )
    sign_in(page, practitioner)
    page.get_by_role("heading", name="Locked for now").wait_for()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    sign_out(page)
    known = actions(practitioner.clinic)
    practitioner.user.is_active = False
    practitioner.user.save()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="This account is closed").wait_for()
    page.goto("/patients/")
    assert "/account/login/" in page.url
    assert "account.signed_in" not in actions(practitioner.clinic)[len(known) :]


def test_a_removed_passkey_signs_nobody_in(opened: Open, practitioner: Membership) -> None:
    page = opened()
    set_up_passkey(page, practitioner)
    page.goto("/account/2fa/webauthn/")
    page.get_by_role("link", name="Rename Laptop").click()
    page.get_by_label("Name").fill("Old laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Old laptop").click()
    assert violations(page) == []
    page.get_by_role("button", name="Remove the passkey").click()
    page.get_by_text("Set up one of the two before you go on.").wait_for()
    assert factors(practitioner.user) == set()
    page.get_by_role("button", name="Sign out").last.click()
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("This passkey is not known here.").wait_for()


def test_who_says_no_and_who_comes_by_a_number_reads_what_to_do(
    opened: Open, page_for: PageFor, practitioner: Membership
) -> None:
    page = opened(says_yes=False)
    page.goto("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("Nothing was chosen. Try again, or take another way.").wait_for()
    by_number = page_for(None)
    by_number.goto(re.sub("//[^/:]+:", "//127.0.0.1:", page.url))
    by_number.get_by_role("button", name="Sign in with a passkey").click()
    by_number.get_by_text("Open the clinic by its name, not by a number.").wait_for()
    assert violations(by_number) == []


def test_an_app_is_set_up_from_the_picture_and_signs_in(opened: Open, practitioner: Membership) -> None:
    page = opened()
    sign_in(page, practitioner)
    page.get_by_role("link", name="Set up an app").click()
    assert page.locator("img.qr").evaluate("(image) => image.complete && image.naturalWidth > 0")
    page.get_by_text("It cannot be scanned").click()
    secret = page.locator("code.secret").inner_text()
    assert violations(page) == []
    page.get_by_label("Write the code that the app shows").fill(code_now(secret))
    page.get_by_role("button", name="Set up").click()
    page.wait_for_url("**/recovery-codes/")
    assert violations(page) == []
    sign_out(page)
    sign_in(page, practitioner)
    field = page.get_by_label("Code of your app, or a recovery code")
    field.fill("000000")
    page.get_by_role("button", name="Sign in").first.click()
    page.get_by_text("That is not right").wait_for()
    assert violations(page) == []
    app = Authenticator.objects.get(user=practitioner.user, type="totp")
    app.data["last_counter"] -= 2  # a minute later, when the code that set it up is none of those that are good
    app.save()
    field.fill(code_now(secret, 1))
    page.get_by_role("button", name="Sign in").first.click()
    page.wait_for_url(lambda url: "/account/" not in url)


@pytest.mark.parametrize(("width", "dark", "language"), [(390, False, "es"), (820, True, "en"), (1440, False, "en")])
def test_every_page_is_accessible_and_fits(
    opened: Open, practitioner: Membership, width: int, language: str, *, dark: bool
) -> None:
    page = opened(width=width, dark=dark, language=language)
    practitioner.user.language = language
    practitioner.user.save()
    sign_in(page, practitioner)
    seen = ["2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "sessions/", "password/change/"]
    _look(page, seen, f"{width}-without")
    page.goto("/account/2fa/totp/activate/")
    page.locator("details.more summary").click()
    page.locator("#id_code").fill(code_now(page.locator("code.secret").inner_text()))
    page.locator("main form .button.primary").click()
    page.wait_for_url("**/recovery-codes/")
    pages = ["2fa/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/", "2fa/totp/deactivate/", "2fa/webauthn/"]
    _look(page, [*pages, "2fa/reauthenticate/", "reauthenticate/", "sessions/"], f"{width}-with")
    assert Authenticator.objects.filter(user=practitioner.user, type="totp").exists()


def _look(page: Page, paths: list[str], name: str) -> None:
    for path in paths:
        page.goto(f"/account/{path}")
        assert page.url.endswith(path), page.url
        assert violations(page) == [], path
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, path
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{path.strip('/').replace('/', '-')}.png", full_page=True)
