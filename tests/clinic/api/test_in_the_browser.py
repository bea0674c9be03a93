"""The page of tokens in a browser: no violation of axe, nothing wider than the screen, the token shown once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.utils import timezone

from dermograph.clinic.people.models import Membership
from tests.browser.conftest import PageFor, browser, page_for, violations  # noqa: F401 (fixtures)
from tests.clinic.api.asking import fresh_count, token_of
from tests.clinic.conftest import PASSWORD

__all__ = ["fresh_count"]
WAYS = {"en": [(390, False), (1440, True)], "es": [(390, True), (820, False)]}
WIDER = "document.documentElement.scrollWidth > window.innerWidth"
SHOTS = os.environ.get("API_SHOTS", "")  # a folder: the pages as pictures


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_of_tokens_has_no_violation_and_shows_a_token_once(
    page_for: PageFor, lead: Membership, practitioner: Membership, language: str
) -> None:
    token_of(lead, name="accounting", last_used_at=timezone.now())
    token_of(
        practitioner, ("photographs:read",), name="camera in room 2", revoked_at=timezone.now(), revoked_by=lead.user
    )
    wrong: list[object] = []
    for width, dark in WAYS[language]:
        page = page_for(lead, width=width, dark=dark, language=language)
        page.goto("/settings/tokens/")
        wrong += [(width, one) for one in violations(page)]
        page.fill("[name=name]", "laboratory")
        page.check("[name=scopes][value='stock:read']")
        page.fill("[name=password]", PASSWORD)
        page.click("main .button.primary")
        secret = page.input_value("#secret")
        assert secret.startswith("dmg_")
        wrong += [(width, "shown", one) for one in violations(page)]
        wrong += [(width, "wider")] if page.evaluate(WIDER) else []
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"tokens-{language}-{width}.png"), full_page=True)
        page.goto("/settings/tokens/")
        assert page.locator("#secret").count() == 0
    assert wrong == []
